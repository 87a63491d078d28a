"""How high the paragraphs and rows of a Word file are in print: what styles and properties tell, and over how many lines signs run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from docx.oxml import ns

from dashboard.reports.word.widths import is_between, sign_width

# Names are asked for hundreds of thousands of times.
qn = lru_cache(maxsize=256)(ns.qn)
TWIPS, EMU = 20.0, 12700.0
# What a line with a picture takes beyond the picture, and a row beyond its lines.
PICTURE, RULE = 1.0, 0.55
# Between a Chinese sign and a Latin one stands a little room, in ems.
BETWEEN = 0.25
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


def of(element: Any, name: str, other: float = 0.0) -> float:
    """A number among the attributes of an element."""
    value = element.get(qn(f"w:{name}")) if element is not None else None
    return float(value) if value not in (None, "") else other


class Styles:
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
                    "line": of(spacing, "line") / TWIPS if is_told else 0.0,
                    "grows": float(spacing.get(qn("w:lineRule")) == "atLeast"),
                }
            found |= {side: of(spacing, side) / TWIPS for side in ("before", "after") if spacing.get(qn(f"w:{side}"))}
        if indents is not None:
            found |= {
                "first": of(indents, "firstLine") / TWIPS,
                "left": of(indents, "left") / TWIPS,
                "right": of(indents, "right") / TWIPS,
            }
        for name, key in (("w:keepNext", "keep"), ("w:pageBreakBefore", "break")):
            held = paragraph.find(qn(name))
            if held is not None:
                found[key] = float(held.get(qn("w:val"), "1") not in ("0", "false"))
    if letters is not None:
        size, closer = letters.find(qn("w:sz")), letters.find(qn("w:spacing"))
        if size is not None:
            found["size"] = of(size, "val") / 2
        if closer is not None:
            found["closer"] = of(closer, "val") / TWIPS
    return found


def paragraph_box(element: Any, styles: Styles, wide: float) -> Box:
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


def row_boxes(table: Any, styles: Styles) -> Iterator[Box]:
    """One box per row; a row is as high as its highest cell."""
    head = 0.0
    for row in table.iterchildren(qn("w:tr")):
        height, keeps, names = 0.0, False, []
        for cell in row.iterchildren(qn("w:tc")):
            wide = of(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}"), "w") / TWIPS - 6.0
            held = [paragraph_box(one, styles, wide) for one in cell.iterchildren(qn("w:p"))]
            height = max(height, sum(one.height for one in held))
            keeps = keeps or any(one.keep_next for one in held)
            names += [name for one in held for name in one.names]
        is_head = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        yield Box(height + RULE, keep_next=keeps, names=names, head=0.0 if is_head else head)
        head = height + RULE if is_head else head
