"""Rows of a listing as printed texts, for the office page and the wall alike."""

from __future__ import annotations

from datetime import date

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
