"""Values of a database as the text a CSV export would hold, and watermarks as text and back."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


def column_text(values: Sequence[Any], zone: ZoneInfo) -> list[str | None]:
    """A column's values as text."""
    if set(map(type, values)) <= {str, type(None)}:
        return [value or None for value in values]
    return [as_text(value, zone) for value in values]


def as_text(value: object, zone: ZoneInfo) -> str | None:
    """ISO times (those with a zone as civic times of `zone`), plain decimals, 1 and 0 for flags, JSON for what is nested."""
    text: str | None
    match value:
        case None | "":
            text = None
        case str():
            text = value
        case bool():
            text = str(int(value))
        case datetime():
            text = (value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value).isoformat(" ")
        case date():
            text = value.isoformat()
        case float() if not math.isfinite(value):
            text = None
        case float() | Decimal():
            text = _plain(Decimal(repr(value)) if isinstance(value, float) else value)
        case bytes() | memoryview():
            text = bytes(value).decode("utf-8", "replace") or None
        case dict() | list() | tuple():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            text = str(value)
    return text


def _plain(value: Decimal) -> str | None:
    if not value.is_finite():
        return None
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() and value.adjusted() < 27 else value, "f")


def watermark_text(value: object) -> str:
    """A watermark as the manifest keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def typed(text: str, sample: object) -> Any:
    """A kept watermark in the type of a value of its column. Raises ValueError or ArithmeticError if it cannot be one."""
    if isinstance(sample, datetime):
        return datetime.fromisoformat(text)
    if isinstance(sample, date):
        return date.fromisoformat(text)
    if isinstance(sample, bytes | memoryview):
        return bytes.fromhex(text)
    return type(sample)(text) if isinstance(sample, int | float | Decimal) else text


def earlier(value: Any, overlap: timedelta) -> Any:
    """A watermark moved back by the overlap; one that is no time stays where it is."""
    if not overlap or not isinstance(value, date | str):
        return value
    if not isinstance(value, str):
        # A day is asked for again whole.
        return value - overlap if isinstance(value, datetime) else value - max(overlap, timedelta(days=1))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    moved = (moment - overlap).isoformat(value[10:11] or " ", "auto" if "." in value else "seconds")
    return moved[: len(value)] if len(value) < len(moved) else moved
