"""Readers put the rows of a delivered file into DuckDB as text, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from etl.errors import FileRefused
from etl.readers import csv, excel, json
from etl.readers.mended import as_mended
from etl.readers.reading import Broken, Reading
from etl.source import Source

__all__ = ["Broken", "Reader", "Reading", "read", "reader_for"]

Reader = Callable[[Path, Source, duckdb.DuckDBPyConnection, Path], Reading]

READERS: dict[str, Reader] = {"csv": csv.read, "excel": excel.read, "json": json.read}
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xls": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}


def reader_for(path: Path, source: Source) -> Reader:
    """The reader of a file's format, told by its suffix. Raises FileRefused if the source does not send that format."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        hope = f"a file ending in one of {' '.join(FORMATS)}"
        raise FileRefused(f"files ending in {path.suffix or 'nothing'} cannot be read", path, expected=hope)
    if form not in source.formats:
        hope = f"{' or '.join(source.formats)}, or a table [{form}] in sources/{source.code}.toml"
        raise FileRefused(f"source {source.code} does not send {form} files", path, expected=hope)
    if not path.is_file():
        raise FileRefused("there is no such file", path)
    return READERS[form]


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read one file into `con` as a view of text columns, kept as Parquet in `scratch` while it is needed.

    Rows keep the file's order as long as `con` preserves insertion order (the default).
    Raises FileRefused if the file as a whole cannot be read; single faulty rows end in `Reading.broken`.
    """
    source = as_mended(path, source)
    return reader_for(path, source)(path, source, con, scratch)
