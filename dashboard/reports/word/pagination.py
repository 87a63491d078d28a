"""On which page each bookmark of a Word file will stand, by counting lines: every line, row and picture here has a height that is told.

Word and LibreOffice count pages themselves; a contents list that needs no update must know them before. Lines are exact in these
papers, so only where a line breaks is estimated (from the widths of signs); trials against LibreOffice's pages are in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from dashboard.reports.word.widths import is_between, sign_width

TWIPS, EMU = 20.0, 12700.0
# What a line with a picture takes beyond the picture, and a row beyond its lines.
PICTURE, RULE = 1.0, 0.55
# A picture may be printed at this share of its size, and leaves this much of its page free.
SMALLEST, SAFETY = 0.75, 6.0
# Between a Chinese sign and a Latin one stands a little room, in ems.
BETWEEN = 0.22
# Numbers and Latin words are not broken over lines.
UNBROKEN = re.compile(r"[!-~]+|[^!-~]")
# Signs that do not begin a line.
CLOSING = "，。、；：？！）》」』】”’％%…,.;:?!)]}"


@dataclass
class Box:
    """Something that stands on one page, or splits between its lines: how high it is, and what goes with it."""

    line: float
    lines: int = 1
    before: float = 0.0
    after: float = 0.0
    keep_next: bool = False
    page_break: bool = False
    # A table's head, printed again where its rows go on.
    head: float = 0.0
    names: list[str] = field(default_factory=list)
    # The height of a page's text from here on, where a section begins.
    page: float = 0.0
    # The height of the picture in it.
    picture: float = 0.0

    @property
    def height(self) -> float:
        return self.before + self.line * self.lines + self.after


@dataclass(frozen=True)
class Pages:
    """The first and the last page of every bookmark's paragraph, and how many pages there are."""

    first: dict[str, int]
    last: dict[str, int]
    count: int
    # Pictures that stand on the page before theirs if they are made smaller, with their share of their size.
    smaller: dict[str, float]


def pages_of(document: Any) -> Pages:
    """Where everything will stand."""
    return _placed(list(_boxes(document)))


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


