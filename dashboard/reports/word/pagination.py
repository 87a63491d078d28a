"""On which page each bookmark of a Word file will stand, by counting lines: every line, row and picture here has a height that is told.

Word and LibreOffice count pages themselves; a contents list that needs no update must know them before. Lines are exact in these
papers, so only where a line breaks is estimated (from the widths of signs); trials against LibreOffice's pages are in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.reports.word.measuring import TWIPS, Box, Styles, of, paragraph_box, qn, row_boxes

# A picture may be printed at this share of its size, and leaves this much of its page free.
SMALLEST, SAFETY = 0.75, 6.0


@dataclass(frozen=True)
class Pages:
    """The first and the last page of every bookmark's paragraph, and how many pages there are."""

    first: dict[str, int]
    last: dict[str, int]
    count: int
    # Pictures that stand on the page before theirs if they are made smaller, with their share of their size.
    smaller: dict[str, float]


class Pager:
    """Counts the pages of a document, again and again while it is being written; tables that stand are measured once."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.styles = Styles(document.styles.element)
        # The element is kept, for its place in memory is its name here.
        self.tables: dict[int, tuple[Any, list[Box]]] = {}

    def pages(self) -> Pages:
        """Where everything will stand."""
        return _placed(list(self._boxes()))

    def _rows(self, table: Any) -> list[Box]:
        if id(table) not in self.tables:
            self.tables[id(table)] = (table, list(row_boxes(table, self.styles)))
        return self.tables[id(table)][1]

    def _boxes(self) -> Iterator[Box]:
        body = self.document.element.body
        sections = [*body.iterfind(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}"), body.find(qn("w:sectPr"))]
        at, pending = 0, _text_height(sections[0])
        for child in body.iterchildren(qn("w:p"), qn("w:tbl")):
            wide = _text_width(sections[at])
            made = self._rows(child) if child.tag == qn("w:tbl") else [paragraph_box(child, self.styles, wide)]
            if made:
                made[0].page, pending = pending, 0.0
            yield from made
            if child.tag == qn("w:p") and child.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
                at += 1
                pending = _text_height(sections[at])


def _placed(boxes: list[Box]) -> Pages:
    found: dict[str, int] = {}
    ended: dict[str, int] = {}
    smaller: dict[str, float] = {}
    page, used, room = 1, 0.0, boxes[0].page if boxes else 1.0
    for place, box in enumerate(boxes):
        if box.page:
            room = box.page
            if place:
                page, used = page + 1, 0.0
        elif used > 0 and (
            box.page_break or (not _fits(boxes, place, room - used, room) and not _shrunk(boxes, place, room - used, smaller))
        ):
            page, used = page + 1, box.head
        for name in box.names:
            found.setdefault(name, page)
        # Room above a paragraph is kept at the head of a page, as Word does after a break.
        left = box.lines
        used += box.before
        while left:
            fit = max(int((room - used + 0.5) / box.line) if box.line else left, 0)
            if fit >= left or (used <= box.head and fit == 0):
                used, left = used + box.line * left, 0
            else:
                page, used, left = page + 1, box.head, left - fit
        ended |= dict.fromkeys(box.names, page)
        used += box.after
    return Pages(found, ended, page, smaller)


def _chain(boxes: list[Box], place: int) -> tuple[list[Box], float]:
    """A box and those that must stand on its page, and the room they need; of the last one a line is enough."""
    at, needed = place, 0.0
    while boxes[at].keep_next and at + 1 < len(boxes) and not boxes[at + 1].page_break and not boxes[at + 1].page:
        needed += boxes[at].height
        at += 1
    return boxes[place : at + 1], needed + boxes[at].before + boxes[at].line


def _fits(boxes: list[Box], place: int, room: float, whole: float) -> bool:
    """Whether a box and all that must follow it on the same page have room; a chain longer than a page is broken anywhere."""
    _, needed = _chain(boxes, place)
    return needed <= room + 0.5 or (needed > whole and boxes[place].before + boxes[place].line <= room)


def _shrunk(boxes: list[Box], place: int, room: float, smaller: dict[str, float]) -> bool:
    """Make a picture so much smaller that it stands where else the page would stay half empty; not beyond reading."""
    chain, needed = _chain(boxes, place)
    box = next((one for one in chain if one.picture), None)
    if box is None or not box.names or needed - room + SAFETY > (1 - SMALLEST) * box.picture:
        return False
    share = 1 - (needed - room + SAFETY) / box.picture
    smaller[box.names[0]] = share
    box.line -= (1 - share) * box.picture
    return True


def _text_height(section: Any) -> float:
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    return (of(size, "h") - of(margins, "top") - of(margins, "bottom")) / TWIPS


def _text_width(section: Any) -> float:
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    return (of(size, "w") - of(margins, "left") - of(margins, "right")) / TWIPS
