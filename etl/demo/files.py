"""Writes rows in the platforms' own formats: delimited text in two encodings, JSON by the line or as an array, a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from etl.demo.exports import Export, query
from etl.demo.workbook import write_workbook

PIECE = 1 << 22  # bytes
MARKED = {"video_patrol"}  # its vendor's tool writes a byte order mark
MARK = b"\xef\xbb\xbf"
# What stands above the names where a sheet has two header rows.
GROUPS = {
    "number": "基本信息",
    "reported_at": "办理时间",
    "status": "分类与地点",
    "unit": "承办与警情",
    "rework_count": "考核与评价",
}


def write_export(con: duckdb.DuckDBPyConnection, export: Export, rows: str, path: Path) -> int:
    """Write a relation of our columns, and `dirt`, as the platform would; returns the rows a reader must find.

    A delivery without rows is a header, or an empty array: the platform is alive.
    """
    if export.form == "excel":
        return _write_sheet(con, export, rows, path)
    if export.form == "json":
        return _write_array(con, export, rows, path)
    written = _write_lines(con, export, rows, path)
    if not written and export.form == "lines":
        path.write_bytes(b"[]\n")
    return written


def _copied(con: duckdb.DuckDBPyConnection, sql: str, path: Path, options: str) -> int:
    name = str(path).replace("'", "''")
    return int(con.execute(f"copy ({sql}) to '{name}' ({options})").fetchall()[0][0])


def _write_lines(con: duckdb.DuckDBPyConnection, export: Export, rows: str, path: Path) -> int:
    """Text, a row a line; rows whose dirt is `cut_row` break off and stand among the others, evenly."""
    scratch = path.with_name(f"{path.name}.scratch")
    declared, header, delimiter = export.source.csv, "", ""
    if export.form == "csv":
        delimiter = (declared.delimiter if declared else None) or ("\t" if path.suffix == ".tsv" else ",")
        header = f", delimiter '{delimiter}', header "
    form = "csv" if export.form == "csv" else "json"
    _copied(con, query(export, rows, "dirt = 'cut_row'"), scratch, f"format {form}" + (header and f"{header} false"))
    broken = [_cut(line, delimiter.encode()) for line in scratch.read_bytes().splitlines()]
    count = _copied(con, query(export, rows, "dirt <> 'cut_row'"), scratch, f"format {form}" + (header and f"{header} true"))
    encoding = declared.encoding if declared else "utf-8"
    with scratch.open("rb") as whole, path.open("wb") as file:
        file.write(MARK if export.source.code in MARKED else b"")
        for piece in _spliced(whole, count + bool(header), broken, bool(header)):
            file.write(piece.decode("utf-8").encode("gb18030") if encoding == "gb18030" else piece)
    scratch.unlink()
    return count + len(broken)


def _cut(line: bytes, delimiter: bytes) -> bytes:
    """The first four columns of a line (they hold no quoted text), or the first part of a line of JSON."""
    if delimiter:
        return delimiter.join(line.split(delimiter)[:4])
    return line[: len(line) // 3].decode("utf-8", "ignore").encode()


def _spliced(whole: BinaryIO, lines: int, cut: list[bytes], has_header: bool) -> Iterator[bytes]:
    """The lines of a file with the cut ones put among them, piece by piece: no export is held whole."""
    passed = 0
    for number, line in enumerate(cut, start=1):
        target = max(int(has_header), lines * number // (len(cut) + 1))
        yield b"".join([*islice(whole, target - passed), line, b"\n"])
        passed = target
    while rest := whole.readlines(PIECE):
        yield b"".join(rest)


def _write_array(con: duckdb.DuckDBPyConnection, export: Export, rows: str, path: Path) -> int:
    """One array, inside objects where the source declares them."""
    count = _copied(con, query(export, rows), path, "format json, array true")
    declared = export.source.json_
    keys = declared.records.split(".") if declared and declared.records else []
    if keys:
        opening = "".join(f'{{"{key}": ' for key in keys)
        path.write_bytes(opening.encode() + path.read_bytes().strip() + b"}" * len(keys) + b"\n")
    return count


def _write_sheet(con: duckdb.DuckDBPyConnection, export: Export, rows: str, path: Path) -> int:
    """Times are the spreadsheet's own; a date mistyped stays text."""
    found = con.execute(query(export, rows).replace("select ", "select dirt, ", 1)).fetchall()
    columns = export.source.columns
    report = list(columns).index(export.report)
    bad = {report: export.bad_date}

    def printed(dirt: str, *cells: object) -> Sequence[object]:
        return [bad.get(place, value) for place, value in enumerate(cells)] if dirt == "bad_date" else cells

    declared = export.source.excel
    heads: list[Sequence[object]] = [list(columns.values())]
    if declared and (declared.header_rows or 1) > 1:
        heads.insert(0, [GROUPS.get(ours) for ours in columns])
    sheet = (declared and declared.sheet) or "Sheet1"
    return write_workbook(path, sheet, chain(heads, (printed(*row) for row in found))) - len(heads)
