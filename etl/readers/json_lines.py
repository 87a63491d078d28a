"""Goes through JSON with Python: every good row with its number, and the fault of every other."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from etl.errors import FileRefused
from etl.readers.reading import LINE_BYTES, Broken, kept
from etl.sections import JsonSection

ARRAY_BYTES = 256 << 20
Line = tuple[int, dict[str, Any] | Broken]


def json_lines(path: Path, wanted: Collection[int] | None = None) -> Iterator[Line]:
    """Rows and broken lines of a file with one object a line, all or the wanted ones; empty lines are neither."""
    number = 0
    with path.open("rb") as file:
        for line_number, line in enumerate(file, 1):
            if line.isspace():
                continue
            number += 1
            if wanted is None or number in wanted:
                yield number, _row(line, number, line_number)


def _row(line: bytes, number: int, line_number: int) -> dict[str, Any] | Broken:
    if len(line) > LINE_BYTES:
        fault = "line too long"
    else:
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            fault = "bytes that are not utf-8"
        except (ValueError, RecursionError) as error:
            fault = f"not JSON: {error}"
        else:
            if isinstance(row, dict):
                return row
            fault = "not an object"
    reason = fault if line.endswith(b"\n") else f"{fault}: the file ends here"
    return Broken(number, line_number, reason, "one JSON object a line", kept(line))


def json_array(path: Path, declared: JsonSection) -> Iterator[Line]:
    """Rows of an array and its members that are no object. Raises FileRefused if the file holds no such array."""
    if path.stat().st_size > ARRAY_BYTES:
        hope = "one object a line for large deliveries"
        raise FileRefused(f"an array is read whole, and this is over {ARRAY_BYTES >> 20} MB", path, expected=hope)
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused("bytes that are not utf-8", path, expected="a file saved as utf-8") from error
    except json.JSONDecodeError as error:
        raise FileRefused(f"is not whole JSON: {error.msg}", path, error.lineno, expected="an array of objects") from error
    except RecursionError as error:
        raise FileRefused("is nested too deeply", path, expected="an array of objects") from error
    for key in declared.records.split(".") if declared.records else []:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        hope = "the path of the array in [json] records"
        raise FileRefused(f"there is no array at {declared.records or 'the top'}", path, expected=hope)
    for number, row in enumerate(found, 1):
        if isinstance(row, dict):
            yield number, row
        else:
            # Half a character, which JSON can hold and a text cannot, stays as JSON writes it.
            raw = kept(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace"))
            yield number, Broken(number, None, "not an object", "an object", raw)
