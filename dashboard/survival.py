"""How long things take when some are still open: Kaplan–Meier curves of appeals and disputes, and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Double, Engine, Table, and_, case, cast, func, literal_column, null, or_, select

from dashboard.asking import By, fetch, group_key, remembered
from dashboard.chance import Z_95
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import Duration
from dashboard.warehouse import R, disputes, sources, tickets

DAY, HOUR, MINUTE = 86_400, 3_600, 60


@dataclass(frozen=True)
class Wait:
    """A stretch of a ticket's life: from one time (a column) to another."""

    start: str
    end: str
    # Times of later stages. Who has one of them but no `end` went past it: how long that took is not known, and he is left out.
    past: tuple[str, ...] = ()


CLOSING, ACCEPTANCE = Wait("reported_at", "completed_at"), Wait("reported_at", "accepted_at")
WAITS = {"closed": CLOSING, "accepted": ACCEPTANCE}


def survival(
    engine: Engine, filters: ScopedFilters, by: By = (), clock: str = "calendar", wait: Wait = CLOSING, table: Table = tickets
) -> pd.DataFrame:
    """Kaplan–Meier of the time from report to closing (or of another `wait`), of rows reported in the period; open ones are censored.

    Columns `*by, seconds, at_risk, events, censored, open_share`: the share still open after `seconds`. Times are
    rounded up to the minute within the first day and to the hour after it. Groups stand in order of `by`.
    """
    return _survival(engine, filters, by, clock, wait, table).copy(deep=False)


@remembered(1024)
def _survival(engine: Engine, filters: ScopedFilters, by: By, clock: str, wait: Wait, table: Table) -> pd.DataFrame:
    elapsed, ended = watched(table, clock, wait)
    grouped = [group_key(table, R, name, filters) for name in by]
    # Worked out once for each row: written out wherever it is used, it would be planned and asked ten times over.
    rows = select(*grouped, elapsed.label("elapsed"), ended.label("ended")).where(where(table, R, filters)).subquery()
    keys, seconds = [rows.c[name] for name in by], _rounded(rows.c.elapsed)
    query = (
        select(
            *keys, seconds,
            func.count().filter(rows.c.ended).label("events"),
            func.count().filter(~rows.c.ended).label("censored"),
        )
        .where(rows.c.elapsed.is_not(None))
        .group_by(*keys, seconds)
        .order_by(*keys, seconds)
    )  # fmt: skip
    return _curve(fetch(engine, query), by)


def _rounded(elapsed: ColumnElement[int]) -> ColumnElement[int]:
    """Up to the minute within the first day, to the hour after it."""
    day, hour, minute = (literal_column(str(number), Double) for number in (DAY, HOUR, MINUTE))
    step = case((elapsed <= day, minute), else_=hour)
    return cast(func.ceil(cast(elapsed, Double) / step) * step, BigInteger).label("seconds")


def watched(table: Table, clock: str, wait: Wait) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """How long each row was watched, in seconds, and whether it ended then."""
    if table is disputes:
        return table.c.elapsed_seconds, table.c.concluded_at.is_not(None)
    t = tickets.c
    if wait == CLOSING:
        return (t.elapsed_work_seconds if clock == "work" else t.elapsed_seconds), t.is_completed
    start, end = t[wait.start], t[wait.end]
    # Who has not come so far was watched as long as he was open; what is not known to be open, until its source was last seen.
    as_of = select(sources.c.as_of).where(sources.c.source_code == t.source_code).scalar_subquery()
    open_for = func.coalesce(t.elapsed_seconds, func.date_diff("second", t.reported_at, as_of))
    waited = case(
        (and_(start >= t.completed_at, t.status_code != "withdrawn"), func.date_diff("second", start, as_of)),
        else_=open_for - func.date_diff("second", t.reported_at, start),
    )
    seconds = case((end.is_not(None), func.date_diff("second", start, end)), else_=waited)
    unknown = or_(start.is_(None), and_(end.is_(None), went_past(wait)))
    return case((unknown, null()), else_=func.greatest(seconds, 0)), end.is_not(None)


def went_past(wait: Wait) -> ColumnElement[bool]:
    """Which tickets without the end of a wait are no longer waiting: seen at a later stage, or over and nobody said when."""
    if not wait.past:
        return literal_column("false")
    t = tickets.c
    is_watched = or_(t.is_open, t.completed_at.is_not(None), t.status_code == "withdrawn")
    return or_(*(t[name].is_not(None) for name in wait.past), ~func.coalesce(is_watched, literal_column("false")))


