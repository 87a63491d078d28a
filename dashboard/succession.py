"""What categories became: how a comparison counts codes that were renamed, merged or split between its two periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Engine, Table, select

from dashboard.asking import fetch, remembered
from dashboard.filters import CHOICES, ScopedFilters
from dashboard.warehouse import categories, category_successors

LEVELS = ("category_code", "major_code")
CHOSEN_BY = {column: choice for choice, column in CHOICES.items() if column in LEVELS}


@dataclass(frozen=True)
class Succession:
    """How old codes are counted: `renamed` (column, old category, key now), and keys that compare with nothing honestly.

    `torn` holds them by column: what was split among several, and what it was split into. `is_torn`: the choice made is one of them.
    """

    renamed: tuple[tuple[str, str, str], ...] = ()
    torn: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_torn: bool = False

    def of(self, filters: ScopedFilters) -> ScopedFilters:
        return replace(filters, renamed=self.renamed) if self.renamed else filters


NOTHING_CHANGED = Succession()


def succession(engine: Engine, table: Table, now: ScopedFilters, before: ScopedFilters) -> Succession:
    """What categories became between two periods: only what took effect after the one began and before the other ended."""
    if "category_code" not in table.c:
        return NOTHING_CHANGED
    became: dict[str, set[str]] = {}
    for old, new, valid_from in _successors(engine):
        if before.since < valid_from <= now.until:
            became.setdefault(old, set()).add(new)
    if not became:
        return NOTHING_CHANGED
    majors, is_torn = _majors(engine), False
    renamed: list[tuple[str, str, str]] = []
    torn: dict[str, frozenset[str]] = {}
    for column in LEVELS:
        names = majors if column == "major_code" else {}
        chosen: set[str] = set(getattr(now.wish, CHOSEN_BY[column]))
        split: set[str] = set()
        for old in sorted(became):
            keys = {names.get(code, code) for code in _in_the_end(old, became, frozenset())}
            own = names.get(old, old)
            # What was split among all that are chosen is still all there.
            if len(keys) == 1 or keys <= chosen:
                renamed.append((column, old, min(keys)))
            elif chosen & (keys | {own}):
                is_torn = True
            split |= keys | {own} if len(keys) > 1 else set()
        torn[column] = frozenset(split)
    return Succession(tuple(renamed), torn, is_torn)


def _in_the_end(code: str, became: Mapping[str, set[str]], above: frozenset[str]) -> set[str]:
    """The codes at the end of all ways from a code; one that goes on beside its successors is an end too."""
    if code not in became or code in above:
        return {code}
    return {end for new in became[code] for end in ({code} if new == code else _in_the_end(new, became, above | {code}))}


@remembered(8)
def _successors(engine: Engine) -> list[tuple[str, str, date]]:
    frame = fetch(engine, select(category_successors).where(category_successors.c.valid_from.is_not(None)))
    days = frame["valid_from"].dt.date if len(frame) else []
    return list(zip(frame["old_code"], frame["new_code"], days, strict=True))


@remembered(8)
def _majors(engine: Engine) -> dict[str, str]:
    frame = fetch(engine, select(categories.c.category_code, categories.c.major_code).where(categories.c.major_code.is_not(None)))
    return dict(zip(frame["category_code"], frame["major_code"], strict=True))
