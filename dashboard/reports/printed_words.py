"""The words that a printed report shows beside its own: dates, remarks, requests, annexes, and the numbers of a chart not drawn."""

from __future__ import annotations

import re
from datetime import date

from dashboard.reports.model import Column, Kind, Paragraph, Report, Section, Table
from dashboard.reports.plain import AS_OF, FOOTNOTE
from dashboard.reports.plates import Plate
from dashboard.reports.spans import days_zh
from dashboard.texts import Text

SIGNED, REMARK, REQUEST = Text("签发：{}", "Signed by: {}"), Text("注：{}", "Note: {}"), Text("［{}］", "[{}]")
IS_REMARK, BRACKETS = re.compile(r"\s*[（(]?(?:注|说明|备注|Note)"), "（）()[]［］〔〕【】 "
RUNNING, DRAFT = Text("统计时段未结束", "the period still runs"), Text("草稿　未签发", "Draft, not issued")
ANNEX = re.compile(r"(附件\d*|Annex \d+)(?:　|: )(.+)", re.DOTALL)
NUMBERS: dict[str, Kind] = {"#,##0": "count", "#,##0.00": "number"}


def day_text(day: date, language: str) -> str:
    """`2026年11月3日`, `3 November 2026`."""
    return f"{day.year}年{days_zh(day, day)}" if language == "zh" else f"{day.day} {day:%B %Y}"


def signed_text(report: Report) -> str:
    return SIGNED.in_(report.language).format(report.issuer) if report.issuer else ""


def as_of_text(report: Report) -> str:
    at = report.as_of
    if at is None:
        return ""
    return f"{day_text(at.date(), 'zh')}{at.hour}时{at.minute:02d}分" if report.language == "zh" else f"{at:%Y-%m-%d %H:%M}"


def scope_line(report: Report) -> str:
    """Of what it speaks, and how far its data reach."""
    said = as_of_text(report)
    parts = (
        report.scope,
        RUNNING.in_(report.language) if report.period.is_running else "",
        AS_OF.in_(report.language).format(said) if said else "",
    )
    return ("　" if report.language == "zh" else " · ").join(part for part in parts if part)


def remark_text(table: Table, language: str) -> str:
    """A table's note, which says that it is one."""
    return table.note if not table.note or IS_REMARK.match(table.note) else REMARK.in_(language).format(table.note)


def request_text(part: Paragraph, language: str) -> str:
    """What people are asked to write, in square brackets."""
    return REQUEST.in_(language).format(part.text.strip(BRACKETS))


def footnote_texts(part: Paragraph, language: str) -> list[str]:
    return [FOOTNOTE.in_(language).format(note) for note in part.footnotes]


def annex_of(section: Section) -> tuple[str, str] | None:
    """The number and the title of an annex."""
    found = ANNEX.fullmatch(section.heading) if section.level == 1 else None
    return (found[1], found[2]) if found else None


def numbers_of(plate: Plate) -> Table:
    """The numbers behind a chart as a table."""
    columns = tuple(Column(heading, _kind(plate.table.formats.get(heading, ""))) for heading in plate.table.headings)
    return Table(plate.figure.chart, plate.figure.caption, columns, tuple(tuple(row) for row in plate.table.rows), is_partial=True)


def _kind(form: str) -> Kind:
    return NUMBERS.get(form, "text")
