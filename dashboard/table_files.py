"""Tables to be taken away, as CSV and as Excel: what it is in the lines above, then headings, then rows; no cell computes."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from dashboard.csv_text import BYTE_ORDER_MARK, harmless

# What a cell may hold; a missing number or time is empty. Text that holds a number (a ticket's, a code) stays text.
Cell = str | int | float | date | datetime | None
CSV, XLSX = "csv", "xlsx"
MIME = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# A sheet's name in Excel: none of these, and no longer.
NO_NAME, LONGEST_NAME = re.compile(r"[\[\]:：*?/\\']"), 31
LONGEST_TEXT = 32_767
WIDEST, NARROWEST = 44, 8
HEAD_WIDTH = 18
LOOKED_AT = 200


@dataclass(frozen=True)
class TableFile:
    """One table: lines that say what it is (name, value), headings, rows. `formats` is an Excel number format by heading."""

    title: str
    head: Sequence[Sequence[str]]
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    formats: Mapping[str, str] = field(default_factory=dict)


def file_bytes(table: TableFile, kind: str) -> bytes:
    """The table as a file of `kind`. Raises KeyError for an unknown kind."""
    return {CSV: csv_bytes, XLSX: xlsx_bytes}[kind](table)


def csv_bytes(table: TableFile) -> bytes:
    """UTF-8 with its mark, as spreadsheets want it; text that could begin a formula has an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in [*table.head, (), table.headings]:
        writer.writerow([harmless(cell) for cell in line])
    writer.writerows([_printed(cell) for cell in row] for row in table.rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode("utf-8")


def _printed(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    if _is_missing(cell):
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell)


def _is_missing(cell: Cell) -> bool:
    # Not-a-time of pandas is a datetime that equals nothing, itself included.
    return cell is None or cell != cell or (isinstance(cell, float) and math.isinf(cell))  # noqa: PLR0124


def xlsx_bytes(table: TableFile) -> bytes:
    """One sheet, written row by row: text is text and never a formula or a link, numbers and times are themselves."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(path, {**options, "tmpdir": folder}) as book:
            _fill(book, table)
        return path.read_bytes()


def _fill(book: Any, table: TableFile) -> None:
    sheet = book.add_worksheet(NO_NAME.sub(" ", table.title).strip()[:LONGEST_NAME] or None)
    plain, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
    formats = {text: book.add_format({"num_format": text}) for text in {*table.formats.values(), "yyyy-mm-dd hh:mm", "yyyy-mm-dd"}}
    by_place = [formats.get(table.formats.get(heading, "")) for heading in table.headings]
    rows = iter(table.rows)
    first = list(islice(rows, LOOKED_AT))
    # Widths must be told before the first row is written.
    for place, heading in enumerate(table.headings):
        widths = [_width(heading), *(_width(_printed(row[place])) for row in first)]
        sheet.set_column(place, place, min(max(*widths, NARROWEST, HEAD_WIDTH * (place == 0)), WIDEST))
    at = 0
    for line in table.head:
        for place, words in enumerate(line):
            sheet.write_string(at, place, words[:LONGEST_TEXT], bold if place == 0 else plain)
        at += 1
    at += bool(table.head)
    sheet.freeze_panes(at + 1, 0)
    for place, heading in enumerate(table.headings):
        sheet.write_string(at, place, heading, bold)
    for held in (first, rows):
        for row in held:
            at += 1
            for place, cell in enumerate(row):
                _write(sheet, at, place, cell, plain, by_place[place], formats)


def _write(sheet: Any, row: int, place: int, cell: Cell, plain: Any, number: Any, formats: Mapping[str, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell[:LONGEST_TEXT], plain)
    elif _is_missing(cell):
        return
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell, formats["yyyy-mm-dd hh:mm"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, formats["yyyy-mm-dd"])
    else:
        sheet.write_number(row, place, cell, number)


def _width(text: str) -> int:
    """How many columns a text takes: an East Asian sign takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) + 2
