"""How wide words are in print, near enough to lay out tables and to count lines without a printer."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Widths of Times New Roman in ems, by kind of sign.
NARROW, PUNCTUATION = "ijltfrI|'!()[]/\\-", ".,:;"
# A day and a time belong together; else a word ends where a space or a Chinese sign begins.
WHOLE = re.compile(r"[0-9-]{8,10} [0-9:]{5,8}|[!-~\u00a1-\u2bff]+|[^\s!-~]")
COMBINING = ("Mn", "Me", "Cf")


@lru_cache(maxsize=8192)
def sign_width(sign: str) -> float:
    """The width of a sign in ems: a Chinese one is as wide as its size."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign < "\u0080":
        return _latin(sign)
    if unicodedata.category(sign) in COMBINING:
        return 0.0
    # Dashes and curly quotes stand in the Chinese face beside Chinese signs.
    return 1.0 if sign in "—…“”‘’·" else 0.56


def _latin(sign: str) -> float:
    if sign in PUNCTUATION or sign == " ":
        return 0.26
    if sign in NARROW:
        return 0.31
    return 0.5 if sign.isdigit() or sign.islower() else 0.85 if sign in "MW%@" else 0.65


def is_between(before: str, sign: str) -> bool:
    """Whether Chinese signs and Latin ones meet here: letters and digits, no punctuation."""
    return before.isalnum() and (sign_width(before) >= 1) != (sign_width(sign) >= 1)


def width(text: str) -> float:
    return sum(sign_width(sign) for sign in text)


def longest_word(text: str) -> float:
    """The widest run of signs that should not be broken: Latin words, numbers, a day with its time; a Chinese sign stands alone."""
    return max((width(word) for word in WHOLE.findall(text)), default=0.0)
