"""The denominator guard: seen = counted + duplicates + deleted, and what of the counted has no category, place or unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Select, and_, func, select

from dashboard import texts
from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.reference import data_state
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import R, disputes, tickets


def guard_text(engine: Engine, filters: ScopedFilters, look: Theme, kind: str = "tickets") -> str:
    """One sentence over the tickets reported, or the disputes accepted, in the period."""
    return _of_disputes(engine, filters, look) if kind == "disputes" else _of_tickets(engine, filters, look)


def _of_disputes(engine: Engine, filters: ScopedFilters, look: Theme) -> str:
    d = disputes.c
    missing = {"type": d.dispute_type_code, "place": d.division_code, "organisation": d.organisation_code}
    query = select(
        func.count().label("seen"), func.count().filter(d.is_counted).label("counted"), func.count().filter(d.is_deleted).label("deleted"),
        *(func.count().filter(and_(d.is_counted, column.is_(None))).label(name) for name, column in missing.items()),
    ).where(where(disputes, R, filters, whole=True))  # fmt: skip
    return _filled(texts.GUARD_DISPUTES, engine, query, look)


def _filled(text: Text, engine: Engine, query: Select[*tuple[Any, ...]], look: Theme) -> str:
    row = fetch(engine, query).iloc[0]
    return look.say(text).format(**{name: f"{int(row[name]):,}" for name in row.index})


def _of_tickets(engine: Engine, filters: ScopedFilters, look: Theme) -> str:
    t = tickets.c
    counted = t.is_counted
    query = select(
        func.count().label("seen"), func.count().filter(counted).label("counted"),
        func.count().filter(and_(~counted, ~t.is_deleted)).label("repeats"),
        func.count().filter(t.is_deleted).label("deleted"),
        func.count().filter(and_(counted, t.category_code.is_(None))).label("category"),
        func.count().filter(and_(counted, t.division_code.is_(None))).label("place"),
        func.count().filter(and_(counted, t.unit_code.is_(None))).label("unit"),
    ).where(where(tickets, R, filters, whole=True))  # fmt: skip
    text = _filled(texts.GUARD, engine, query, look)
    state = data_state(engine, "tickets", filters.wish.sources)
    if state.closing_count < state.source_count:
        text += "；" if look.language == "zh" else "; "
        text += look.say(texts.WITHOUT_CLOSING).format(n=state.source_count, m=state.closing_count)
    return text
