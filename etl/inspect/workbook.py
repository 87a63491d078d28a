"""The sheets of a workbook, and which of them hold the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl.errors import FileRefused
from etl.inspect.header import header_depth
from etl.inspect.shape import Shape
from etl.inspect.synonyms import is_known
from etl.readers.cell_text import as_text
from etl.readers.sheet_header import header_of
from etl.readers.workbook import Sheet
from etl.sections import ExcelSection

ROWS = 300


def sheets_shape(sheets: Sequence[Sheet], path: Path, wanted: str | None) -> Shape:
    """The wanted sheet, else the one that looks most like a table of ours, with all that are alike. Raises FileRefused if there is none."""
    by_name = {sheet.name: sheet for sheet in sheets}
    if wanted and wanted not in by_name:
        raise FileRefused(f"there is no sheet {wanted!r}", path, expected=f"one of {', '.join(by_name)}")
    tops = {name: _top(sheet) for name, sheet in by_name.items() if wanted in (None, name)}
    depths = {name: header_depth(rows) for name, rows in tops.items() if any(map(any, rows))}
    if not depths:
        raise FileRefused("every sheet is empty", path, expected="a header and rows")
    chosen = max(depths, key=lambda name: (_worth(tops[name], depths[name]), len(tops[name])))
    depth = max(depths[chosen], 1)
    place = _place(tops[chosen], depth)
    names = _names(by_name[chosen], place)
    alike = [name for name in depths if name != chosen and depths[name] and _names(by_name[name], place) == names]
    options: dict[str, Any] = {"sheets": "*"} if alike else {"sheet": chosen} if len(by_name) > 1 else {}
    notes = []
    if alike:
        notes.append(f"sheets: {', '.join(by_name)}; {', '.join([chosen, *alike])} have the same columns and are read together")
    elif len(by_name) > 1:
        notes.append(f"sheets: {', '.join(by_name)}; this is {chosen!r} (another: --sheet NAME)")
    if depths[chosen] == 0:
        notes.append("no header: the first row looks like data, and would be taken for the names. Put a row of names above it.")
    elif depth > 1:
        notes.append(f"{depth - 1} {'row stands' if depth == 2 else 'rows stand'} above the names (titles or groups)")
    anchor = next((name for name in names if name and names.count(name) == 1), "")
    return Shape("excel", options | place, notes, anchor, depths[chosen] > 0)


def _place(rows: list[list[str]], depth: int) -> dict[str, int]:
    """Where the names stand: below the titles."""
    titles = next((number for number, row in enumerate(rows[:depth]) if sum(map(bool, row)) > 1), 0)
    return {"header_row": titles + 1, "header_rows": depth - titles} if titles else {"header_rows": depth}


def _names(sheet: Sheet, place: dict[str, int]) -> list[str]:
    """The names a sheet has in that place, as the loader joins them."""
    header = header_of(sheet, ExcelSection.model_validate(place), Shape("excel", {}).source(sheet.name))
    return header.names if header else []


def _top(sheet: Sheet) -> list[list[str]]:
    return [[(as_text(cell) or "").strip() for cell in row] for row in sheet.cells[:ROWS]]


def _worth(rows: list[list[str]], depth: int) -> int:
    """How much a sheet looks like ours: names that are known, then columns that are named."""
    names = [cell for cell in rows[max(depth, 1) - 1] if cell]
    return 10 * sum(map(is_known, names)) + len(names) if len(rows) > depth else 0
