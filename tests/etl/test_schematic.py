"""A schematic map leaves no gap and no overlap, keeps its places whole, and comes out the same every time."""

import csv
import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box, shape

from etl.schematic import subdivide, write_boundaries

CITY = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
METRE = 1e-5  # degrees
LAND = Polygon([(106.6, 39.4), (106.8, 39.4), (106.8, 39.6), (106.75, 39.6), (106.75, 39.5), (106.7, 39.5), (106.6, 39.7)])
ISLANDS = MultiPolygon([box(106.0, 39.0, 106.2, 39.2), box(106.3, 39.0, 106.4, 39.2)])


@pytest.mark.parametrize("parent", [LAND, ISLANDS])
def test_children_fill_their_parent_without_overlap(parent: Polygon | MultiPolygon) -> None:
    children = subdivide(parent, ["a", "b", "c", "d"], [1, 1, 1, 1], seed=7)
    assert list(children) == ["a", "b", "c", "d"]
    assert all(child.is_valid and child.area > 0 for child in children.values())
    assert shapely.coverage_is_valid(list(children.values()))
    assert shapely.union_all(list(children.values())).symmetric_difference(parent).area < parent.length * METRE


def test_the_same_seed_draws_the_same_map_and_another_does_not() -> None:
    once, again, other = (subdivide(LAND, ["a", "b", "c"], [1, 2, 1], seed) for seed in (3, 3, 4))
    assert once == again
    assert once != other


def test_land_follows_the_weights() -> None:
    parts = subdivide(LAND, ["street", "town"], [1, 3], seed=1)
    assert parts["town"].area / parts["street"].area == pytest.approx(3, rel=0.15)


def test_a_known_seat_lies_in_its_own_land() -> None:
    seats = {"west": (106.62, 39.55), "east": (106.78, 39.45)}
    parts = subdivide(LAND, ["east", "west"], [1, 1], 5, seats)
    assert all(parts[code].contains(shapely.Point(seat)) for code, seat in seats.items())


def test_an_only_child_is_its_parent() -> None:
    assert subdivide(LAND, ["a"], [1], seed=1)["a"].symmetric_difference(LAND).area < LAND.length * METRE


def test_a_place_without_land_is_named() -> None:
    with pytest.raises(ValueError, match="lost"):
        subdivide(LAND, ["a", "b", "lost"], [1, 1, 1], 1, {"lost": (0.0, 0.0)})


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    for name in ("boundaries.geojson", "divisions.csv", "seats.csv"):
        shutil.copy(CITY / name, folder)
    write_boundaries(folder)
    return folder / "boundaries.geojson"


def test_the_file_in_the_repository_is_what_the_command_draws(drawn: Path) -> None:
    """To within a metre: geometry libraries may round the last digit differently."""
    stored, fresh = (outlines(file) for file in (CITY / "boundaries.geojson", drawn))
    assert list(stored) == list(fresh)
    assert all(stored[key].symmetric_difference(fresh[key]).area < 10 * METRE * stored[key].length for key in stored)
    assert (CITY / "boundaries.geojson").stat().st_size < 300_000


def test_every_division_has_one_whole_outline_that_turns_clockwise(drawn: Path) -> None:
    with (CITY / "divisions.csv").open(encoding="utf-8", newline="") as file:
        expected = {(row["division_code"], row["level"]) for row in csv.DictReader(file)}
    areas = outlines(drawn)
    assert set(areas) == expected
    for area in areas.values():
        parts = shapely.get_parts(area)
        assert area.is_valid
        assert len(parts) == 1
        assert not any(part.exterior.is_ccw for part in parts)


def test_communities_make_towns_and_towns_make_districts(drawn: Path) -> None:
    areas = outlines(drawn)
    below = defaultdict(list)
    with (CITY / "divisions.csv").open(encoding="utf-8", newline="") as file:
        levels = {row["division_code"]: row for row in csv.DictReader(file)}
    for (code, _), area in areas.items():
        below[levels[code]["parent_code"]].append(area)
    for (code, level), area in areas.items():
        if level != "community":
            assert shapely.union_all(below[code]).symmetric_difference(area).area < METRE * area.length
            assert level == "city" or shapely.coverage_is_valid(below[code])


def outlines(file: Path) -> dict[tuple[str, str], Polygon | MultiPolygon]:
    features = json.loads(file.read_text("utf-8"))["features"]
    return {(f["properties"]["division_code"], f["properties"]["level"]): shape(f["geometry"]) for f in features}
