"""Official papers as .docx by GB/T 9704-2012: its page, grid, faces, headings and page numbers, behind a small interface."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dashboard.reports.ooxml import (
    FANG,
    HEI,
    KAI,
    SIGN,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_5,
    SONG,
    SONG_TITLE,
    TEXT_WIDTH,
    Face,
    at_the_foot,
    border,
    cleaned,
    element,
    field,
    flag,
    fonts,
    indent,
    narrow,
    order,
    run,
)  # fmt: skip
from dashboard.reports.word.packing import packed
from dashboard.reports.word.styles import HEADING_FACES, write_styles
from dashboard.reports.word.widths import width

# What stands in for the official faces where they are not installed.
STAND_INS = {SONG_TITLE: "小标宋,华文中宋,宋体,SimSun,Noto Serif CJK SC", FANG: "仿宋,FangSong,华文仿宋,Noto Serif CJK SC",
    HEI: "SimHei,Noto Sans CJK SC", KAI: "楷体,KaiTi,华文楷体,Noto Serif CJK SC", SONG: "SimSun,Noto Serif CJK SC"}  # fmt: skip
# 22 lines in 225 mm.
PITCH = 28.95
# In twentieths of a point.
TIGHTER = 2
FIGURES = "一二三四五六七八九十"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


BODY = Face()
# 一、 / （一） / 1. / （1）
HEADINGS = {level: Face(name) for level, name in HEADING_FACES.items()}


class Paper:
    """One document being written, from the top down."""

    def __init__(self, title: str, author: str = "", made_at: datetime | None = None, language: str = "zh") -> None:
        self.document = docx.Document()
        write_styles(self.document, PITCH, language)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = cleaned(title)[:250], cleaned(author)[:250], ""
        if made_at is not None:
            properties.created = properties.modified = made_at
        _page(self.document, is_chinese=language != "en")
        _styles(self.document, is_chinese=language != "en")
        _stand_ins(self.document)

    def paragraph(
        self, *runs: str | tuple[str, Face], first: float = 2, align: Any = ALIGN.JUSTIFY, right: float = 0,
        keep: bool = False,
    ) -> Any:  # fmt: skip
        """A paragraph of the body: its first line is indented by two signs."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        indent(paragraph, first, right=right)
        paragraph.paragraph_format.keep_with_next = keep
        for part in runs:
            text, face = (part, BODY) if isinstance(part, str) else part
            run(paragraph, text, face)
        return paragraph

    def heading(self, text: str, level: int, number: int = 0) -> Any:
        """A heading of a level, 1 to 4, numbered as official papers do where a number is given."""
        paragraph = self.document.add_paragraph(style=f"Heading {level}")
        run(paragraph, f"{ordinal(level, number)}{text}", HEADINGS[level])
        return paragraph

    def title(self, text: str) -> None:
        """The title, in large signs, centred."""
        self.paragraph((text, Face(SONG_TITLE, SIZE_2)), first=0, align=ALIGN.CENTER)

    def mark(self, text: str, number: str = "", above: float = 33) -> Any:
        """The red mark of a paper's kind in one line, with its number below; `above` it stand so many millimetres of nothing."""
        wide = TEXT_WIDTH / 25.4 * 72
        size = max(min(36.0, wide / max(width(cleaned(text)), 1) * 0.98), SIZE_2)
        paragraph = self.paragraph((text, Face(SONG_TITLE, float(int(size)), red=True)), first=0, align=ALIGN.CENTER)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        # The mark stands 35 mm below the edge of the text.
        paragraph.paragraph_format.space_before = Mm(above)
        if number:
            self.paragraph(number, first=0, align=ALIGN.CENTER)
        return paragraph

    def issued(self, left: str, right: str) -> Any:
        """Who issues it on the left and the day on the right, above the red line."""
        paragraph = self.paragraph(left, first=1, align=ALIGN.LEFT)
        to_the_right(paragraph, right, BODY)
        border(paragraph, "bottom", "E60012", 12)
        return paragraph

    def blank(self) -> None:
        self.paragraph("", first=0)

    def names(self, label: str, names: Sequence[str]) -> None:
        """Who was there: the word in black face after two signs, names behind it, further lines under the first name."""
        signs = len(label) + 1
        for place, name in enumerate(names):
            paragraph = self.paragraph(*([(f"{label}：", Face(HEI))] * (place == 0)), name, align=ALIGN.LEFT)
            indent(paragraph, 2, hanging=signs) if place == 0 else indent(paragraph, 0, left=2 + signs)

    def annex(self, title: str, number: int = 0) -> None:
        """An annex on a page of its own: the word at the left edge in black face, its title centred below."""
        self.paragraph((f"附件{number or ''}", Face(HEI)), first=0).paragraph_format.page_break_before = True
        self.blank()
        self.title(title)
        self.blank()

    def small(self, text: str, size: float = SIZE_5) -> None:
        """Small print."""
        paragraph = self.paragraph((text, Face(FANG, size)), first=0, align=ALIGN.LEFT)
        paragraph.paragraph_format.line_spacing = Pt(size * 1.4)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], size: float = SIZE_5) -> None:
        """A ruled table whose head is repeated on every page and whose rows stay whole; `widths` are shares of the text's."""
        table = self.document.add_table(rows=0, cols=len(headings))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        narrow(table)
        whole = sum(widths)
        columns = [Mm(TEXT_WIDTH * share / whole) for share in widths]
        for column, wide in zip(table.columns, columns, strict=True):
            column.width = wide
        for place, cells in enumerate([headings, *rows]):
            row = table.add_row()
            flag(row, "w:cantSplit")
            if place == 0:
                flag(row, "w:tblHeader")
            for cell, text, wide in zip(row.cells, cells, columns, strict=True):
                cell.width = wide
                _fill(cell, text, Face(HEI if place == 0 else FANG, size))

    def imprint(self, lines: Sequence[tuple[str, str]]) -> None:
        """The lines at the foot of the last page (版记), between rules: what stands on the left, and on the right."""
        table = self.document.add_table(rows=0, cols=1)
        at_the_foot(table)
        for left, right in lines:
            (cell,) = table.add_row().cells
            cell.width = Mm(TEXT_WIDTH)
            _fill(cell, left, Face(FANG, SIZE_4))
            indent(cell.paragraphs[0], 1)
            if right:
                to_the_right(cell.paragraphs[0], right, Face(FANG, SIZE_4))
        # What floats hangs on the paragraph behind it.
        self.small("")

    def to_bytes(self) -> bytes:
        return packed(self.document)


