"""A report of the demo city with pictures that need no browser, and a hostile one, for the tests of the renderers."""

from __future__ import annotations

import struct
import zlib
from datetime import date, datetime

from dashboard.chart_tables import chart_table
from dashboard.filters import Filters
from dashboard.reports.model import Column, Figure, Note, Paragraph, Period, Report, Run, Section, Table
from dashboard.reports.plates import Plate, Printable
from dashboard.table_files import TableFile
from dashboard.texts import Text
from dashboard.view import View

HOSTILE = "=cmd|'/c calc'!A1 #panic() $x$ *b* @ref \\ _u_ `raw` [x] {y} <a&b> \x00\x07\u202eabc\ue000 😀 " + "W" * 90
NOTHING = Text("", "")


def png(width: int = 40, height: int = 20) -> bytes:
    """A whole small picture."""

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x0b\x6f\xc2" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def printable(view: View, report: Report) -> Printable:
    """A report with a picture for each figure but the last, and the numbers of all."""
    plates = [Plate(figure, png(), NOTHING, _listed(chart_table(view, figure.chart, figure.wish))) for figure in report.figures]
    last = plates[-1]
    return Printable(report, (*plates[:-1], Plate(last.figure, None, Text("未安装浏览器", "No browser"), last.table)))


def _listed(table: TableFile) -> TableFile:
    return TableFile(table.title, list(table.head), list(table.headings), [list(row) for row in table.rows], table.formats)


def hostile() -> Printable:
    """Every word of it is somebody's attempt; so long that the list of contents appears, with a table of all kinds of cells."""
    columns = (
        Column(HOSTILE), Column("件数", "count"), Column("占比（%）", "percent"), Column("环比（%）", "change"), Column("日期", "date"),
        Column("时间", "time"),
    )  # fmt: skip
    rows = tuple((HOSTILE, place, float("nan"), None, date(2026, 10, 1), datetime(2026, 10, 1, 9, 30)) for place in range(177))
    wide = tuple(Column(f"很长的列名{place}", "count") for place in range(22))
    figure = Figure("trend", Filters(), HOSTILE, HOSTILE)
    numbers = TableFile(HOSTILE, (), [HOSTILE, "件（件）"], [[HOSTILE, 1], ["甲", 2]], {"件（件）": "#,##0"})
    blocks = (
        Section(1, HOSTILE), Section(2, HOSTILE), Paragraph("a", (Run(HOSTILE), Run(HOSTILE, is_strong=True)), (HOSTILE,)),
        Table("t", HOSTILE, columns, rows, (HOSTILE, 177, 100.0, None, None, None), HOSTILE),
        Section(1, HOSTILE), Table("w", HOSTILE, wide, (tuple(10**9 for _ in wide),)), figure, Note(HOSTILE), Section(1, "附件1　" + HOSTILE),
        Paragraph("long", (Run("长" * 40_000),)),
    )  # fmt: skip
    period = Period("month", date(2026, 10, 1), date(2026, 10, 31), "2026年10月")
    report = Report("month", HOSTILE, HOSTILE, HOSTILE, HOSTILE, date(2026, 11, 23), HOSTILE, period, HOSTILE, None, "s", "zh", blocks)
    return Printable(report, (Plate(figure, png(), NOTHING, numbers),), watermark=HOSTILE, is_draft=True)
