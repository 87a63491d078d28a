"""Asks a snapshot: the only place that builds a SELECT for a metric, a comparison or a survival curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Engine,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)

from dashboard.filters import ScopedFilters, where
from dashboard.metrics import METRICS, Amount, Count, Duration, Metric, PerPopulation, Rate
from dashboard.warehouse import BASES, R, categories, channels, divisions, populations, sources, tickets, units

GRAINS = ("day", "week", "month", "year")
LEVELS = {"district": "district_code", "town": "town_code", "community": "community_code"}
DAY, HOUR, MINUTE = 86_400, 3_600, 60
By = tuple[str, ...]


def measure(engine: Engine, code: str, filters: ScopedFilters, by: By = ()) -> pd.DataFrame:
    """One metric, whole or grouped: columns `*by, value, numerator, denominator`.

    `by` names columns of the metric's table (`major_code`, `town_code`, …) or a grain of its base time (`day`,
    `week`, `month`, `year`). A zero denominator gives a missing value, never 0. Ratios are sum / sum.
    """
    return _answer(engine, code, filters, by).copy(deep=False)


@lru_cache(maxsize=4096)
def _answer(engine: Engine, code: str, filters: ScopedFilters, by: By) -> pd.DataFrame:
    metric = METRICS[code]
    if isinstance(metric, Duration):
        return _duration(engine, metric, filters, by)
    table = metric.table
    keys = [_key(table, metric.base, name) for name in by]
    numerator, denominator = _parts(metric)
    query = select(*keys, numerator.label("numerator"), denominator.label("denominator"))
    frame = fetch(engine, query.where(where(table, metric.base, filters)).group_by(*keys).order_by(*keys))
    if isinstance(metric, PerPopulation):
        frame["denominator"] = _residents(engine, filters, frame, by)
        frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0) * metric.per
    elif isinstance(metric, Rate):
        frame["value"] = 100.0 * frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    else:
        frame["value"] = frame["numerator"]
    return frame


def fetch(engine: Engine, query: Select) -> pd.DataFrame:  # type: ignore[type-arg]
    """Run a query and give its rows as a frame, on DuckDB's own way into pandas."""
    with engine.connect() as connection:
        return pd.read_sql_query(query, connection)


def _key(table: Table, base: str, name: str) -> ColumnElement[object]:
    if name in GRAINS:
        column = BASES[table.name][base]
        if column is None:
            raise ValueError(f"{table.name} in base {base} has no time to group by {name}")
        return func.date_trunc(name, table.c[column]).label(name)
    return table.c[name].label(name)


def _parts(metric: Metric) -> tuple[ColumnElement[object], ColumnElement[object]]:
    """Numerator and denominator; sums are of type bigint, never the widest integer, which pandas reads as float."""
    if isinstance(metric, Rate):
        among = true() if metric.among is None else metric.among
        return func.count().filter(and_(metric.of, among)), func.count().filter(among)
    if isinstance(metric, Amount):
        return func.coalesce(func.sum(metric.of), 0.0) * metric.scale, func.count(metric.of)
    if isinstance(metric, (Count, PerPopulation)) and metric.of is not None:
        return func.count().filter(metric.of), func.count()
    return func.count(), func.count()


def _residents(engine: Engine, filters: ScopedFilters, frame: pd.DataFrame, by: By) -> pd.Series:
    """Residents of each group's division; of the divisions asked for, or the whole city, where there is no such group."""
    held = residents(engine)
    place = next((name for name in by if name in LEVELS.values()), None)
    if place is not None:
        return frame[place].map(held).astype("float64")
    codes = filters.wish.divisions or filters.scope.divisions or (root(engine),)
    total = sum(float(held.get(code, np.nan)) for code in codes)
    return pd.Series(total, index=frame.index, dtype="float64")


@lru_cache(maxsize=64)
def residents(engine: Engine) -> dict[str, int]:
    frame = fetch(engine, select(populations.c.division_code, populations.c.population_count))
    return dict(zip(frame["division_code"], frame["population_count"], strict=True))


@lru_cache(maxsize=64)
def root(engine: Engine) -> str:
    frame = fetch(engine, select(divisions.c.division_code).where(divisions.c.level == "city"))
    return str(frame["division_code"].iloc[0]) if len(frame) else ""


# Comparison ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Comparison:
    """A number beside the same number of another period; `change` is in % for counts, in percentage points for rates."""

    value: float
    numerator: float
    denominator: float
    before: float
    change: float
    against: Literal["previous", "last_year"]


def compare(engine: Engine, code: str, filters: ScopedFilters, against: Literal["previous", "last_year"]) -> Comparison:
    """A metric against the previous period or the same days last year; a base that is missing or ≤ 0 gives no change."""
    now = total(engine, code, filters)
    other = filters.previous() if against == "previous" else filters.last_year()
    metric = METRICS[code]
    # A number about now has no past inside one snapshot.
    before = float("nan") if BASES[metric.table.name][metric.base] is None else total(engine, code, other).value
    if metric.is_rate:
        change = now.value - before
    else:
        change = 100.0 * (now.value - before) / before if before > 0 else float("nan")
    return Comparison(now.value, now.numerator, now.denominator, before, change, against)


@dataclass(frozen=True)
class Total:
    """A metric over everything asked for: value, and the two numbers it is made of."""

    value: float
    numerator: float
    denominator: float


def total(engine: Engine, code: str, filters: ScopedFilters) -> Total:
    frame = measure(engine, code, filters)
    if frame.empty:
        return Total(float("nan"), 0.0, 0.0)
    row = frame.iloc[0]
    return Total(float(row["value"]), float(row["numerator"]), float(row["denominator"]))


