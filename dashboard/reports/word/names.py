"""The bookmarks that name every block of a report in its Word file, so that an edited file finds its blocks again."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha1

from dashboard.reports.model import Block, Figure, Note, Paragraph, Report, Section, Table

# Word takes letters, digits and underscores, 40 signs at most; what is appended to a block's name needs four of them.
LONGEST = 36
READABLE = re.compile(r"[A-Za-z0-9]+(?:[._][A-Za-z0-9]+)*")
LETTERS = {Section: "S", Paragraph: "P", Table: "T", Figure: "F", Note: "N"}


def block_names(report: Report) -> list[str]:
    """The bookmark of each block: made from its key where it has one, else from its place among its like."""
    seen: Counter[str] = Counter()
    found = []
    for block in report.blocks:
        name = f"{LETTERS[type(block)]}_{_stem(block)}".rstrip("_")
        seen[name] += 1
        is_counted = not isinstance(block, Paragraph | Table)
        found.append(f"{name}_{seen[name]}" if is_counted or seen[name] > 1 else name)
    return found


def caption_name(name: str) -> str:
    return f"{name}_c"


def numbers_name(name: str) -> str:
    """Of the note that stands where a picture could not be drawn."""
    return f"{name}_x"


def plate_name(name: str) -> str:
    """Of the table that lists those numbers."""
    return f"{name}_t"


def remark_name(name: str, place: int = 0) -> str:
    """Of a table's note, or of a paragraph's footnote."""
    return f"{name}_r{place}"


def _stem(block: Block) -> str:
    """A key as a bookmark may be called: readable where that leaves no doubt, else a short hash of it."""
    if isinstance(block, Section | Note):
        return ""
    key = block.chart if isinstance(block, Figure) else block.key
    stem = key.replace(".", "__")
    is_plain = READABLE.fullmatch(key) is not None and len(stem) <= LONGEST - 4
    return stem if is_plain else sha1(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:20]


def annex_name(name: str) -> str:
    """Of the line that holds an annex's number."""
    return f"{name}_a"


def head_name(part: str) -> str:
    """Of a line above the first block: mark, title, number, issued, period, scope."""
    return f"H_{part}"
