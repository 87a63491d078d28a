"""Which minor categories rose against their own history, in the whole and place by place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Engine, Integer, cast, func, literal, literal_column, select

from dashboard.asking import fetch, remembered
from dashboard.chance import Floats
from dashboard.filters import ScopedFilters, where
from dashboard.places import drill
from dashboard.reference import LEVELS
from dashboard.rising import judged, rising_since
from dashboard.topics.spans import data_begin, end_of, midnight, reaching_back
from dashboard.warehouse import R, divisions, tickets

WEEK = timedelta(days=7)
# So many windows as fit into a year, but never fewer than eight nor more than thirteen.
FEWEST_WINDOWS, MOST_WINDOWS, WEEKS_BACK = 8, 13, 52
SPARK_WEEKS = 26


@dataclass(frozen=True)
class Windows:
    """The asked time and those it is compared with: `count` windows of the same `length`, each `weeks` whole weeks before the next."""

    end: datetime
    length: timedelta
    weeks: int
    count: int

    @property
    def days(self) -> float:
        return self.length / timedelta(days=1)


@dataclass(frozen=True)
class Rises:
    """What rose, most first: `category_code, place_code` (missing: all), `observed, expected, low, high, ratio, chance, weeks, since`.

    `tested` says how many series were looked at; `windows.count` under eight that there is too little history, and nothing was tested.
    """

    windows: Windows
    frame: pd.DataFrame
    tested: int = 0
    dimension: str = ""
    # Of all series: for the test alone.
    every: pd.DataFrame = field(default_factory=pd.DataFrame)


def windows_of(engine: Engine, filters: ScopedFilters) -> Windows:
    """How the asked days are compared: weekday by weekday, as far back as the data go."""
    end = end_of(filters)
    length = max(end - midnight(filters.since), timedelta())
    weeks = max(math.ceil(length / WEEK), 1)
    begin = data_begin(engine)
    held = 0 if begin is None else max(math.floor((end - length - begin) / (weeks * WEEK)), 0)
    return Windows(end, length, weeks, min(held, MOST_WINDOWS, max(FEWEST_WINDOWS, WEEKS_BACK // weeks)))


def place_dimension(engine: Engine, filters: ScopedFilters) -> str:
    """The places a topic is looked at by: districts of the city, or towns where there is one district; else what a map would open into."""
    level, _ = drill(engine, filters.wish.divisions)
    if level == "town" and not filters.wish.divisions and len(_districts(engine)) > 1:
        return "district_code"
    return LEVELS.get(level, "town_code")


@remembered(16)
def _districts(engine: Engine) -> list[str]:
    return list(fetch(engine, select(divisions.c.division_code).where(divisions.c.level == "district"))["division_code"])


def ask(engine: Engine, filters: ScopedFilters) -> Rises:
    """Every minor category, and each at each place, against the same weekdays before; one question brings all counts."""
    windows = windows_of(engine, filters)
    nothing = Rises(windows, pd.DataFrame())
    if windows.count < FEWEST_WINDOWS or windows.length <= timedelta():
        return nothing
    dimension = place_dimension(engine, filters)
    counts = _counts(engine, filters, windows, dimension)
    if counts.empty:
        return nothing
    series = _series(counts, windows)
    found = judged(series.now, series.history, filters.minimum_count)
    ratio = np.divide(series.now, found.expected, out=np.full(len(series.now), np.inf), where=found.expected > 0)
    usual = found.expected * (WEEK / windows.length)
    asked = min(windows.weeks, SPARK_WEEKS)
    since = [windows.end - WEEK * rising_since(weeks, typical, asked) for weeks, typical in zip(series.weeks, usual, strict=True)]
    frame = pd.DataFrame(
        {
            "category_code": series.keys.get_level_values(0), "place_code": series.keys.get_level_values(1),
            "observed": series.now, "expected": found.expected, "low": found.low, "high": found.high, "ratio": ratio,
            "chance": found.chance, "weeks": list(series.weeks), "since": since, "is_listed": found.is_listed,
        }
    )  # fmt: skip
    frame["place_code"] = frame["place_code"].replace("", np.nan)
    listed = frame[frame["is_listed"]].sort_values(["ratio", "observed", "category_code"], ascending=[False, False, True], kind="stable")
    return Rises(windows, listed.reset_index(drop=True), int(found.is_tested.sum()), dimension, frame)


def _counts(engine: Engine, filters: ScopedFilters, windows: Windows, dimension: str) -> pd.DataFrame:
    """Columns `category_code, place, week, is_within, n`; week 0 is the latest, `is_within`: in a window, not between two."""
    t = tickets.c
    week_seconds = 7 * 86_400
    step = windows.weeks * week_seconds
    # Literals, so that what is grouped by is what is selected.
    back = func.date_diff("second", t.reported_at, literal_column(f"timestamp '{windows.end.isoformat(sep=' ')}'"))
    week = _whole((back - 1) / literal_column(f"{week_seconds}.0"))
    window = _whole((back - 1) / literal_column(f"{step}.0"))
    within = back - window * literal_column(str(step)) <= literal_column(str(int(windows.length.total_seconds())))
    span = reaching_back(filters, windows.end - windows.length - windows.weeks * windows.count * WEEK)
    rows = (
        select(t.category_code, t[dimension].label("place"), week.label("week"), cast(within, Integer).label("is_within"))
        .where(where(tickets, R, span), t.category_code.is_not(None), window <= literal(windows.count))
        .subquery()
    )  # fmt: skip
    r = rows.c
    keys = (r.category_code, r.place, r.week, r.is_within)
    return fetch(engine, select(*keys, func.count().label("n")).group_by(*keys))


def _whole(value: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.floor(value), BigInteger)


@dataclass(frozen=True)
class _Series:
    keys: pd.MultiIndex
    now: Floats
    history: Floats
    weeks: Floats


def _series(counts: pd.DataFrame, windows: Windows) -> _Series:
    """The counts as series of windows (the present first) and of weeks (the present last), of whole categories and of places."""
    placed = counts.dropna(subset=["place"])
    every = [counts.assign(place="")]
    if placed["place"].nunique() > 1:
        every.append(placed)
    frame = pd.concat(every, ignore_index=True)
    frame["window"] = frame["week"] // windows.weeks
    key = ["category_code", "place"]
    keys = pd.MultiIndex.from_frame(frame[key].drop_duplicates().sort_values(key))
    within = frame[(frame["is_within"] == 1) & (frame["window"] <= windows.count)]
    held = _table(within, keys, "window", windows.count + 1)
    recent = _table(frame[frame["week"] < SPARK_WEEKS], keys, "week", SPARK_WEEKS)
    return _Series(keys, held[:, 0], held[:, 1:], recent[:, ::-1])


def _table(frame: pd.DataFrame, keys: pd.MultiIndex, column: str, width: int) -> Floats:
    sums = frame.groupby(["category_code", "place", column])["n"].sum().unstack(column)
    found: Floats = sums.reindex(index=keys, columns=range(width)).fillna(0).to_numpy(dtype="float64")
    return found
