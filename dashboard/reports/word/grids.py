"""Tables of a report as native Word tables: widths by what they hold, smaller print or a turned page for wide ones, rows kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from dashboard.reports.model import Align
from dashboard.reports.ooxml import FANG, HEI, LATIN, TEXT_WIDTH, cleaned
from dashboard.reports.word.widths import longest_word, width

# The text of a turned page: its margins turn with it.
TURNED_WIDTH = 297.0 - 35 - 37
SIZES = (10.5, 9.0)
SMALLEST = 7.5
# Left and right of a cell's text, in millimetres.
PADDING = 1.0
LINE = 1.35
# A longer name is broken over lines; a longer run of Latin signs too.
WIDEST_TEXT, WIDEST_WORD = 26.0, 12.0
UNIT = re.compile("（[^（）]{1,3}）")
# A table of so few rows stays on one page.
FEW = 8
GREY = "F2F2F2"


@dataclass(frozen=True)
class Look:
    """How a table is set: its print in points, its columns in millimetres, whether its page is turned."""

    size: float
    widths: tuple[float, ...]
    is_turned: bool = False


@dataclass(frozen=True)
class Grid:
    """What a table shows: `rows` from the headings down, `has_total` where the last one sums them up, `name` its bookmark."""

    rows: Sequence[Sequence[str]]
    aligns: Sequence[Align]
    has_total: bool = False
    name: str = ""
    caption: str = ""
    # What stands below the table and belongs to it.
    has_note: bool = False


def look_of(grid: Grid) -> Look:
    """The largest print in which no number breaks; the page is turned where the smaller print does not do."""
    columns = [[row[place] for row in grid.rows] for place in range(len(grid.aligns))]
    wanted = [_wanted(cells, align) for cells, align in zip(columns, grid.aligns, strict=True)]
    heads = [width(cells[0]) + 0.3 for cells in columns]
    for size in SIZES:
        room = _room(TEXT_WIDTH, len(columns), size)
        if sum((least + most) / 2 for least, most in wanted) <= room or (size == SIZES[-1] and sum(least for least, _ in wanted) <= room):
            return Look(size, _widths(wanted, heads, room, size, TEXT_WIDTH))
    for size in (*SIZES, SMALLEST):
        room = _room(TURNED_WIDTH, len(columns), size)
        if sum(least for least, _ in wanted) <= room:
            return Look(size, _widths(wanted, heads, room, size, TURNED_WIDTH), is_turned=True)
    return Look(SMALLEST, _widths(wanted, heads, room, SMALLEST, TURNED_WIDTH), is_turned=True)


def _room(wide: float, columns: int, size: float) -> float:
    """How many ems all columns have between them."""
    return (wide - columns * (2 * PADDING + 0.2)) / 25.4 * 72 / size


def _wanted(cells: Sequence[str], align: Align) -> tuple[float, float]:
    """The least and the best width of a column in ems: numbers and words stay whole, headings may take two or three lines."""
    lines = [line for cell in cells[1:] for line in cell.split("\n")]
    body, head = max((width(line) for line in lines), default=0.0), width(cells[0])
    word = min(max((longest_word(line) for line in lines), default=0.0), WIDEST_WORD)
    # The unit of a heading stays in one piece: （%）.
    word_of_head = min(max([longest_word(cells[0]), *(width(unit) for unit in UNIT.findall(cells[0]))]), WIDEST_WORD)
    heading = max(word_of_head, head if head <= 4 else head / 2 + 0.5)
    least_head = max(word_of_head, min(head, max(2.0, head / 3 + 0.5)))
    least = min(body, WIDEST_WORD) if align == "right" else max(word, min(body, max(4.0, body / 3)))
    best = body if align == "right" else min(body, WIDEST_TEXT)
    return max(least, least_head) + 0.3, max(best, heading, least, least_head) + 0.3


def _widths(wanted: Sequence[tuple[float, float]], heads: Sequence[float], room: float, size: float, wide: float) -> tuple[float, ...]:
    """Columns that fill the text's width: each its least, then what is left by what each would like, then by size."""
    least, best = sum(one for one, _ in wanted), sum(most for _, most in wanted)
    roomy = [max(most, full) for (_, most), full in zip(wanted, heads, strict=True)]
    if sum(roomy) <= room:
        ems = [one * room / sum(roomy) for one in roomy]
    elif least >= room:
        ems = [one * room / least for one, _ in wanted]
    elif best >= room:
        share = (room - least) / (best - least) if best > least else 0.0
        ems = [one + (most - one) * share for one, most in wanted]
    else:
        ems = [most * room / best for _, most in wanted]
    raw = [one * size * 25.4 / 72 + 2 * PADDING + 0.2 for one in ems]
    return tuple(one * wide / sum(raw) for one in raw)


def table_xml(grid: Grid, look: Look, bookmark: int) -> Any:
    """The table's element: its head is repeated on every page, its rows stay whole, its total row does not stand alone."""
    columns = [round(one / 25.4 * 1440) for one in look.widths]
    padding = round(PADDING / 25.4 * 1440)
    last = len(grid.rows) - 1
    keeps_all = last <= FEW
    rows = []
    for place, cells in enumerate(grid.rows):
        is_kept = (place < last and (keeps_all or place == 0 or place == last - 1)) or (place == last and grid.has_note)
        is_marked = place == 0 or (place == last and grid.has_total and place > 0)
        made = [
            _cell(text, wide, "center" if place == 0 else align, look.size, is_marked=is_marked, is_kept=is_kept,
                  before=f'<w:bookmarkStart w:id="{bookmark}" w:name="{grid.name}"/><w:bookmarkEnd w:id="{bookmark}"/>'
                  if place == 0 and at == 0 and grid.name else "")
            for at, (text, wide, align) in enumerate(zip(cells, columns, grid.aligns, strict=True))
        ]  # fmt: skip
        flags = "<w:cantSplit/><w:tblHeader/>" if place == 0 else "<w:cantSplit/>"
        rows.append(f"<w:tr><w:trPr>{flags}</w:trPr>{''.join(made)}</w:tr>")
    sides = "".join(f'<w:{side} w:w="{padding}" w:type="dxa"/>' for side in ("left", "right"))
    named = f'<w:tblCaption w:val="{_quoted(grid.caption)}"/>' if grid.caption else ""
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar><w:tblLook w:val="0460" w:firstRow="1" w:lastRow="1" '
        f'w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>{named}</w:tblPr>'
        f"<w:tblGrid>{''.join(f'<w:gridCol w:w={chr(34)}{one}{chr(34)}/>' for one in columns)}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(text: str, wide: int, align: str, size: float, *, is_marked: bool, is_kept: bool, before: str) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{GREY}"/>' if is_marked else ""
    keep = "<w:keepNext/>" if is_kept else ""
    face = (
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{HEI if is_marked else FANG}" w:cs="{LATIN}"/>'
        f'<w:spacing w:val="0"/><w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    )
    pitch = round(size * LINE * 20)
    paragraphs = "".join(
        f'<w:p><w:pPr>{keep}<w:spacing w:before="0" w:after="0" w:line="{pitch}" w:lineRule="exact"/><w:jc w:val="{align}"/>'
        f"<w:rPr>{face}</w:rPr></w:pPr>{before if place == 0 else ''}"
        + (f'<w:r><w:rPr>{face}</w:rPr><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' if line else "</w:p>")
        for place, line in enumerate(cleaned(text).replace("\t", " ").split("\n"))
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'


def _quoted(text: str) -> str:
    return escape(cleaned(text), {'"': "&quot;", "\n": " ", "\t": " "})
