"""How wide the columns of a printed table are, and how small its print must be so that it stays on its page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

# Sizes of print from the usual to the smallest, in points; a page is turned before print becomes too small to be read with ease.
UPRIGHT, TURNED = (10.5, 9.0, 8.0), (10.5, 9.0, 7.5)
# A column of words is at least as wide as this many signs, if its words are; and no word asks for more than the most.
LEAST, MOST = 5.0, 26.0
# Into how many lines a heading may break.
HEAD_LINES = 3
INSET = 3.0
# A word longer than this may break anywhere.
LONGEST_WORD = 20
A_WORD = re.compile(r"[^ \n\u2e80-\uffff]+")
# From line to line, and above and below a row, in sizes of print.
LINE, ROW = 1.36, 0.24


@dataclass(frozen=True)
class Laid:
    """A table as it is printed: its size of print and its columns' widths in points; `is_sideways` where it needs a page across."""

    size: float
    widths: tuple[float, ...]
    is_sideways: bool = False


def laid(rows: Sequence[Sequence[str]], is_number: Sequence[bool], across: float, along: float) -> Laid:
    """Widths for rows of which the first holds the headings, on a page `across` points wide, or `along` on its side."""
    columns = list(zip(*rows, strict=True))
    wishes = [_wish(cells, number) for cells, number in zip(columns, is_number, strict=True)]
    for wide, sizes, is_sideways in ((across, UPRIGHT, False), (along, TURNED, True)):
        for size in sizes:
            room = wide - 2 * INSET * len(columns)
            # On its side there is room enough to choose a size at which words need not stand one below the other.
            least = sum(low + (high - low) / 2 * (is_sideways and size > sizes[-1]) for low, high in wishes)
            if least * size <= room:
                return Laid(size, _shared(wishes, size, room), is_sideways)
    # Nothing helps: every column gets its part of the page on its side.
    part = along / len(columns)
    return Laid(TURNED[-1], tuple(part for _ in columns), is_sideways=True)


def _wish(cells: Sequence[str], is_number: bool) -> tuple[float, float]:
    """The least and the best width of a column, in signs."""
    head, held = cells[0], [signs(cell) for cell in cells[1:]] or [0.0]
    longest_word = _longest_word(head)
    heading = min(max(signs(head) / HEAD_LINES + 0.5, longest_word, 2.0), max(signs(head), 2.0))
    best = min(max(*held, signs(head)), MOST)
    if is_number:
        return max(heading, *held), max(best, *held)
    word = max(_longest_word(cell) for cell in cells)
    return max(heading, min(max(held), LEAST), word), max(best, word)


def _longest_word(text: str) -> float:
    return max((signs(word) for word in A_WORD.findall(text) if len(word) <= LONGEST_WORD), default=0.0)


def height(rows: Sequence[Sequence[str]], table: Laid) -> float:
    """How high a table is, about, in points."""
    lines = sum(
        max(ceil(signs(cell) * table.size / (width - 2 * INSET) - 0.05) for cell, width in zip(row, table.widths, strict=True)) or 1
        for row in rows
    )
    return table.size * (lines * LINE + len(rows) * ROW)


def _shared(wishes: Sequence[tuple[float, float]], size: float, room: float) -> tuple[float, ...]:
    """The page's width shared out: the least to each, then up to the best, then what is left in equal parts."""
    least, best = sum(one for one, _ in wishes) * size, sum(one for _, one in wishes) * size
    if best <= room:
        spare = (room - best) / len(wishes)
        return tuple(one * size + spare + 2 * INSET for _, one in wishes)
    part = (room - least) / (best - least)
    return tuple((low + (high - low) * part) * size + 2 * INSET for low, high in wishes)


def signs(text: str) -> float:
    """How wide a text is in print, in signs: an East Asian one is one, a digit half of it, a letter a little more."""
    return sum(_sign(one) for one in text)


def _sign(one: str) -> float:
    if unicodedata.east_asian_width(one) in "WFA":
        return 1.0
    if one in ".,:;'|il! ":
        return 0.3
    return 0.74 if one.isupper() or one in "%@&mw−+" else 0.52
