"""Numbers as people write them into tables and sentences: full-width digits, thousands separators, units, signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

# Dashes that stand for minus, and spaces that stand between thousands.
SIGNS = str.maketrans({"−": "-", "－": "-", "﹣": "-", "–": "-", "\u2009": " ", "\u202f": " ", "\xa0": " ", "\u3000": " "})
DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
WHOLE_CELL = re.compile(rf"(?P<arrow>[↑↓▲▼△▽]?)\s*(?P<sign>[+-]?)\s*(?P<digits>{DIGITS})\s*(?P<unit>[^\d\s.,+-][^\d]{{0,7}})?")
NOTHING = re.compile(r"[-—―‐/\\*·.…\s]*|无|空|不适用|n/?a|none", re.IGNORECASE)
MULTIPLES = {"万": 10_000, "亿": 100_000_000, "千": 1_000}


@dataclass(frozen=True)
class Number:
    """A number as written: its value in the unit it is written in, decimals as printed, and what stands behind it."""

    value: Decimal
    decimals: int
    unit: str = ""

    @property
    def is_percent(self) -> bool:
        return self.unit.startswith("%")

    @property
    def half(self) -> Decimal:
        """Half of the last printed digit: as far as what was rounded may lie from it."""
        return Decimal(1).scaleb(-self.decimals) / 2


def plain(text: str) -> str:
    """Text with full-width digits, signs and letters as narrow ones; Chinese punctuation becomes its narrow twin too."""
    return unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)


def number_of(digits: str, unit: str = "", sign: str = "") -> Number:
    bare = digits.replace(",", "").replace(" ", "")
    value = Decimal(bare)
    return Number(-value if sign in ("-", "↓", "▼", "▽") else value, len(bare.partition(".")[2]), unit.strip())


def read_cell(text: str) -> Number | None:
    """The number a cell of a table holds, with its unit; None where it holds anything else (`约30`, `3/5`, `第2`, a date)."""
    match = WHOLE_CELL.fullmatch(plain(text).strip())
    if match is None:
        return None
    unit = (match["unit"] or "").strip()
    if re.match(r"[:/年月日号时分~至到（(]|[一-鿿]*余|多|级|类", unit):
        return None
    return number_of(match["digits"], unit, match["sign"] or match["arrow"])


def is_nothing(text: str) -> bool:
    """Whether a cell is empty or says that there is nothing."""
    return NOTHING.fullmatch(plain(text).strip()) is not None


def written(value: Decimal, decimals: int = 0) -> str:
    """A number for a finding, with separators."""
    return f"{value:,.{decimals}f}"
