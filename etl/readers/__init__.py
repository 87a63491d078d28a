"""Readers put the rows of a delivered file into DuckDB as text, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from etl.errors import FileRefused
from etl.readers import csv, excel, html_tables, json, open311
from etl.readers.contents import WORDS, told
from etl.readers.mended import as_mended
from etl.readers.reading import Broken, Reading
from etl.sections import CsvSection
from etl.source import Source

__all__ = ["FORMATS", "Broken", "Reader", "Reading", "form_of", "read", "reader_for"]

Reader = Callable[[Path, Source, duckdb.DuckDBPyConnection, Path], Reading]

READERS: dict[str, Reader] = {"csv": csv.read, "excel": excel.read, "json": json.read, "open311": open311.read, "html": html_tables.read}
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".xml": "open311",
}
# What a file may really be without a word: the reader of its format says what is wrong with the rest.
PLAIN = {
    "csv": {"text", "json", "xml", "bytes"},
    "json": {"json", "text", "bytes"},
    "open311": {"xml", "json", "text"},
    "excel": {"excel"},
}


def form_of(path: Path, source: Source) -> str | None:
    """The format a file's suffix stands for with this source, None if nothing can be read under that suffix."""
    form = FORMATS.get(path.suffix.lower())
    return "open311" if form == "json" and source.open311 and not source.json_ else form


def reader_for(path: Path, source: Source) -> Reader:
    """The reader of a file's format, told by its suffix and by what it really is. Raises FileRefused if the source sends no such."""
    form = form_of(path, source)
    if form is None:
        hope = f"a file ending in one of {' '.join(FORMATS)} .zip"
        raise FileRefused(f"files ending in {path.suffix or 'nothing'} cannot be read", path, expected=hope)
    if form not in source.formats:
        hope = f"{' or '.join(source.formats) or 'no files'}, or a table [{form}] in sources/{source.code}.toml"
        raise FileRefused(f"source {source.code} does not send {form} files", path, expected=hope)
    if not path.is_file():
        raise FileRefused("there is no such file", path)
    content = told(path)
    if content in PLAIN[form] or not path.stat().st_size:
        return READERS[form]
    return _reader_in_spite(path, form, content, source)


def _reader_in_spite(path: Path, form: str, content: str, source: Source) -> Reader:
    """The reader for a file that is not what its name says. Raises FileRefused, naming what it really is."""
    name = path.suffix.lower()
    if form == "excel" and content == "html":
        return _noting(html_tables.read, f"the {name} is really an HTML table; it is read as one")
    if form == "excel" and content == "text":
        with path.open("rb") as file:
            is_tabbed = b"\t" in file.readline()
        section = source.csv or CsvSection(header_rows=(source.excel.header_rows or 1) if source.excel else 1)
        declared = source.model_copy(update={"csv": section.model_copy(update={"delimiter": "\t" if is_tabbed else section.delimiter})})
        words = "tab-separated text" if is_tabbed else "delimited text"
        note = f"the {name} is really {words}; it is read as such"
        return _noting(lambda at, _, con, scratch: csv.read(at, declared, con, scratch), note)
    if form == "csv" and content == "excel" and source.excel:
        return _noting(excel.read, f"the {name} is really a workbook; it is read as one")
    really = WORDS.get(content, f"a {content} file")
    hope = f"what the suffix {name} says" + (", saved anew as .xlsx" if content == "spreadsheet" else "")
    if form == "excel":
        raise FileRefused(f"is not a readable workbook: it is really {really}", path, expected=f"an .xlsx or .xls workbook; {hope}")
    raise FileRefused(f"is not what its suffix says: it is really {really}", path, expected=hope)


def _noting(reader: Reader, note: str) -> Reader:
    def read_and_note(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
        reading = reader(path, source, con, scratch)
        return replace(reading, warnings=[note, *reading.warnings])

    return read_and_note


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read one file into `con` as a view of text columns, kept as Parquet in `scratch` while it is needed.

    Rows keep the file's order as long as `con` preserves insertion order (the default).
    Raises FileRefused if the file as a whole cannot be read; single faulty rows end in `Reading.broken`.
    """
    source = as_mended(path, source)
    return reader_for(path, source)(path, source, con, scratch)
