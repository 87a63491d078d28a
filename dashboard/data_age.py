"""How old the data behind a page are, and whether that is older than their platforms' rhythm allows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

import pandas as pd

from dashboard import texts
from dashboard.platforms import A_DAY, patience, platform_frame
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

AN_HOUR, HOURS_A_DAY = timedelta(hours=1), 24
OLD = Text("已 {}未更新", "not renewed for {}")
HOURS, DAYS = Text("{} 小时", "{} h"), Text("{} 天", "{} d")


@dataclass(frozen=True)
class DataAge:
    """The data time as printed, and what is said where it is older than it should be."""

    time: str
    late: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def data_age(view: View, kind: str) -> DataAge:
    """The newest data of a kind, the oldest beside it, and how long nothing has come where that is too long."""
    state = view.data_state(kind)
    if state.newest is None:
        return DataAge(MISSING, "")
    printed = f"{state.newest:%Y-%m-%d %H:%M}"
    if state.as_of is not None and state.newest - state.as_of > AN_HOUR:
        printed += view.say(texts.OLDEST).format(f"{state.as_of:%m-%d %H:%M}")
    return DataAge(printed, _late(view, kind))


def _late(view: View, kind: str) -> str:
    """How long nothing has come, where the platform seen last is past its patience; so all others of the kind are older still."""
    frame = platform_frame(view.engine)
    frame = frame[(frame["kind"] == kind) & frame["as_of"].notna()]
    if frame.empty:
        return ""
    newest = frame.sort_values("as_of").iloc[-1]
    age = pd.Timestamp(view.standing_at) - pd.Timestamp(newest["as_of"])
    rhythm = A_DAY if pd.isna(newest["rhythm_minutes"]) else int(newest["rhythm_minutes"])
    if age <= timedelta(minutes=patience(rhythm)[0]):
        return ""
    hours = max(round(age.total_seconds() / 3600), 1)
    said = view.say(HOURS).format(hours) if hours < 2 * HOURS_A_DAY else view.say(DAYS).format(hours // HOURS_A_DAY)
    return view.say(OLD).format(said)
