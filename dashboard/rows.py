"""Rows of a listing as printed texts, for the office page and the wall alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard.theme import Theme


def event_rows(frame: pd.DataFrame, look: Theme, today: date) -> list[dict[str, str]]:
    """Events as texts: `at, stage, what, place, who, state`; the date is left out for today only."""
    if frame.empty:
        return []
    end = "_en" if look.language == "en" else ""
    return [
        {
            "key": str(row["key"]),
            "at": f"{row['at']:%H:%M}" if row["at"].date() == today else f"{row['at']:%m-%d %H:%M}",
            **{name: str(row[f"{name}{end}"]) for name in ("stage", "what", "place", "who")},
            "state": str(row["state"]),
        }
        for row in frame.to_dict("records")
    ]


def place_name(codes: Mapping[str, Any], names: Mapping[Any, str], unknown: str) -> str:
    """Where a row is: its town and the smallest place known of it; a code nobody knows is not printed."""
    order = ("community_code", "town_code", "district_code", "division_code")
    found = [str(names[codes[name]]) for name in order if codes.get(name) in names]
    upper = names.get(codes.get("town_code"))
    if not found:
        return unknown
    return f"{upper} {found[0]}" if upper is not None and upper != found[0] else found[0]
