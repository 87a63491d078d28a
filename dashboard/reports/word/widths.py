"""How wide words are in print, near enough to lay out tables and to count lines without a printer."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Widths of Times New Roman in ems, by kind of sign.
NARROW, PUNCTUATION = "ijltfrI|'!()[]/\\-", ".,:;"
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


def width(text: str) -> float:
    return sum(sign_width(sign) for sign in text)


def longest_word(text: str) -> float:
    """The widest run of signs that should not be broken: words and numbers of Latin signs; a Chinese sign stands alone."""
    widest = now = 0.0
    for sign in text:
        step = sign_width(sign)
        now = 0.0 if sign.isspace() else step if step >= 1 else now + step
        widest = max(widest, now)
    return widest
