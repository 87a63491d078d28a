"""Writes the platforms' exports in their own formats: CSV in two encodings, lines of JSON, a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, starmap
from pathlib import Path
from typing import BinaryIO

import duckdb

from etl.demo.platforms import EXPORTS, query
from etl.demo.workbook import write_workbook

PIECE = 1 << 22  # bytes
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


def copied(con: duckdb.DuckDBPyConnection, sql: str, path: Path, options: str) -> int:
    """Write the rows of a SELECT to a text file; returns their number."""
    return int(con.execute(f"copy ({sql}) to '{path}' ({options})").fetchall()[0][0])


def cut_json(line: bytes) -> bytes:
    """The first part of a line of JSON."""
    return line[: len(line) // 3].decode("utf-8", "ignore").encode()


def cut_csv(line: bytes) -> bytes:
    """The first four columns of a line of CSV (they hold no quoted text)."""
    return b",".join(line.split(b",")[:4])


def cut_semicolons(line: bytes) -> bytes:
    """The first four columns of a line separated by semicolons."""
    return b";".join(line.split(b";")[:4])


def spliced(whole: BinaryIO, lines: int, cut: list[bytes], has_header: bool) -> Iterator[bytes]:
    """The lines of a file with the cut ones put among them, evenly, piece by piece: no export is held whole."""
    passed = 0
    for number, line in enumerate(cut, start=1):
        target = max(int(has_header), lines * number // (len(cut) + 1))
        yield b"".join([*islice(whole, target - passed), line, b"\n"])
        passed = target
    while rest := whole.readlines(PIECE):
        yield b"".join(rest)


def write_text(
    con: duckdb.DuckDBPyConnection,
    platform: str,
    path: Path,
    options: str,
    cut: Callable[[bytes], bytes],
    *,
    encoding: str = "utf-8",
    mark: bytes = b"",
) -> int:
    """Write a text export, opened by `mark`; returns its number of rows, cut ones included."""
    has_header = "header" in options
    scratch = path.with_suffix(".scratch")
    copied(con, query(platform, "dirt = 'cut_row'"), scratch, options.replace("header", "header false"))
    broken = [cut(line) for line in scratch.read_bytes().splitlines()]
    rows = copied(con, query(platform, "dirt <> 'cut_row'"), scratch, options)
    with scratch.open("rb") as whole, path.open("wb") as file:
        file.write(mark)
        for piece in spliced(whole, rows + int(has_header), broken, has_header):
            file.write(piece if encoding == "utf-8" else piece.decode("utf-8").encode(encoding))
    scratch.unlink()
    return rows + len(broken)


def write_hotline(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format csv, header", cut_csv)


def write_grid(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format csv, header", cut_csv, encoding="gb18030")


def write_mini_program(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    return write_text(con, platform, path, "format json", cut_json)


def write_video(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    # The vendor's tool writes a byte order mark.
    return write_text(con, platform, path, "format csv, header, delimiter ';'", cut_semicolons, mark=b"\xef\xbb\xbf")


def write_police(con: duckdb.DuckDBPyConnection, platform: str, path: Path) -> int:
    """Two header rows, and times as the spreadsheet's own dates; a date mistyped stays text."""
    export = EXPORTS[platform]
    rows = con.execute(query(platform, "true").replace("select ", "select dirt, ", 1)).fetchall()
    headers = list(export.columns)
    reported = headers.index("报送时间")

    def printed(dirt: str, *cells: object) -> Sequence[object]:
        return (*cells[:reported], export.bad_date, *cells[reported + 1 :]) if dirt == "bad_date" else cells

    heads: list[Sequence[object]] = [[GROUPS.get(header) for header in headers], headers]
    return write_workbook(path, "工单", chain(heads, starmap(printed, rows))) - len(heads)


WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, str, Path], int]] = {
    "hotline_12345": write_hotline,
    "grid_patrol": write_grid,
    "mini_program": write_mini_program,
    "police_desk": write_police,
    "video_patrol": write_video,
}
