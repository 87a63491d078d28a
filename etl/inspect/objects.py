"""Where the rows stand in JSON, and what an XML document is."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any

from etl.errors import FileRefused
from etl.inspect.shape import Shape, is_accepted
from etl.readers.json_lines import ARRAY_BYTES

START = 1 << 16
ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!.*?>\s*)*<([\w:.-]+)", re.DOTALL)
EXPECTED = "an array of objects, or one object a line"


def json_shape(path: Path) -> Shape:
    """Lines, an array, or the path of the longest array inside an object. Raises FileRefused if there are no objects."""
    with path.open("rb") as file:
        start = file.read(START).removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise FileRefused("the file is empty", path, expected=EXPECTED)
    if start.startswith(b"["):
        return Shape("json", {}, ["one array of objects"])
    first = start.split(b"\n", 1)[0]
    if b"\n" in start.rstrip() and _is_object(first):
        return Shape("json", {}, ["one object a line"])
    if path.stat().st_size > ARRAY_BYTES:
        raise FileRefused(f"one object of over {ARRAY_BYTES >> 20} MB is not read", path, expected="one object a line")
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"is not JSON: {error}", path, expected=EXPECTED) from error
    arrays = _arrays(whole, "") if isinstance(whole, dict) else {}
    if not arrays:
        return Shape("json", {}, ["one object"])
    longest = max(arrays, key=lambda place: arrays[place])
    notes = [f"the rows stand in the array {longest!r}"]
    others = [f"{place} ({count})" for place, count in arrays.items() if place != longest]
    return Shape("json", {"records": longest}, notes + ([f"other arrays: {', '.join(others)}"] if others else []))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _arrays(found: dict[str, Any], place: str) -> dict[str, int]:
    """path -> number of objects, of every array of objects within objects."""
    arrays: dict[str, int] = {}
    for key, value in found.items():
        here = f"{place}.{key}" if place else key
        if isinstance(value, dict):
            arrays |= _arrays(value, here)
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value[:10]):
            arrays[here] = len(value)
    return arrays


def xml_shape(path: Path) -> Shape:
    """Open311 by its root element. Raises FileRefused for every other XML, and where Open311 is not read."""
    root = _root(path)
    if root != "service_requests":
        hope = "service requests of Open311 (GeoReport v2), or the table exported as CSV"
        raise FileRefused(f"XML with the root {root!r} is not read", path, expected=hope)
    if not is_accepted("open311"):
        raise FileRefused("these are Open311 requests as XML, which this version does not read", path, expected="the answer as JSON")
    return Shape("open311", {}, ["Open311 GeoReport v2 requests"])


def _root(path: Path) -> str:
    with path.open("rb") as file:
        found = ROOT.match(file.read(START))
    if not found:
        raise FileRefused("is not XML", path, expected="Open311 requests")
    return found[1].decode("utf-8", "replace").rpartition(":")[2]
