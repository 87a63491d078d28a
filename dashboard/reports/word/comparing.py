"""The tables of an edited Word file against the report's: cells that differ, rows that were taken out or put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboard.reports.model import Table
from dashboard.reports.word import wording
from dashboard.reports.word.finding import plain
from dashboard.reports.word.reading import Read, ReadTable


@dataclass(frozen=True)
class CellChange:
    """A cell by its place below the headings (row −1 are the headings) and their names."""

    key: str
    row: int
    column: int
    row_name: str
    column_name: str
    was: str
    now: str


@dataclass(frozen=True)
class RowChange:
    """A row that people took out of a table or put into it; `row` is its place below the headings, then or now."""

    key: str
    row: int
    cells: tuple[str, ...]
    is_added: bool


def tables_in(body: Sequence[Read | ReadTable], tables: dict[str, Table]) -> dict[str, ReadTable]:
    """The report's tables in the file: by bookmark, else by the title they carry, else by their headings."""
    held = [one for one in body if isinstance(one, ReadTable)]
    found: dict[str, ReadTable] = {}
    for name, block in tables.items():
        heads = [plain(cell) for cell in wording.table_texts(block)[0]]
        free = [one for one in held if not any(one is other for other in found.values())]
        ranked = (
            next((one for one in free if name in one.names), None),
            next((one for one in free if plain(one.caption) == plain(block.caption) and not set(one.names) & set(tables)), None),
            next(
                (one for one in free if one.rows and [plain(cell) for cell in one.rows[0]] == heads and not set(one.names) & set(tables)),
                None,
            ),
        )
        chosen = next((one for one in ranked if one is not None), None)
        if chosen is not None:
            found[name] = chosen
    return found


def table_changes(tables: dict[str, Table], found: dict[str, ReadTable]) -> tuple[list[CellChange], list[RowChange]]:
    cells: list[CellChange] = []
    rows: list[RowChange] = []
    for name, read in found.items():
        block = tables[name]
        was, now = wording.table_texts(block), read.rows
        one, other = ([tuple(plain(cell) for cell in row) for row in held] for held in (was, now))
        if one == other:
            continue
        pairs = [(place, place) for place in range(len(was))] if len(was) == len(now) else _paired(one, other)
        for before, after in pairs:
            cells += _cells(block, was, before, now[after])
        lost, new = set(range(len(was))) - {pair[0] for pair in pairs}, set(range(len(now))) - {pair[1] for pair in pairs}
        rows += [RowChange(block.key, place - 1, tuple(was[place]), is_added=False) for place in sorted(lost)]
        rows += [RowChange(block.key, place - 1, tuple(now[place]), is_added=True) for place in sorted(new)]
    return cells, rows


def _paired(was: list[tuple[str, ...]], now: list[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Which rows are the same ones: by their first cells."""
    matcher = SequenceMatcher(None, [row[:1] for row in was], [row[:1] for row in now], autojunk=False)
    return [(block.a + step, block.b + step) for block in matcher.get_matching_blocks() for step in range(block.size)]


def _cells(block: Table, was: list[list[str]], place: int, now: list[str]) -> list[CellChange]:
    """What differs in a row; a column beyond the table's own is new."""
    wide = max(len(was[place]), len(now))
    before, after = ([*row, *[""] * (wide - len(row))] for row in (was[place], now))
    return [
        CellChange(
            block.key, place - 1, column, was[place][0], block.columns[column].title if column < len(block.columns) else "", old, new
        )
        for column, (old, new) in enumerate(zip(before, after, strict=True))
        if plain(old) != plain(new)
    ]
