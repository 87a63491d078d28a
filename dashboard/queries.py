"""Asks a snapshot for a metric, and compares it: the only place that builds a SELECT for a metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Double, Engine, and_, case, cast, false, func, select, true

from dashboard import reference, survival
from dashboard.asking import By, fetch, group_key, remembered
from dashboard.chance import wilson
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, Weighted, metric_of
from dashboard.succession import Succession, succession
from dashboard.warehouse import BASES, base_time

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
    keys = [group_key(asked.table, asked.base, name, filters) for name in by]
    numerator, denominator = _parts(asked)
    parts = select(*keys, numerator.label("numerator"), denominator.label("denominator"))
    counted = parts.where(where(asked.table, asked.base, filters)).group_by(*keys).subquery()
    value = _value(asked, counted.c.numerator, counted.c.denominator).label("value")
    frame = fetch(engine, select(*counted.c, value).order_by(*(counted.c[name] for name in by)))
    if isinstance(asked, PerPopulation):
        frame["denominator"] = reference.residents_asked(engine, filters, frame, by)
        frame["value"] = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0) * asked.per
    return frame


def _value(asked: Metric, numerator: ColumnElement[Any], denominator: ColumnElement[Any]) -> ColumnElement[Any]:
    """What the two parts say, worked out where they are counted; missing where there is nothing to divide by or to count among."""
    if isinstance(asked, Rate | Weighted | Mean):
        scale = 1.0 if isinstance(asked, Mean) else 100.0
        return scale * cast(numerator, Double) / func.nullif(cast(denominator, Double), 0.0)
    if isinstance(asked, Count) and asked.among is not None:
        return case((denominator > 0, numerator))
    return numerator


def _parts(asked: Metric) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Numerator and denominator; sums are doubles or counts, never the widest integer, which pandas reads as float."""
    if isinstance(asked, Weighted):
        return tuple(cast(func.coalesce(func.sum(part), 0), BigInteger) for part in (asked.of, asked.among))  # type: ignore[return-value]
    if isinstance(asked, Mean) and asked.weight is not None:
        weight = case((asked.of.is_not(None), asked.weight))
        return func.coalesce(func.sum(asked.of * asked.weight), 0.0), func.coalesce(func.sum(weight), 0.0)
    if isinstance(asked, Amount | Mean):
        scale = asked.scale if isinstance(asked, Amount) else 1.0
        return func.coalesce(func.sum(asked.of), 0.0) * scale, func.count(asked.of)
    of = getattr(asked, "of", None)
    among = getattr(asked, "among", None)
    each = getattr(asked, "each", None)
    of, among = (true() if of is None else of), (true() if among is None else among)
    if each is not None:
        things = func.count(each.distinct())
        if isinstance(asked, Rate):
            fails = things.filter(and_(among, func.coalesce(of, false()).is_(False)))
            return things.filter(among) - fails, things.filter(among)
        return things.filter(and_(of, among)), things.filter(among)
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


@remembered(256)
def held_on(engine: Engine, code: str, filters: ScopedFilters) -> tuple[date, ...]:
    """The first and the last day behind a metric: when its surveys were held. Nothing where nothing is behind it."""
    asked = metric_of(code, filters.variants)
    column, among = base_time(asked.table, asked.base), getattr(asked, "among", None)
    if column is None:
        return ()
    is_behind = where(asked.table, asked.base, filters) if among is None else and_(where(asked.table, asked.base, filters), among > 0)
    days = fetch(engine, select(func.min(column).label("first"), func.max(column).label("last")).where(is_behind)).iloc[0]
    return () if days.isna().any() else (days["first"].date(), days["last"].date())


@dataclass(frozen=True)
class Comparison:
    """A number beside the same number of another period; `change` is in % for counts, in percentage points for rates."""

    value: float
    numerator: float
    denominator: float
    before: float
    change: float
    against: Against
    # Why there is no change: `now` (a number about now has no past), `before_data`, `incomplete` (the data begin in the course of
    # what is compared with), `zero_base`, `category_changed`; else empty.
    reason: str = ""


