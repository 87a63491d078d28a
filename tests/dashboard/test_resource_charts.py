"""What a city can call on: counts by type and place as pandas adds them up, rates by residents, marks where coordinates are."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.charts import CHARTS, Chart
from dashboard.charts.resource_types import in_order
from dashboard.charts.resources_by_place import WHOLE
from dashboard.charts.resources_map import STATIONS, lacks_in
from dashboard.reference import residents
from dashboard.theme import theme
from dashboard.view import View
from tests.dashboard.test_registries import YEAR

WALL = theme("wall", "zh")


@pytest.fixture(scope="module")
def held(demo_view: View) -> pd.DataFrame:
    with demo_view.engine.connect() as connection:
        return pd.read_sql("select * from resources", connection)


def test_types_and_places_add_up(demo_view: View, held: pd.DataFrame) -> None:
    frame = CHARTS["resources_by_place"].ask(demo_view.engine, YEAR)
    expected = held.groupby(["resource_type", "district_code"])["resource_count"].sum().astype(int).to_dict()
    places = frame[~frame["place_code"].eq(WHOLE)]
    assert dict(zip(zip(places["label"], places["place_code"], strict=True), places["value"].astype(int), strict=True)) == expected
    whole = frame[frame["place_code"].eq(WHOLE)].set_index("label")["value"].astype(int)
    assert whole.to_dict() == held.groupby("resource_type")["resource_count"].sum().astype(int).to_dict()


def test_a_rate_is_by_the_residents_of_its_place(demo_view: View) -> None:
    frame = CHARTS["resources_by_place"].ask(demo_view.engine, YEAR).set_index(["label", "place_code"])
    people = residents(demo_view.engine)
    for code, place in (("150302", "150302"), (WHOLE, "150300")):
        row = frame.loc[("调解室", code)]
        assert row["per_10k"] == pytest.approx(10_000 * row["value"] / people[place])
    one = CHARTS["resources_by_place"].ask(demo_view.engine, YEAR.only(divisions=("150302",)))
    assert one[one["place_code"].eq(WHOLE)]["residents"].unique().tolist() == [people["150302"]]


def test_what_a_committee_asks_for_stands_first() -> None:
    assert in_order(pd.Series(["甲", "乙", "乙", "调解室", "网格"])) == ["网格", "调解室", "乙", "甲"]


def test_marks_stand_where_coordinates_are(demo_view: View, held: pd.DataFrame) -> None:
    chart = CHARTS["resources_map"]
    assert isinstance(chart, Chart)
    frame = chart.ask(demo_view.engine, YEAR)
    is_station = held["resource_type"].isin(STATIONS) & held["lon"].notna() & (held["resource_count"] > 0)
    assert len(frame.attrs["points"]) == is_station.sum() > 0
    figure = chart.draw(frame, WALL)
    drawn = [trace for trace in figure.data if trace.type == "scattergeo"]
    assert drawn[-1].mode == "text", "names are drawn over the marks"
    marks = [trace for trace in drawn if trace.mode == "markers"]
    assert sum(len(trace.lon) for trace in marks) == is_station.sum()
    assert all(trace.marker.symbol.endswith("-open") for trace in marks)


def test_a_city_without_resources_says_so(tiny_view: View) -> None:
    assert lacks_in(tiny_view.engine) is not None
    chart = CHARTS["resources_by_place"]
    assert isinstance(chart, Chart)
    assert chart.figure(tiny_view.engine, YEAR, WALL).layout.annotations[0].text
