"""Reads sheets of a workbook, with values as text like those of a CSV export."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import FileRefused
from etl.readers.cell_text import column_text
from etl.readers.reading import GROUP_ROWS, SHEET, Reading, column_names, literal, no_rows, quoted, view_of
from etl.readers.sheet_header import Header, header_of
from etl.readers.totals import totals_among
from etl.readers.workbook import Sheet, sheets_of
from etl.sections import ExcelSection
from etl.source import Source


@dataclass(frozen=True)
class Part:
    """The rows of one sheet: their places in it below the header (from 1), their cells, and what its total row states."""

    sheet: Sheet
    columns: list[str]
    header_rows: int
    numbers: list[int]
    warnings: list[str]
    control_count: int | None


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read one sheet or several; see `etl.readers.read`.

    `row_number` counts the sheet's rows below the header, empty ones too; over several sheets it goes on, and the
    view has one column more, the sheet's name.
    """
    return read_sheets(sheets_of(path, scratch), path, source, con, scratch)


def read_sheets(sheets: Sequence[Sheet], path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read the declared ones of a file's sheets, or tables. Raises FileRefused if none has the mapped columns."""
    declared = source.excel or ExcelSection()
    chosen, warnings = _chosen(sheets, declared, source, path)
    parts = [_part(sheet, header, source, path) for sheet, header in chosen]
    columns = list(dict.fromkeys(name for part in parts for name in part.columns))
    rows = scratch / f"{secrets.token_hex(4)}.parquet"
    text, several = pa.string(), bool(declared.sheets)
    schema = pa.schema([("row_number", pa.int64()), (SHEET, text), *((name, text) for name in columns)])
    before = 0
    with pq.ParquetWriter(rows, schema) as writer:
        for part in parts:
            writer.write_table(_table(part, columns, before, schema), row_group_size=GROUP_ROWS)
            if several and part.numbers:
                first = part.numbers[0]
                warnings.append(f"row {before + first:,} is row {part.header_rows + first:,} of sheet {part.sheet.name}")
            warnings += part.warnings
            before += len(part.sheet.cells) - part.header_rows
    names = ", ".join([*map(quoted, columns), *([SHEET] if several else [])])
    relation = view_of(con, f"select {names}, row_number from read_parquet({literal(rows)})")
    counts = [part.control_count for part in parts]
    total = sum(count or 0 for count in counts) if None not in counts else None
    above = parts[0].header_rows if len(parts) == 1 else None
    return Reading(relation, columns, [], warnings + no_rows(sum(len(part.numbers) for part in parts)), total, above)


def _table(part: Part, columns: Sequence[str], before: int, schema: pa.Schema) -> pa.Table:
    arrays = {"row_number": [before + number for number in part.numbers], SHEET: [part.sheet.name] * len(part.numbers)}
    places = {name: place for place, name in enumerate(part.columns)}
    below = part.sheet.cells[part.header_rows :]
    for name in columns:
        values = [below[number - 1][places[name]] for number in part.numbers] if name in places else [None] * len(part.numbers)
        arrays[name] = column_text(values)
    return pa.table({field.name: pa.array(arrays[field.name], field.type) for field in schema})


def _chosen(sheets: Sequence[Sheet], declared: ExcelSection, source: Source, path: Path) -> tuple[list[tuple[Sheet, Header]], list[str]]:
    """The sheets to read with their headers, and a word about those that are left. Raises FileRefused."""
    by_name = {sheet.name: sheet for sheet in sheets}
    wanted = [declared.sheet] if declared.sheet else list(declared.sheets or []) if declared.sheets != "*" else []
    for name in wanted:
        if name not in by_name:
            hope = f"a sheet {name!r}, as declared"
            raise FileRefused(f"there is no sheet {name!r}, only {', '.join(by_name) or 'none'}", path, expected=hope)
    looked_at = [by_name[name] for name in wanted] or [sheet for sheet in sheets if sheet.cells] or list(sheets)
    found = [(sheet, header) for sheet in looked_at if (header := header_of(sheet, declared, source))]
    mapped = set(source.columns.values())
    fit = [(sheet, header) for sheet, header in found if mapped <= set(header.names)]
    if (wanted and len(fit) < len(looked_at)) or not fit:
        missing = next(sheet for sheet in looked_at if sheet not in [one for one, _ in fit]) if looked_at else Sheet("", [])
        _refuse(missing, declared, source, path)
    chosen = fit if declared.sheets else fit[:1]
    left = [sheet.name for sheet in sheets if sheet.cells and sheet not in [one for one, _ in chosen]]
    like = [sheet.name for sheet, _ in fit[len(chosen) :]]
    warnings = [f"sheets that were not read: {', '.join(left)}"] if left and not declared.sheet else []
    if like:
        warnings[-1] += f'; {", ".join(like)} would fit: sheets = "*" in [excel] reads all that do'
    return chosen, warnings


def _refuse(sheet: Sheet, declared: ExcelSection, source: Source, path: Path) -> None:
    """Say why a sheet cannot be read: it is too short, or its header lacks mapped names."""
    first = (declared.header_row or 1) + (declared.header_rows or 1) - 1
    if len(sheet.cells) < first:
        raise FileRefused(f"the sheet {sheet.name} has {len(sheet.cells)} rows", path, expected=f"{first} header rows and rows below them")
    plain = ExcelSection(header_row=declared.header_row, header_rows=declared.header_rows or 1)
    header = header_of(sheet, plain, source)
    column_names(header.names if header else [], source, path, first)


def _part(sheet: Sheet, header: Header, source: Source, path: Path) -> Part:
    """The rows of a sheet without empty ones and totals."""
    names, below = list(header.names), sheet.cells[header.rows :]
    while names and not names[-1] and all(_is_empty(row[len(names) - 1]) for row in below):
        names.pop()
    columns, warnings = column_names(names, source, path, header.rows)
    filled = [number for number, row in enumerate(below, 1) if not all(map(_is_empty, row))]
    cells = ((number, below[number - 1][: len(columns)]) for number in filled)
    totals = totals_among(cells, columns, source, lambda number: f"row {header.rows + number:,} of sheet {sheet.name}")
    no_row = set(totals.numbers)
    numbers = [number for number in filled if number not in no_row]
    return Part(sheet, columns, header.rows, numbers, warnings + totals.warnings, totals.control_count)


def _is_empty(value: object) -> bool:
    return value is None or value == ""
