"""Values of cells and of database columns as the text a CSV export would hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

HALF_A_SECOND = timedelta(microseconds=500_000)


def column_text(values: Sequence[Any]) -> list[str | None]:
    """A column's values as text; a day among times is that day's midnight."""
    types = set(map(type, values))
    if types <= {str}:
        return [value or None for value in values]
    if {date, datetime} <= types:
        values = [datetime(v.year, v.month, v.day) if type(v) is date else v for v in values]
    return [as_text(value) for value in values]


def as_text(value: object) -> str | None:
    """A cell as a CSV export would write it: 13.0 is 13, true is 1, a time is to the second, an empty cell is None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A sheet counts days in binary fractions, so a second may lie a little before itself.
        return (value + HALF_A_SECOND).isoformat(" ", "seconds")
    return str(value)
