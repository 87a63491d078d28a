"""A report as plain text and as plain data: what its words and cells read like, for a terminal, a test, and the checks."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from dashboard.filters import Filters
from dashboard.reports.checking.document import Document, Grid, Line
from dashboard.reports.model import Cell, Column, Figure, Note, Paragraph, Report, Section, Table
from dashboard.reports.spans import days_zh
from dashboard.texts import Text
from dashboard.theme import MISSING

DECIMALS = {"count": 0, "percent": 2, "points": 2, "change": 2, "amount": 2, "hours": 1}
SIGNED = ("points", "change")
CHART, FOOTNOTE, AS_OF = Text("〔图表：{}〕", "[chart: {}]"), Text("（注：{}）", "(Note: {})"), Text("数据截至{}", "Data as of {}")
WIDEST = 40


def cell_text(column: Column, cell: Cell) -> str:
    """A cell as printed: full numbers with separators, rates with two decimals, changes with their sign; “—” where nothing is known."""
    if cell is None:
        return MISSING
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, str):
        return cell
    places = DECIMALS.get(column.kind, 0 if isinstance(cell, int) else 2)
    sign = "+" if column.kind in SIGNED and round(cell, places) > 0 else ""
    text = f"{sign}{cell:,.{places}f}".replace("-", "−")
    return text if float(text.replace("−", "-").replace(",", "")) else text.removeprefix("−")


def rows_text(table: Table) -> list[list[str]]:
    """Headings, rows and the total row as printed."""
    held = [*table.rows, *([table.total] if table.total else [])]
    return [
        [column.title for column in table.columns],
        *([cell_text(c, cell) for c, cell in zip(table.columns, row, strict=True)] for row in held),
    ]


def as_document(report: Report) -> Document:
    """A report as any other document, so that the same rules read it."""
    parts: list[Line | Grid] = []
    for block in report.blocks:
        if isinstance(block, Paragraph) and not block.is_for_people:
            parts.append(Line(Text(f"段落 {block.key}", f"paragraph {block.key}"), block.text))
        elif isinstance(block, Note):
            parts.append(Line(Text("注", "note"), block.text))
        elif isinstance(block, Table):
            # A list of some rows is no sum of anything.
            around = f"{block.caption} {block.note} {'部分' if block.is_partial else ''}"
            parts.append(Grid(Text(block.caption, block.caption), tuple(tuple(row) for row in rows_text(block)), around))
    return Document(report.title, tuple(parts))


def as_text(report: Report) -> str:
    """The whole report to be read in a terminal."""
    zh = report.language == "zh"
    made = f"{report.made_on.year}年{days_zh(report.made_on, report.made_on)}" if zh else f"{report.made_on:%Y-%m-%d}"
    time = Text(*AS_OF).in_(report.language).format(f"{report.as_of:%Y-%m-%d %H:%M}") if report.as_of else ""
    head = [report.mark, report.title, report.number, "  ".join(part for part in (report.office, made) if part)]
    lines = [*(part for part in head if part), f"{report.period.name}  {report.scope}  {time}".rstrip()]
    for block in report.blocks:
        lines += _lines(block, report.language)
    return "\n".join(lines) + "\n"


def _lines(block: object, language: str) -> list[str]:
    if isinstance(block, Section):
        return ["", block.heading] if block.level > 1 else ["", "", block.heading]
    if isinstance(block, Paragraph):
        notes = [Text(*FOOTNOTE).in_(language).format(note) for note in block.footnotes]
        return [*([f"　　{block.text}"] if block.runs else []), *(f"　　{note}" for note in notes)]
    if isinstance(block, Figure):
        return [CHART.in_(language).format(block.caption)]
    if isinstance(block, Note):
        return [block.text]
    return _table_lines(block) if isinstance(block, Table) else []


def _table_lines(table: Table) -> list[str]:
    rows = rows_text(table)
    widths = [min(max(_width(row[place]) for row in rows), WIDEST) for place in range(len(table.columns))]
    lines = [
        "  ".join(_padded(cell, width, column) for cell, width, column in zip(row, widths, table.columns, strict=True)).rstrip()
        for row in rows
    ]
    return [table.caption, *lines, *([table.note] if table.note else [])]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, column: Column) -> str:
    space = " " * max(width - _width(text), 0)
    return space + text if column.align == "right" else text + space


def as_json(report: Report) -> str:
    """The whole report as data; each block says of what kind it is."""
    held = asdict(report)
    held["blocks"] = [{"block": type(block).__name__.lower(), **_plain(asdict(block))} for block in report.blocks]
    return json.dumps(_plain(held), ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Filters):
        return value.to_json()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
