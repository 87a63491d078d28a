"""Labels at the right ends of lines: kept apart in the order of their values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.theme import MISSING, Theme

GAP = 0.085  # Of the height: labels at the right keep so far apart, by how many lines they have.


def apart(said: list[tuple[float, int, str, str]], low: float, high: float, look: Theme) -> list[dict[str, Any]]:
    """Labels (value, lines, text, colour) pushed apart upwards, then back below the top."""
    ordered, gap = sorted(said, key=lambda one: one[0]), (high - low) * GAP
    places: list[float] = []
    for at, (value, lines, _, _) in enumerate(ordered):
        needed = gap * (lines + ordered[at - 1][1]) / 2 if at else 0.0
        places.append(max(min(value, high), places[-1] + needed if at else low + gap * lines / 2))
    over = max(places[-1] + gap * ordered[-1][1] / 2 - high, 0.0) if places else 0.0
    return [
        {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": place - over, "text": text, "showarrow": False, "align": "left",
            "font": {"color": colour, "size": look.size}}
        for place, (_, _, text, colour) in zip(places, ordered, strict=True)
    ]  # fmt: skip


def number(value: float) -> str:
    """A value with as many digits as tell it apart."""
    if pd.isna(value):
        return MISSING
    return (
        f"{value:,.0f}"
        if abs(value) >= 1000
        else f"{value:,.1f}".removesuffix(".0")
        if abs(value) >= 10
        else f"{value:.2f}".rstrip("0").rstrip(".")
    )
