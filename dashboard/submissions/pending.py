"""What units reported and the snapshot does not show yet: on its way to the committee, or accepted and not landed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch, remembered
from dashboard.store import submissions as book
from dashboard.store.submissions import CONFIRMED, SUBMITTED, Key
from dashboard.submissions.parts import Place
from dashboard.warehouse import pilot_observations

# Databases keep times to different fractions of a second.
CLOSE = timedelta(seconds=1)
EARLIEST = datetime(1990, 1, 1)


class Pending(NamedTuple):
    """By target: how many reports wait for the head of their unit, for the committee, and to be landed."""

    to_confirm: Counter[str]
    to_review: Counter[str]
    to_land: Counter[str]

    def of(self, target: str = "") -> tuple[int, int, int]:
        """The three numbers of one target, or of all."""
        first, second, third = (counts[target] if target else counts.total() for counts in self)
        return first, second, third


def pending(engine: Engine, snapshot: Engine, unit: str = "") -> Pending:
    """What of the store `engine` a snapshot does not show, of one unit or of all."""
    waiting: dict[str, Counter[str]] = {SUBMITTED: Counter(), CONFIRMED: Counter()}
    for period_on in book.counts(engine, unit):
        for row in book.of_period(engine, period_on, unit):
            if row.state in waiting:
                waiting[row.state][row.target_code] += 1
    accepted = [one for one in book.accepted(engine) if not unit or one[0].unit_code == unit]
    return Pending(waiting[SUBMITTED], waiting[CONFIRMED], Counter(key.target_code for key in not_landed(snapshot, accepted)))


def not_landed(snapshot: Engine, accepted: Iterable[tuple[Key, date, datetime]]) -> list[Key]:
    """Of what was accepted (key, day of its value, when), what the snapshot does not hold in that version or a later one."""
    seen = _landed(snapshot)
    return [key for key, day, at in accepted if seen.get((Place(*key[:3]), day), EARLIEST) < at - CLOSE]


@remembered(4)
def _landed(engine: Engine) -> dict[tuple[Place, date], datetime]:
    o = pilot_observations.c
    query = select(o.target_code, o.unit_code, o.division_code, o.observed_on, func.max(o.reviewed_at).label("at"))
    query = query.where(o.reviewed_at.is_not(None)).group_by(o.target_code, o.unit_code, o.division_code, o.observed_on)
    frame = fetch(engine, query)
    return {
        (Place(target, unit or "", division if isinstance(division, str) else ""), pd.Timestamp(day).date()): pd.Timestamp(
            at
        ).to_pydatetime()
        for target, unit, division, day, at in frame.itertuples(index=False, name=None)
    }
