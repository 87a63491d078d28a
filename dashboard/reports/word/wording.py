"""The words a Word report shows beside the report's own, said in one place because an edited file is compared with them."""

from __future__ import annotations

import re
from datetime import date, datetime

from dashboard.reports.model import Align, Cell, Column, Paragraph, Report, Section, Table
from dashboard.reports.ooxml import cleaned
from dashboard.reports.plain import FOOTNOTE, cell_text, rows_text
from dashboard.reports.plates import NO_BROWSER, Plate
from dashboard.texts import Text

REMARK = Text("注：{}", "Note: {}")
REQUEST = Text("［{}］", "[{}]")
NO_PICTURE = Text("（图未能绘出：{why}。以下列出其数据。）", "(The chart could not be drawn: {why}. Its numbers follow.)")
NO_NUMBERS = Text("（图未能绘出：{why}。）", "(The chart could not be drawn: {why}.)")
MORE_ROWS = Text("共{n}行，列出前{m}行。", "{m} of {n} rows.")
IS_LEFT_OUT = re.compile(r"共\d+行，列出前\d+行。|\d+ of \d+ rows\.")
SIGNED_BY, DRAFT = Text("签发：{}", "Signed by: {}"), Text("草稿　未签发", "Draft, not issued")
AS_OF = Text("数据截至{}", "Data as of {}")
RUNNING = Text("统计时段未结束", "the period still runs")
BROKEN = Text("图片无法识别", "its picture cannot be read")
BRACKETS = "（）()[]［］〔〕【】 "
IS_REMARK = re.compile(r"\s*[（(]?(?:注|说明|备注|Note)")
IS_ANNEX = re.compile(r"(附件\d*|Annex \d+)(?:　|: )(.+)", re.DOTALL)
# Of the numbers behind a chart that could not be drawn: a map of all communities is no reading.
MOST_ROWS = 40


def paragraph_text(block: Paragraph, language: str) -> str:
    """What a paragraph shows; a request to people in square brackets."""
    return REQUEST.in_(language).format(block.text.strip(BRACKETS)) if block.is_for_people else block.text


def footnote_texts(block: Paragraph, language: str) -> list[str]:
    return [FOOTNOTE.in_(language).format(note) for note in block.footnotes]


def remark_text(table: Table, language: str) -> str:
    """A table's note, which says that it is one."""
    if not table.note or IS_REMARK.match(table.note):
        return table.note
    return REMARK.in_(language).format(table.note)


def annex_of(block: Section) -> tuple[str, str] | None:
    """The number and the title of an annex."""
    found = IS_ANNEX.fullmatch(block.heading) if block.level == 1 else None
    return (found[1], found[2]) if found else None


def scope_line(report: Report) -> str:
    """Of what and until when."""
    zh = report.language != "en"
    parts = [report.scope]
    if report.period.is_running:
        parts.append(RUNNING.in_(report.language))
    if report.as_of is not None:
        at = report.as_of
        said = f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分" if zh else f"{at:%Y-%m-%d %H:%M}"
        parts.append(AS_OF.in_(report.language).format(said))
    return ("　" if zh else " · ").join(part for part in parts if part)


def made_on_text(report: Report) -> str:
    on = report.made_on
    return f"{on.year}年{on.month}月{on.day}日" if report.language != "en" else f"{on:%-d %B %Y}"


def table_texts(table: Table) -> list[list[str]]:
    """All cells as shown, from the headings down."""
    return [[shown(cell) for cell in row] for row in rows_text(table)]


def plate_rows(plate: Plate) -> tuple[list[list[str]], list[Align], int]:
    """The numbers behind a picture as a table is shown, how columns stand, and how many rows there are."""
    rows = [list(row) for row in plate.table.rows]
    columns = [_column(heading, [row[place] for row in rows]) for place, heading in enumerate(plate.table.headings)]
    cells = [[shown(cell_text(column, cell)) for column, cell in zip(columns, row, strict=True)] for row in rows[:MOST_ROWS]]
    return [[shown(heading) for heading in plate.table.headings], *cells], [column.align for column in columns], len(rows)


def why_of(plate: Plate | None) -> Text:
    """Why a chart has no picture."""
    if plate is None:
        return NO_BROWSER
    return BROKEN if plate.png is not None or not plate.why.zh else plate.why


def _column(heading: str, cells: list[Cell]) -> Column:
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, int | float) for cell in known):
        return Column(heading, "count" if all(isinstance(cell, int) for cell in known) else "number")
    return Column(heading, "time" if known and all(isinstance(cell, date | datetime) for cell in known) else "text")


def shown(text: str) -> str:
    return cleaned(text).replace("\t", " ")
