"""Reads JSON: one object a line, or an array of objects, which may stand inside an object."""

from __future__ import annotations

import codecs
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.errors import FileRefused, LoadError
from etl.readers.csv_text import CHUNK, probable_encoding
from etl.readers.json_lines import Line, json_array, json_lines
from etl.readers.reading import (
    FAULTS_AT_SPEED,
    GROUP_ROWS,
    LINE_BYTES,
    Broken,
    Reading,
    column_names,
    literal,
    no_rows,
    quoted,
    unglobbed,
    view_of,
)  # fmt: skip
from etl.sections import JsonSection
from etl.source import Source

OBJECTS = "objects, one a line, or an array of them"
NUMBER, ROW = "number", "row"


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read JSON; see `etl.readers.read`. Columns are the union of all keys; nested values stay JSON text.

    DuckDB reads the lines; where it refuses one that Python can read, Python writes them anew and DuckDB reads those.
    """
    declared = source.json_ or JsonSection()
    is_array = _is_array(path, declared)
    texts = scratch / f"{secrets.token_hex(4)}.parquet"
    broken = None if is_array else _read_at_speed(con, path, scratch, texts)
    if broken is None:
        return read_found(json_array(path, declared) if is_array else json_lines(path), path, source, con, scratch)
    return _reading(con, texts, "", broken, path, source)


def read_found(
    found: Iterable[Line], path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path, hope: str = OBJECTS
) -> Reading:
    """Read rows that Python has found in a file, and what it found broken; columns are the union of all keys.

    Raises FileRefused, expecting `hope`, if it found nothing but faults.
    """
    texts = scratch / f"{secrets.token_hex(4)}.parquet"
    return _reading(con, texts, f"/{ROW}", _read_anew(con, found, texts, path), path, source, hope)


def _reading(
    con: duckdb.DuckDBPyConnection, texts: Path, top: str, broken: list[Broken], path: Path, source: Source, hope: str = OBJECTS
) -> Reading:
    """The view of objects stored as JSON text, each at `top` of its row."""
    stored = f"read_parquet({literal(texts)}, file_row_number = true)"
    keys = _keys(con, stored, top)
    if broken and not keys:
        fault = broken[0]
        what = "no row is a JSON object" if hope == OBJECTS else "no row could be read"
        raise FileRefused(f"{what}: {fault.reason}", path, fault.line, expected=hope)
    columns, warnings = column_names(keys or list(source.columns.values()), source, path, 1)
    pointers = ", ".join(literal(f"{top}/{key.replace('~', '~0').replace('/', '~1')}") for key in keys)
    values = f"json_extract_string(json, [{pointers}])" if keys else "null::varchar[]"
    chosen = ", ".join(f"nullif(v[{place}], '') as {quoted(name)}" for place, name in enumerate(columns, 1))
    # At speed every line has its place, the refused ones as null.
    numbered = f"(json ->> '/{NUMBER}')::bigint" if top else "file_row_number + 1"
    relation = view_of(
        con,
        f"select {chosen}, row_number from (select {values} as v, {numbered} as row_number from {stored} where json is not null)",
    )
    count = len(broken) or len(con.execute(f"select 1 from {stored} limit 1").fetchall())
    return Reading(relation, columns, broken, warnings + no_rows(count))


def _is_array(path: Path, declared: JsonSection) -> bool:
    """Whether the rows stand in an array. Raises FileRefused if the file is empty or evidently no UTF-8."""
    with path.open("rb") as file:
        sample = file.read(CHUNK)
    start = sample.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if not start:
        raise FileRefused("the file is empty", path, expected=OBJECTS)
    probable = probable_encoding(sample)
    if probable and probable != "utf-8":
        raise FileRefused(f"JSON is utf-8, but this is probably {probable}", path, expected="a file saved as utf-8")
    return bool(declared.records) or start == b"["


def _read_at_speed(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path, texts: Path) -> list[Broken] | None:
    """Write the lines as Parquet and return what was no row; None if not every line is surely accounted for."""
    lines, longest = 0, 0
    with path.open("rb") as file:
        for line in file:
            lines += not line.isspace()
            longest = max(longest, len(line))
    if longest > LINE_BYTES:
        return None
    try:
        if _copy(con, unglobbed(path, scratch), texts) != lines:
            return None
    except duckdb.InvalidInputException:
        return None
    refused = con.execute(
        f"select file_row_number + 1 from read_parquet({literal(texts)}, file_row_number = true)"
        f" where json is null order by 1 limit {FAULTS_AT_SPEED + 1}"
    ).fetchall()
    if len(refused) > FAULTS_AT_SPEED:
        return None
    numbers = {number for (number,) in refused}
    verdicts = [row for number, row in json_lines(path, numbers)] if numbers else []
    broken = [row for row in verdicts if isinstance(row, Broken)]
    return broken if len(broken) == len(numbers) else None


def _read_anew(con: duckdb.DuckDBPyConnection, found: Iterable[Line], texts: Path, path: Path) -> list[Broken]:
    """Write the good rows as Parquet with their row_number and return the rest; slower, but no line escapes it."""
    mended = texts.with_suffix(".jsonl")
    broken, count = [], 0
    with mended.open("wb") as saved:
        for number, row in found:
            if isinstance(row, Broken):
                broken.append(row)
                continue
            count += 1
            # A lone surrogate is no text: it becomes a question mark.
            saved.write(json.dumps({NUMBER: number, ROW: row}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    copied = _copy(con, mended, texts)
    mended.unlink()
    readable = con.execute(f"select count(json) from read_parquet({literal(texts)})").fetchall()[0][0]
    if not copied == readable == count:
        raise LoadError(f"{count} good rows were found but {readable} could be read", path, expected="equal counts")
    return broken


def _copy(con: duckdb.DuckDBPyConnection, lines: Path, texts: Path) -> int:
    """Copy lines of JSON to Parquet, null for what is no object; returns their number."""
    source = f"read_ndjson_objects({literal(lines)}, ignore_errors = true, maximum_object_size = {8 * LINE_BYTES})"
    # Found to be JSON, it is an object if it begins like one.
    kept = f"select case when starts_with(json::varchar, '{{') then json::varchar end as json from {source}"
    options = f"format parquet, compression snappy, row_group_size {GROUP_ROWS}"
    return int(con.execute(f"copy ({kept}) to {literal(texts)} ({options})").fetchall()[0][0])


def _keys(con: duckdb.DuckDBPyConnection, stored: str, top: str) -> list[str]:
    """The union of all keys, in the order of their first coming."""
    keys = f"json_keys(json, '{top}')" if top else "json_keys(json)"
    found = con.execute(
        f"select {keys} as keys, min(file_row_number) as first from {stored} where json is not null group by keys order by first"
    ).fetchall()
    return list(dict.fromkeys(key for keys, _ in found for key in keys))
