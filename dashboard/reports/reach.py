"""Whether there are data of the days of a report at all."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.reference import data_state, first_day
from dashboard.reports.spans import Span
from dashboard.texts import Text
from dashboard.view import View

# What comes in day by day, and by which base its first day is known.
BASES = {"tickets": "R", "disputes": "A"}
NOTHING = Text("{period}没有数据：{known}", "there are no data of {period}: {known}")
KNOWN, NEVER = Text("现有数据自{first}起，截至{last}", "they reach from {first} to {last}"), Text("尚未收到数据", "none were delivered")


def no_data(view: View, span: Span, kinds: Collection[str] = ()) -> Text | None:
    """Why a report of these days would say nothing; None where it can. `kinds` are what it speaks of, nothing meaning all there is."""
    known = []
    daily = [kind for kind in BASES if kind in view.city.has and (not kinds or kind in kinds)]
    for kind in daily:
        first, newest = first_day(view.engine, kind, BASES[kind]), data_state(view.engine, kind).newest
        if first is None or newest is None:
            continue
        if first <= span.until and newest.date() >= span.since:
            return None
        known.append((first, newest.date()))
    if not daily:
        return None
    ends = {"first": min(first for first, _ in known).isoformat(), "last": max(last for _, last in known).isoformat()} if known else {}
    told = Text(*(text.format(**ends) for text in KNOWN)) if known else NEVER
    zh, en = span.name("zh"), span.name("en")
    return Text(NOTHING.zh.format(period=zh, known=told.zh), NOTHING.en.format(period=en, known=told.en))
