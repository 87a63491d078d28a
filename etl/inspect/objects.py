"""Where the rows stand in JSON, and what an XML document is."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any

from etl.errors import FileRefused
from etl.inspect.shape import Shape
from etl.readers.json_lines import ARRAY_BYTES
from etl.readers.open311 import ROOTS

START = 1 << 16
ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!.*?>\s*)*<([\w:.-]+)", re.DOTALL)
REQUESTS = "Open311 GeoReport v2 requests"
# Where an Open311 reader looks for the array; the empty name is the whole document.
PLACES = ("", *ROOTS, *(f"{root}.request" for root in ROOTS))
EXPECTED = "an array of objects, or one object a line"


def json_shape(path: Path) -> Shape:
    """Lines, an array, or the path of the longest array inside an object. Raises FileRefused if there are no objects."""
    with path.open("rb") as file:
        start = file.read(START).removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise FileRefused("the file is empty", path, expected=EXPECTED)
    if start.startswith(b"["):
        return _asked_for(_first(start[1:]), "") or Shape("json", {}, ["one array of objects"])
    first = start.split(b"\n", 1)[0]
    if b"\n" in start.rstrip() and _is_object(first):
        return _asked_for(_first(first), "") or Shape("json", {}, ["one object a line"])
    if path.stat().st_size > ARRAY_BYTES:
        raise FileRefused(f"one object of over {ARRAY_BYTES >> 20} MB is not read", path, expected="one object a line")
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"is not JSON: {error}", path, expected=EXPECTED) from error
    arrays = _arrays(whole, "") if isinstance(whole, dict) else {}
    if not arrays:
        return Shape("json", {}, ["one object"])
    longest = max(arrays, key=lambda place: len(arrays[place]))
    if requests := _asked_for(arrays[longest][0], longest):
        return requests
    notes = [f"the rows stand in the array {longest!r}"]
    others = [f"{place} ({len(rows)})" for place, rows in arrays.items() if place != longest]
    return Shape("json", {"records": longest}, notes + ([f"other arrays: {', '.join(others)}"] if others else []))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _first(text: bytes) -> object:
    """The first object of an array, None if the text ends before it does."""
    try:
        return json.JSONDecoder().raw_decode(text.decode("utf-8", "ignore").lstrip())[0]
    except (ValueError, RecursionError):
        return None


def _asked_for(row: object, place: str) -> Shape | None:
    """Open311, if a row has what every request of it has and stands where its servers put it."""
    if isinstance(row, dict) and {"service_request_id", "requested_datetime"} <= row.keys() and place in PLACES:
        return Shape("open311", {}, [REQUESTS])
    return None


def _arrays(found: dict[str, Any], place: str) -> dict[str, list[dict[str, Any]]]:
    """path -> objects, of every array of objects within objects."""
    arrays: dict[str, list[dict[str, Any]]] = {}
    for key, value in found.items():
        here = f"{place}.{key}" if place else key
        if isinstance(value, dict):
            arrays |= _arrays(value, here)
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value[:10]):
            arrays[here] = value
    return arrays


def xml_shape(path: Path) -> Shape:
    """Open311 by its root element. Raises FileRefused for every other XML."""
    root = _root(path)
    if root not in ROOTS:
        hope = "service requests of Open311 (GeoReport v2), or the table exported as CSV"
        raise FileRefused(f"XML with the root {root!r} is not read", path, expected=hope)
    return Shape("open311", {}, [REQUESTS])


def _root(path: Path) -> str:
    with path.open("rb") as file:
        found = ROOT.match(file.read(START))
    if not found:
        raise FileRefused("is not XML", path, expected="Open311 requests")
    return found[1].decode("utf-8", "replace").rpartition(":")[2]
