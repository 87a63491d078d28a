"""A report as an editable official Word file: the page of GB/T 9704-2012, real headings, native tables, every block under its bookmark."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dashboard.reports.model import Block, Figure, Paragraph, Section, Table
from dashboard.reports.ooxml import HEI, KAI, SIZE_4, Face, cleaned, element, order, run
from dashboard.reports.paper import Paper, to_the_right
from dashboard.reports.plates import Plate, Printable
from dashboard.reports.word import wording
from dashboard.reports.word.backdrop import write_backdrop
from dashboard.reports.word.contents import FROM_PAGES, Entry, fill_in, hidden_entry, insert_contents
from dashboard.reports.word.grids import Grid, look_of, table_xml
from dashboard.reports.word.identity import write_identity
from dashboard.reports.word.names import annex_name, block_names, caption_name, head_name, numbers_name, plate_name, remark_name
from dashboard.reports.word.pagination import Pages, pages_of
from dashboard.reports.word.turning import Turning

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The red mark's upper edge stands 35 mm below the text's; the line of the internal mark takes ten of them.
ABOVE_MARK = 22.0
LONGEST_ALT = 1000
BESIDE = Pt(8)


def render(printable: Printable) -> bytes:
    """The report as a .docx; the same report gives the same bytes."""
    return _Writer(printable).written()


class _Writer:
    """One report being written from the top down."""

    def __init__(self, printable: Printable) -> None:
        self.printable, self.report = printable, printable.report
        self.language = self.report.language
        self.paper = Paper(self.report.title, self.report.office, datetime.combine(self.report.made_on, time()), self.language)
        self.document = self.paper.document
        self.plates, self.numbers = iter(printable.plates), iter(range(1, 1_000_000))
        self.entries: list[Entry] = []
        # Where chapters begin, and the last bookmark before each.
        self.chapters: list[tuple[Any, str]] = []
        self.last_name = ""

    def written(self) -> bytes:
        self._head()
        write_backdrop(self.document, self.printable.watermark, wording.DRAFT.in_(self.language) if self.printable.is_draft else "")
        self.turning = Turning(self.document)
        for block, name in zip(self.report.blocks, block_names(self.report), strict=True):
            self._block(block, name)
        self.turning.end()
        self._pages()
        for properties in self.document.element.body.iter(qn("w:pPr")):
            order(properties)
        write_identity(self.document, self.report)
        properties = self.document.core_properties
        properties.language, properties.last_modified_by, properties.revision = self.language, "", 1
        return self.paper.to_bytes()

    def _head(self) -> None:
        """Internal mark and who signed, red title, issue, office and day, red rule; then of which days and what it is."""
        report, paper = self.report, self.paper
        line = paper.paragraph((report.mark, Face(HEI)), first=0, align=ALIGN.LEFT)
        if report.issuer:
            to_the_right(line, wording.SIGNED_BY.in_(self.language).format(report.issuer), Face(KAI))
        made = {"mark": line, "title": paper.mark(report.title, above=ABOVE_MARK)}
        if report.number:
            made["number"] = paper.paragraph(report.number, first=0, align=ALIGN.CENTER)
        made["issued"] = paper.issued(report.office, wording.made_on_text(report))
        paper.blank()
        made["period"] = self.document.add_paragraph(style="Title")
        made["period"].add_run(cleaned(report.period.name))
        made["scope"] = paper.paragraph((wording.scope_line(report), Face(KAI, SIZE_4)), first=0, align=ALIGN.CENTER)
        paper.blank()
        for part, paragraph in made.items():
            self._named([paragraph], head_name(part))

    def _block(self, block: Block, name: str) -> None:
        if isinstance(block, Section):
            self._section(block, name)
        elif isinstance(block, Paragraph):
            self._paragraph(block, name)
        elif isinstance(block, Table):
            self._table(block, name)
        elif isinstance(block, Figure):
            self._figure(block, name)
        else:
            self._named([self._small(line) for line in _lines(block.text)], name)
        self.last_name = name

    def _section(self, block: Section, name: str) -> None:
        self.turning.end()
        annex = wording.annex_of(block)
        if annex is None:
            made = first = self.paper.heading(block.heading, min(block.level, 4))
        else:
            first = self.document.add_paragraph(style="附件序号")
            run(first, annex[0], Face(HEI))
            self._named([first], annex_name(name))
            self.paper.blank()
            made = self.document.add_paragraph(style="附件标题")
            for part in hidden_entry(block.heading, block.level):
                made._p.append(part)  # noqa: SLF001 fields have no name in python-docx
            made.add_run(cleaned(annex[1]))
            made.paragraph_format.space_after = Pt(14)
        self._named([made], name)
        if block.level == 1:
            self.chapters.append((first._p, self.last_name))  # noqa: SLF001
        if block.level <= 2:
            self.entries.append(Entry(block.level, block.heading, name))

    def _paragraph(self, block: Paragraph, name: str) -> None:
        self.turning.end()
        align = ALIGN.LEFT if self.language == "en" else ALIGN.JUSTIFY
        made = [self.paper.paragraph(*runs, align=align) for runs in _runs_by_line(block)] if not block.is_for_people else []
        if block.is_for_people:
            made = [self.paper.paragraph(align=align)]
            self._request(made[0], wording.paragraph_text(block, self.language), block.key)
        self._named(made, name)
        for place, text in enumerate(wording.footnote_texts(block, self.language)):
            self._named([self.paper.paragraph((text, Face(size=12.0)), align=ALIGN.LEFT)], remark_name(name, place))

    def _request(self, paragraph: Any, text: str, key: str) -> None:
        """What people are asked for: one click marks all of it, and typing replaces it."""
        control, properties, content = element("w:sdt"), element("w:sdtPr"), element("w:sdtContent")
        for part in (element("w:alias", val=cleaned(text)[:60]), element("w:tag", val=cleaned(key)[:60]), element("w:showingPlcHdr")):
            properties.append(part)
        control.append(properties)
        control.append(content)
        made = run(paragraph, text, Face())
        content.append(made._element)  # noqa: SLF001 content controls have no name in python-docx
        paragraph._p.append(control)  # noqa: SLF001

    def _table(self, block: Table, name: str) -> None:
        remark = wording.remark_text(block, self.language)
        aligns = [column.align for column in block.columns]
        self._grid(Grid(wording.table_texts(block), aligns, block.total is not None, name, block.caption, bool(remark)), name)
        made = [self._small(line) for line in _lines(remark)]
        made[-1].paragraph_format.space_after = BESIDE
        if remark:
            self._named(made, remark_name(name))

    def _grid(self, grid: Grid, name: str, note: str = "") -> None:
        """Caption, then a note where there is one, then the table; all on a turned page where the table is too wide."""
        look = look_of(grid)
        self.turning.to(look.is_turned)
        caption = self.document.add_paragraph(style="Caption")
        caption.add_run(cleaned(grid.caption).replace("\n", " "))
        caption.paragraph_format.keep_with_next, caption.paragraph_format.space_before = True, BESIDE
        self._named([caption], caption_name(name))
        if note:
            said = self._small(note)
            said.paragraph_format.keep_with_next = True
            self._named([said], numbers_name(name))
        body = self.document.element.body
        body.insert(list(body).index(body.sectPr), table_xml(grid, look, next(self.numbers)))

    def _figure(self, block: Figure, name: str) -> None:
        plate = next(self.plates, None)
        if plate is not None and plate.png is not None and self._picture(block, plate, name):
            caption = self.document.add_paragraph(style="Caption")
            caption.add_run(cleaned(block.caption).replace("\n", " "))
            caption.paragraph_format.space_after = BESIDE
            self._named([caption], caption_name(name))
            return
        self._numbers(block, plate, name)

    def _picture(self, block: Figure, plate: Plate, name: str) -> bool:
        """The chart; False where its picture is none that Word knows."""
        self.turning.end()
        paragraph = self.document.add_paragraph(style="图片")
        try:
            held: Any = paragraph.add_run().add_picture(io.BytesIO(plate.png or b""), width=Mm(plate.width_mm))
        except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, ValueError):
            paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001
            return False
        number = str(next(self.numbers))
        for properties in (held._inline.docPr, held._inline.graphic.graphicData.pic.nvPicPr.cNvPr):  # noqa: SLF001 no name in python-docx
            properties.set("id", number)
            properties.set("name", name)
            properties.set("descr", cleaned(block.alt)[:LONGEST_ALT])
        self._named([paragraph], name)
        return True

    def _numbers(self, block: Figure, plate: Plate | None, name: str) -> None:
        """Why there is no picture, and the numbers it would have shown."""
        why = wording.why_of(plate).in_(self.language)
        rows, aligns, count = wording.plate_rows(plate) if plate is not None else ([], [], 0)
        if len(rows) < 2:
            self.turning.end()
            said = self._small(f"{block.caption}　{wording.NO_NUMBERS.in_(self.language).format(why=why)}")
            self._named([said], numbers_name(name))
            return
        left_out = wording.MORE_ROWS.in_(self.language).format(n=count, m=len(rows) - 1) if count > len(rows) - 1 else ""
        note = wording.NO_PICTURE.in_(self.language).format(why=why)
        self._grid(Grid(rows, aligns, name=plate_name(name), caption=block.caption, has_note=bool(left_out)), name, note)
        self._small(left_out).paragraph_format.space_after = BESIDE

    def _small(self, text: str) -> Any:
        paragraph = self.document.add_paragraph(style="小字")
        paragraph.add_run(cleaned(text).replace("\t", " "))
        if not text:
            paragraph.paragraph_format.line_spacing = Pt(2)
        return paragraph

    def _named(self, paragraphs: list[Any], name: str) -> None:
        """A bookmark around paragraphs."""
        number = next(self.numbers)
        first, last = paragraphs[0]._p, paragraphs[-1]._p  # noqa: SLF001 bookmarks have no name in python-docx
        first.insert(1 if first.pPr is not None else 0, element("w:bookmarkStart", id=number, name=name))
        last.append(element("w:bookmarkEnd", id=number))

    def _pages(self) -> None:
        """The contents list where it is long enough for one; pictures that would leave a page half empty a little smaller."""
        pages = pages_of(self.document)
        has_list = pages.count >= FROM_PAGES and len(self.entries) > 1
        made = self._contents(pages) if has_list else []
        self._fit_pictures(pages_of(self.document).smaller)
        if has_list:
            fill_in(made, self.entries, pages_of(self.document).first)

    def _contents(self, pages: Pages) -> list[Any]:
        """Behind the digest where that fits the first page, else behind the head; the next chapter begins on a page of its own."""
        second = self.chapters[1] if len(self.chapters) > 1 else None
        behind_digest = second is not None and pages.last.get(second[1], 2) == 1
        at = second[0] if second is not None and behind_digest else self.chapters[0][0]
        if at.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is None:
            at.get_or_add_pPr().append(element("w:pageBreakBefore"))
        return insert_contents(at, self.entries, pages.first, self.language, on_new_page=behind_digest)

    def _fit_pictures(self, smaller: dict[str, float]) -> None:
        for picture in self.document.inline_shapes:
            share = smaller.get(picture._inline.docPr.get("name"))  # noqa: SLF001 names of pictures have no name in python-docx
            if share is not None:
                picture.width, picture.height = round(picture.width * share), round(picture.height * share)


def _lines(text: str) -> list[str]:
    return cleaned(text).split("\n")


def _runs_by_line(block: Paragraph) -> list[list[tuple[str, Face]]]:
    """A paragraph's runs; where people pressed Enter a new paragraph begins."""
    lines: list[list[tuple[str, Face]]] = [[]]
    for one in block.runs:
        face = Face(bold=one.is_strong)
        first, *more = _lines(one.text)
        lines[-1].append((first, face))
        lines += [[(text, face)] for text in more]
    return lines
