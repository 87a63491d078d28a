"""A city of mapping alone, without places and major categories: cards show what there is, or say in words what there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import places
from dashboard.callbacks import clicked
from dashboard.charts import CHARTS, Chart
from dashboard.charts.division_map import UNDIVIDED
from dashboard.filters import Filters
from dashboard.settings import Settings, read_city
from dashboard.theme import theme
from dashboard.view import View, view_of
from etl.load import load
from tests.deliveries import NOW

CITY = """code = "plain"
label = "平城"
label_en = "Plain"
division_code = "990000"
today = "as_of"
has = ["tickets"]
"""
SOURCE = """label = "来件"
kind = "tickets"
as_of = "latest"
[csv]
[columns]
number = "number"
reported_at = "reported"
category = "category"
"""
ROWS = """number,reported,category,borough
1,2026-10-01 09:00:00,Hole,North
2,2026-10-03 09:00:00,Hole,South
3,2026-10-04 09:00:00,Tree,South
"""


def city(folder: Path, more: str = "") -> View:
    sources = folder / "cities" / "plain" / "sources"
    sources.mkdir(parents=True)
    (sources.parent / "city.toml").write_text(CITY, encoding="utf-8")
    (sources / "desk.toml").write_text(SOURCE + more, encoding="utf-8")
    (folder / "a.csv").write_text(ROWS, encoding="utf-8")
    settings = Settings(city="plain", cities=folder / "cities", warehouse=folder / "warehouse")
    load(settings, [(folder / "a.csv", "desk")], received_at=NOW)
    return view_of(read_city(settings.city_folder), settings.city_warehouse, "zh")


@pytest.fixture(scope="module")
def undivided(tmp_path_factory: pytest.TempPathFactory) -> View:
    return city(tmp_path_factory.mktemp("undivided"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_city_without_divisions_says_so_where_the_map_would_be(undivided: View, language: str) -> None:
    chart = CHARTS["division_map"]
    assert isinstance(chart, Chart)
    figure = chart.figure(undivided.engine, undivided.scoped(Filters()), theme("office", language))
    assert [annotation.text for annotation in figure.layout.annotations] == [UNDIVIDED.in_(language)]


def test_minor_categories_are_shown_where_there_are_no_majors(undivided: View) -> None:
    chart = CHARTS["categories"]
    frame = chart.ask(undivided.engine, undivided.scoped(Filters()))
    assert list(zip(frame["label"], frame["value"], strict=True)) == [("Hole", 2), ("Tree", 1)]
    click = {"points": [{"customdata": frame["code"].iloc[0]}]}
    chosen = clicked(Filters(), chart, click, undivided.engine)
    assert (chosen.majors, chosen.categories) == ((), (frame["code"].iloc[0],))


def test_a_city_of_districts_alone_shows_them(tmp_path: Path) -> None:
    view = city(tmp_path, 'district = "borough"\n')
    level, codes = places.drill(view.engine, ())
    assert (level, len(codes)) == ("district", 2)
    assert places.drill(view.engine, (codes[0],)) == ("district", [codes[0]])
    frame = CHARTS["division_map"].ask(view.engine, view.scoped(Filters()))
    assert dict(zip(frame["label"], frame["value"], strict=True)) == {"North": 1, "South": 2}
