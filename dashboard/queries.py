"""Asks a snapshot for a metric, and compares it: the only place that builds a SELECT for a metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Engine, and_, cast, func, select, true

from dashboard import reference, survival
from dashboard.asking import By, fetch, group_key, remembered
from dashboard.chance import wilson
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, Weighted, metric_of
from dashboard.warehouse import BASES

Against = Literal["previous", "last_year", "year_to_date"]


def measure(engine: Engine, code: str, filters: ScopedFilters, by: By = ()) -> pd.DataFrame:
    """One metric, whole or grouped: columns `*by, value, numerator, denominator`.

    `by` names columns of the metric's table (`major_code`, `town_code`, …) or a grain of its base time (`day`,
    `week`, `month`, `year`). A zero denominator gives a missing value, never 0. Ratios are sum / sum.
    Raises KeyError for an unknown metric or column, ValueError for a grain where the base has no time.
    """
    return _answer(engine, code, filters, by).copy(deep=False)


@remembered(4096)
def _answer(engine: Engine, code: str, filters: ScopedFilters, by: By) -> pd.DataFrame:
    asked = metric_of(code, filters.variants)
    if isinstance(asked, Duration):
        return survival.durations(engine, asked, filters, by)
    keys = [group_key(asked.table, asked.base, name) for name in by]
    numerator, denominator = _parts(asked)
    query = select(*keys, numerator.label("numerator"), denominator.label("denominator"))
    frame = fetch(engine, query.where(where(asked.table, asked.base, filters)).group_by(*keys).order_by(*keys))
    if isinstance(asked, PerPopulation):
        frame["denominator"] = reference.residents_asked(engine, filters, frame, by)
        frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0) * asked.per
    elif isinstance(asked, Rate | Weighted | Mean):
        scale = 1.0 if isinstance(asked, Mean) else 100.0
        frame["value"] = scale * frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    elif isinstance(asked, Count) and asked.among is not None:
        frame["value"] = frame["numerator"].where(frame["denominator"] > 0)
    else:
        frame["value"] = frame["numerator"]
    return frame


def _parts(asked: Metric) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Numerator and denominator; sums are doubles or counts, never the widest integer, which pandas reads as float."""
    if isinstance(asked, Weighted):
        return tuple(cast(func.coalesce(func.sum(part), 0), BigInteger) for part in (asked.of, asked.among))  # type: ignore[return-value]
    if isinstance(asked, Amount | Mean):
        scale = asked.scale if isinstance(asked, Amount) else 1.0
        return func.coalesce(func.sum(asked.of), 0.0) * scale, func.count(asked.of)
    of = getattr(asked, "of", None)
    among = getattr(asked, "among", None)
    of, among = (true() if of is None else of), (true() if among is None else among)
    return func.count().filter(and_(of, among)), func.count().filter(among)


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


def interval(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 % interval of a share, in percent (Wilson 1927); missing without a denominator."""
    return wilson(numerator, denominator)


@dataclass(frozen=True)
class Comparison:
    """A number beside the same number of another period; `change` is in % for counts, in percentage points for rates."""

    value: float
    numerator: float
    denominator: float
    before: float
    change: float
    against: Against
    # Why there is no change: `now` (a number about now has no past), `before_data`, `zero_base`; empty where there is one.
    reason: str = ""


def compare(engine: Engine, code: str, filters: ScopedFilters, against: Against) -> Comparison:
    """A metric against the previous period (环比), the same days last year (同比), or the year so far against last year's (累计同比).

    A base that is missing or ≤ 0 gives no change.
    """
    if against == "year_to_date":
        filters = filters.year_to_date()
    now = total(engine, code, filters)
    other = filters.previous() if against == "previous" else filters.last_year()
    asked = metric_of(code, filters.variants)
    # A number about now has no past inside one snapshot.
    before = float("nan") if BASES[asked.table.name][asked.base] is None else total(engine, code, other).value
    change = _change(asked, now.value, before)
    return Comparison(now.value, now.numerator, now.denominator, before, change, against, _reason(engine, asked, other, change))


def _reason(engine: Engine, asked: Metric, other: ScopedFilters, change: float) -> str:
    if not math.isnan(change):
        return ""
    if BASES[asked.table.name][asked.base] is None:
        return "now"
    first = reference.first_day(engine, asked.table.name, asked.base)
    return "before_data" if first is None or other.until < first else "zero_base"


def _change(asked: Metric, now: float, before: float) -> float:
    if asked.is_rate:
        return now - before
    return 100.0 * (now - before) / before if before > 0 else float("nan")