def compare(engine: Engine, code: str, filters: ScopedFilters, against: Against) -> Comparison:
    """A metric against the previous period (环比), the same days last year (同比), or the year so far against last year's (累计同比).

    A base that is missing, not wholly covered by data, or ≤ 0 gives no change. Categories that were renamed or merged in between
    are compared as what they became; a choice of what one was split into compares with nothing.
    """
    asked = metric_of(code, filters.variants)
    filters, other, became = _periods(engine, asked, filters, against)
    now = total(engine, code, filters)
    # A number about now has no past inside one snapshot.
    is_known = BASES[asked.table.name][asked.base] is not None and not became.is_torn
    before = total(engine, code, became.of(other)).value if is_known else float("nan")
    now_as_then = total(engine, code, became.of(filters)).value
    change, reason = _compared(asked, now_as_then, before, _no_base(engine, asked, other, is_torn=became.is_torn))
    return Comparison(now.value, now.numerator, now.denominator, before, change, against, reason)


def compare_by(engine: Engine, code: str, filters: ScopedFilters, by: str, against: Against) -> pd.DataFrame:
    """The same for each group: columns `by, value, numerator, denominator, before, change, reason`, those of either period.

    Categories stand under what they are called now.
    """
    asked = metric_of(code, filters.variants)
    filters, other, became = _periods(engine, asked, filters, against)
    frame = measure(engine, code, became.of(filters), (by,)).set_index(by)
    has_past = BASES[asked.table.name][asked.base] is not None
    before = measure(engine, code, became.of(other), (by,)).set_index(by)["value"].rename("before") if has_past else None
    frame = frame.assign(before=float("nan")) if before is None else frame.join(before, how="outer")
    if has_past and not asked.is_rate and not isinstance(asked, Duration | Mean) and getattr(asked, "among", None) is None:
        frame = frame.fillna({"value": 0, "before": 0})
    frame = frame.fillna({"numerator": 0, "denominator": 0}).rename_axis(by).reset_index()
    is_torn = frame[by].isin(became.torn.get(by, frozenset())) | became.is_torn
    frame.loc[is_torn, "before"] = float("nan")
    why = {torn: _no_base(engine, asked, other, is_torn=torn) for torn in (False, True)}
    pairs = zip(frame["value"], frame["before"], is_torn, strict=True)
    found = [_compared(asked, float(now), float(past), why[bool(torn)]) for now, past, torn in pairs]
    frame["change"] = [change for change, _ in found]
    frame["reason"] = pd.Series([reason for _, reason in found], dtype="str")
    return frame[[by, "value", "numerator", "denominator", "before", "change", "reason"]]


def _periods(engine: Engine, asked: Metric, filters: ScopedFilters, against: Against) -> tuple[ScopedFilters, ScopedFilters, Succession]:
    """What is compared with what, and what categories became in between."""
    if against == "year_to_date":
        filters = filters.year_to_date()
    other = filters.previous() if against == "previous" else filters.last_year()
    return filters, other, succession(engine, asked.table, filters, other)


def _no_base(engine: Engine, asked: Metric, other: ScopedFilters, *, is_torn: bool) -> str:
    """Why a period is nothing to compare with, whatever the numbers; empty where it is."""
    if BASES[asked.table.name][asked.base] is None:
        return "now"
    if is_torn:
        return "category_changed"
    first = reference.first_day(engine, asked.table.name, asked.base)
    if first is None or other.until < first:
        return "before_data"
    # Part of a year is no year: growth against it would be of the data, not of what they speak of.
    is_part = reference.begins_within(engine, asked.table.name, asked.base, other.since, other.until)
    return "incomplete" if is_part else ""


def _compared(asked: Metric, now: float, before: float, why: str) -> tuple[float, str]:
    """A change with no reason, or none with its reason."""
    change = float("nan") if why else _change(asked, now, before)
    return change, why or ("zero_base" if math.isnan(change) else "")


def _change(asked: Metric, now: float, before: float) -> float:
    if asked.is_rate:
        return now - before
    return 100.0 * (now - before) / before if before > 0 else float("nan")
