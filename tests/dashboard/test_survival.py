"""Survival curves against lifelines, and the clock of the tiny city worked out by hand."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from sqlalchemy import Engine

from dashboard.charts import resolution_survival
from dashboard.filters import Filters, ScopedFilters, scoped
from dashboard.metrics import METRICS
from dashboard.queries import measure, total
from dashboard.survival import HOUR, quantile_hours, restricted_mean_hours, survival
from dashboard.view import View
from dashboard.warehouse import disputes, sources, tickets
from tests.dashboard.test_metrics import custom, raw

WHOLE = custom(date(2024, 11, 1), date(2026, 11, 20))
LATE = custom(date(2026, 11, 1), date(2026, 11, 20))
TINY = custom(date(2026, 9, 1), date(2026, 10, 14))


def rounded(seconds: pd.Series) -> pd.Series:
    """Up to the minute within the first day, to the hour after it."""
    return np.where(seconds <= 86_400, np.ceil(seconds / 60) * 60, np.ceil(seconds / 3600) * 3600)


def lives(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """`seconds, closed` and the keys of each counted ticket of the period, from its raw stage times."""
    t = raw(engine, tickets)
    reported, resolved, closed, updated = (pd.to_datetime(t[f"{name}_at"]) for name in ("reported", "resolved", "closed", "updated"))
    withdrawn = t["status_code"] == "withdrawn"
    as_of = pd.to_datetime(t["source_code"].map(raw(engine, sources).set_index("source_code")["as_of"]))
    done = resolved.fillna(closed)
    end = done.fillna(updated.where(withdrawn)).fillna(as_of).clip(upper=as_of)
    t["seconds"] = rounded((end - reported).dt.total_seconds().clip(lower=0))
    t["closed"] = done.notna() & ~withdrawn
    inside = (reported >= pd.Timestamp(filters.since)) & (reported < pd.Timestamp(filters.until) + pd.Timedelta(days=1))
    return t[inside & t["duplicate_of"].isna()]


def fitted(held: pd.DataFrame) -> pd.DataFrame:
    """What lifelines says: share open, at risk, closed and censored by time."""
    fit = KaplanMeierFitter().fit(held["seconds"].astype("float64"), event_observed=held["closed"].astype("int64"))
    table = fit.event_table.loc[lambda events: events["removed"] > 0]
    return table.assign(open_share=fit.survival_function_["KM_estimate"])


def same(curve: pd.DataFrame, oracle: pd.DataFrame) -> None:
    assert list(curve["seconds"]) == list(oracle.index.astype("int64"))
    assert list(curve["at_risk"]) == list(oracle["at_risk"])
    assert list(curve["events"]) == list(oracle["observed"])
    assert list(curve["censored"]) == list(oracle["censored"])
    np.testing.assert_allclose(curve["open_share"], oracle["open_share"], rtol=1e-9, atol=1e-12)


def when(oracle: pd.DataFrame, quantile: float) -> float:
    reached = oracle.index[oracle["open_share"] <= 1 - quantile + 1e-9]
    return float(reached[0]) / HOUR if len(reached) else math.nan


@pytest.mark.parametrize("filters", [WHOLE, LATE], ids=["two years", "this month"])
def test_the_whole_city(filters: ScopedFilters, demo_view: View) -> None:
    curve, oracle = survival(demo_view.engine, filters), fitted(lives(demo_view.engine, filters))
    same(curve, oracle)
    assert curve["censored"].sum() > 0
    for quantile in (0.1, 0.25, 0.5, 0.75, 0.9, 0.99):
        assert quantile_hours(curve, quantile) == pytest.approx(when(oracle, quantile), nan_ok=True)


@pytest.mark.parametrize("by", ["major_code", "unit_code", "town_code"])
def test_groups(by: str, demo_view: View) -> None:
    curves, held = survival(demo_view.engine, LATE, (by,)), lives(demo_view.engine, LATE)
    groups, found = dict(list(held.groupby(by, dropna=False))), dict(list(curves.groupby(by, dropna=False)))
    assert len(found) == len(groups) > 3
    for key, group in groups.items():
        mine = next(curve for other, curve in found.items() if other == key or (pd.isna(other) and pd.isna(key)))
        same(mine, fitted(group))


@pytest.mark.parametrize("code", ["median_hours", "p90_hours"])
def test_durations_are_read_off_the_curve(code: str, demo_view: View) -> None:
    held = lives(demo_view.engine, LATE)
    frame = measure(demo_view.engine, code, LATE, ("major_code",)).set_index("major_code")
    quantile = METRICS[code].quantile  # type: ignore[attr-defined]
    for key, group in held.dropna(subset=["major_code"]).groupby("major_code"):
        row = frame.loc[key]
        assert row["value"] == pytest.approx(when(fitted(group), quantile), nan_ok=True)
        assert (row["numerator"], row["denominator"]) == (group["closed"].sum(), len(group))


def test_the_tiny_city_by_hand(tiny_view: View) -> None:
    """Closed after 12, 24, 49, 191.5 and 336 hours; open since 23.5, 24, 25 and 49: nine in all."""
    curve = survival(tiny_view.engine, TINY)
    assert list(curve["seconds"] / HOUR) == [12, 23.5, 24, 25, 49, 192, 336]
    assert list(curve["at_risk"]) == [9, 8, 7, 5, 4, 2, 1]
    assert list(curve["events"]) == [1, 0, 1, 0, 1, 1, 1]
    assert list(curve["censored"]) == [0, 1, 1, 1, 1, 0, 0]
    np.testing.assert_allclose(curve["open_share"], [8 / 9, 8 / 9, 16 / 21, 16 / 21, 4 / 7, 2 / 7, 0])
    same(curve, fitted(lives(tiny_view.engine, TINY)))


def test_the_working_clock_by_hand(tiny_view: View) -> None:
    """Of the closed: T03 6.5 h, T05 6.5, T04 6, T01 14, T02 39; of the open: 6, 6.5, 7 and 13.5 hours."""
    curve = survival(tiny_view.engine, TINY, clock="work")
    assert list(curve["seconds"] / HOUR) == [6, 6.5, 7, 13.5, 14, 39]
    assert list(curve["events"]) == [1, 2, 0, 0, 1, 1]
    assert list(curve["censored"]) == [1, 1, 1, 1, 0, 0]


def test_all_censored(tiny_view: View) -> None:
    """On 13 October three counted appeals came in and none is closed."""
    curve = survival(tiny_view.engine, custom(date(2026, 10, 13), date(2026, 10, 13)))
    assert (curve["events"].sum(), curve["censored"].sum()) == (0, 3)
    assert (curve["open_share"] == 1).all()
    assert math.isnan(quantile_hours(curve, 0.5))


def test_none_censored(tiny_view: View) -> None:
    """Of the four of September all are closed: the curve is the plain share, and its median the second of four."""
    september = custom(date(2026, 9, 1), date(2026, 9, 30))
    curve = survival(tiny_view.engine, september)
    assert curve["censored"].sum() == 0
    np.testing.assert_allclose(curve["open_share"], [3 / 4, 2 / 4, 1 / 4, 0], atol=1e-12)
    assert quantile_hours(curve, 0.5) == 49
    same(curve, fitted(lives(tiny_view.engine, september)))


@pytest.mark.parametrize("by", [(), ("major_code",)])
def test_empty(by: tuple[str, ...], tiny_view: View) -> None:
    nothing = custom(date(1995, 1, 1), date(1995, 1, 2))
    curve = survival(tiny_view.engine, nothing, by)
    assert curve.empty
    assert dict(curve.dtypes.astype(str)) == {
        **dict.fromkeys(by, "str"), **dict.fromkeys(("seconds", "events", "censored", "at_risk"), "int64"), "open_share": "float64",
    }  # fmt: skip
    frame = measure(tiny_view.engine, "median_hours", nothing, by)
    assert len(frame) == (0 if by else 1)
    assert frame[["value", "numerator", "denominator"]].dtypes.astype(str).to_list() == ["float64", "int64", "int64"]


def test_the_curve_only_falls(demo_view: View) -> None:
    shares = survival(demo_view.engine, WHOLE)["open_share"].to_list()
    assert all(b <= a for a, b in pairwise([1.0, *shares]))
    assert shares[-1] >= 0


def test_the_figure_that_forgets_the_open_ones(demo_view: View, tiny_view: View) -> None:
    """The struck-through median is that of the closed alone, and never slower than the honest one."""
    assert resolution_survival.ask(tiny_view.engine, TINY).attrs["naive"] == 49
    for filters in (WHOLE, LATE):
        held = lives(demo_view.engine, filters)
        facts = resolution_survival.ask(demo_view.engine, filters).attrs
        closed = held.loc[held["closed"], "seconds"]
        assert facts["naive"] == np.quantile(closed, 0.5, method="inverted_cdf") / HOUR
        assert facts["naive"] <= facts["median"]


def test_curves_handed_out_are_ones_own(tiny_view: View) -> None:
    first = survival(tiny_view.engine, TINY)
    first["open_share"] = 0.0
    assert survival(tiny_view.engine, TINY)["open_share"].max() > 0


def test_a_filter_narrows_the_curve(demo_view: View) -> None:
    held = lives(demo_view.engine, LATE)
    unit = held["unit_code"].mode()[0]
    narrowed = scoped(Filters(period="custom", since=LATE.since, until=LATE.until, units=(unit,)), LATE.until)
    same(survival(demo_view.engine, narrowed), fitted(held[held["unit_code"] == unit]))


def test_first_response_as_lifelines_sees_it(demo_view: View) -> None:
    held = lives(demo_view.engine, LATE)
    clocks = raw(demo_view.engine, sources).set_index("source_code")["as_of"]
    reported, accepted = pd.to_datetime(held["reported_at"]), pd.to_datetime(held["accepted_at"])
    # Not accepted: watched until withdrawn, or as far as the source was seen.
    until = pd.to_datetime(held["updated_at"]).where(held["status_code"] == "withdrawn")
    until = until.fillna(pd.to_datetime(held["source_code"].map(clocks)))
    waits = rounded((accepted.fillna(until) - reported).dt.total_seconds().clip(lower=0))
    found = total(demo_view.engine, "first_response_hours", LATE)
    assert found.value == pytest.approx(KaplanMeierFitter().fit(waits, accepted.notna()).median_survival_time_ / HOUR)
    assert (found.numerator, found.denominator) == (accepted.notna().sum(), len(held))
    assert accepted.isna().any()


@pytest.mark.parametrize("horizon", [24, 720])
def test_the_restricted_mean_as_lifelines_sees_it(horizon: int, demo_view: View) -> None:
    held = lives(demo_view.engine, LATE)
    fit = KaplanMeierFitter().fit(held["seconds"].astype("float64"), held["closed"])
    wanted = restricted_mean_survival_time(fit, t=horizon * HOUR) / HOUR
    assert restricted_mean_hours(survival(demo_view.engine, LATE), horizon) == pytest.approx(wanted)


def test_disputes_as_lifelines_sees_them(demo_view: View) -> None:
    """Accepted in the period, watched until concluded or as far as their source was seen."""
    d, clocks = raw(demo_view.engine, disputes), raw(demo_view.engine, sources).set_index("source_code")["as_of"]
    accepted, concluded = pd.to_datetime(d["accepted_at"]), pd.to_datetime(d["concluded_at"])
    end = concluded.fillna(pd.to_datetime(d["source_code"].map(clocks)))
    held = d.assign(seconds=rounded((end - accepted).dt.total_seconds().clip(lower=0)), closed=concluded.notna())
    for filters, open_ones in ((WHOLE, True), (LATE, True), (custom(date(2025, 1, 1), date(2025, 1, 31)), False)):
        inside = (accepted >= pd.Timestamp(filters.since)) & (accepted < pd.Timestamp(filters.until) + pd.Timedelta(days=1))
        oracle = fitted(held[inside & ~d["is_deleted"]])
        same(survival(demo_view.engine, filters, table=disputes), oracle)
        found = total(demo_view.engine, "dispute_median_hours", filters)
        assert found.value == pytest.approx(when(oracle, 0.5), nan_ok=True)
        assert (found.denominator > found.numerator) == open_ones
    types = measure(demo_view.engine, "dispute_median_hours", WHOLE, ("dispute_type_code",)).set_index("dispute_type_code")
    for key, group in held[~d["is_deleted"]].dropna(subset=["dispute_type_code"]).groupby("dispute_type_code"):
        assert types["value"][key] == pytest.approx(when(fitted(group), 0.5), nan_ok=True)
