"""The room a map leaves beside it on the wall, and the lists that stand there: what comes from where most, where most is late."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from dashboard.charts.base import shortened, width_of
from dashboard.theme import Theme

LINE = 1.1  # A line of text, in label sizes.
SIDE, GUTTER = 13.0, 1.2  # A list beside a map and what keeps it off the map, in label sizes.
LETTERS, PAPER_LETTERS = 12, 16  # How many Latin letters a list's names have; on paper, where no hand is larger, so many.
# Label sizes of the ramp below them, with a remark above it, and of a list's title with the space after the list.
FOOT, MORE_FOOT, TITLE = 3.4, 5.6, 2.9
ROW = 1.5  # Its rows, in heights of the far hand.
OFFICE_LINES = 23  # How many lines of text a map is high on a page.
KIND = re.compile(r" (Subdistrict|Town|Community|Village)$")


@dataclass(frozen=True)
class Free:
    """Shares of the panel's width that a map leaves at its sides, and how many lines of text it is high."""

    left: float
    right: float
    lines: float
    # How many rows a list beside the map has.
    rows: int = 0


def free_sides(bounds: tuple[float, float, float, float], look: Theme) -> Free:
    """Where lists have room beside a map of these bounds: on both sides, on the left, or nowhere."""
    if look.room is None:
        return Free(0.0, 0.0, OFFICE_LINES)
    west, south, east, north = bounds
    wide, high = look.room
    shape = (east - west) * math.cos(math.radians((south + north) / 2)) / (north - south)
    sides = min(int((wide - min(high * shape, wide)) / SIDE), 2)
    map_high = min(high, (wide - sides * SIDE) / shape)
    # Below the lists stand the ramp and a remark; each has a title.
    rows = int(((high - FOOT if sides == 2 else (high - MORE_FOOT) / 2) - TITLE) / (ROW * look.far / look.size))
    return Free(SIDE / wide if sides else 0.0, SIDE / wide if sides == 2 else 0.0, max(map_high / LINE, 1.0), max(rows, 1))


def side_lists(lists: list[tuple[str, list[dict[str, Any]], str]], free: Free, look: Theme) -> list[dict[str, Any]]:
    """Titles, rows (`label…, value`) and the colour of their numbers, in the far hand: one list on each side, or one below the other."""
    written: list[dict[str, Any]] = []
    width, top, left = (SIDE - GUTTER) * look.size, 0.0, 0.0
    for title, rows, colour in lists:
        if not rows:
            continue
        place = {"xref": "paper", "yref": "paper", "x": left, "y": 1, "yanchor": "top", "showarrow": False}
        shift = 0.0 if not left else GUTTER * look.size
        faint = {"color": look.muted, "size": look.size}
        written.append({**place, "text": title, "xanchor": "left", "xshift": shift, "yshift": -top, "font": faint})
        top += 1.7 * look.size - ROW * look.far
        for row in rows[: free.rows]:
            top += ROW * look.far
            most = PAPER_LETTERS if look.is_paper else LETTERS
            name = shortened(short_name(row, look), most)
            hand = look.far if width_of(name) <= most * 0.85 or look.is_paper else look.far * 0.85
            number = f"<b>{look.count(row['value'], compact=False)}</b>"
            font = {"color": look.text, "size": hand}
            written.append({**place, "text": name, "xanchor": "left", "xshift": shift, "yshift": -top, "font": font})
            font = {"color": colour, "size": look.far}
            written.append({**place, "text": number, "xanchor": "right", "xshift": shift + width, "yshift": -top, "font": font})
        top += ROW * look.far + 1.2 * look.size
        if free.right:
            top, left = 0.0, 1 - free.right
    return written


def short_name(row: dict[str, Any], look: Theme) -> str:
    """A name short enough for a map: without the word for its kind."""
    return KIND.sub("", str(row["label_en"])) if look.language == "en" else str(row["short_label"])