def in_stage(wait: Wait) -> ColumnElement[bool]:
    """Which tickets are between the start and the end of a wait now."""
    t = tickets.c
    return and_(t[wait.start].is_not(None), t[wait.end].is_(None), ~went_past(wait), t.status_code != "withdrawn")


def _curve(frame: pd.DataFrame, by: By) -> pd.DataFrame:
    """Add `at_risk` and `open_share` to counts of `events` and `censored` by ascending `seconds` within each group."""
    groups = _numbers(frame, by)
    leaving = frame["events"] + frame["censored"]
    gone = leaving.groupby(groups)
    frame["at_risk"] = gone.transform("sum") - gone.cumsum() + leaving
    stays = 1.0 - frame["events"] / frame["at_risk"]
    frame["open_share"] = stays.groupby(groups).cumprod()
    return frame


def band(curve: pd.DataFrame) -> pd.DataFrame:
    """The pointwise 95 % interval of one curve's `open_share`: columns `low, high`, as rows of the curve.

    Greenwood's variance on the log–log scale, which keeps within 0 and 1 (Kalbfleisch & Prentice 1980). Before the first
    end nothing is uncertain yet; where nobody is left, the last interval that can be known holds its upper end.
    """
    at_risk, events, share = (curve[name].to_numpy(dtype="float64") for name in ("at_risk", "events", "open_share"))
    inner = (share > 0) & (share < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        half = Z_95 * np.sqrt(variance) / -np.log(share)
        low, high = share ** np.exp(half), share ** np.exp(-half)
    frame = pd.DataFrame({"low": np.where(inner, low, share), "high": np.where(inner, high, np.nan)}, index=curve.index)
    frame.loc[share >= 1, "high"] = 1.0
    frame["high"] = frame["high"].ffill().fillna(1.0)
    return frame


def median_interval_hours(curve: pd.DataFrame) -> tuple[float, float]:
    """The 95 % interval of one curve's median, in hours: where its band crosses one half (Brookmeyer & Crowley 1982)."""
    edges = band(curve)
    low, high = (quantile_hours(curve.assign(open_share=edges[name]), 0.5) for name in ("low", "high"))
    return low, high


def _numbers(frame: pd.DataFrame, by: By) -> NDArray[np.int64]:
    """The groups of the rows, which stand in their order, as numbers from 0."""
    if not by:
        return np.zeros(len(frame), dtype=np.int64)
    return frame.groupby(list(by), dropna=False, sort=False).ngroup().to_numpy().astype(np.int64)


def quantile_hours(curve: pd.DataFrame, quantile: float) -> float:
    """Hours by which `quantile` of one curve has closed; missing if the curve has not come down so far."""
    # On bare arrays: some charts read hundreds of curves.
    reached = np.flatnonzero(curve["open_share"].to_numpy() <= 1.0 - quantile + 1e-12)
    return float(curve["seconds"].to_numpy()[reached[0]]) / HOUR if len(reached) else float("nan")


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
    curve = survival(engine, filters, by, metric.clock, WAITS[metric.until], metric.table)
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


def ends(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """How tickets reported in the period ended by when, if closing and withdrawal compete (Aalen–Johansen); open ones are censored.

    Columns `seconds, at_risk, closed, withdrawn, censored, closed_share, withdrawn_share, open_share`; the shares add up to 1.
    """
    return _ends(engine, filters).copy(deep=False)


@remembered(256)
def _ends(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    t = tickets.c
    seconds = _rounded(t.elapsed_seconds)
    withdrawn = and_(~t.is_completed, t.status_code == "withdrawn")
    query = (
        select(
            seconds, func.count().filter(t.is_completed).label("closed"), func.count().filter(withdrawn).label("withdrawn"),
            func.count().filter(and_(~t.is_completed, t.status_code != "withdrawn")).label("censored"),
        )
        .where(where(tickets, R, filters), t.elapsed_seconds.is_not(None))
        .group_by(seconds)
        .order_by(seconds)
    )  # fmt: skip
    frame = fetch(engine, query)
    frame["events"] = frame["closed"] + frame["withdrawn"]
    curve = _curve(frame, ())
    # Of those still there just before, so many ended each way.
    before = curve["open_share"].shift(fill_value=1.0)
    for name in ("closed", "withdrawn"):
        curve[f"{name}_share"] = (before * curve[name] / curve["at_risk"]).cumsum()
    return curve.drop(columns="events")
