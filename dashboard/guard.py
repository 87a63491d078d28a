"""The denominator guard: seen = counted + duplicates + deleted, and what of the counted has no category, place or unit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, Table, and_, false, func, select, true

from dashboard import texts
from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.reference import data_state
from dashboard.theme import Theme
from dashboard.warehouse import R, disputes, tickets

# What a counted row may lack, and what the sentence calls it.
MAY_LACK = {
    "category_code": "category", "dispute_type_code": "type", "risk_type": "type", "division_code": "place", "unit_code": "unit",
    "organisation_code": "organisation",
}  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """Rows of a table in a base and a selection: seen = counted + repeats + deleted; `lacking` is of the counted, by column."""

    seen: int
    counted: int
    repeats: int
    deleted: int
    lacking: dict[str, int]


def guard_of(engine: Engine, table: Table, base: str, filters: ScopedFilters) -> Guard:
    """What was seen of a table and what of it counts; a table that tells no duplicates or deletions has none."""
    counted = table.c.get("is_counted", true())
    deleted = table.c.get("is_deleted", false())
    columns = [name for name in MAY_LACK if name in table.c]
    query = select(
        func.count().label("seen"), func.count().filter(counted).label("counted"),
        func.count().filter(and_(~counted, ~deleted)).label("repeats"), func.count().filter(deleted).label("deleted"),
        *(func.count().filter(and_(counted, table.c[name].is_(None))).label(name) for name in columns),
    ).where(where(table, base, filters, whole=True))  # fmt: skip
    row = fetch(engine, query.select_from(table)).iloc[0]
    found = {str(name): int(row[name]) for name in row.index}
    return Guard(found["seen"], found["counted"], found["repeats"], found["deleted"], {name: found[name] for name in columns})


def guard_text(engine: Engine, filters: ScopedFilters, look: Theme, kind: str = "tickets") -> str:
    """One sentence over the tickets reported, or the disputes accepted, in the period."""
    found = guard_of(engine, disputes if kind == "disputes" else tickets, R, filters)
    said = {"seen": found.seen, "counted": found.counted, "repeats": found.repeats, "deleted": found.deleted}
    said |= {MAY_LACK[name]: count for name, count in found.lacking.items()}
    text = texts.GUARD_DISPUTES if kind == "disputes" else texts.GUARD
    sentence = look.say(text).format(**{name: f"{count:,}" for name, count in said.items()})
    return sentence if kind == "disputes" else sentence + _without_closing(engine, filters, look)


def _without_closing(engine: Engine, filters: ScopedFilters, look: Theme) -> str:
    state = data_state(engine, "tickets", filters.wish.sources)
    if state.closing_count >= state.source_count:
        return ""
    return ("；" if look.language == "zh" else "; ") + look.say(texts.WITHOUT_CLOSING).format(n=state.source_count, m=state.closing_count)
