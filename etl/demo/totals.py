"""The number of rows a platform states beside its file; one platform of a city counts wrong."""

from __future__ import annotations

from etl.demo.rhythm import TOTALS, Timetable

TOO_MANY = 3


def stated_total(timetable: Timetable, source: str, rows: int) -> int | None:
    """What the source says its file holds; None if it says nothing. An empty file nobody counts wrong."""
    if source not in TOTALS:
        return None
    return rows + TOO_MANY if rows and source == timetable.wrong_total else rows
