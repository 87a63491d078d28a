"""City chongqing: the pilot ledger of a municipality, whose frame is published and whose targets are illustrative."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import create_app
from dashboard.filters import Filters
from dashboard.queries import total
from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of
from etl.__main__ import app
from etl.demo import write_deliveries
from etl.load import load

CITY = Path(__file__).parents[2] / "data" / "cities" / "chongqing"
NOW = datetime(2026, 11, 20, 9, 0)
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (CITY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TARGETS, ASSIGNMENTS, DIVISIONS = rows_of("pilots/targets.csv"), rows_of("pilots/assignments.csv"), rows_of("divisions.csv")
# Of several versions of a target the last one counts.
LATEST = {row["target_code"]: row for row in sorted(TARGETS, key=lambda row: row["valid_from"])}
COUNTED = [row for row in LATEST.values() if row["kind"] != "negative"]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The city with eighteen months of its ledger."""
    folder = tmp_path_factory.mktemp("chongqing")
    settings = Settings(city="chongqing", warehouse=folder / "warehouse", people=folder / "people")
    deliveries = write_deliveries(settings.city_folder, folder / "deliveries", until=NOW)
    load(settings, [one for one in deliveries if one.source == "pilot_observations"], received_at=NOW)
    return settings


@pytest.fixture(scope="module")
def view(ledger: Settings) -> View:
    return view_of(read_city(ledger.city_folder), ledger.city_warehouse, "zh")


def test_targets_are_of_every_sort() -> None:
    assert len(COUNTED) == 108
    assert Counter(row["kind"] for row in LATEST.values())["negative"] == 6
    assert len({row["block"] for row in COUNTED}) == 6
    assert len({row["measure_unit"] for row in COUNTED} - {""}) >= 25
    assert sum(row["better"] == "down" for row in COUNTED) >= 20
    assert sum(row["target_value"] == "" for row in COUNTED) >= 15
    assert sum(float(row["weight"]) for row in COUNTED) == 100
    assert {row["weight"] for row in TARGETS if row["kind"] == "negative"} == {"0"}
    for row in COUNTED:
        if row["target_value"]:
            rises = float(row["target_value"]) > float(row["baseline_value"])
            assert rises == (row["better"] == "up"), row["label"]


def test_every_target_has_its_basis_its_milestones_and_some_were_changed() -> None:
    assert all(row["basis"] and row["basis_en"] for row in TARGETS)
    assert sum(count > 1 for count in Counter(row["target_code"] for row in TARGETS).values()) >= 6
    milestones = rows_of("pilots/milestones.csv")
    for row in COUNTED:
        own = [one for one in milestones if one["target_code"] == row["target_code"]]
        assert own[-1]["due_on"] == row["due_on"]
        assert own[-1]["progress_pct"] == "100"
        assert {one["stage_code"] for one in own} == {"task", "route", "timetable"}
        if not row["target_value"]:
            assert [one["progress_pct"] for one in own] == ["25", "50", "75", "100"]
            assert len({one["label"] for one in own}) == 4


def test_peers_are_published_figures_in_their_quotes() -> None:
    figures = {row["figure_code"]: row for row in rows_of("published_figures.csv")}
    peers = rows_of("pilots/peers.csv")
    assert len({row["target_code"] for row in peers}) >= 8
    published = {row["figure_code"]: row for row in rows_of("../wuhai/published_figures.csv")}
    for row in peers:
        figure = figures[row["figure_code"]]
        assert figure == published.get(row["figure_code"], figure), "a figure that two cities show is one figure"
        assert all(figure.values())


def test_places_are_forty_one_of_which_three_have_no_outline() -> None:
    places = [row for row in DIVISIONS if row["level"] == "district"]
    assert len(places) == 41
    assert Counter(row["pilot_level"] for row in places) == {"national": 27, "municipal": 14}
    assert [row["label"] for row in places if row["kind"] == "zone"] == ["两江新区", "重庆高新技术产业开发区", "万盛经济技术开发区"]


def test_every_target_is_somebodys() -> None:
    assert {row["target_code"] for row in ASSIGNMENTS} == {row["target_code"] for row in TARGETS}
    assert {row["unit_code"] for row in ASSIGNMENTS} == {row["unit_code"] for row in rows_of("units.csv")}


def test_check_prints_what_the_article_says(ledger: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(ledger.warehouse))
    printed = CliRunner().invoke(app, ["check", "--city", "chongqing"]).stdout
    for line in ("108 targets", "6 negative_items", "37 responsible_units", "41 reporting_units"):
        assert line in printed


def test_the_ledger_is_taken_whole_and_tasks_go_by_milestones(view: View) -> None:
    now = view.scoped(Filters(), "pilots")
    assert total(view.engine, "task_count", now).value == 108
    assert total(view.engine, "negative_hits", now).value == 1
    with view.engine.connect() as connection:
        counted = connection.exec_driver_sql("select received_count, accepted_count from load_batches").fetchall()
        steps = connection.exec_driver_sql("select distinct progress_pct from pilot_observations where value is null").fetchall()
        lamps = connection.exec_driver_sql("select distinct lamp_code from pilot_standing where kind <> 'negative'").fetchall()
    assert all(received == accepted for received, accepted in counted)
    assert {pct for (pct,) in steps} <= {0, 25, 50, 75, 100}
    assert {lamp for (lamp,) in lamps} >= {"green", "yellow", "red"}


def test_what_is_counted_is_whole_and_rounding_reaches_nothing(view: View) -> None:
    with view.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select o.value, o.progress_pct, t.measure_unit, t.target_value from pilot_observations o"
            " join pilot_standing t using (target_code, unit_code, division_code) where t.target_value is not null and t.kind <> 'negative'"
        ).fetchall()
    fractions = {unit for value, _, unit, _ in rows if value != int(value)}
    assert fractions <= {"%", "万人", "万件", "万元", "万户次", "万路", "亿元", "天", "小时", "个/万人", "件/万人", "人/万车"}
    assert "%" in fractions
    assert all((value == target) == (pct == 100) for value, pct, _, target in rows)
    assert {value for value, pct, unit, target in rows if unit == "次" and pct == 99.9 and target == 8} <= {7.0}


def test_a_changed_target_is_judged_by_the_version_in_force(view: View) -> None:
    with view.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "select distinct valid_from, target_value from pilot_standing where target_code = 'T003'"
        ).fetchall()
        kept = connection.exec_driver_sql("select count(*) from pilot_targets where target_code = 'T003'").fetchall()
        told = connection.exec_driver_sql(
            "select count(*) filter (narrative is not null and month(observed_on) % 3 <> 0), count(distinct confidence_code),"
            " count(*) filter (confirmed_by is null), bool_and(reviewed_at > submitted_at), count(reviewed_by) > 0 from pilot_observations"
        ).fetchall()
    assert found == [(date(2026, 1, 1), 98.0)]
    assert kept == [(2,)]
    assert told == [(0, 3, 0, True, True)]


def test_a_city_without_tickets_has_a_start_page_and_a_wall(ledger: Settings) -> None:
    client = create_app(ledger).server.test_client()
    assert [client.get(path).status_code for path in ("/", "/wall", "/wall/scenes")] == [200, 200, 200]
