"""What the start page asks: overdue by unit, places of the day, platforms in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from dashboard import places
from dashboard.filters import ScopedFilters
from dashboard.platforms import LATE, SILENT, liveliness, platform_frame
from dashboard.queries import measure
from dashboard.reference import LEVELS

NOWS = ("open_count", "overdue_open", "on_time_closure")


def overdue_units(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `unit_code, value, open, share` (in %): units with overdue appeals, most first."""
    late = measure(engine, "overdue_open", filters, ("unit_code",)).set_index("unit_code")["value"]
    held = measure(engine, "open_count", filters, ("unit_code",)).set_index("unit_code")["value"]
    frame = pd.DataFrame({"value": late, "open": held.reindex(late.index)}).rename_axis("unit_code").reset_index()
    frame = frame[frame["value"] > 0].sort_values(["value", "unit_code"], ascending=[False, True], kind="stable", ignore_index=True)
    return frame.assign(share=100.0 * frame["value"] / frame["open"].where(frame["open"] > 0))


def level_of_day(engine: Engine) -> str:
    """By which column places are listed: towns, or districts where a city has no towns."""
    level, _ = places.drill(engine, ())
    return LEVELS.get(level, "town_code")


def place_rows(engine: Engine, spans: Mapping[str, ScopedFilters], now: ScopedFilters, column: str) -> pd.DataFrame:
    """One row per place that reported in any span or has something open: `<column>, *spans, open_count, overdue_open, on_time_closure`.

    Most overdue first, then most reported in the first span. Counts that are none are 0, a rate without a base is missing.
    """
    parts = {name: measure(engine, "reported_count", span, (column,)).set_index(column)["value"] for name, span in spans.items()}
    parts |= {code: measure(engine, code, now, (column,)).set_index(column)["value"] for code in NOWS}
    frame = pd.DataFrame(parts)
    counts = [name for name in frame.columns if name != "on_time_closure"]
    frame[counts] = frame[counts].astype("float64").fillna(0)
    frame = frame[frame[counts].gt(0).any(axis=1)].rename_axis(column).reset_index()
    return frame.sort_values(["overdue_open", next(iter(spans))], ascending=False, kind="stable", ignore_index=True)


def troubled_platforms(engine: Engine, now: datetime) -> pd.DataFrame:
    """All platforms with `age_minutes` and `state`; silent ones first, then late, the oldest first."""
    frame = liveliness(platform_frame(engine), now)
    order = frame["state"].map({SILENT: 0, LATE: 1}).fillna(2)
    return frame.assign(order=order).sort_values(["order", "age_minutes"], ascending=[True, False], kind="stable", ignore_index=True)
