"""Asks a snapshot for a metric, and compares it: the only place that builds a SELECT for a metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, Engine, and_, func, select, true

from dashboard import reference, survival
from dashboard.asking import By, fetch, group_key, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import METRICS, Amount, Count, Duration, Metric, PerPopulation, Rate
from dashboard.warehouse import BASES

Against = Literal["previous", "last_year"]


def measure(engine: Engine, code: str, filters: ScopedFilters, by: By = ()) -> pd.DataFrame:
    """One metric, whole or grouped: columns `*by, value, numerator, denominator`.

    `by` names columns of the metric's table (`major_code`, `town_code`, …) or a grain of its base time (`day`,
    `week`, `month`, `year`). A zero denominator gives a missing value, never 0. Ratios are sum / sum.
    Raises KeyError for an unknown metric or column, ValueError for a grain where the base has no time.
    """
    return _answer(engine, code, filters, by).copy(deep=False)


@remembered(4096)
def _answer(engine: Engine, code: str, filters: ScopedFilters, by: By) -> pd.DataFrame:
    metric = METRICS[code]
    if isinstance(metric, Duration):
        return survival.durations(engine, metric, filters, by)
    keys = [group_key(metric.table, metric.base, name) for name in by]
    numerator, denominator = _parts(metric)
    query = select(*keys, numerator.label("numerator"), denominator.label("denominator"))
    frame = fetch(engine, query.where(where(metric.table, metric.base, filters)).group_by(*keys).order_by(*keys))
    if isinstance(metric, PerPopulation):
        frame["denominator"] = reference.residents_asked(engine, filters, frame, by)
        frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0) * metric.per
    elif isinstance(metric, Rate):
        frame["value"] = 100.0 * frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    elif isinstance(metric, Count) and metric.among is not None:
        frame["value"] = frame["numerator"].where(frame["denominator"] > 0)
    else:
        frame["value"] = frame["numerator"]
    return frame


def _parts(metric: Metric) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Numerator and denominator; sums are doubles or counts, never the widest integer, which pandas reads as float."""
    if isinstance(metric, Rate):
        among = true() if metric.among is None else metric.among
        return func.count().filter(and_(metric.of, among)), func.count().filter(among)
    if isinstance(metric, Amount):
        return func.coalesce(func.sum(metric.of), 0.0) * metric.scale, func.count(metric.of)
    if isinstance(metric, Count) and metric.among is not None:
        of = true() if metric.of is None else metric.of
        return func.count().filter(and_(of, metric.among)), func.count().filter(metric.among)
    if isinstance(metric, (Count, PerPopulation)) and metric.of is not None:
        return func.count().filter(metric.of), func.count()
    return func.count(), func.count()


@dataclass(frozen=True)
class Total:
    """A metric over everything asked for: value, and the two numbers it is made of."""

    value: float
    numerator: float
    denominator: float


def total(engine: Engine, code: str, filters: ScopedFilters) -> Total:
    """A metric as one number; missing value and zero parts where there is nothing."""
    frame = measure(engine, code, filters)
    if frame.empty:
        return Total(float("nan"), 0.0, 0.0)
    row = frame.iloc[0]
    return Total(float(row["value"]), float(row["numerator"]), float(row["denominator"]))


@dataclass(frozen=True)
class Comparison:
    """A number beside the same number of another period; `change` is in % for counts, in percentage points for rates."""

    value: float
    numerator: float
    denominator: float
    before: float
    change: float
    against: Against


def compare(engine: Engine, code: str, filters: ScopedFilters, against: Against) -> Comparison:
    """A metric against the previous period or the same days last year; a base that is missing or ≤ 0 gives no change."""
    now = total(engine, code, filters)
    other = filters.previous() if against == "previous" else filters.last_year()
    metric = METRICS[code]
    # A number about now has no past inside one snapshot.
    before = float("nan") if BASES[metric.table.name][metric.base] is None else total(engine, code, other).value
    return Comparison(now.value, now.numerator, now.denominator, before, _change(metric, now.value, before), against)


def _change(metric: Metric, now: float, before: float) -> float:
    if metric.is_rate:
        return now - before
    return 100.0 * (now - before) / before if before > 0 else float("nan")
