"""Reads a sheet of a workbook, with values as text like those of a CSV export."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from etl.errors import FileRefused
from etl.readers.reading import GROUP_ROWS, Reading, column_names, literal, no_rows, quoted, view_of
from etl.source import ExcelSection, Source

HALF_A_SECOND = timedelta(microseconds=500_000)


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read a sheet; see `etl.readers.read`. `row_number` counts the sheet's rows below the header, empty ones too."""
    declared = source.excel or ExcelSection()
    cells = _cells(path, declared)
    header_rows = declared.header_rows
    if len(cells) < header_rows:
        hope = f"{header_rows} header rows and rows below them"
        raise FileRefused(f"the sheet has {len(cells)} rows", path, expected=hope)
    header = [as_text(value) or "" for value in cells[header_rows - 1]]
    while header and not header[-1] and all(_is_empty(row[len(header) - 1]) for row in cells[header_rows:]):
        header.pop()
    columns, warnings = column_names(header, source, path, header_rows)
    numbers = [number for number, row in enumerate(cells[header_rows:], 1) if not all(map(_is_empty, row))]
    table = {"row_number": pa.array(numbers, pa.int64())}
    for place, name in enumerate(columns):
        values = [cells[header_rows - 1 + number][place] for number in numbers]
        table[name] = pa.array(column_text(values), pa.string())
    rows = scratch / f"{secrets.token_hex(4)}.parquet"
    pq.write_table(pa.table(table), rows, row_group_size=GROUP_ROWS)
    relation = view_of(con, f"select {', '.join(map(quoted, columns))}, row_number from read_parquet({literal(rows)})")
    return Reading(relation, columns, [], warnings + no_rows(len(numbers)))


def column_text(values: Sequence[Any]) -> list[str | None]:
    """A column's values as text; a day among times is that day's midnight."""
    types = set(map(type, values))
    if types <= {str}:
        return [value or None for value in values]
    if {date, datetime} <= types:
        values = [datetime(v.year, v.month, v.day) if type(v) is date else v for v in values]
    return [as_text(value) for value in values]


def as_text(value: object) -> str | None:
    """A cell as a CSV export would write it: 13.0 is 13, true is 1, a time is to the second, an empty cell is None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A sheet counts days in binary fractions, so a second may lie a little before itself.
        return (value + HALF_A_SECOND).isoformat(" ", "seconds")
    return str(value)


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _cells(path: Path, declared: ExcelSection) -> list[list[Any]]:
    """The cells of the declared sheet row by row. Raises FileRefused if there is no such workbook or sheet."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
        name = declared.sheet or (sheets[0] if sheets else "")
        if name not in sheets:
            hope = f"a sheet {name!r}, as declared"
            raise FileRefused(f"there is no sheet {name!r}, only {', '.join(sheets) or 'none'}", path, expected=hope)
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise FileRefused(f"is not a readable workbook: {error}", path, expected="an .xlsx or .xls workbook") from error
