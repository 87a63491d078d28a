"""Reads the tables of an HTML page as sheets: what many systems export as .xls is one."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import duckdb

from etl.errors import FileRefused
from etl.readers.csv_text import utf8_text
from etl.readers.excel import read_sheets
from etl.readers.reading import Reading
from etl.readers.workbook import Range, Sheet
from etl.source import Source

CHUNK = 1 << 20
MOST_BYTES = 256 << 20
SPAN = 500


class Tables(HTMLParser):
    """Collects the cells of every table; text in a table within a cell belongs to that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self.cell: list[str] | None = None
        self.depth = 0
        self.spans = (1, 1)
        # (row, column) that a cell above or to the left reaches over.
        self.covered: set[tuple[int, int]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.sheets.append(Sheet(f"{len(self.sheets) + 1}", [], []))
                self.covered = set()
        elif self.depth != 1:
            return
        elif tag == "tr":
            self._end_cell()
            self.sheets[-1].cells.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            facts = dict(attrs)
            self.cell, self.spans = [], (_span(facts.get("rowspan")), _span(facts.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.depth:
            if self.depth == 1:
                self._end_cell()
            self.depth -= 1
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        sheet = self.sheets[-1]
        if not sheet.cells:
            sheet.cells.append([])
        row = len(sheet.cells) - 1
        line = sheet.cells[row]
        while (row, len(line)) in self.covered:
            line.append("")
        column, (down, right) = len(line), self.spans
        line += ["".join(self.cell).replace("\xa0", " ").strip()] + [""] * (right - 1)
        if down > 1 or right > 1:
            sheet.merged.append(((row, column), (row + down - 1, column + right - 1)))
            self.covered.update((row + i, column + j) for i in range(1, down) for j in range(right))
        self.cell = None


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read the table that has the mapped columns; see `etl.readers.read`. Tables are called 1, 2, … for [excel] sheet."""
    return read_sheets(tables_of(path, scratch), path, source, con, scratch)


def tables_of(path: Path, scratch: Path) -> list[Sheet]:
    """Every table of a page that has rows. Raises FileRefused if there is none."""
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"an HTML page of over {MOST_BYTES >> 20} MB", path, expected="an .xlsx or .csv file")
    tables = Tables()
    with utf8_text(path, "auto", scratch).path.open(encoding="utf-8-sig", errors="replace") as file:
        while chunk := file.read(CHUNK):
            tables.feed(chunk)
    tables.close()
    sheets = [sheet for sheet in tables.sheets if any(sheet.cells)]
    if not sheets:
        raise FileRefused("is an HTML page without a table, as a page that asks to sign in", path, expected="a table with rows")
    return [_squared(sheet) for sheet in sheets]


def _squared(sheet: Sheet) -> Sheet:
    """Every row as wide as the widest, so that a cell's place tells its column."""
    width = max(map(len, sheet.cells))
    merged: list[Range] = [area for area in sheet.merged if area[0][0] < len(sheet.cells)]
    return Sheet(sheet.name, [row + [""] * (width - len(row)) for row in sheet.cells], merged)


def _span(text: str | None) -> int:
    return min(max(int(text), 1), SPAN) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
