"""What the ledger lets one expect, and how it is drawn: against medians and forecasts worked out from the snapshot's rows by pandas."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from dashboard.charts import CHARTS, Chart
from dashboard.charts.end_labels import number
from dashboard.charts.pilot_chances import NONE_ASKED
from dashboard.charts.track_rows import frame_of
from dashboard.forecast import Forecast, Goal, band, forecast
from dashboard.forecast.asked import chances_by_part, chances_by_target, goals_of, medians_of
from dashboard.forecast.track import track_of
from dashboard.forecast.words import NONE, between, chance_in_words, rounded
from dashboard.theme import theme
from dashboard.view import View
from tests.dashboard.test_registries import YEAR

OFFICE = theme("office", "zh")
NO_KEY = "·"


@pytest.fixture(scope="module")
def ledger(demo_view: View) -> dict[str, pd.DataFrame]:
    names = ("pilot_standing", "pilot_observations", "pilot_targets", "pilot_milestones", "pilot_milestone_parts")
    with demo_view.engine.connect() as connection:
        return {name: pd.read_sql(f"select * from {name}", connection) for name in names}


def keyed(frame: pd.DataFrame) -> pd.Series:
    return frame["target_code"] + NO_KEY + frame["unit_code"].fillna("-") + NO_KEY + frame["division_code"].fillna("-")


def goal_by_hand(row: dict[Any, Any]) -> Goal:
    is_rate = row["measure_unit"] == "%"
    ends = {"floor": 0.0, "ceiling": 100.0 if is_rate else math.inf, "is_rate": is_rate}
    return Goal(row["baseline_value"], row["target_value"], row["better"], None, pd.Timestamp(row["due_on"]).date(), **ends)


def test_every_part_is_forecast_from_its_own_reports(demo_view: View, ledger: dict[str, pd.DataFrame]) -> None:
    standing, observed = ledger["pilot_standing"], ledger["pilot_observations"]
    found = chances_by_part(demo_view.engine, YEAR)
    assert sorted(keyed(found)) == sorted(keyed(standing))
    seen = pd.Timestamp(standing["as_of"].max()).date()
    numbers = standing[standing["kind"].ne("negative") & standing["target_value"].notna()]
    said = found.set_index(keyed(found))
    assert (said.loc[keyed(standing[standing["kind"].eq("negative")]), "state"] == "negative").all()
    tried = numbers.iloc[:: max(len(numbers) // 8, 1)]
    for part, row in zip(keyed(tried), tried.to_dict("records"), strict=True):
        own = observed[keyed(observed).eq(part)].sort_values("observed_on")
        expected = forecast([pd.Timestamp(day).date() for day in own["observed_on"]], own["value"].tolist(), goal_by_hand(row), seen)
        assert said.loc[part, "state"] == expected.state
        assert said.loc[part, "chance"] == pytest.approx(expected.chance, nan_ok=True, abs=1e-6)


def test_a_target_is_forecast_from_the_median_of_its_parts(demo_view: View, ledger: dict[str, pd.DataFrame]) -> None:
    standing, observed = ledger["pilot_standing"], ledger["pilot_observations"]
    found = chances_by_target(demo_view.engine, YEAR).set_index("target_code")
    assert set(found.index) == set(standing["target_code"])
    numbers = standing[standing["kind"].ne("negative") & standing["target_value"].notna()]
    code = numbers["target_code"].value_counts().index[0]
    own = observed[observed["target_code"].eq(code)].assign(
        part=keyed, month=lambda rows: pd.to_datetime(rows["observed_on"]).dt.to_period("M")
    )
    wide = own.pivot_table(index="month", columns="part", values="value", aggfunc="last")
    assert (wide.notna().mean(axis=1) >= 0.5).all()
    medians = wide.ffill().median(axis=1)
    days = [pd.Timestamp(day).date() for day in own.groupby("month")["observed_on"].max()]
    goal = goal_by_hand(numbers[numbers["target_code"].eq(code)].iloc[0].to_dict())
    expected = forecast(days, medians.tolist(), goal, pd.Timestamp(standing["as_of"].max()).date())
    assert found.loc[code, "chance"] == pytest.approx(expected.chance, nan_ok=True, abs=1e-6)
    assert found.loc[code, "value"] == pytest.approx(medians.iloc[-1])
    parts = chances_by_part(demo_view.engine, YEAR)
    parts = parts[parts["target_code"].eq(code)]
    assert (found.loc[code, "parts"], found.loc[code, "told"]) == (len(parts), parts["chance"].notna().sum())
    assert found.loc[code, "likely"] == pytest.approx(parts["chance"].sum() / 100)


def test_a_month_counts_once_half_of_the_parts_spoke() -> None:
    """Three parts; one alone reports in March, and in April one speaks with what it said in February."""
    rows = [
        ("a", "2026-01-31", 1.0),
        ("b", "2026-01-31", 2.0),
        ("c", "2026-01-30", 9.0),
        ("a", "2026-02-28", 3.0),
        ("b", "2026-02-27", 4.0),
    ]
    rows += [("a", "2026-03-31", 50.0), ("b", "2026-04-30", 8.0), ("c", "2026-04-29", 10.0)]
    frame = pd.DataFrame(rows, columns=["part", "observed_on", "value"]).assign(target_code="T")
    frame["observed_on"] = pd.to_datetime(frame["observed_on"])
    [(code, (days, values))] = medians_of(frame)
    assert (code, days) == ("T", [date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)])
    assert values == [2.0, 4.0, 10.0]


def test_tasks_that_go_by_milestones_and_gates_have_none(demo_view: View, ledger: dict[str, pd.DataFrame]) -> None:
    """A task without a number is forecast by its progress where that moves steadily, not where it stands at quarters."""
    found = chances_by_target(demo_view.engine, YEAR).set_index("target_code")
    gates = ledger["pilot_standing"].loc[ledger["pilot_standing"]["kind"].eq("negative"), "target_code"].unique()
    assert set(found.loc[gates, "state"]) == {"negative"}
    assert found.loc[gates, "chance"].isna().all()
    row = ledger["pilot_standing"].iloc[:1].assign(target_code="T", kind="task", target_value=float("nan"), baseline_value=float("nan"))
    quarters = pd.DataFrame({"target_code": "T", "value": [0.0, 25.0, 25.0, 50.0, 50.0, 75.0, 75.0]})
    steady = quarters.assign(value=[0.0, 11.0, 18.0, 31.0, 42.0, 55.0, 61.0])
    assert goals_of(row, quarters)["T"].none_because == "milestones"
    goal = goals_of(row, steady)["T"]
    assert (goal.none_because, goal.baseline, goal.target, goal.ceiling) == ("", 0.0, 100.0, 100.0)


def test_a_chance_is_said_no_surer_than_it_is() -> None:
    assert [rounded(chance) for chance in (0.0, 4.99, 5.0, 71.6, 95.0, 95.01)] == ["<5%", "<5%", "5%", "72%", "95%", ">95%"]
    assert (between(55.2, 84.9), between(0.2, 0.4), between(0.2, 14.4), between(83.0, 99.9)) == ("55–85%", "<5%", "<5–14%", "83–>95%")
    said = chance_in_words(Forecast("open", 71.6, 55.2, 84.9, 12))
    assert said.zh == "按期达标可能性 约 72%（80% 区间 55–85%）"
    assert said.en == "On-time chance about 72% (80% interval 55–85%)"
    assert chance_in_words(Forecast("reached", 99.6, 87.2, 100.0, 12)).zh == "已达标；到期仍达标的可能性 >95%（80% 区间 87–>95%）"
    assert chance_in_words(Forecast("few", observed=3)).zh == "观测不足 6 期，不作预测"
    assert [number(value) for value in (12345.6, 84.48, 84.0, 6.94, 7.5, 0.0)] == ["12,346", "84.5", "84", "6.94", "7.5", "0"]


def test_the_least_likely_come_first(demo_view: View) -> None:
    frame = CHARTS["pilot_chances"].ask(demo_view.engine, YEAR)
    found = chances_by_target(demo_view.engine, YEAR)
    assert list(frame["chance"]) == sorted(found["chance"].dropna())
    assert ((frame["low"] <= frame["chance"]) & (frame["chance"] <= frame["high"])).all()
    chart = CHARTS["pilot_chances"]
    assert isinstance(chart, Chart)
    marks = next(trace for trace in chart.figure(demo_view.engine, YEAR, OFFICE).data if trace.mode == "markers")
    assert [code for code, _ in marks.customdata] == list(frame["code"].head(12))[::-1]
    gates = tuple(found.loc[found["state"].eq("negative"), "target_code"])
    assert [note.text for note in chart.figure(demo_view.engine, YEAR.only(targets=gates), OFFICE).layout.annotations] == [
        NONE["negative"].zh
    ]
    mixed = tuple(found.loc[found["chance"].isna(), "target_code"])
    assert chart.ask(demo_view.engine, YEAR.only(targets=mixed)).attrs["lack"] in (NONE_ASKED, *NONE.values())


def test_a_trajectory_holds_reports_plan_versions_milestones_and_band(demo_view: View, ledger: dict[str, pd.DataFrame]) -> None:
    found = chances_by_target(demo_view.engine, YEAR).set_index("target_code")
    steps = set(ledger["pilot_milestones"]["target_code"])
    code = next(code for code in found.index[found["chance"].notna()] if code in steps)
    one = YEAR.only(targets=(code,))
    chart = CHARTS["target_trajectory"]
    assert isinstance(chart, Chart)
    frame = chart.ask(demo_view.engine, one)
    counts = frame["track"].value_counts()
    assert counts["plan"] == 2
    assert counts["milestone"] == (ledger["pilot_milestones"]["target_code"] == code).sum()
    ends = frame[frame["track"].eq("band")].iloc[-1]
    assert ends["at"] == pd.Timestamp(found.loc[code, "due_on"])
    assert ends["low"] <= ends["low_50"] <= ends["value"] <= ends["high_50"] <= ends["high"]
    track = track_of(demo_view.engine, one)
    assert track is not None
    assert track.goal.target is not None
    days, values = [day.date() for day in track.observed["at"]], track.observed["value"].tolist()
    assert band(days, values, track.goal, track.seen_on)[1][-1] == pytest.approx(
        [ends[name] for name in ("low", "low_50", "value", "high_50", "high")]
    )
    reached = ledger["pilot_milestone_parts"]
    reached = reached[reached["target_code"].eq(code)].groupby("milestone_code")["is_reached"].sum()
    assert list(frame.loc[frame["track"].eq("milestone"), "reached"]) == list(reached)
    texts = " ".join(note.text for note in chart.figure(demo_view.engine, one, OFFICE).layout.annotations)
    assert chance_in_words(track.said).zh in texts
    assert code in texts
    # Of a target that was changed the former plan stays, as a line of its own.
    before = track.plans.assign(is_in_force=False, valid_from=pd.Timestamp("2025-01-01"), target_value=track.plans["target_value"] - 7)
    changed = frame_of(demo_view.engine, replace(track, plans=pd.concat([before, track.plans], ignore_index=True)))
    assert changed.loc[changed["track"].eq("former"), "value"].iloc[-1] == track.goal.target - 7
    notes = [note.text for note in chart.draw(changed, OFFICE).layout.annotations]
    assert any(text.startswith("原目标") for text in notes)
    # Nothing of a gate is drawn: it has no way from here to there.
    gates = tuple(found.index[found["state"].eq("negative")])
    assert chart.ask(demo_view.engine, YEAR.only(targets=gates)).empty
    assert chart.ask(demo_view.engine, YEAR.only(divisions=("nowhere",))).empty


def test_the_one_least_likely_stands_for_several(demo_view: View) -> None:
    track = track_of(demo_view.engine, YEAR)
    found = chances_by_target(demo_view.engine, YEAR)
    assert track is not None
    assert track.said.chance == pytest.approx(found["chance"].min())
    assert track.asked == (found["state"] != "negative").sum()
