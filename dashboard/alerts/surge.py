"""Surges: appeals of the last 24 hours against the same hours of the same weekday in the weeks before."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, Engine, cast, func, literal_column, select

from dashboard.alerts.finding import Finding, Look, name_of, town_units, with_names
from dashboard.alerts.rules import Surge
from dashboard.asking import fetch
from dashboard.chance import Floats
from dashboard.filters import Filters, ScopedFilters, where
from dashboard.metrics import Count, metric_of
from dashboard.reference import has_majors
from dashboard.rising import Judged, judged
from dashboard.topics.rises import FEWEST_WINDOWS, MOST_WINDOWS, place_dimension
from dashboard.topics.spans import data_begin, end_of, reaching_back

DAY, WEEK = timedelta(days=1), timedelta(days=7)
METRIC = "reported_count"


def found(rule: Surge, look: Look) -> list[Finding]:
    """What rises now: major categories at districts, and places as a whole. Nothing where there is too little history."""
    filters = look.view.scoped(Filters(period="today"))
    end, begin = end_of(filters), data_begin(look.engine)
    held = 0 if begin is None else int((end - DAY - begin) / WEEK)
    if held < FEWEST_WINDOWS:
        return []
    windows = min(held, MOST_WINDOWS)
    category = "major_code" if has_majors(look.engine) else "category_code"
    keys = {"category": (place_dimension(look.engine, filters), category), "place": ("town_code",)}
    return [finding for of in rule.of for finding in _of(rule, look, filters, keys[of], end, windows)]


def _of(rule: Surge, look: Look, filters: ScopedFilters, by: tuple[str, ...], end: datetime, windows: int) -> list[Finding]:
    counts = window_counts(look.engine, filters, by, end, windows)
    if counts.empty:
        return []
    now, history = counts[0].to_numpy(dtype="float64"), counts[list(range(1, windows + 1))].to_numpy(dtype="float64")
    seen = judged(now, history, rule.at_least, rule.false_alarms)
    fires, holds = _limits(rule, now, seen)
    at = zip(counts.index, now, seen.expected, seen.high, fires, holds, strict=True)
    return [_finding(look, by, key, [n, usual, high], end, fires=bool(f)) for key, n, usual, high, f, h in at if f or h]


def _limits(rule: Surge, now: Floats, seen: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Which counts make an alert, and which, half as far above the usual, keep one that stands."""
    times = times_of(now, seen.expected)
    fires = seen.is_listed & (now >= rule.at_least) & (times >= rule.times)
    return fires, (now >= 0.7 * rule.at_least) & (times >= 1 + (rule.times - 1) / 2)


def times_of(now: Floats, usual: Floats) -> Floats:
    """How many times the usual; one appeal is taken as the least a history can expect, so that the number stays finite."""
    return np.asarray(now / np.maximum(usual, 1.0), dtype="float64")


def window_counts(engine: Engine, filters: ScopedFilters, by: tuple[str, ...], end: datetime, windows: int) -> pd.DataFrame:
    """Appeals of 24 hours ending at `end` (column 0) and as many weeks before (1, 2, …), a row for each group that has any."""
    metric = metric_of(METRIC, filters.variants)
    assert isinstance(metric, Count)  # noqa: S101 it says which rows and which time are meant
    table = metric.table
    back = func.date_diff("second", table.c.reported_at, literal_column(f"timestamp '{end.isoformat(sep=' ')}'"))
    week = cast(func.floor((back - 1) / literal_column("604800.0")), BigInteger)
    span = reaching_back(filters, end - DAY - windows * WEEK)
    is_within = back - week * literal_column("604800") <= literal_column("86400")
    rows = select(*(table.c[name] for name in by), week.label("week")).where(
        where(table, metric.base, span), is_within, week <= windows, *(table.c[name].is_not(None) for name in by)
    ).subquery()  # fmt: skip
    keys = [rows.c[name] for name in by]
    frame = fetch(engine, select(*keys, rows.c.week, func.count().label("n")).group_by(*keys, rows.c.week))
    return frame.pivot_table(index=list(by), columns="week", values="n", fill_value=0).reindex(columns=range(windows + 1), fill_value=0)


def _finding(look: Look, by: tuple[str, ...], key: object, counts: list[float], end: datetime, *, fires: bool) -> Finding:
    place, category = key if isinstance(key, tuple) else (key, None)
    count, usual, high = counts
    days = {"period": "custom", "since": (end - DAY).date(), "until": end.date(), "divisions": (str(place),)}
    chosen = {"majors" if by[-1] == "major_code" else "categories": (str(category),)} if category is not None else {}
    link = "/tickets?" + Filters.model_validate({**days, **chosen}).to_query()
    facts = {"count": int(count), "usual": round(usual, 1), "high": round(high, 1), "until": end.isoformat(), "link": link}
    unit = town_units(look.engine).get(str(place))
    named = with_names(
        facts, where=name_of(look.engine, by[0], place), who=name_of(look.engine, "unit_code", unit),
        category=None if category is None else name_of(look.engine, by[-1], category),
    )  # fmt: skip
    code = str(place) if category is None else f"{place}/{category}"
    worth = float(times_of(np.array([count]), np.array([usual]))[0])
    return Finding("place" if category is None else "category", code, worth, named, fires)
