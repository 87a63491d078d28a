"""Where a map drills to, and that the outlines it draws are those of its codes."""

from __future__ import annotations

import json

import pytest

from dashboard import places
from dashboard.view import View


@pytest.mark.parametrize(
    ("chosen", "level", "count"),
    [((), "town", 20), (("150300",), "town", 20), (("nowhere",), "town", 20), (("150302001",), "community", None)],
)
def test_drill(chosen: tuple[str, ...], level: str, count: int | None, demo_view: View) -> None:
    found, codes = places.drill(demo_view.engine, chosen)
    assert found == level
    assert len(codes) == len(set(codes)) == (count or len(codes)) > 0
    if count is None:
        assert all(code.startswith(chosen[0]) for code in codes)


def test_districts_share_the_towns_out(demo_view: View) -> None:
    districts = places.districts_of(demo_view.engine, places.drill(demo_view.engine, ())[1])
    parts = [set(places.drill(demo_view.engine, (code,))[1]) for code in districts]
    assert len(parts) == 3
    assert sum(map(len, parts)) == len(set().union(*parts)) == 20


@pytest.mark.parametrize(("level", "count"), [("district", 3), ("town", 20), ("community", 83)])
def test_outlines(level: str, count: int, demo_view: View) -> None:
    engine = demo_view.engine
    features = json.loads(places.geojson(engine, level))["features"]
    codes = sorted(feature["id"] for feature in features)
    assert len(codes) == len(set(codes)) == count
    west, south, east, north = places.frame_of(engine, codes) or (0, 0, 0, 0)
    points = places.label_points(engine, codes)
    assert points["lon"].between(west, east).all()
    assert points["lat"].between(south, north).all()
    assert places.is_schematic(engine, level) == (level != "district")


def test_labels_stand_inside_their_outline(demo_view: View) -> None:
    held = places.outlines(demo_view.engine)
    points = places.label_points(demo_view.engine, list(held.index))
    inside = held.geometry.contains(places.gpd.GeoSeries.from_xy(points["lon"], points["lat"], index=points.index, crs=held.crs))
    assert inside.all()


def test_a_city_without_outlines(tiny_view: View) -> None:
    assert places.frame_of(tiny_view.engine, ["990101"]) is None
    assert json.loads(places.geojson(tiny_view.engine, "town"))["features"] == []
    assert places.districts_of(tiny_view.engine, ["990101"]) == []
    assert places.drill(tiny_view.engine, ()) == ("town", ["990101", "990102"])
    order = ["990100", "990101", "990101001", "990101002", "990102", "990102001"]
    assert places.in_order(tiny_view.engine) == order


def test_what_is_printed_under_a_map(demo_view: View) -> None:
    for level in ("district", "town", "community"):
        text = places.imprint(demo_view.engine, level)
        assert text
        assert "nan" not in text.split()
        assert "None" not in text
