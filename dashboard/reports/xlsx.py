"""Reports as Excel workbooks: a cover, a sheet per chapter with real cells and native charts, and the numbers behind the charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

from dashboard.reports.model import Block, Figure, Note, Paragraph, Report, Section, Table
from dashboard.reports.ooxml import cleaned
from dashboard.reports.plates import Printable
from dashboard.reports.printed_words import as_of_text, numbers_of, picture_of, plates_by_figure, signed_text
from dashboard.reports.word.wording import DRAFT, NO_NUMBERS, RUNNING, footnote_texts, made_on_text, paragraph_text, remark_text, why_of
from dashboard.reports.workbook.charts import draw
from dashboard.reports.workbook.looks import RED, Looks
from dashboard.reports.workbook.names import sheet_names
from dashboard.reports.workbook.shapes import shape_of
from dashboard.reports.workbook.sheets import HIGHEST, LONG, Sheet, held, widths_of
from dashboard.texts import Text

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COVER, NUMBERS, CONTENTS, BACK = (
    Text("封面", "Cover"),
    Text("图表数据", "Chart data"),
    Text("目录", "Contents"),
    Text("返回目录", "Back to the contents"),
)
PERIOD, SCOPE, MADE_ON, OFFICE = Text("统计时段", "Period"), Text("范围", "Scope"), Text("日期", "Date"), Text("单位", "Office")
NUMBER, SNAPSHOT, AS_OF = Text("期号", "Issue"), Text("数据快照", "Snapshot"), Text("数据截至", "Data as of")
DAYS = Text("{name}（{since}至{until}）", "{name} ({since} to {until})")
SEE = Text("数据见工作表“{sheet}”第{row}行。", "Its numbers: sheet “{sheet}”, row {row}.")
NO_CHART = Text("{why}，数据见工作表“{sheet}”第{row}行。", "{why}; its numbers: sheet “{sheet}”, row {row}.")
PART_OF = Text("图表所用数据，仅为部分口径，不作合计。", "Note: numbers that charts are drawn of, some of all there are.")
PAGES = Text("第 &P 页　共 &N 页", "Page &P of &N")
WIDE = 110.0
LONGEST_HEADER = 60


@dataclass(frozen=True)
class Part:
    """A sheet to come: its heading and what stands below it."""

    heading: str
    blocks: tuple[Block, ...]


def render(made: Printable) -> bytes:
    """The report as .xlsx; the same report gives the same bytes."""
    file = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        _Book(book, made).write()
    return file.getvalue()


class _Book:
    """One workbook being written."""

    def __init__(self, book: Any, made: Printable) -> None:
        self.book, self.made, self.report = book, made, made.report
        self.language = made.report.language
        self.looks = Looks(book, self.language)
        self.parts = list(_parts(made.report))
        self.places = {id(figure): place for place, figure in enumerate(made.report.figures)}
        self.figures = list(plates_by_figure(made))
        self.numbers = [numbers_of(plate) for plate in made.plates]
        names = sheet_names([self.say(COVER), *(part.heading for part in self.parts), *([self.say(NUMBERS)] if made.plates else [])])
        self.sheets = {name: book.add_worksheet(name) for name in names}
        self.cover, self.names, self.charts = names[0], names[1 : len(self.parts) + 1], names[-1]
        # Where the headings of each figure's numbers stand.
        self.tops: list[int] = []

    def say(self, text: Text) -> str:
        return text.in_(self.language)

    def write(self) -> None:
        day = datetime.combine(self.report.made_on, time())
        self.book.set_properties({"title": held(self.report.title)[:250], "author": held(self.report.office)[:250], "created": day})
        if self.made.plates:
            self._write_numbers()
        places = [self._write_part(part, name) for part, name in zip(self.parts, self.names, strict=True)]
        self._write_cover(places)

    def _sheet(self, name: str, tables: list[Table]) -> Sheet:
        """A sheet of A4 pages, ready to be written."""
        sheet, widths = self.sheets[name], widths_of(tables)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
        sheet.hide_gridlines(2)
        if sum(widths) > WIDE:
            sheet.set_landscape()
        over = [self.say(DRAFT)] if self.made.is_draft else []
        left, middle = _header(self.report.title), _header("  ".join([*over, self.made.watermark]).strip())
        sheet.set_header(f"&L&9{left}&C&9{middle}&R&9{_header(self.report.period.name)}")
        sheet.set_footer(f"&C&9{self.say(PAGES)}")
        return Sheet(sheet, name, self.looks, len(widths), sum(widths))

    def _write_part(self, part: Part, name: str) -> list[tuple[str, int]]:
        """A chapter or an annex; its parts, and in which rows they begin."""
        tables = [block for block in part.blocks if isinstance(block, Table)]
        at = self._sheet(name, tables)
        at.line(part.heading, self.looks.title())
        at.sheet.set_row(0, 24)
        self._link(at, self.cover, 0, self.say(BACK))
        at.row += 1
        places: list[tuple[str, int]] = []
        heads: list[int] = []
        for block in part.blocks:
            if isinstance(block, Section):
                places.append((block.heading, at.row))
            head = self._block(at, block)
            heads += [] if head is None else [head]
        is_long = len(tables) == 1 and len(tables[0].rows) > LONG and heads[0] < HIGHEST
        frozen = heads[0] + 1 if is_long else 1
        at.sheet.freeze_panes(frozen, 1 if is_long else 0)
        at.sheet.repeat_rows(heads[0] if is_long else 0)
        at.sheet.print_area(0, 0, max(at.row - 1, 1), at.span - 1)
        return places

    def _block(self, at: Sheet, block: Block) -> int | None:
        if isinstance(block, Section):
            at.line(block.heading, self.looks.title(block.level))
            at.row += 1
        elif isinstance(block, Paragraph):
            self._paragraph(at, block)
        elif isinstance(block, Table):
            return at.table(block, remark_text(block, self.language))
        elif isinstance(block, Figure):
            self._figure(at, self.places[id(block)])
        elif isinstance(block, Note):
            at.words(block.text, self.looks.small(), points=13.0)
            at.row += 1
        return None

    def _paragraph(self, at: Sheet, part: Paragraph) -> None:
        text = paragraph_text(part, self.language)
        if text:
            at.words(text, self.looks.body())
        for note in footnote_texts(part, self.language):
            at.words(note, self.looks.small(), points=13.0)
        at.row += 1

    def _figure(self, at: Sheet, place: int) -> None:
        """A native chart where the numbers' shape has one, else the picture, else where the numbers are. Maps are pictures."""
        figure, plate = self.figures[place]
        at.line(figure.caption, self.looks.caption())
        png = picture_of(plate)
        if plate is None:
            at.words(NO_NUMBERS.in_(self.language).format(why=why_of(None).in_(self.language)), self.looks.small())
            at.row += 1
            return
        table, top = self.numbers[place], self.tops[place]
        headings = [column.title for column in table.columns]
        shape = None if figure.chart.endswith("map") and png is not None else shape_of(headings, table.rows)
        form = SEE if shape is not None or png is not None else NO_CHART
        self._link(at, self.charts, top, self.say(form).format(why=self.say(why_of(plate)), sheet=self.charts, row=top + 1))
        if shape is not None:
            size = (plate.width_mm, plate.height_mm)
            at.chart(plate, draw(self.book, self.charts, shape, top, headings, self.looks.face, size), None)
        elif png is not None:
            at.chart(plate, None, png)
        at.row += 1

    def _write_numbers(self) -> None:
        """The numbers behind all charts, one table below the other."""
        at = self._sheet(self.charts, self.numbers)
        at.line(self.say(NUMBERS), self.looks.title())
        self._link(at, self.cover, 0, self.say(BACK))
        at.row += 1
        self.tops = [at.table(table, self.say(PART_OF)) for table in self.numbers]
        at.sheet.freeze_panes(1, 0)
        at.sheet.repeat_rows(0)

    def _write_cover(self, places: list[list[tuple[str, int]]]) -> None:
        report = self.report
        at = self._sheet(self.cover, [])
        at.line(report.mark, self.looks.caption())
        if self.made.is_draft:
            at.line(self.say(DRAFT), self.looks.of(font_color=RED, bold=True))
        if self.made.watermark:
            at.line(self.made.watermark, self.looks.small())
        at.row += 1
        at.words(
            report.title,
            self.looks.of(font_name=self.looks.head_face, font_size=20, bold=True, font_color=RED, text_wrap=True),
            points=28.0,
        )
        at.row += 1
        days = DAYS.in_(self.language).format(name=report.period.name, since=report.period.since, until=report.period.until)
        said = [
            (NUMBER, report.number), (OFFICE, "　".join(part for part in (report.office, signed_text(report)) if part)),
            (MADE_ON, made_on_text(report)),
            (PERIOD, f"{days}　{self.say(RUNNING)}" if report.period.is_running else days), (SCOPE, report.scope),
            (AS_OF, as_of_text(report)), (SNAPSHOT, report.snapshot),
        ]  # fmt: skip
        for label, text in said:
            if text:
                at.sheet.write_string(at.row, 0, self.say(label), self.looks.caption())
                at.sheet.write_string(at.row, 1, held(text), self.looks.of())
                at.row += 1
        at.row += 1
        at.line(self.say(CONTENTS), self.looks.title(2))
        for part, name, held_places in zip(self.parts, self.names, places, strict=True):
            self._link(at, name, 0, part.heading)
            for heading, row in held_places:
                self._link(at, name, row, heading, column=1)
        if self.made.plates:
            self._link(at, self.charts, 0, self.say(NUMBERS))
        at.sheet.activate()

    def _link(self, at: Sheet, name: str, row: int, text: str, *, column: int = 0) -> None:
        target = name.replace("'", "''")
        at.sheet.write_url(at.row, column, f"internal:'{target}'!A{row + 1}", self.looks.link(), held(text)[:250])
        at.row += 1


def _parts(report: Report) -> Iterator[Part]:
    """The report at its chapters and annexes; what stands before the first of them goes with the first."""
    heading = ""
    blocks: list[Block] = []
    for block in report.blocks:
        if isinstance(block, Section) and block.level == 1:
            if heading:
                yield Part(heading, tuple(blocks))
                blocks = []
            heading = block.heading
        else:
            blocks.append(block)
    if heading or blocks:
        yield Part(heading or report.title, tuple(blocks))


def _header(text: str) -> str:
    """A text as headers of pages take it: short, and of no codes."""
    return cleaned(text)[:LONGEST_HEADER].replace("&", "&&")
