"""Bands, competing ends and stages against lifelines and pandas on the raw rows, and worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from dashboard.charts import ends as ends_chart
from dashboard.charts import resolution_survival, resolution_survival_work, stage_durations
from dashboard.filters import ScopedFilters
from dashboard.survival import HOUR, band, ends, median_interval_hours, survival
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import sources, tickets
from tests.dashboard.test_metrics import custom, raw
from tests.dashboard.test_survival import LATE, TINY, WHOLE, fitted, lives, rounded, same, when

ORDER = ("reported", "accepted", "filed", "dispatched", "signed", "resolved", "verified", "closed", "rated")


@pytest.mark.parametrize("filters", [WHOLE, LATE, TINY], ids=["two years", "this month", "tiny"])
def test_the_band_is_that_of_lifelines(filters: ScopedFilters, demo_view: View, tiny_view: View) -> None:
    view = tiny_view if filters is TINY else demo_view
    held, curve = lives(view.engine, filters), survival(view.engine, filters)
    fit = KaplanMeierFitter().fit(held["seconds"].astype("float64"), held["closed"])
    wanted = fit.confidence_interval_.loc[curve["seconds"].astype("float64")].to_numpy()
    inner = ((curve["open_share"] > 0) & (curve["open_share"] < 1)).to_numpy()
    found = band(curve)
    np.testing.assert_allclose(found[inner], wanted[inner], rtol=1e-9)
    assert (found["low"] <= curve["open_share"] + 1e-12).all()
    assert (found["high"] >= curve["open_share"] - 1e-12).all()


def test_the_band_by_hand(tiny_view: View) -> None:
    """After the first of nine: S = 8/9, Σ = 1/(9·8); after the second (one of seven): Σ + 1/(7·6)."""
    edges = band(survival(tiny_view.engine, TINY))
    for row, share, variance in ((0, 8 / 9, 1 / 72), (2, 16 / 21, 1 / 72 + 1 / 42)):
        half = 1.959963984540054 * math.sqrt(variance) / -math.log(share)
        assert edges["low"][row] == pytest.approx(share ** math.exp(half))
        assert edges["high"][row] == pytest.approx(share ** math.exp(-half))
    assert edges["low"].iloc[-1] == 0  # Nobody is left: what is above is held from the step before.
    assert edges["high"].iloc[-1] == edges["high"].iloc[-2]


def test_nothing_is_uncertain_before_the_first_end(tiny_view: View) -> None:
    curve = survival(tiny_view.engine, custom(date(2026, 10, 13), date(2026, 10, 13)))
    assert (band(curve) == 1).all(axis=None)
    assert all(math.isnan(hours) for hours in median_interval_hours(curve))


def test_the_interval_of_the_median(demo_view: View) -> None:
    curve, held = survival(demo_view.engine, LATE), lives(demo_view.engine, LATE)
    ci = KaplanMeierFitter().fit(held["seconds"].astype("float64"), held["closed"]).confidence_interval_
    wanted = [float(ci.index[ci[column] <= 0.5][0]) / HOUR for column in ci]
    assert list(median_interval_hours(curve)) == pytest.approx(wanted)
    facts = resolution_survival.ask(demo_view.engine, LATE).attrs
    assert facts["earliest"] <= facts["median"] <= facts["latest"]


def test_the_working_clock_has_the_days_of_the_city(tiny_view: View) -> None:
    """3.5 hours in the morning and 3 in the afternoon; half of nine are closed after 14 of these hours."""
    assert resolution_survival_work.work_day_hours(tiny_view.engine) == 6.5
    frame = resolution_survival_work.ask(tiny_view.engine, TINY)
    assert (frame.attrs["median"], frame.attrs["naive"]) == (14, 6.5)
    drawn = resolution_survival.draw(frame, theme("office", "en"))
    assert "2.2 work d" in "".join(note.text for note in drawn.layout.annotations)


def test_a_median_not_reached_is_said(tiny_view: View) -> None:
    frame = resolution_survival.ask(tiny_view.engine, custom(date(2026, 10, 12), date(2026, 10, 13)))
    texts = "".join(note.text for note in resolution_survival.draw(frame, theme("office", "zh")).layout.annotations)
    assert "中位数尚未达到" in texts


@pytest.mark.parametrize("filters", [WHOLE, LATE], ids=["two years", "this month"])
def test_competing_ends_as_lifelines_sees_them(filters: ScopedFilters, demo_view: View) -> None:
    held, curve = lives(demo_view.engine, filters), ends(demo_view.engine, filters)
    np.testing.assert_allclose(curve[["closed_share", "withdrawn_share", "open_share"]].sum(axis=1), 1, atol=1e-12)
    kind = np.where(held["closed"], 1, np.where(held["status_code"] == "withdrawn", 2, 0))
    assert set(kind) == {0, 1, 2}
    # Ties are untied by less than a step: first who ends, then who is lost from sight, as Kaplan–Meier has it.
    untied = held["seconds"].astype("float64") + np.random.default_rng(1).uniform(0, 1e-3, len(held)) + np.where(kind == 0, 1.0, 0.0)
    for code, name in ((1, "closed_share"), (2, "withdrawn_share")):
        fit = AalenJohansenFitter(calculate_variance=False).fit(untied, kind, event_of_interest=code)
        wanted = fit.cumulative_density_.iloc[:, 0]
        after = wanted.to_numpy()[np.searchsorted(wanted.index.to_numpy(), curve["seconds"] + 0.5) - 1]
        np.testing.assert_allclose(curve[name], after, atol=1e-3)


def test_competing_ends_by_hand(demo_view: View) -> None:
    """Step by step over the raw rows: of those still there, so many leave each way."""
    held, curve = lives(demo_view.engine, LATE), ends(demo_view.engine, LATE)
    gone = {"closed": 0.0, "withdrawn": 0.0}
    there, left = 1.0, len(held)
    for row, (seconds, group) in zip(curve.itertuples(), held.groupby("seconds"), strict=True):
        closed, withdrawn = group["closed"].sum(), (~group["closed"] & (group["status_code"] == "withdrawn")).sum()
        gone["closed"] += there * closed / left
        gone["withdrawn"] += there * withdrawn / left
        there *= 1 - (closed + withdrawn) / left
        assert (row.seconds, row.at_risk, row.closed, row.withdrawn) == (seconds, left, closed, withdrawn)
        assert (row.closed_share, row.withdrawn_share, row.open_share) == pytest.approx((*gone.values(), there))
        left -= len(group)


def test_without_withdrawals_closing_is_what_kaplan_meier_says(tiny_view: View) -> None:
    """No ticket of the tiny city was withdrawn; the duplicate T10 is not among the nine."""
    curve = ends(tiny_view.engine, TINY)
    assert curve["at_risk"].iloc[0] == 9
    assert curve["withdrawn_share"].max() == 0
    np.testing.assert_allclose(1 - curve["closed_share"], survival(tiny_view.engine, TINY)["open_share"], atol=1e-12)
    assert ends_chart.ask(tiny_view.engine, custom(date(1995, 1, 1), date(1995, 1, 2))).empty


def waiting(view: View, filters: ScopedFilters, start: str, end: str, later: tuple[str, ...]) -> pd.DataFrame:
    """`seconds, closed` of who entered a stage and left it or is still there, from the raw stage times; `now` is who is there."""
    t = raw(view.engine, tickets)
    t = t[t["is_counted"]]
    since, until = pd.to_datetime(t[f"{start}_at"]), pd.to_datetime(t[f"{end}_at"])
    as_of = pd.to_datetime(t["source_code"].map(raw(view.engine, sources).set_index("source_code")["as_of"]))
    updated = pd.to_datetime(t["updated_at"])
    over = pd.DataFrame({name: pd.to_datetime(t[f"{name}_at"]).notna() for name in later}).any(axis=1)
    withdrawn = t["status_code"] == "withdrawn"
    gone = until.isna() & over
    watched = until.fillna(updated.where(withdrawn)).fillna(as_of).clip(upper=as_of)
    t = t.assign(seconds=rounded((watched - since).dt.total_seconds().clip(lower=0)), closed=until.notna())
    t["now"] = since.notna() & until.isna() & ~over & ~withdrawn
    reported = pd.to_datetime(t["reported_at"])
    t["inside"] = (reported >= pd.Timestamp(filters.since)) & (reported < pd.Timestamp(filters.until) + pd.Timedelta(days=1))
    return t[since.notna() & ~gone]


def test_stages_as_lifelines_sees_them(demo_view: View) -> None:
    frame = stage_durations.ask(demo_view.engine, LATE)
    assert len(frame) == 7  # Nine stages; the citizen's rating is none of the work.
    for place, wait in enumerate(stage_durations.waits_of(list(ORDER))):
        start, end = wait.start.removesuffix("_at"), wait.end.removesuffix("_at")
        every = waiting(demo_view, LATE, start, end, ORDER[place + 2 :])
        held = every[every["inside"]]
        oracle = fitted(held)
        same(survival(demo_view.engine, LATE, wait=wait), oracle)
        row = frame.iloc[place]
        for name, quantile in stage_durations.QUANTILES.items():
            assert row[name] == pytest.approx(when(oracle, quantile), nan_ok=True), (end, name)
        assert (row["n"], row["within"]) == (len(held), every["now"].sum())
    assert (frame["within"] > 0).any()


def test_stages_of_the_tiny_city_by_hand(tiny_view: View) -> None:
    """To acceptance 30, 180, 10, 10, 20, 5, 30 and 10 minutes, one waiting for 25 hours.

    No source of the city says when appeals are filed, so dispatch follows acceptance: 30, 120, 10, 20 and 20 minutes, one of 30;
    T06 and T09 are waiting.
    """
    frame = stage_durations.ask(tiny_view.engine, TINY).set_index("label_en")
    assert frame["n"].iloc[0] == 9
    assert frame["within"].iloc[0] == 1
    assert frame["p50"].iloc[0] == pytest.approx(20 / 60)
    assert frame["p80"].iloc[0] == 3
    assert math.isnan(frame["p90"].iloc[0])
    assert list(frame["n"])[1] == 8
    assert frame["within"].iloc[1] == 2
    assert frame["p50"].iloc[1] == pytest.approx(30 / 60)
    assert "Filed" not in " ".join(frame.index)