def ordinal(level: int, number: int) -> str:
    """How a heading of a level is numbered: 一、 （一） 1. （1）; nothing without a number."""
    if not number:
        return ""
    return {1: f"{chinese(number)}、", 2: f"（{chinese(number)}）", 3: f"{number}.", 4: f"（{number}）"}[level]


def chinese(number: int) -> str:
    """1 to 99 in Chinese figures; beyond that as it is."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    if number <= 10:
        return FIGURES[number - 1]
    return f"{FIGURES[tens - 1] if tens > 1 else ''}十{FIGURES[ones - 1] if ones else ''}"


def to_the_right(paragraph: Any, text: str, face: Face) -> None:
    """A text on the same line that ends one sign before the right edge."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH - 4) - Pt(face.size), WD_TAB_ALIGNMENT.RIGHT)
    run(paragraph, f"\t{cleaned(text)}", face, tabs=True)


def _page(document: Any, *, is_chinese: bool) -> None:
    """A4 with its margins, 22 lines of 28 signs, and numbers at the outer corner. Latin letters keep to lines, but to no cells."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The number's upper edge stands 7 mm below the text.
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    properties = section._sectPr  # noqa: SLF001 python-docx has no grid of its own
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    signs = {"type": "linesAndChars", "charSpace": round((SIGN - SIZE_3) * 4096)} if is_chinese else {"type": "lines"}
    grid = element("w:docGrid", linePitch=round(PITCH * 20), **signs)
    properties.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align, side in ((section.footer, ALIGN.RIGHT, "right"), (section.even_page_footer, ALIGN.LEFT, "left")):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        setattr(paragraph.paragraph_format, f"{side}_indent", Pt(SIZE_4))
        paragraph.paragraph_format.line_spacing = Pt(SIZE_4)
        face = Face(SONG, SIZE_4)
        run(paragraph, "— ", face)
        field(paragraph, "PAGE", face)
        run(paragraph, " —", face)


def _styles(document: Any, *, is_chinese: bool) -> None:
    """The body as the default of all that is written."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(SIZE_3)
    fonts(normal.element.get_or_add_rPr(), FANG)
    spacing = normal.paragraph_format
    spacing.line_spacing, spacing.line_spacing_rule = Pt(PITCH), WD_LINE_SPACING.EXACTLY
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.widow_control = False
    # The grid says 28 signs a line, and the pitch of signs keeps to it: readers that snap to a grid's cells differ in how they do.
    # A little closer than the grid, which justified lines open again: a sign may be a shade wider than its point size.
    closer = element("w:spacing", val=round((SIGN - SIZE_3) * 20) - TIGHTER)
    normal.element.get_or_add_pPr().append(element("w:snapToGrid", val="0"))
    if is_chinese:
        normal.element.get_or_add_rPr().find(qn("w:sz")).addprevious(closer)
    order(normal.element.pPr)


def _stand_ins(document: Any) -> None:
    """Say in the table of fonts what stands in for a face that is not installed."""
    held = next(part for part in document.part.package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/></w:font>'
        for name, others in STAND_INS.items()
        for family in ("swiss" if name == HEI else "roman",)
    )
    held._blob = held.blob.replace(b"</w:fonts>", fonts.encode("utf-8") + b"</w:fonts>")  # noqa: SLF001 a part kept as bytes


def _fill(cell: Any, text: str, face: Face) -> None:
    lines = cleaned(text).split("\n") or [""]
    for place, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(face.size * 1.35)
        paragraph.alignment = ALIGN.LEFT
        run(paragraph, line, face)