# Survival ------------------------------------------------------------------------------------------------------------
def survival(engine: Engine, filters: ScopedFilters, by: By = (), clock: str = "calendar") -> pd.DataFrame:
    """Kaplan–Meier of the time from report to closing, of tickets reported in the period; open ones are censored.

    Columns `*by, seconds, at_risk, events, censored, open_share`: the share still open after `seconds`. Times are
    rounded up to the minute within the first day and to the hour after it. Groups stand in order of `by`.
    """
    return _survival(engine, filters, by, clock).copy(deep=False)


@lru_cache(maxsize=1024)
def _survival(engine: Engine, filters: ScopedFilters, by: By, clock: str) -> pd.DataFrame:
    elapsed = tickets.c.elapsed_work_seconds if clock == "work" else tickets.c.elapsed_seconds
    day, hour, minute = (literal_column(str(number), Double) for number in (DAY, HOUR, MINUTE))
    step = case((elapsed <= day, minute), else_=hour)
    seconds = cast(func.ceil(cast(elapsed, Double) / step) * step, BigInteger).label("seconds")
    keys = [_key(tickets, R, name) for name in by]
    query = (
        select(
            *keys, seconds,
            func.count().filter(tickets.c.is_completed).label("events"),
            func.count().filter(~tickets.c.is_completed).label("censored"),
        )
        .where(where(tickets, R, filters), elapsed.is_not(None))
        .group_by(*keys, seconds)
        .order_by(*keys, seconds)
    )  # fmt: skip
    frame = fetch(engine, query).astype({"seconds": "int64", "events": "int64", "censored": "int64"})
    groups = [frame[name] for name in by] or [pd.Series(0, index=frame.index)]
    leaving = frame["events"] + frame["censored"]
    gone = leaving.groupby(groups, dropna=False)
    frame["at_risk"] = gone.transform("sum") - gone.cumsum() + leaving
    stays = 1.0 - frame["events"] / frame["at_risk"]
    frame["open_share"] = stays.groupby(groups, dropna=False).cumprod()
    return frame


def quantile_hours(curve: pd.DataFrame, quantile: float) -> float:
    """Hours by which `quantile` of one curve has closed; missing if the curve has not come down so far."""
    reached = curve.loc[curve["open_share"] <= 1.0 - quantile + 1e-12, "seconds"]
    return float(reached.iloc[0]) / HOUR if len(reached) else float("nan")


def _duration(engine: Engine, metric: Duration, filters: ScopedFilters, by: By) -> pd.DataFrame:
    curve = survival(engine, filters, by, metric.clock)
    rows = []
    for key, group in curve.groupby(list(by), dropna=False, sort=False) if by else [((), curve)]:
        events = int(group["events"].sum())
        rows.append((*key, quantile_hours(group, metric.quantile), events, events + int(group["censored"].sum())))
    return pd.DataFrame(rows, columns=[*by, "value", "numerator", "denominator"])


# Data age ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DataState:
    """How far the sources behind a table have been seen, and whether they deliver what a question needs."""

    as_of: pd.Timestamp | None
    newest: pd.Timestamp | None
    source_count: int
    closing_count: int
    rating_count: int


@lru_cache(maxsize=256)
def data_state(engine: Engine, kind: str, chosen: tuple[str, ...] = ()) -> DataState:
    """State of the sources that deliver `kind` (or the chosen ones): the oldest and newest as_of, what they deliver."""
    s = sources.c
    query = select(
        func.min(s.as_of).label("oldest"), func.max(s.as_of).label("newest"), func.count().label("n"),
        func.count().filter(s.has_closing_times).label("closing"), func.count().filter(s.has_ratings).label("rating"),
    ).where(s.kind == kind, s.as_of.is_not(None))  # fmt: skip
    if chosen:
        query = query.where(s.source_code.in_(chosen))
    row = fetch(engine, query).iloc[0]
    stamps = [None if pd.isna(row[name]) else pd.Timestamp(row[name]) for name in ("oldest", "newest")]
    return DataState(stamps[0], stamps[1], int(row["n"]), int(row["closing"]), int(row["rating"]))


def labels(engine: Engine, dimension: str) -> pd.DataFrame:
    """Names of a dimension's codes: columns `code, label, label_en, short_label`. Raises KeyError if there is no such."""
    return _labels(engine, dimension).copy(deep=False)


@lru_cache(maxsize=256)
def _labels(engine: Engine, dimension: str) -> pd.DataFrame:
    place = (divisions.c.division_code, divisions.c.label, divisions.c.label_en, divisions.c.short_label)
    unit = (units.c.unit_code, units.c.label, units.c.label_en, units.c.short_label)
    columns = {
        "major_code": (categories.c.major_code, categories.c.major_label, categories.c.major_label_en, None),
        "category_code": (categories.c.category_code, categories.c.label, categories.c.label_en, None),
        "channel_code": (channels.c.channel_code, channels.c.label, channels.c.label_en, None),
        "source_code": (sources.c.source_code, sources.c.label, sources.c.label_en, None),
        "unit_code": unit,
        **dict.fromkeys(("division_code", *LEVELS.values()), place),
    }[dimension]
    code, label, label_en, short = columns
    query = select(
        code.label("code"), label.label("label"), label_en.label("label_en"), (label if short is None else short).label("short_label")
    )
    frame = fetch(engine, query.distinct().order_by("code")).drop_duplicates("code")
    frame["label_en"] = frame["label_en"].fillna(frame["label"])
    frame["short_label"] = frame["short_label"].fillna(frame["label"])
    return frame.set_index("code")
