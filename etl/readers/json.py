"""Reads JSON: one object a line, or an array of objects, which may stand inside an object."""

from __future__ import annotations

import codecs
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import FileRefused
from etl.readers.csv_mending import LINE_BYTES
from etl.readers.csv_text import CHUNK, probable_encoding
from etl.readers.reading import Broken, Reading, column_names, literal, no_rows, quoted, shortened, view_of
from etl.source import JsonSection, Source

BATCH_ROWS = 50_000
ARRAY_BYTES = 256 << 20
OBJECTS = "objects, one a line, or an array of them"


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read JSON; see `etl.readers.read`. Columns are the union of all keys; nested values stay JSON text."""
    declared = source.json_ or JsonSection()
    with path.open("rb") as file:
        sample = file.read(CHUNK)
    start = sample.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if not start:
        raise FileRefused("the file is empty", path, expected=OBJECTS)
    probable = probable_encoding(sample)
    if probable and probable != "utf-8":
        raise FileRefused(f"JSON is utf-8, but this is probably {probable}", path, expected="a file saved as utf-8")
    found = _array(path, declared) if declared.records or start == b"[" else _lines(path)
    parts = _Parts(scratch)
    broken: list[Broken] = []
    for number, row in found:
        if isinstance(row, Broken):
            broken.append(row)
        else:
            parts.add(number, row)
    if broken and not parts.count:
        fault = broken[0]
        raise FileRefused(f"no row is a JSON object: {fault.reason}", path, fault.line, expected=OBJECTS)
    header = list(parts.keys) or list(source.columns.values())
    columns, warnings = column_names(header, source, path, 1)
    return Reading(parts.view(con, columns), columns, broken, warnings + no_rows(len(broken) + parts.count))


class _Parts:
    """Rows written to Parquet in batches, so that a long file needs little memory; keys may come at any time."""

    def __init__(self, scratch: Path) -> None:
        self.stem = scratch / secrets.token_hex(4)
        self.keys: dict[str, str] = {}
        self.files: list[Path] = []
        self.rows: list[tuple[int, dict[str, Any]]] = []
        self.count = 0

    def add(self, number: int, row: dict[str, Any]) -> None:
        for key in row:
            self.keys.setdefault(key, f"c{len(self.keys)}")
        self.rows.append((number, row))
        self.count += 1
        if len(self.rows) == BATCH_ROWS:
            self.write()

    def write(self) -> None:
        table = {"row_number": pa.array([number for number, _ in self.rows], pa.int64())}
        for key, name in self.keys.items():
            table[name] = pa.array([as_text(row.get(key)) for _, row in self.rows], pa.string())
        self.files.append(self.stem.with_name(f"{self.stem.name}-{len(self.files)}.parquet"))
        pq.write_table(pa.table(table), self.files[-1])
        self.rows = []

    def view(self, con: duckdb.DuckDBPyConnection, columns: list[str]) -> str:
        if self.rows or not self.files:
            self.write()
        stored = list(self.keys.values()) or ["cast(null as varchar)"] * len(columns)
        chosen = ", ".join(f"{name} as {quoted(column)}" for name, column in zip(stored, columns, strict=True))
        files = ", ".join(map(literal, self.files))
        return view_of(con, f"select {chosen}, row_number from read_parquet([{files}], union_by_name = true)")


def as_text(value: object) -> str | None:
    """A value as text: strings as they are, null as None, all else as JSON writes it. Lone surrogates become “?”."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | Broken]]:
    """Rows and broken lines of a file with one object a line; empty lines are neither."""
    number = 0
    with path.open("rb") as file:
        for line_number, line in enumerate(file, 1):
            if not line.strip():
                continue
            number += 1
            fault = ""
            if len(line) > LINE_BYTES:
                fault = "line too long"
            else:
                try:
                    row = json.loads(line.decode("utf-8-sig"))
                except UnicodeDecodeError:
                    fault = "bytes that are not utf-8"
                except (ValueError, RecursionError) as error:
                    fault = f"not JSON: {error}"
            if not fault and isinstance(row, dict):
                yield number, row
            else:
                reason = fault or "not an object"
                reason += "" if line.endswith(b"\n") else ": the file ends here"
                yield number, Broken(number, line_number, reason, "one JSON object a line", shortened(line))


def _array(path: Path, declared: JsonSection) -> Iterator[tuple[int, dict[str, Any] | Broken]]:
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
            yield (
                number,
                Broken(number, None, "not an object", "an object", shortened(json.dumps(row, ensure_ascii=False))),
            )
