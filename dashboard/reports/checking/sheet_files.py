"""Reads workbooks into grids: every block of cells of every sheet is a table of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from dashboard.reports.checking.document import Grid, Line, Unreadable
from dashboard.texts import Text

NOT_WORKBOOK = Text("不是完好的工作簿", "not a sound workbook")
ENCRYPTED = Text("文件已加密，无法读取", "the file is encrypted and cannot be read")
HUGE = Text("文件过大，未作校验", "the file is too large and was not checked")
MOST_CELLS = 2_000_000
Cells = list[list[str | None]]


def read_workbook(path: Path) -> list[Line | Grid]:
    """The tables and loose texts of every sheet. Raises Unreadable."""
    parts: list[Line | Grid] = []
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Unreadable(HUGE)
            cells: Cells = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
                _merge(cells, top, left, bottom, right)
            parts += blocks(cells, Text(f"工作表“{name}”", f"Sheet “{name}”"))
    except PasswordError as error:
        raise Unreadable(ENCRYPTED) from error
    except (CalamineError, OSError) as error:
        raise Unreadable(NOT_WORKBOOK) from error
    return parts


def _text(value: Any) -> str:
    """A cell as its reader would write it; numbers without the noise of binary fractions."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.10f}".rstrip("0")
    if isinstance(value, date | datetime | time | timedelta):
        return f"{value}日" if isinstance(value, date) else str(value)
    return str(value)


def _merge(cells: Cells, top: int, left: int, bottom: int, right: int) -> None:
    for row in range(top, min(bottom + 1, len(cells))):
        for column in range(left, min(right + 1, len(cells[row]))):
            if (row, column) != (top, left):
                cells[row][column] = None


def blocks(cells: Cells, where: Text) -> Iterator[Line | Grid]:
    """Blocks of cells between empty rows and empty columns; rows of one text above or below a block are lines."""
    tables = lines = 0
    for block in _parted(cells):
        rows = list(block)
        before: list[str] = []
        while rows and len(_texts(rows[0])) == 1 and len(rows) > 1:
            before += _texts(rows.pop(0))
        if len(rows) == 1 and len(_texts(rows[0])) == 1:
            before += _texts(rows.pop(0))
        after: list[str] = []
        while len(rows) > 1 and len(_texts(rows[-1])) == 1:
            after = [*_texts(rows.pop()), *after]
        for text in before:
            lines += 1
            yield Line(Text(f"{where.zh}文字{lines}", f"{where.en}, text {lines}"), text)
        if rows:
            tables += 1
            for part in _side_by_side(rows):
                yield Grid(Text(f"{where.zh}表{tables}", f"{where.en}, table {tables}"), tuple(tuple(row) for row in part))
        for text in after:
            lines += 1
            yield Line(Text(f"{where.zh}文字{lines}", f"{where.en}, text {lines}"), text)


def _texts(row: Sequence[str | None]) -> list[str]:
    return [cell for cell in row if cell and cell.strip()]


def _parted(cells: Cells) -> Iterator[Cells]:
    block: Cells = []
    for row in cells:
        # A row of which all is merged into the one above belongs to it.
        if _texts(row) or (block and any(cell is None for cell in row)):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _side_by_side(rows: Cells) -> Iterator[Cells]:
    """A block apart at its empty columns."""
    width = max(len(row) for row in rows)
    squared = [[*row, *[""] * (width - len(row))] for row in rows]
    filled = [any(row[column] is None or (row[column] or "").strip() for row in squared) for column in range(width)]
    start: int | None = None
    for column in range(width + 1):
        if column < width and filled[column]:
            start = column if start is None else start
        elif start is not None:
            yield [row[start:column] for row in squared]
            start = None
