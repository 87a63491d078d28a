"""Tiles: the least displacement against every way there is, outlines by hand, the same picture every time; and the line of places."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from dash.development.base_component import Component

from dashboard import places
from dashboard.breadcrumb import crumbs
from dashboard.charts import disputes_map, division_map, division_map_rate, tile_map
from dashboard.filters import Filters
from dashboard.queries import measure
from dashboard.theme import MISSING, theme
from dashboard.tile_grid import assigned, placed
from dashboard.view import View
from dashboard.warehouse import populations
from tests.dashboard.test_metrics import raw
from tests.dashboard.test_registries import YEAR
from tests.dashboard.test_survival import TINY


def test_no_other_way_costs_less() -> None:
    """Against all 840 ways to give four tiles four of seven cells."""
    chance = np.random.default_rng(7)
    for _ in range(20):
        cost = chance.uniform(0, 1, (4, 7))
        found = assigned(cost)
        assert len({*found}) == 4
        least = min(sum(cost[row, column] for row, column in enumerate(way)) for way in permutations(range(7), 4))
        assert cost[np.arange(4), found].sum() == pytest.approx(least)


def test_a_grid_stays_as_it_is() -> None:
    """Points that already stand in a row keep their order; one alone stands at the beginning."""
    column, row = placed(np.array([3.0, 1.0, 2.0]), np.array([0.0, 0.0, 0.0]))
    assert list(np.argsort(column)) == [1, 2, 0]
    assert len({*row}) == 1
    assert placed(np.array([7.0]), np.array([1.0]))[0].tolist() == [0]


def test_every_place_has_a_tile_of_its_own(demo_view: View) -> None:
    frame = tile_map.ask(demo_view.engine, YEAR)
    assert len(frame) == 20
    assert not frame[["column", "row"]].duplicated().any()
    towns = measure(demo_view.engine, "reported_count", YEAR, ("town_code",)).set_index("town_code")["value"]
    assert (frame.set_index("code")["value"] == towns.reindex(frame["code"]).fillna(0)).all()
    # What lies farther north stands, as a rule, farther up; what lies farther east, farther to the right.
    points = places.label_points(demo_view.engine, list(frame["code"])).loc[frame["code"]]
    assert np.corrcoef(points["lat"], -frame["row"])[0, 1] > 0.8
    assert np.corrcoef(points["lon"], frame["column"])[0, 1] > 0.8
    places.tiles.cache_clear()
    pd.testing.assert_frame_equal(frame, tile_map.ask(demo_view.engine, YEAR))


def test_places_without_outlines_have_tiles(tiny_view: View) -> None:
    frame = tile_map.ask(tiny_view.engine, TINY)
    assert dict(zip(frame["label"], frame["value"], strict=True)) == {"河东街道": 6, "河西街道": 2}
    assert not frame[["column", "row"]].duplicated().any()


def test_a_zone_stands_with_the_others(demo_view: View) -> None:
    """A code nobody drew is placed below all; the others keep their cells to themselves."""
    codes = tuple(tile_map.ask(demo_view.engine, YEAR)["code"])
    held = places.tiles(demo_view.engine, (*codes, "zone"))
    assert not held[["column", "row"]].duplicated().any()
    assert held.loc["zone", "row"] == held["row"].max()


def test_outlines_by_hand() -> None:
    """Two tiles side by side of one division: six sides; of two divisions: one more between them, drawn once."""
    x, _ = tile_map.edges({(0, 0): "a", (1, 0): "a"})
    assert x.count(None) == 6
    x, y = tile_map.edges({(0, 0): "a", (1, 0): "b"})
    assert x.count(None) == 7
    assert [(a, b) for a, b in zip(x, y, strict=True) if a == 0.5 and b == -0.5] != []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rate_says_whose_residents(language: str, demo_view: View) -> None:
    frame = division_map_rate.ask(demo_view.engine, YEAR)
    held = raw(demo_view.engine, populations).set_index("division_code")
    accepted = measure(demo_view.engine, "received_count", YEAR, ("town_code",)).set_index("town_code")["value"]
    wanted = accepted.reindex(frame["code"]).fillna(0) / held["population_count"].reindex(frame["code"]) * 10_000
    np.testing.assert_allclose(frame["value"], wanted.to_numpy(dtype="float64"))
    texts = " ".join(str(note.text) for note in division_map.draw(frame, theme("office", language)).layout.annotations)
    assert "2020-11-01" in texts
    assert ("常住人口" if language == "zh" else "residents") in texts


def test_a_city_nobody_counted_says_so(demo_view: View, tiny_view: View) -> None:
    assert division_map_rate.lacks_in(demo_view.engine) is None
    expected = None if len(raw(tiny_view.engine, populations)) else division_map_rate.NO_RESIDENTS
    assert division_map_rate.lacks_in(tiny_view.engine) == expected


def said(parts: list[Component]) -> list[tuple[str, str]]:
    return [(str(part.children), getattr(part, "href", "")) for part in parts if getattr(part, "className", "") != "sep"]  # type: ignore[attr-defined]


def test_the_line_of_places(demo_view: View) -> None:
    wish = Filters(divisions=("150302001",), majors=("01",))
    line = said(crumbs(demo_view, wish))
    assert [text for text, _ in line][:2] == ["乌海市", "海勃湾区"]
    assert line[0][1] == "?period=last_30_days&majors=01"
    assert line[1][1] == "?period=last_30_days&divisions=150302&majors=01"
    assert line[2][1] == ""  # Where one is, is no link.
    assert "按社区" in line[3][0]


def test_the_line_of_many_places_ends_where_they_part(demo_view: View) -> None:
    line = [text for text, _ in said(crumbs(demo_view, Filters(divisions=("150302001", "150302002"))))]
    assert line[:3] == ["乌海市", "海勃湾区", "已选 2 处"]
    assert [text for text, _ in said(crumbs(demo_view, Filters()))] == ["乌海市", "按镇街，20 个"]
    assert next(text for text, _ in said(crumbs(demo_view, Filters(divisions=("nowhere",))))) == "乌海市"


def test_nothing_over_nobody_is_no_rate(demo_view: View) -> None:
    """Where nobody is known to live there is no rate, and no colour; where nothing came in there is 0. The ramp begins at 0."""
    quiet = demo_view.scoped(Filters(period="custom", since=date(2026, 11, 20), until=date(2026, 11, 20)), "disputes")
    for code in ("150300", "150302001"):
        frame = disputes_map.ask(demo_view.engine, quiet.only(divisions=(code,)))
        lived_in = frame["residents"] > 0
        assert (frame.loc[lived_in & (frame["count"] == 0), "value"] == 0).any() == lived_in.any()
        assert frame.loc[~lived_in, "value"].isna().all()
    # Nobody was counted in one of the towns.
    bare = disputes_map.ask(demo_view.engine, quiet)
    bare["value"] = bare["value"].where(bare.index > 0)
    figure = disputes_map.draw(bare, theme("wall", "zh"))
    assert figure.data[0].colorbar.ticktext[0] == "0"
    assert MISSING in figure.data[0].customdata[0][2]
