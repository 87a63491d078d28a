"""The denominator guard: seen = counted + duplicates + deleted, and what of the counted has no category, place or unit."""

from __future__ import annotations

from sqlalchemy import Engine, and_, func, select

from dashboard import texts
from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.reference import data_state
from dashboard.theme import Theme
from dashboard.warehouse import R, tickets


def guard_text(engine: Engine, filters: ScopedFilters, look: Theme) -> str:
    """One sentence over the tickets reported in the period."""
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
    row = fetch(engine, query).iloc[0]
    text = look.say(texts.GUARD).format(**{name: f"{int(row[name]):,}" for name in row.index})
    state = data_state(engine, "tickets", filters.wish.sources)
    if state.closing_count < state.source_count:
        text += "；" if look.language == "zh" else "; "
        text += look.say(texts.WITHOUT_CLOSING).format(n=state.source_count, m=state.closing_count)
    return text
