"""Writes the platforms' exports in their own formats: CSV in two encodings, lines of JSON, a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter

from etl.demo.platforms import EXPORTS, query

GROUPS = {
    "编号": "基本信息",
    "报送时间": "办理时间",
    "办理状态": "分类与地点",
    "承办": "承办与警情",
    "返工": "考核与评价",
}


def write_exports(con: duckdb.DuckDBPyConnection, out: Path) -> dict[str, tuple[Path, int]]:
    """Write one file for each platform from the relation `state`; returns (path, rows a reader must find)."""
    written: dict[str, tuple[Path, int]] = {}
    for platform, export in EXPORTS.items():
        path = out / export.file_name
        written[platform] = (path, WRITERS[platform](con, platform, path))
    return written


def copied(con: duckdb.DuckDBPyConnection, sql: str, path: Path, options: str) -> bytes:
    """The rows of a SELECT as the bytes of a text file."""
    con.execute(f"copy ({sql}) to '{path}' ({options})")
    content = path.read_bytes()
    path.unlink()
    return content


def cut_json(line: bytes) -> bytes:
    """The first part of a line of JSON."""
    return line[: len(line) // 3].decode("utf-8", "ignore").encode()


def cut_csv(line: bytes) -> bytes:
    """The first four columns of a line of CSV (they hold no quoted text)."""
    return b",".join(line.split(b",")[:4])


def cut_semicolons(line: bytes) -> bytes:
    """The first four columns of a line separated by semicolons."""
    return b";".join(line.split(b";")[:4])


def spliced(whole: bytes, cut: list[bytes], has_header: bool) -> bytes:
    """Put the cut lines among the whole ones, evenly; `whole` ends with a line's end."""
    lines = whole.count(b"\n")
    parts, start, passed = [], 0, 0
    for number, line in enumerate(cut, start=1):
        target = max(int(has_header), lines * number // (len(cut) + 1))
        end = start
        for _ in range(target - passed):
            end = whole.index(b"\n", end) + 1
        parts += [whole[start:end], line, b"\n"]
        start, passed = end, target
    return b"".join([*parts, whole[start:]])


def write_text(
    con: duckdb.DuckDBPyConnection,
    platform: str,
    path: Path,
    options: str,
    cut: Callable[[bytes], bytes],
    recode: Callable[[bytes], bytes] = bytes,
) -> int:
    """Write a text export; returns its number of rows, cut ones included."""
    has_header = "header" in options
    scratch = path.with_suffix(".scratch")
    whole = copied(con, query(platform, "dirt <> 'cut_row'"), scratch, options)
    bare = options.replace("header", "header false")
    broken = [cut(line) for line in copied(con, query(platform, "dirt = 'cut_row'"), scratch, bare).splitlines()]
    path.write_bytes(recode(spliced(whole, broken, has_header)))
    return whole.count(b"\n") - int(has_header) + len(broken)


def write_hotline(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format csv, header", cut_csv)


def write_grid(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format csv, header", cut_csv, lambda b: b.decode("utf-8").encode("gb18030"))


def write_mini_program(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format json", cut_json)


def write_video(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    # The vendor's tool writes a byte order mark.
    return write_text(con, platform, path, "format csv, header, delimiter ';'", cut_semicolons, lambda b: b"\xef\xbb\xbf" + b)


def write_police(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    """Two header rows, and times as the spreadsheet's own dates; a date mistyped stays text."""
    rows = con.execute(query(platform, "true").replace("select ", "select dirt, ", 1)).fetchall()
    headers = list(EXPORTS[platform].columns)
    reported = headers.index("报送时间")
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("工单")
        date_format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, [GROUPS.get(header, "") for header in headers])
        sheet.write_row(1, 0, headers)
        for line, (dirt, *cells) in enumerate(rows, start=2):
            if dirt == "bad_date":
                cells[reported] = EXPORTS[platform].bad_date
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(line, column, cell, date_format)
                elif isinstance(cell, str):
                    sheet.write_string(line, column, cell)
                elif cell is not None:
                    sheet.write_number(line, column, cell)
    return len(rows)


WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, str, Path], int]] = {
    "hotline_12345": write_hotline,
    "grid_patrol": write_grid,
    "mini_program": write_mini_program,
    "police_desk": write_police,
    "video_patrol": write_video,
}
