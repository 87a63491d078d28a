"""The sheets of a workbook, and which of them holds the rows."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from etl.errors import FileRefused
from etl.inspect.header import header_depth
from etl.inspect.shape import Shape, is_accepted
from etl.inspect.synonyms import is_known

ROWS = 300


def excel_shape(path: Path, sheet: str | None) -> Shape:
    """The named sheet, else the one that looks most like a table of ours. Raises FileRefused if there is none such."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if sheet and sheet not in names:
            raise FileRefused(f"there is no sheet {sheet!r}", path, expected=f"one of {', '.join(names)}")
        tops = {name: _top(workbook, name) for name in ([sheet] if sheet else names)}
    except (CalamineError, OSError) as error:
        raise FileRefused(f"is not a readable workbook: {error}", path, expected="an .xlsx or .xls workbook") from error
    depths = {name: header_depth(rows) for name, rows in tops.items() if rows}
    if not depths:
        raise FileRefused("every sheet is empty", path, expected="a header and rows")
    chosen = max(depths, key=lambda name: (_worth(tops[name], depths[name]), len(tops[name])))
    notes = []
    if len(names) > 1:
        notes.append(f"sheets: {', '.join(names)}; this is {chosen!r} (another: --sheet NAME)")
    rows, depth = tops[chosen], max(depths[chosen], 1)
    if depths[chosen] == 0:
        notes.append("no header: the first row looks like data, and would be taken for the names. Put a row of names above it.")
    elif depth > 1:
        notes.append(f"{depth - 1} {'row stands' if depth == 2 else 'rows stand'} above the names (titles or groups)")
    alike = [name for name in depths if name != chosen and tops[name][: depths[name]][-1:] == rows[:depth][-1:]]
    if alike:
        notes.append(f"the same columns stand in {', '.join(alike)}: load each sheet by a source of its own, or all by `sheets`")
    return Shape("excel", {"sheet": chosen, **_place(rows, depth)}, notes, _anchor(rows[depth - 1]), depths[chosen] > 0)


def _place(rows: list[list[str]], depth: int) -> dict[str, int]:
    """Where the names stand: below the titles, if a source can say so."""
    titles = next((number for number, row in enumerate(rows[:depth]) if sum(map(bool, row)) > 1), 0)
    if titles and is_accepted("excel", header_row=titles + 1, header_rows=depth - titles):
        return {"header_row": titles + 1, "header_rows": depth - titles}
    return {"header_rows": depth}


def _anchor(names: list[str]) -> str:
    return next((name for name in map(str.strip, names) if name and names.count(name) == 1), "")


def _top(workbook: CalamineWorkbook, name: str) -> list[list[str]]:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=ROWS)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _worth(rows: list[list[str]], depth: int) -> int:
    """How much a sheet looks like ours: names that are known, then columns that are named."""
    names = [cell for cell in rows[max(depth, 1) - 1] if cell]
    return 10 * sum(map(is_known, names)) + len(names) if len(rows) > depth else 0
