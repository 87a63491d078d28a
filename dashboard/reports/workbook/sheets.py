"""Writes a report's blocks down one sheet: words across merged cells, tables as real cells, charts beneath their captions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter.image import Image

from dashboard.reports.model import Cell, Column, Table
from dashboard.reports.ooxml import cleaned
from dashboard.reports.plain import cell_text
from dashboard.reports.plates import Plate
from dashboard.reports.workbook.charts import PIXELS
from dashboard.reports.workbook.looks import Looks
from dashboard.table_files import LONGEST_TEXT, NARROWEST, WIDEST
from dashboard.theme import MISSING

# The words stand across so many letters, at least; the first column names rows.
ACROSS, FIRST = 92, 16
LINE_PIXELS, LINE_POINTS, DEFAULT_WIDTH = 20, 15.0, 10
# Above a table of so many rows everything is frozen, if it is the only one of its sheet.
LONG, HIGHEST = 30, 12


@dataclass
class Sheet:
    """A sheet being written from the top down. `row` is the next free one."""

    sheet: Any
    name: str
    looks: Looks
    span: int
    width: float
    row: int = 0

    def line(self, text: str, look: Any) -> int:
        """A text in one cell that runs over those to its right; where it stands."""
        self.sheet.write_string(self.row, 0, held(text), look)
        self.row += 1
        return self.row - 1

    def words(self, text: str, look: Any, *, points: float = 16.0) -> None:
        """A text over the sheet's width, in a row as high as it needs."""
        if self.span > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.span - 1, "", look)
        self.sheet.write_string(self.row, 0, held(text), look)
        lines = sum(max(math.ceil(letters(part) / (self.width * 0.97)), 1) for part in text.split("\n"))
        self.sheet.set_row(self.row, min(lines * points + 3, 409))
        self.row += 1

    def table(self, table: Table, note: str) -> int:
        """Caption, headings, rows, total and note; the row of the headings."""
        self.line(table.caption, self.looks.caption())
        head = self.row
        for place, column in enumerate(table.columns):
            self.sheet.write_string(head, place, held(column.title), self.looks.heading())
        for row in table.rows:
            self.row += 1
            self._cells(table.columns, row)
        if table.total is not None:
            self.row += 1
            self._cells(table.columns, table.total, is_total=True)
        self.row += 1
        if note:
            self.words(note, self.looks.small(), points=13.0)
        self.row += 1
        return head

    def _cells(self, columns: Sequence[Column], row: Sequence[Cell], *, is_total: bool = False) -> None:
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            write(self.sheet, self.row, place, value, self.looks.cell(column, known(value), is_total=is_total))

    def chart(self, plate: Plate, chart: Any | None, png: bytes | None) -> None:
        """A native chart or a picture, with the room it takes."""
        alt = cleaned(plate.figure.alt)[:1000]
        wide, high = plate.width_mm * PIXELS, plate.height_mm * PIXELS
        if chart is not None:
            self.sheet.insert_chart(self.row, 0, chart, {"object_position": 2, "description": alt})
        elif png is not None:
            image = Image(BytesIO(png))
            scales = {"x_scale": wide / (image.width * 96 / image.x_dpi), "y_scale": high / (image.height * 96 / image.y_dpi)}
            self.sheet.insert_image(
                self.row, 0, "picture.png", {"image_data": BytesIO(png), "object_position": 2, "description": alt, **scales}
            )
        self.row += math.ceil(high / LINE_PIXELS) + 1


def write(sheet: Any, row: int, place: int, value: Cell, look: Any) -> None:
    """A cell as what it is; text never becomes a formula, a link or a number."""
    kept = known(value)
    if kept is None:
        sheet.write_string(row, place, MISSING, look)
    elif isinstance(kept, str):
        sheet.write_string(row, place, held(kept), look)
    elif isinstance(kept, date):
        sheet.write_datetime(row, place, kept, look)
    else:
        sheet.write_number(row, place, kept, look)


def known(value: Cell) -> Cell:
    """A cell without what no spreadsheet holds: a number that is none."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    return value


def held(text: str) -> str:
    """A text as a cell can hold it."""
    text = cleaned(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def letters(text: str) -> int:
    """How many letters a text is wide: an East Asian sign is two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def widths_of(tables: Sequence[Table]) -> list[float]:
    """The columns of a sheet: as wide as the widest of what its tables hold, within bounds."""
    count = max((len(table.columns) for table in tables), default=0)
    found = [float(FIRST if place == 0 else NARROWEST) for place in range(count)]
    for table in tables:
        for place, column in enumerate(table.columns):
            cells = [letters(cell_text(column, known(row[place]))) for row in (*table.rows, *([table.total] if table.total else []))]
            needed = max([*cells, math.ceil(letters(column.title) / 2) + 1, 0]) + 2.5
            found[place] = max(found[place], min(needed, WIDEST))
    while sum(found) < ACROSS:
        found.append(float(DEFAULT_WIDTH))
    return found
