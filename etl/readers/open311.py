"""Reads answers of an Open311 GeoReport v2 service, in XML or JSON."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

import duckdb
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from etl.errors import FileRefused
from etl.readers import json as json_reader
from etl.readers.csv_mending import LONG
from etl.readers.json_lines import Line
from etl.readers.reading import LINE_BYTES, RAW_LENGTH, Broken, Reading, kept
from etl.sections import JsonSection
from etl.source import Source

REQUEST = "request"
ROOTS = ("service_requests", "requests")
HOPE = "<service_requests> with a <request> per ticket"
HEAD = 4_096
# How much is kept on either side of a fault in a file of one line: as much as tells which request it was.
WINDOW = 2_000
# Some servers wrap the array, some twice: {"service_requests": {"request": […]}}.
WRAPPED = re.compile(r'\{\s*"(service_requests|requests)"\s*:\s*([\[{])')
CHINESE = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](gb2312|gbk|gb18030)""", re.IGNORECASE)
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read requests; see `etl.readers.read`. Columns are the names of a request's elements, nested ones stay JSON text.

    Broken XML keeps every whole request before the break; the rest is one broken row that names the line.
    Raises FileRefused for XML that declares entities, or that is no answer of such a service.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    text = head.decode("utf-8-sig", "replace").lstrip()
    if not text.strip("\0 \t\r\n"):
        raise FileRefused("the file is empty", path, expected=HOPE)
    if text[0] in "{[":
        wrapped = WRAPPED.match(text)
        records = f"{wrapped[1]}{'.request' if wrapped[2] == '{' else ''}" if wrapped else None
        as_json = source.model_copy(update={"json_": JsonSection(records=records)})
        return json_reader.read(path, as_json, con, scratch)
    return json_reader.read_found(requests_in(path, is_chinese=bool(CHINESE.match(head))), path, source, con, scratch, HOPE)


@contextmanager
def _opened(path: Path, *, is_chinese: bool) -> Iterator[IO[bytes] | IO[str]]:
    # The parser knows no GB18030, but takes text.
    with path.open(encoding="gb18030", errors="replace") if is_chinese else path.open("rb") as file:
        yield file


def requests_in(path: Path, *, is_chinese: bool) -> Iterator[Line]:
    """Every whole request with its number, and what breaks them off; memory does not grow with the file."""
    number, root = 0, None
    with _opened(path, is_chinese=is_chinese) as file:
        try:
            for event, element in iterparse(file, events=("start", "end")):
                if root is None:
                    root = element
                    _check_root(path, _name(element))
                elif event == "end" and _name(element) == REQUEST:
                    number += 1
                    yield number, _row(element, number)
                    root.clear()
        except DefusedXmlException as error:
            what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
            raise FileRefused(f"XML with {what}, which may be a bomb, is not read", path, expected="XML without entities") from error
        except (ParseError, UnicodeError, ValueError) as error:
            line = error.position[0] if isinstance(error, ParseError) else None
            if root is None:
                raise FileRefused(f"is not XML: {error}", path, line, expected=HOPE) from error
            raw = _raw(path, error.position if isinstance(error, ParseError) else None, is_chinese=is_chinese)
            yield number + 1, Broken(number + 1, line, f"not XML from here on: {error}", "a whole <request>", raw)


def _check_root(path: Path, name: str) -> None:
    if name not in ROOTS:
        raise FileRefused(f"begins with <{name[:40]}>", path, expected=HOPE)


def _row(request: Element, number: int) -> dict[str, object] | Broken:
    row: dict[str, object] = {}
    try:
        for child in request:
            value, name = _value(child), _name(child)
            if name in row:
                earlier = row[name]
                value = [*(earlier if isinstance(earlier, list) else [earlier]), value]
            row[name] = value
        written = json.dumps(row, ensure_ascii=False)
    except RecursionError:
        return Broken(number, None, "nested too deeply", "a <request> of plain elements", "")
    if len(written) > LINE_BYTES:
        return Broken(number, None, LONG, f"at most {LINE_BYTES:,} characters", written[:RAW_LENGTH].encode("utf-8", "replace").decode())
    return row


def _value(element: Element) -> object:
    """An element's text, None if it is empty or said to be nil, or its nested elements by name."""
    if element.get(NIL) in ("true", "1"):
        return None
    if len(element):
        return {_name(child): _value(child) for child in element}
    return (element.text or "").strip() or None


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _raw(path: Path, position: tuple[int, int] | None, *, is_chinese: bool) -> str:
    """The faulty line; of the first, which may be the whole file, what stands around the fault."""
    if position is None:
        return ""
    line, column = position
    if line == 1:
        return _around(path, column, is_chinese=is_chinese)
    with _opened(path, is_chinese=is_chinese) as file:
        for _ in range(line - 1):
            file.readline()
        found = file.readline(LINE_BYTES + 1)
        return kept(found.encode() if isinstance(found, str) else found)


def _around(path: Path, column: int, *, is_chinese: bool) -> str:
    """WINDOW signs of the first line before a column, and as many after it; where it is cut stands an ellipsis."""
    with path.open("rb") as head:
        is_wide = head.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    encoding = "gb18030" if is_chinese else "utf-16" if is_wide else "utf-8"
    # Bytes that are no text are kept, as `kept` keeps them.
    with path.open(encoding=encoding, errors="surrogateescape" if encoding == "utf-8" else "replace", newline="\n") as file:
        before = max(0, column - WINDOW)
        left = before
        while left and (piece := file.read(min(left, 1 << 20))):
            left -= len(piece)
        found = file.read(column - before + WINDOW + 1)
    line, end, _ = found.partition("\n")
    is_cut = not end and len(found) > column - before + WINDOW
    return f"{'…' if before else ''}{line[: column - before + WINDOW].rstrip(chr(13))}{'…' if is_cut else ''}"
