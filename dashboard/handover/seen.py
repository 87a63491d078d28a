"""A handover as it is seen at one moment: its numbers, what leads it, and the snapshot they are of; it can be kept and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

import pandas as pd

from dashboard.filters import Filters
from dashboard.handover.counts import COUNTS, Span, shift_counts
from dashboard.handover.lists import top_events
from dashboard.handover.platforms import CAME, DELIVERED, WENT, delivered, turned
from dashboard.handover.risen import risen
from dashboard.on_duty import Turn
from dashboard.view import View

RAISED = "risks_raised"


@dataclass(frozen=True)
class Seen:
    """Each number by its code with that of the same hours a day earlier (None: not known), and the events, all as plain data."""

    since: str
    until: str
    snapshot: str
    as_of: str
    numbers: dict[str, tuple[float | None, float | None]]
    events: list[dict[str, str]] = field(default_factory=list)
    # Up to when the risks were known that those of now are compared with.
    raised_against: str = ""
    # Those open at that moment; None where the city has no rules for alerts.
    alerts: list[dict[str, str]] | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        held: dict[str, Any] = json.loads(text)
        held["numbers"] = {code: (pair[0], pair[1]) for code, pair in held["numbers"].items()}
        return cls(**{name: held[name] for name in cls.__dataclass_fields__ if name in held})


def span_of(turn: Turn, following: Turn | None, moment: datetime) -> Span:
    """The hours of a turn up to a moment, in whole minutes; the next ends a turn later where nobody has one."""
    until = max(min(turn.until, moment.replace(second=0, microsecond=0)), turn.since)
    return Span(turn.since, until, following.until if following else turn.until + (turn.until - turn.since))


def seen(view: View, span: Span, alerts: list[dict[str, str]] | None = None) -> Seen:
    """The handover of a span as the view's snapshot shows it."""
    everything = view.scoped(Filters())
    newest = view.data_state().newest
    reach = newest.to_pydatetime() if newest is not None else None
    spans = (span, span.day_earlier(reach))
    counted = shift_counts(view.engine, everything, spans)
    held = {*view.city.has, "tickets"}
    numbers = {code: _pair(counted, code) for code in COUNTS if COUNTS[code].table.name in held}
    # What happened in hours that no source has told of yet is not known.
    numbers |= dict.fromkeys(numbers.keys() & _untold(view, span), (None, None))
    raised = None
    if "risks" in view.city.has:
        raised = risen(view.engine, view.folder, view.scoped(Filters(), "risks"), span.since)
        numbers[RAISED] = (None if raised is None else float(len(raised.rows)), None)
    # What platforms did is known up to the end of the hours, whatever the data of appeals reach to.
    plain = (span, span.day_earlier())
    turns = [turned(view.engine, one)["turn"].value_counts() for one in plain]
    numbers |= {code: (float(turns[0].get(code, 0)), float(turns[1].get(code, 0))) for code in (WENT, CAME)}
    books = delivered(view.engine, plain)
    numbers |= {code: _pair(books, code) for code in DELIVERED}
    return Seen(
        span.since.isoformat(), span.until.isoformat(), view.snapshot, reach.isoformat() if reach else "", numbers,
        _events(top_events(view.engine, everything, span)), raised.against.isoformat() if raised else "", alerts,
    )  # fmt: skip


def _untold(view: View, span: Span) -> set[str]:
    """The numbers of what happened during a span that begins after the data of their kind end."""
    reached = {kind: view.data_state(kind).newest for kind in {count.table.name for count in COUNTS.values()}}
    ended = {kind for kind, newest in reached.items() if newest is not None and newest < pd.Timestamp(span.since)}
    return {code for code, count in COUNTS.items() if count.when == "during" and count.table.name in ended}


def _pair(frame: pd.DataFrame, code: str) -> tuple[float | None, float | None]:
    first, second = (None if pd.isna(held := frame[place][code]) else float(held) for place in (0, 1))
    return first, second


def _events(frame: pd.DataFrame) -> list[dict[str, str]]:
    names = ("key", "number", "why", "state", "what", "what_en", "place", "place_en", "who", "who_en")
    return [{"at": row["at"].isoformat(), **{name: str(row[name]) for name in names}} for row in frame.to_dict("records")]