def _boxes(document: Any) -> Iterator[Box]:
    styles = _Styles(document.styles.element)
    body = document.element.body
    sections = [*body.iterfind(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}"), body.find(qn("w:sectPr"))]
    at, pending = 0, _text_height(sections[0])
    for child in body.iterchildren(qn("w:p"), qn("w:tbl")):
        wide = _text_width(sections[at])
        made = list(_rows(child, styles)) if child.tag == qn("w:tbl") else [_paragraph(child, styles, wide)]
        if made:
            made[0].page, pending = pending, 0.0
        yield from made
        if child.tag == qn("w:p") and child.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            at += 1
            pending = _text_height(sections[at])


def _text_height(section: Any) -> float:
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    return (_of(size, "h") - _of(margins, "top") - _of(margins, "bottom")) / TWIPS


def _text_width(section: Any) -> float:
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    return (_of(size, "w") - _of(margins, "left") - _of(margins, "right")) / TWIPS


def _of(element: Any, name: str, other: float = 0.0) -> float:
    value = element.get(qn(f"w:{name}")) if element is not None else None
    return float(value) if value not in (None, "") else other


class _Styles:
    """What a paragraph inherits from its style and from those it is based on."""

    def __init__(self, root: Any) -> None:
        self.held = {style.get(qn("w:styleId")): style for style in root.iterfind(qn("w:style"))}
        self.known: dict[str, dict[str, float]] = {}

    def of(self, name: str) -> dict[str, float]:
        if name not in self.known:
            style = self.held.get(name)
            based = style.find(qn("w:basedOn")) if style is not None else None
            inherited = self.of(based.get(qn("w:val"))) if based is not None else {"line": 240.0, "size": 10.5}
            self.known[name] = {**inherited, **(_told(style.find(qn("w:pPr")), style.find(qn("w:rPr"))) if style is not None else {})}
        return self.known[name]


def _told(paragraph: Any, letters: Any) -> dict[str, float]:
    """What properties say, in points; a line that is not exact counts as lines of its size."""
    found: dict[str, float] = {}
    if paragraph is not None:
        spacing, indents = paragraph.find(qn("w:spacing")), paragraph.find(qn("w:ind"))
        if spacing is not None:
            if spacing.get(qn("w:line")):
                is_told = spacing.get(qn("w:lineRule")) in ("exact", "atLeast")
                found |= {
                    "line": _of(spacing, "line") / TWIPS if is_told else 0.0,
                    "grows": float(spacing.get(qn("w:lineRule")) == "atLeast"),
                }
            found |= {side: _of(spacing, side) / TWIPS for side in ("before", "after") if spacing.get(qn(f"w:{side}"))}
        if indents is not None:
            found |= {
                "first": _of(indents, "firstLine") / TWIPS,
                "left": _of(indents, "left") / TWIPS,
                "right": _of(indents, "right") / TWIPS,
            }
        for name, key in (("w:keepNext", "keep"), ("w:pageBreakBefore", "break")):
            held = paragraph.find(qn(name))
            if held is not None:
                found[key] = float(held.get(qn("w:val"), "1") not in ("0", "false"))
    if letters is not None:
        size, closer = letters.find(qn("w:sz")), letters.find(qn("w:spacing"))
        if size is not None:
            found["size"] = _of(size, "val") / 2
        if closer is not None:
            found["closer"] = _of(closer, "val") / TWIPS
    return found


def _paragraph(element: Any, styles: _Styles, wide: float) -> Box:
    properties = element.find(qn("w:pPr"))
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    told = {**styles.of(style.get(qn("w:val")) if style is not None else "Normal"), **_told(properties, None)}
    names = [one.get(qn("w:name")) for one in element.iter(qn("w:bookmarkStart"))]
    heights = [_of_plain(one, "cy") / EMU for one in element.iter(qn("wp:extent"))]
    biggest, lines = _lines(element, told, wide - told.get("left", 0.0) - told.get("right", 0.0))
    line = told.get("line", 0.0) or biggest * 1.3
    if told.get("grows"):
        line = max(line, biggest * 1.45)
    if heights:
        line, lines = max(heights) + PICTURE, 1
    return Box(line, lines, told.get("before", 0.0), told.get("after", 0.0), bool(told.get("keep")), bool(told.get("break")), names=names,
               picture=max(heights, default=0.0))  # fmt: skip


def _of_plain(element: Any, name: str) -> float:
    return float(element.get(name, "0"))


def _lines(element: Any, told: dict[str, float], wide: float) -> tuple[float, int]:
    """The largest print of a paragraph, and over how many lines its signs run."""
    used, lines, biggest, before = told.get("first", 0.0), 1, 0.0, ""
    for run in element.iter(qn("w:r")):
        letters = _told(None, run.find(qn("w:rPr")))
        size, closer = letters.get("size", told["size"]), letters.get("closer", told.get("closer", 0.0))
        for text in run.iter(qn("w:t"), qn("w:br")):
            if text.tag == qn("w:br"):
                used, lines = 0.0, lines + 1
                continue
            biggest = max(biggest, size)
            for word in UNBROKEN.findall(text.text or ""):
                room = BETWEEN * size if is_between(before, word[0]) else 0.0
                step = sum(sign_width(sign) * size + closer for sign in word) + room
                before = word[-1]
                if used + step > wide + 0.6 and word not in CLOSING:
                    # A word longer than a line is broken where the line ends.
                    lines += 1 + int(step // wide) if used or step <= wide else int(step // wide)
                    used = step % wide
                else:
                    used += step
    return biggest or told["size"], lines


def _rows(table: Any, styles: _Styles) -> Iterator[Box]:
    """One box per row; a row is as high as its highest cell."""
    head = 0.0
    for row in table.iterchildren(qn("w:tr")):
        height, keeps, names = 0.0, False, []
        for cell in row.iterchildren(qn("w:tc")):
            wide = _of(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}"), "w") / TWIPS - 6.0
            held = [_paragraph(one, styles, wide) for one in cell.iterchildren(qn("w:p"))]
            height = max(height, sum(one.height for one in held))
            keeps = keeps or any(one.keep_next for one in held)
            names += [name for one in held for name in one.names]
        is_head = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        yield Box(height + RULE, keep_next=keeps, names=names, head=0.0 if is_head else head)
        head = height + RULE if is_head else head
