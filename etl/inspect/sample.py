"""The rows of a file as the loader itself would read them: all of a small file, the beginning and the end of a large one."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import duckdb

from etl import masks
from etl.books import MODELS
from etl.errors import FileRefused
from etl.inspect.shape import Shape
from etl.readers import read
from etl.readers.reading import literal, quoted

WHOLE_BYTES = 24 << 20
HEAD_ROWS = 20_000
TAIL_BYTES = 1 << 20
LINE_LIMIT = 1_000


@dataclass(frozen=True)
class Sample:
    """A table `sample` of text columns in `con`, trimmed, with what was no row; `row_count` is of the whole file."""

    con: duckdb.DuckDBPyConnection
    columns: list[str]
    read_count: int
    row_count: int
    is_whole: bool
    broken: list[str] = field(default_factory=list)
    twice: set[str] = field(default_factory=set)


def read_sample(path: Path, shape: Shape, con: duckdb.DuckDBPyConnection, scratch: Path) -> Sample:
    """Read a file, or an excerpt of it, into `con`. Raises FileRefused if the loader could not read it either."""
    piece, share = path, 1.0
    if path.stat().st_size > WHOLE_BYTES and shape.form in ("csv", "json") and shape.options.get("encoding") != "utf-16":
        piece = scratch / f"excerpt{path.suffix}"
        share = _excerpt(path, piece, shape)
    reading = read(piece, shape.source(path.name), con, scratch)
    con.execute((MODELS / "macros.sql").read_text(encoding="utf-8"))
    con.execute(masks.macros())
    tidied = ", ".join(f"nullif(tidy({quoted(name)}), '') as {quoted(name)}" for name in reading.columns)
    con.execute(f"create table sample as select {tidied} from {reading.relation}")
    count = int(con.execute("select count(*) from sample").fetchall()[0][0])
    broken = [f"line {fault.line or fault.row_number}: {fault.reason}" for fault in reading.broken]
    twice = {name for name in reading.columns if f"{name} (2)" in reading.columns}
    received = count + len(reading.broken)
    return Sample(con, reading.columns, count, received if share >= 1 else round(received / share), share >= 1, broken, twice)


def _excerpt(path: Path, piece: Path, shape: Shape) -> float:
    """Write the first rows and the last ones of a text file; returns which share of the bytes that is."""
    with path.open("rb") as file, piece.open("wb") as copy:
        if shape.form == "json" and file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
            return _first_objects(file, copy, path)
        file.seek(0)
        is_open, spans = False, False
        for number, line in enumerate(file):
            copy.write(line)
            is_open ^= bool(line.count(b'"') % 2) and shape.form == "csv"
            spans |= is_open
            # Not within a quoted value of several lines, as long as it ends at all.
            if number >= HEAD_ROWS and (not is_open or number > HEAD_ROWS + LINE_LIMIT):
                break
        if not spans and file.tell() < path.stat().st_size - TAIL_BYTES:
            file.seek(-TAIL_BYTES, 2)
            file.readline()
            copy.writelines(deque(file, HEAD_ROWS // 10))
        return min(copy.tell() / path.stat().st_size, 1.0)


def _first_objects(file: BinaryIO, copy: BinaryIO, path: Path) -> float:
    """The first objects of an array, one a line: an array over the loader's limit is refused by the loader, not here."""
    file.seek(0)
    text = file.read(WHOLE_BYTES).decode("utf-8-sig", "ignore")
    decoder, place, count = json.JSONDecoder(), text.index("[") + 1, 0
    try:
        while count < HEAD_ROWS:
            place += len(text[place:]) - len(text[place:].lstrip(", \t\r\n")) if text[place : place + 1] in ", \t\r\n" else 0
            found, place = decoder.raw_decode(text, place)
            copy.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            count += 1
    except ValueError:
        pass
    if not count:
        raise FileRefused("the array begins with no object", path, expected="an array of objects")
    return min(len(text[:place].encode()) / path.stat().st_size, 1.0)


def masked(con: duckdb.DuckDBPyConnection, values: list[str]) -> list[str]:
    """Values with telephones, identity numbers, plates and addresses of mail masked, as the snapshot would show them."""
    if not values:
        return []
    rows = ", ".join(f"({place}, {literal(value)})" for place, value in enumerate(values))
    found = con.execute(f"select mask(v) from (values {rows}) as t(place, v) order by place").fetchall()
    return [str(row[0]) for row in found]
