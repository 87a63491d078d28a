"""Cities whose tickets have no time limits, or ratings without their times: what cannot be known is “—” and says why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboard.charts import CHARTS, Chart
from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.queries import measure, total
from dashboard.rows import event_rows
from dashboard.settings import Settings, read_city
from dashboard.theme import MISSING, theme
from dashboard.view import View, view_of
from etl.load import load
from tests.deliveries import NOW

HEADER = "number,reported,closed,due,score,unit,category\n"
ROWS = (
    "1,2026-10-01 09:00:00,2026-10-02 09:00:00,{due},5,Roads,Hole\n"
    "2,2026-10-03 09:00:00,,{due},,Roads,Hole\n"
    "3,2026-10-04 09:00:00,2026-10-05 09:00:00,,2,Parks,Tree\n"
)
SOURCE = """label = "来件"
kind = "tickets"
delivers = ["closing_times"{ratings}]
as_of = "latest"
[csv]
[columns]
number = "number"
reported_at = "reported"
resolved_at = "closed"
close_due_at = "due"
satisfaction = "score"
unit = "unit"
category = "category"
"""
CITY = """code = "plain"
label = "无限"
label_en = "Plain"
division_code = "990000"
today = "as_of"
has = ["tickets"]
"""
LOOKS = {"zh": (theme("office", "zh"), "无时限"), "en": (theme("office", "en"), "no time limits")}


def city(folder: Path, due: str, ratings: str = "") -> View:
    """A city of mapping alone with three tickets, two of which are due at `due`."""
    sources = folder / "cities" / "plain" / "sources"
    sources.mkdir(parents=True)
    (sources.parent / "city.toml").write_text(CITY, encoding="utf-8")
    (sources / "desk.toml").write_text(SOURCE.format(ratings=ratings), encoding="utf-8")
    (folder / "a.csv").write_text(HEADER + ROWS.format(due=due), encoding="utf-8")
    settings = Settings(city="plain", cities=folder / "cities", warehouse=folder / "warehouse")
    load(settings, [(folder / "a.csv", "desk")], received_at=NOW)
    return view_of(read_city(settings.city_folder), settings.city_warehouse, "zh")


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> View:
    return city(tmp_path_factory.mktemp("without"), "")


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> View:
    return city(tmp_path_factory.mktemp("with"), "2026-10-03 12:00:00", ', "ratings"')


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("code", ["overdue_open", "due_soon", "on_time_closure", "overdue_rate", "closure_rate", "extension_rate"])
def test_without_limits_nothing_is_on_time_or_overdue(code: str, language: str, without: View) -> None:
    look, why = LOOKS[language]
    figure = key_figure(without.engine, code, without.scoped(Filters()), look)
    assert (figure.value, figure.note, figure.is_alarm) == (MISSING, why, False)


def test_what_else_is_open_is_still_known(without: View) -> None:
    figure = key_figure(without.engine, "open_count", without.scoped(Filters()), LOOKS["zh"][0])
    assert (figure.value, figure.note) == ("1", "无时限")


def test_without_limits_no_chart_and_no_event_says_overdue(without: View) -> None:
    filters = without.scoped(Filters())
    for name in ("on_time_by_unit", "backlog_age"):
        chart = CHARTS[name]
        assert isinstance(chart, Chart)
        said = " ".join(str(a.text) for a in chart.figure(without.engine, filters, LOOKS["zh"][0]).layout.annotations)
        assert "超期 0" not in said
        assert name != "on_time_by_unit" or "没有办理时限" in said
    rows = event_rows(CHARTS["events"].ask(without.engine, filters), LOOKS["zh"][0], without.today)
    assert {row["state"] for row in rows} == {""}


def test_with_limits_the_number_is_of_those_that_have_one(limited: View) -> None:
    filters = limited.scoped(Filters())
    figure = key_figure(limited.engine, "overdue_open", filters, LOOKS["zh"][0])
    assert (figure.value, figure.note) == ("1", "占在办 100.00%")
    found = measure(limited.engine, "overdue_open", filters, ("unit_code",))
    by_unit = dict(zip(found["denominator"], found["value"], strict=True))
    assert by_unit[2] == 1
    assert pd.isna(by_unit[0]), "a unit without any limit has no overdue figure, not zero"
    assert key_figure(limited.engine, "on_time_closure", filters, LOOKS["zh"][0]).value == "50.00%"


@pytest.mark.parametrize("view", ["without", "limited"])
def test_ratings_without_their_time_are_counted_when_the_ticket_was_completed(view: str, request: pytest.FixtureRequest) -> None:
    held: View = request.getfixturevalue(view)
    filters = held.scoped(Filters())
    assert key_figure(held.engine, "satisfaction_rate", filters, LOOKS["zh"][0]).value == "50.00%"
    found = measure(held.engine, "satisfaction_rate", filters, ("day",))
    assert [str(day.date()) for day in found["day"]] == ["2026-10-02", "2026-10-05"]
    assert total(held.engine, "satisfaction_rate", filters.only(units=("nobody",))).denominator == 0


def test_limits_that_only_open_tickets_carry_judge_nothing(tmp_path: Path) -> None:
    """A source that takes the limit off a ticket once it is closed: what is overdue is known, what was closed in time is not."""
    folder = tmp_path
    sources = folder / "cities" / "plain" / "sources"
    sources.mkdir(parents=True)
    (sources.parent / "city.toml").write_text(CITY, encoding="utf-8")
    (sources / "desk.toml").write_text(SOURCE.format(ratings=""), encoding="utf-8")
    lines = (
        "1,2026-10-01 09:00:00,2026-10-02 09:00:00,,5,Roads,Hole\n2,2026-10-03 09:00:00,,2026-10-04 09:00:00,,Roads,Hole\n"
        "3,2026-10-04 09:00:00,2026-10-05 09:00:00,,2,Parks,Tree\n"
    )
    (folder / "a.csv").write_text(HEADER + lines, encoding="utf-8")
    settings = Settings(city="plain", cities=folder / "cities", warehouse=folder / "warehouse")
    load(settings, [(folder / "a.csv", "desk")], received_at=NOW)
    view = view_of(read_city(sources.parent), settings.city_warehouse, "zh")
    look, filters = theme("office", "zh"), view.scoped(Filters(period="last_30_days"))
    for code in ("on_time_closure", "overdue_rate", "closure_rate"):
        figure = key_figure(view.engine, code, filters, look)
        assert (figure.value, figure.note) == (MISSING, "时限仅在办件有，办结件不可判"), code
    assert key_figure(view.engine, "overdue_open", filters, look).value == "1"
    chart = CHARTS["on_time_by_unit"]
    assert isinstance(chart, Chart)
    assert "办结后即清除" in chart.figure(view.engine, filters, look).layout.annotations[0].text
