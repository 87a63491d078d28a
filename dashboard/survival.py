"""How long things take when some are still open: Kaplan–Meier curves of appeals and disputes, and what is read off them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Double, Engine, Table, case, cast, func, literal_column, select

from dashboard.asking import By, fetch, group_key, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import Duration
from dashboard.warehouse import R, disputes, sources, tickets

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def survival(
    engine: Engine, filters: ScopedFilters, by: By = (), clock: str = "calendar", until: str = "closed", table: Table = tickets
) -> pd.DataFrame:
    """Kaplan–Meier of the time from report to closing (or `until` acceptance), of rows reported in the period; open ones are censored.

    Columns `*by, seconds, at_risk, events, censored, open_share`: the share still open after `seconds`. Times are
    rounded up to the minute within the first day and to the hour after it. Groups stand in order of `by`.
    """
    return _survival(engine, filters, by, clock, until, table).copy(deep=False)


@remembered(1024)
def _survival(engine: Engine, filters: ScopedFilters, by: By, clock: str, until: str, table: Table) -> pd.DataFrame:
    elapsed, ended = _watched(table, clock, until)
    day, hour, minute = (literal_column(str(number), Double) for number in (DAY, HOUR, MINUTE))
    step = case((elapsed <= day, minute), else_=hour)
    seconds = cast(func.ceil(cast(elapsed, Double) / step) * step, BigInteger).label("seconds")
    keys = [group_key(table, R, name, filters) for name in by]
    query = (
        select(
            *keys, seconds,
            func.count().filter(ended).label("events"),
            func.count().filter(~ended).label("censored"),
        )
        .where(where(table, R, filters), elapsed.is_not(None))
        .group_by(*keys, seconds)
        .order_by(*keys, seconds)
    )  # fmt: skip
    return _curve(fetch(engine, query), by)


def _watched(table: Table, clock: str, until: str) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """How long each row was watched, in seconds, and whether it ended then."""
    if table is disputes:
        return table.c.elapsed_seconds, table.c.concluded_at.is_not(None)
    t = tickets.c
    if until == "closed":
        return (t.elapsed_work_seconds if clock == "work" else t.elapsed_seconds), t.is_completed
    # Who is not accepted was watched as long as he was open; what is not known to be open, until its source was last seen.
    as_of = select(sources.c.as_of).where(sources.c.source_code == t.source_code).scalar_subquery()
    waited = func.coalesce(t.elapsed_seconds, func.date_diff("second", t.reported_at, as_of))
    accepted = func.date_diff("second", t.reported_at, t.accepted_at)
    return func.greatest(case((t.accepted_at.is_not(None), accepted), else_=waited), 0), t.accepted_at.is_not(None)


def _curve(frame: pd.DataFrame, by: By) -> pd.DataFrame:
    """Add `at_risk` and `open_share` to counts of `events` and `censored` by ascending `seconds` within each group."""
    groups = _numbers(frame, by)
    leaving = frame["events"] + frame["censored"]
    gone = leaving.groupby(groups)
    frame["at_risk"] = gone.transform("sum") - gone.cumsum() + leaving
    stays = 1.0 - frame["events"] / frame["at_risk"]
    frame["open_share"] = stays.groupby(groups).cumprod()
    return frame


def _numbers(frame: pd.DataFrame, by: By) -> NDArray[np.int64]:
    """The groups of the rows, which stand in their order, as numbers from 0."""
    if not by:
        return np.zeros(len(frame), dtype=np.int64)
    return frame.groupby(list(by), dropna=False, sort=False).ngroup().to_numpy().astype(np.int64)


def quantile_hours(curve: pd.DataFrame, quantile: float) -> float:
    """Hours by which `quantile` of one curve has closed; missing if the curve has not come down so far."""
    reached = curve.loc[curve["open_share"] <= 1.0 - quantile + 1e-12, "seconds"]
    return float(reached.iloc[0]) / HOUR if len(reached) else float("nan")


def restricted_mean_hours(curve: pd.DataFrame, horizon_hours: int) -> float:
    """Hours open within the horizon, on average: the area under one curve; missing without a ticket.

    Beyond the last watched time the curve stays where it is, so the mean is a lower bound where everything is younger than the horizon.
    """
    if curve.empty:
        return float("nan")
    within = curve[curve["seconds"] < horizon_hours * HOUR]
    ends = np.append(within["seconds"].to_numpy(), horizon_hours * HOUR)
    starts, open_share = np.append(0, ends[:-1]), np.append(1.0, within["open_share"].to_numpy())
    return float(((ends - starts) * open_share).sum()) / HOUR


def durations(engine: Engine, metric: Duration, filters: ScopedFilters, by: By) -> pd.DataFrame:
    """A Duration metric: columns `*by, value` (hours), `numerator` (closed), `denominator` (closed and open)."""
    curve = survival(engine, filters, by, metric.clock, metric.until, metric.table)
    groups = _numbers(curve, by)
    firsts = np.flatnonzero(np.diff(groups, prepend=-1))
    frame = curve.iloc[firsts][list(by)].reset_index(drop=True)
    if metric.quantile:
        reached = np.flatnonzero(curve["open_share"].to_numpy() <= 1.0 - metric.quantile + 1e-12)
        found, places = np.unique(groups[reached], return_index=True)
        frame["value"] = pd.Series(curve["seconds"].to_numpy()[reached[places]] / HOUR, index=found).reindex(frame.index)
    else:
        frame["value"] = [restricted_mean_hours(group, metric.horizon_hours) for _, group in curve.groupby(groups)]
    frame["numerator"] = np.add.reduceat(curve["events"].to_numpy(), firsts) if len(firsts) else 0
    # At the first time all of a group are at risk.
    frame["denominator"] = curve["at_risk"].to_numpy()[firsts]
    if not by and frame.empty:
        frame = pd.DataFrame({"value": [float("nan")], "numerator": [0], "denominator": [0]})
    kinds = {name: curve[name].dtype for name in by}
    return frame.astype({**kinds, "value": "float64", "numerator": "int64", "denominator": "int64"})
