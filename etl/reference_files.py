"""Reads the CSV files of a city's folder, and says by file, row and column what is wrong with one.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl.toml_faults import close_to

LIMITS = ("accept_limit", "dispatch_limit", "sign_limit", "close_limit")
LIMIT = re.compile(r"\d+(\.\d+)? (hour|work_hour|day|work_day)")
# What a spreadsheet makes of a long code that it took for a number.
SPOILT = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


class ReferenceFault(ValueError):  # noqa: N818
    """A reference file cannot be used; the message names the file, row, column and what was expected."""


@dataclass(frozen=True)
class File:
    """What a file of the city's folder must be like: `columns` it may have, `needed` of them, the `key` no two rows share,
    `choices` of a column, and `refers` to the key of another file: strictly, or (`hints`) worth a warning only.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refers: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """The rows of one file: (row as a spreadsheet counts, column -> text), and what was odd but did no harm."""

    file: File
    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    warnings: list[str] = field(default_factory=list)

    def column(self, name: str) -> Iterator[tuple[int, str]]:
        """(row, text) of a column where it is not empty."""
        return ((number, row[name]) for number, row in self.rows if row.get(name))


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, with or without BOM. Raises ReferenceFault."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        hope = "UTF-8: in the spreadsheet, save it as “CSV UTF-8”"
        raise ReferenceFault(f"{path.name}: is not UTF-8 text, perhaps GBK; expected {hope}") from None


def read_rows(path: Path, file: File) -> Rows:
    """The rows of a file of the city's folder, trimmed, without empty ones. Raises ReferenceFault."""
    try:
        records = [[cell.strip() for cell in record] for record in csv.reader(io.StringIO(text_of(path), newline=""), strict=True)]
    except csv.Error as error:
        raise ReferenceFault(f"{file.name}: is not a CSV file: {error}; expected comma-separated text, quotes closed") from None
    if not records or not any(records[0]):
        raise ReferenceFault(f"{file.name}:1: is empty; expected a header row with {', '.join(file.needed or file.columns)}")
    header = records[0]
    _check_header(header, file)
    warnings = [
        f"{file.name}:1:{name}: is not read; expected {close_to(name, file.columns)}"
        for name in header
        if name and name not in file.columns
    ]
    rows = []
    for number, record in enumerate(records[1:], 2):
        if not any(record):
            continue
        if any(record[len(header) :]) or len(record) < len(header):
            raise ReferenceFault(f"{file.name}:{number}: has {len(record)} cells; expected {len(header)} as in the header")
        rows.append((number, dict(zip(header, record, strict=False))))
    found = Rows(file, header, rows, warnings)
    _check_cells(found)
    return found


def _check_header(header: list[str], file: File) -> None:
    twice = [name for name in header if name and header.count(name) > 1]
    if twice:
        raise ReferenceFault(f"{file.name}:1:{twice[0]}: stands in the header more than once; expected each column once")
    missing = [name for name in file.needed if name not in header]
    if missing:
        found = ", ".join(filter(None, header))
        raise ReferenceFault(f"{file.name}:1:{missing[0]}: is missing; the header has {found[:200]}; expected {', '.join(file.needed)}")


def _check_cells(found: Rows) -> None:
    """Every cell is what its column may hold, and no key stands twice."""
    file = found.file
    for number, row in found.rows:
        for name, value in row.items():
            fault = _fault(file, name, value)
            if fault:
                raise ReferenceFault(f"{file.name}:{number}:{name}: {fault}")
    first: dict[tuple[str, ...], int] = {}
    for number, row in found.rows:
        key = tuple(row.get(name, "") for name in file.key)
        if file.key and first.setdefault(key, number) != number:
            said = " ".join(filter(None, key))
            raise ReferenceFault(f"{file.name}:{number}:{file.key[0]}: {said} stands in row {first[key]} already; expected each once")


def _fault(file: File, name: str, value: str) -> str | None:
    """What is wrong with one cell, and what was expected."""
    if not value:
        return "is empty; expected a value" if name in file.needed else None
    if name in file.choices and value not in file.choices[name]:
        return f"{value!r}; expected {close_to(value, file.choices[name])}"
    if name.endswith("_code") and SPOILT.fullmatch(value):
        return f"{value!r} is a code the spreadsheet took for a number; expected a column formatted as text"
    if name in LIMITS and not LIMIT.fullmatch(value):
        return f"{value!r}; expected an amount and hour, work_hour, day or work_day, such as 2 work_hour"
    return None
