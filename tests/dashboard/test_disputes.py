"""The charts of disputes against pandas on the raw rows, and the sentence that says what is counted."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.charts import (
    disputes_by_level,
    disputes_by_organisation,
    disputes_by_origin,
    disputes_by_type,
    disputes_flow,
    disputes_map,
    disputes_waiting,
)
from dashboard.charts.base import share
from dashboard.filters import Filters, ScopedFilters
from dashboard.guard import guard_text
from dashboard.metrics.disputes import WORDS
from dashboard.queries import total
from dashboard.settings import Settings
from dashboard.survival import survival
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import current_snapshot, disputes, populations, snapshot_path, sources, warehouse
from etl.kinds import CHOICES
from tests.dashboard.test_metrics import custom, raw

YEAR = custom(date(2025, 11, 21), date(2026, 11, 20))
QUARTER = custom(date(2026, 8, 20), date(2026, 11, 20))
MONTH = custom(date(2026, 10, 22), date(2026, 11, 20))
OFFICE = theme("office", "zh")


@pytest.fixture(scope="module")
def rows(demo_view: View) -> pd.DataFrame:
    held = raw(demo_view.engine, disputes)
    for name in ("accepted_at", "concluded_at"):
        held[name] = pd.to_datetime(held[name])
    return held


def within(times: pd.Series, filters: ScopedFilters) -> pd.Series:
    return (times >= pd.Timestamp(filters.since)) & (times < pd.Timestamp(filters.until) + pd.Timedelta(days=1))


def test_every_code_a_source_may_deliver_has_words() -> None:
    for column, words in WORDS.items():
        assert set(words) == set(CHOICES["disputes", column.removesuffix("_code")].split())


def test_types_with_their_success(demo_view: View, rows: pd.DataFrame) -> None:
    frame = disputes_by_type.ask(demo_view.engine, QUARTER).set_index("code")
    held = rows[within(rows["accepted_at"], QUARTER)]
    for code, group in held.dropna(subset=["dispute_type_code"]).groupby("dispute_type_code"):
        row = frame.loc[code]
        done = group["concluded_at"].notna()
        assert (row["value"], row["concluded"]) == (len(group), done.sum())
        assert row["settled"] == (done & (group["outcome_code"] == "success")).sum()
    assert frame["value"].sum() == len(held)
    unknown = frame[frame.index.isna()]
    assert list(unknown["label"]) == ["未归类"]
    assert unknown["value"].iloc[0] == held["dispute_type_code"].isna().sum()


def test_a_chosen_type_is_marked_among_all(demo_view: View) -> None:
    every = disputes_by_type.ask(demo_view.engine, QUARTER)
    marked = disputes_by_type.ask(demo_view.engine, QUARTER.only(types=("labour",)))
    assert list(marked["value"]) == list(every["value"])
    assert list(marked.loc[marked["is_chosen"], "code"]) == ["labour"]


@pytest.mark.parametrize(("filters", "grain"), [(QUARTER, "W-SUN"), (YEAR, "M")])
def test_what_comes_goes_and_stays(filters: ScopedFilters, grain: str, demo_view: View, rows: pd.DataFrame) -> None:
    """The stock at the end of each step is what had come and not yet gone, however long ago it came."""
    frame = disputes_flow.ask(demo_view.engine, filters)
    for row in frame.itertuples():
        step = pd.Period(row.at, grain)
        end = min(step.end_time, pd.Timestamp(filters.until) + pd.Timedelta(days=1) - pd.Timedelta(1))
        assert row.received == rows["accepted_at"].between(step.start_time, end).sum()
        assert row.concluded == rows["concluded_at"].between(step.start_time, end).sum()
        assert row.stock == ((rows["accepted_at"] <= end) & ~(rows["concluded_at"] <= end)).sum()
    assert frame["at"].iloc[0] <= pd.Timestamp(filters.since)
    assert frame.attrs["is_running"]
    assert frame["stock"].iloc[-1] == rows["concluded_at"].isna().sum() > 0


def test_levels_say_the_low_share(demo_view: View, rows: pd.DataFrame) -> None:
    frame = disputes_by_level.ask(demo_view.engine, YEAR)
    settled = rows[within(rows["concluded_at"], YEAR) & (rows["outcome_code"] == "success")]
    low = settled["level_code"].isin(["building", "community"]).mean()
    assert dict(zip(frame["code"].dropna(), frame["value"], strict=False)) == settled["level_code"].value_counts().to_dict()
    assert frame["group"].iloc[0] == f"基层化解 {100 * low:.1f}%"
    assert list(frame["code"].dropna()) == [code for code in WORDS["level_code"] if code in set(settled["level_code"])]


def test_origins_stand_in_their_order(demo_view: View, rows: pd.DataFrame) -> None:
    frame = disputes_by_origin.ask(demo_view.engine, YEAR)
    held = rows[within(rows["accepted_at"], YEAR)]
    for group, column in (("案件来源", "origin_code"), ("移送渠道", "referral_code")):
        part = frame[frame["group"] == group]
        assert part["value"].sum() == len(held)
        done = held[held["concluded_at"].notna()]
        for row in part.dropna(subset=["code"]).itertuples():
            of_code = done[done[column] == row.code]
            assert (row.concluded, row.settled) == (len(of_code), (of_code["outcome_code"] == "success").sum())


def test_bodies_with_few_concluded_are_small_and_never_low(demo_view: View, rows: pd.DataFrame) -> None:
    frame = disputes_by_organisation.ask(demo_view.engine, MONTH)
    held = rows[within(rows["accepted_at"], MONTH)]
    most = held["organisation_code"].value_counts(dropna=False).sort_values(ascending=False)
    assert list(frame["received"]) == list(most.iloc[: len(frame)])
    assert frame["is_small"].tolist() == (frame["denominator"] < 5).tolist()
    assert not (frame["is_small"] & frame["is_low"]).any()
    seldom = str(most.index[-1])
    beside = disputes_by_organisation.ask(demo_view.engine, MONTH.only(organisations=(seldom,)))
    assert beside.loc[beside["is_chosen"], "code"].tolist() == [seldom]
    assert len(beside) == len(frame) + 1


def test_what_waits_longest_comes_first(demo_view: View, rows: pd.DataFrame) -> None:
    frame = disputes_waiting.ask(demo_view.engine, MONTH)
    held = rows[rows["concluded_at"].isna()]
    clocks = pd.to_datetime(held["source_code"].map(raw(demo_view.engine, sources).set_index("source_code")["as_of"]))
    long = held[clocks - held["accepted_at"] > pd.Timedelta(days=30)]
    assert frame["value"].sum() == len(held)
    assert frame["overdue"].sum() == len(long) > 0
    first = frame.iloc[0]
    assert first["overdue"] == long["town_code"].value_counts().max() == (long["town_code"] == first["code"]).sum()
    named = disputes_map.ask(demo_view.engine, MONTH).attrs["late"]
    assert {row["code"]: row["value"] for row in named} == long["town_code"].value_counts().head(len(named)).to_dict()


def test_flows_in_a_low_panel_say_the_last_whole_week(demo_view: View) -> None:
    frame = disputes_flow.ask(demo_view.engine, MONTH)
    figure = disputes_flow.draw(frame, replace(theme("wall", "zh"), room=(44.0, 8.0)))
    assert "y2" not in {trace.yaxis for trace in figure.data}
    texts = [text.text.strip() for text in figure.layout.annotations]
    assert texts[0] == f"期末在调 <b>{frame['stock'].iloc[-1]:.0f}</b>"
    assert texts[1] == f"上周受理 <b>{frame['received'].iloc[-2]:.0f}</b>"


def test_the_map_counts_for_residents(demo_view: View, rows: pd.DataFrame) -> None:
    people = raw(demo_view.engine, populations).set_index("division_code")["population_count"]
    frame = disputes_map.ask(demo_view.engine, YEAR)
    held = rows[within(rows["accepted_at"], YEAR)]["town_code"].value_counts()
    for row in frame.itertuples():
        assert row.count == held.get(row.code, 0)
        assert row.value == pytest.approx(10_000 * held.get(row.code, 0) / people[row.code])
    assert frame.attrs["decimals"] == 1
    drilled = disputes_map.ask(demo_view.engine, YEAR.only(divisions=("150302001",)))
    assert drilled.attrs["level"] == "community"
    assert drilled["count"].sum() <= held["150302001"]


def test_a_share_of_few_is_grey_and_of_none_is_nothing() -> None:
    assert share(5, 5, OFFICE) == "100.0%"
    assert share(3, 4, OFFICE) == f"<span style='color:{OFFICE.faint}'>75.0%</span>"
    assert share(0, 0, OFFICE) == share(0, float("nan"), OFFICE) == "—"


def test_the_guard_of_disputes(demo_view: View, rows: pd.DataFrame) -> None:
    held = rows[within(rows["accepted_at"], YEAR)]
    counted = held[~held["is_deleted"]]
    empty = [counted[name].isna().sum() for name in ("dispute_type_code", "division_code", "organisation_code")]
    said = guard_text(demo_view.engine, YEAR, OFFICE, "disputes")
    assert said == (
        f"来件 {len(held):,} ＝ 计入 {len(counted):,} ＋ 已删除 {len(held) - len(counted):,}；"
        f"计入中未归类 {empty[0]:,}、未定位 {empty[1]:,}、未定组织 {empty[2]:,}"
    )  # fmt: skip


def test_a_running_period_is_cut_where_the_sources_of_disputes_end(demo_view: View) -> None:
    """Not where those of appeals do: what it is compared with would be longer or shorter."""
    newest = demo_view.data_state("disputes").newest
    assert newest is not None
    wish = Filters(period="custom", since=MONTH.since, until=newest.date())
    assert demo_view.scoped(wish, "disputes").seen_until == newest.to_pydatetime()


def test_a_short_period_is_shown_with_the_weeks_before_it(demo_view: View, rows: pd.DataFrame) -> None:
    today = custom(date(2026, 11, 20), date(2026, 11, 20))
    frame = disputes_flow.ask(demo_view.engine, today)
    assert list(frame["at"]) == list(pd.date_range("2026-09-28", periods=8, freq="7D"))
    first = rows["accepted_at"].between("2026-09-28", "2026-10-04 23:59:59")
    assert frame["received"].iloc[0] == first.sum()


def test_deleted_disputes_are_seen_and_not_counted(demo: Settings, tmp_path: Path) -> None:
    name = current_snapshot(demo.city_warehouse)
    copy = snapshot_path(tmp_path, name)
    copy.parent.mkdir()
    shutil.copy(snapshot_path(demo.city_warehouse, name), copy)
    with duckdb.connect(copy) as connection:
        gone = "select dispute_key from disputes where accepted_at >= '2026-01-01' order by dispute_key limit 3"
        connection.execute(f"update disputes set is_deleted = true, is_counted = false, is_open = false where dispute_key in ({gone})")
    engine = warehouse(tmp_path, name)
    assert " + deleted 3;" in guard_text(engine, YEAR, theme("office", "en"), "disputes")
    held = raw(engine, disputes)
    inside = within(pd.to_datetime(held["accepted_at"]), YEAR)
    assert total(engine, "disputes_received", YEAR).value == inside.sum() - 3
    assert survival(engine, YEAR, table=disputes)["at_risk"].iloc[0] == inside.sum() - 3
    engine.dispose()
