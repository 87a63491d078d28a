"""How a table is built: its headings over one or several rows, its labels, and which rows are totals, subtotals and `其中`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.reports.checking.document import Grid
from dashboard.reports.checking.numerals import Number, is_nothing, plain, read_cell

RowKind = Literal["detail", "within", "subtotal", "total"]
OF = r"(?:[(（][^)）]*[)）])?:?"
TOTAL = re.compile(rf"(?:全部|本[月期年周季日])?(?:合计|总计|共计|总和|总数){OF}|totals?|sum|all", re.IGNORECASE)
SUBTOTAL = re.compile(rf".{{0,12}}小计{OF}|subtotal", re.IGNORECASE)
WITHIN = re.compile(r"[(（]?(?:其中|#|of which|—|-{1,2}\s)", re.IGNORECASE)
OUTLINE = (r"[一二三四五六七八九十]+、", r"\([一二三四五六七八九十]+\)", r"\d{1,2}[.、](?!\d)", r"\(\d{1,2}\)")
MOST_HEADERS = 4


@dataclass(frozen=True)
class Row:
    """A row below the headings: what it is called, how deep it stands, and its numbers by column."""

    place: int
    label: str
    kind: RowKind
    depth: int
    numbers: tuple[Number | None, ...]


@dataclass(frozen=True)
class Layout:
    """A grid as it is built. `headings` join the levels of each column, `groups` are the uppermost level."""

    grid: Grid
    headings: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[Row, ...]
    # Columns in which every cell that holds anything holds a number.
    numeric: tuple[int, ...]
    # Titles inside the table, and the text around it.
    around: str

    @cached_property
    def totals(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "total"]

    def heading(self, column: int) -> str:
        return self.headings[column] or f"第{column + 1}列"


def layout_of(grid: Grid) -> Layout:
    """Reads how a table is built."""
    rows, titles = _without_titles(_squared(grid.rows))
    count = _header_count(rows)
    headings, groups = _headings(rows[:count])
    half = len(headings) // 2
    body = rows[count:]
    if half > 1 and len(headings) % 2 == 0 and headings[:half] == headings[half:] and any(headings):
        # Two stacks of the same columns side by side are one table.
        body, headings, groups = [*(row[:half] for row in body), *(row[half:] for row in body)], headings[:half], groups[:half]
    body = [row for row in body if any(cell is not None and not is_nothing(cell) for cell in row)]
    numeric = tuple(column for column in range(len(headings)) if _is_numeric([row[column] for row in body]))
    return Layout(
        grid, headings, groups, tuple(_row(place, row, numeric) for place, row in enumerate(body)), numeric,
        " ".join([*titles, grid.around]),
    )  # fmt: skip


Cells = list[str | None]


def _squared(rows: Sequence[Sequence[str | None]]) -> list[Cells]:
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _without_titles(rows: list[Cells]) -> tuple[list[Cells], list[str]]:
    """Rows of one text alone, above the headings, are titles; below the last row, notes."""
    titles: list[str] = []
    while len(rows) > 1 and len(_texts(rows[0])) <= 1 and len(rows[0]) > 1:
        titles += _texts(rows.pop(0))
    while len(rows) > 1 and len(_texts(rows[-1])) == 1 and len(rows[-1]) > 1 and read_cell(_texts(rows[-1])[0]) is None:
        last = _texts(rows[-1])[0]
        if TOTAL.fullmatch(_bare(last)) or SUBTOTAL.fullmatch(_bare(last)):
            break
        titles += _texts(rows.pop())
    return rows, titles


def _texts(row: Cells) -> list[str]:
    return [cell for cell in row if cell is not None and cell.strip()]


def _header_count(rows: list[Cells]) -> int:
    """How many rows at the top hold no number but years."""
    count = 0
    for row in rows[:MOST_HEADERS]:
        held = [read_cell(cell) for cell in row if cell]
        numbers = [number for number in held if number is not None]
        if any(number.unit or not 1990 <= number.value <= 2100 for number in numbers):
            break
        if numbers and ((count > 0 and len(numbers) < 2) or TOTAL.fullmatch(_bare(row[0] or ""))):
            break
        if not numbers and count and any(is_nothing(cell) and cell.strip() for cell in row if cell):
            break  # A row of dashes is a row without data.
        count += 1
    return count if count < len(rows) else min(count, 1)


def _headings(rows: list[Cells]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    width = len(rows[0]) if rows else 0
    levels: list[list[str]] = []
    for level, row in enumerate(rows):
        said: list[str] = []
        for column, cell in enumerate(row):
            text = _bare(cell or "")
            below = level + 1 < len(rows) and bool((rows[level + 1][column] or "").strip())
            if not text and column and ((cell is None and level == 0) or below):
                text = said[column - 1]
            said.append(text)
        levels.append(said)
    joined = tuple("/".join(dict.fromkeys(level[column] for level in levels if level[column])) for column in range(width))
    groups = tuple(levels[0]) if len(levels) > 1 else tuple("" for _ in range(width))
    return joined, groups


def _is_numeric(cells: list[str | None]) -> bool:
    held = [read_cell(cell) for cell in cells if cell is not None and not is_nothing(cell)]
    return bool(held) and all(number is not None for number in held)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


def _row(place: int, cells: Cells, numeric: tuple[int, ...]) -> Row:
    labels = [cell for column, cell in enumerate(cells) if column not in numeric and cell and cell.strip()]
    first = labels[0] if labels else ""
    kind: RowKind = "detail"
    if any(TOTAL.fullmatch(_bare(label)) for label in labels):
        kind = "total"
    elif any(SUBTOTAL.fullmatch(_bare(label)) for label in labels):
        kind = "subtotal"
    elif any(WITHIN.match(plain(label).strip()) for label in labels):
        kind = "within"
    numbers = tuple(read_cell(cell) if column in numeric and cell else None for column, cell in enumerate(cells))
    return Row(place, " ".join(label.strip() for label in labels), kind, _depth(first), numbers)


def _depth(label: str) -> int:
    """How deep a label stands, by its indent or its number in an outline."""
    text = plain(label)
    indent = len(text) - len(text.lstrip())
    outlined = next((level for level, form in enumerate(OUTLINE) if re.match(form, text.lstrip())), 0)
    return indent + outlined
