"""Tickets that name no community are placed by their coordinates; a named place wins, and what contradicts it is listed."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from typer.testing import CliRunner

from dashboard.settings import Settings
from etl import snapshot
from etl.__main__ import app
from etl.coordinates import bd09, gcj02
from etl.landing import Landing
from etl.load import load
from tests.deliveries import CITIES, GOOD, HEADER, NOW, asked, delivered, tables

# Two towns side by side, a tenth of a degree each; 990101001 and 990101002 share the first, the second town is one community,
# and a strip in the west of the first belongs to no community.
SHAPES = {
    "990000": ("city", shapely.box(106.0, 39.0, 106.2, 39.1)),
    "990101": ("town", shapely.box(106.0, 39.0, 106.1, 39.1)),
    "990102": ("town", shapely.box(106.1, 39.0, 106.2, 39.1)),
    "990101001": ("community", shapely.box(106.01, 39.0, 106.05, 39.1)),
    "990101002": ("community", shapely.box(106.05, 39.0, 106.1, 39.1)),
    "990102001": ("community", shapely.box(106.1, 39.0, 106.2, 39.1)),
}
PLAIN = {"街道": "", "社区": ""}


def outlined(folder: Path, crs: str = "wgs84") -> Settings:
    """The hand-worked city with outlines, and coordinates in its source."""
    tiny = folder / "cities" / "tiny"
    shutil.copytree(CITIES / "tiny", tiny)
    features = [
        {"type": "Feature", "properties": {"division_code": code, "level": level}, "geometry": json.loads(shapely.to_geojson(shape))}
        for code, (level, shape) in SHAPES.items()
    ]
    (tiny / "boundaries.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    path = tiny / "sources" / "appeals.toml"
    text = path.read_text("utf-8").replace("[values]", f'[values]\ncrs = "{crs}"')
    path.write_text(text + '[optional]\nlon = "经度"\nlat = "纬度"\nis_secret = "保密"\n', "utf-8")
    return Settings(city="tiny", cities=folder / "cities", warehouse=folder / "warehouse")


def loaded(settings: Settings, folder: Path, rows: list[dict[str, str]], name: str = "a.csv") -> None:
    numbered = [GOOD | {"工单编号": f"P{n:02d}"} | row for n, row in enumerate(rows)]
    load(settings, [(delivered(folder / name, numbered, [*HEADER, "经度", "纬度", "保密"]), "appeals")], received_at=NOW)


def at(lon: object, lat: object, **more: str) -> dict[str, str]:
    return PLAIN | {"经度": str(lon), "纬度": str(lat)} | more


def places(settings: Settings) -> list[tuple[Any, ...]]:
    return asked(settings, "select community_code, town_code, is_placed_by_point from tickets order by ticket_number")


def listed(settings: Settings) -> list[tuple[Any, ...]]:
    return asked(settings, "select kind, column_name, name, row_count, first_row from contradictions order by kind, name")


def test_a_ticket_without_a_named_community_is_where_its_point_lies(tmp_path: Path) -> None:
    settings = outlined(tmp_path)
    rows = [
        at(106.02, 39.05), at(106.07, 39.05), at(106.15, 39.05), at(106.005, 39.05), at(106.05, 39.05), at(106.3, 39.05), at("", 39.05),
        at(106.02, 39.05, 街道="河东街道"), at(106.15, 39.05, 街道="河东街道"), at(106.101, 39.05, 街道="河东街道"),
        at(106.02, 39.05, 社区="公园社区"), at(106.02, 39.05, 社区="无名社区"), at(106.02, 39.05, 保密="是"),
    ]  # fmt: skip
    loaded(settings, tmp_path, rows)
    assert places(settings) == [
        ("990101001", "990101", True), ("990101002", "990101", True), ("990102001", "990102", True), (None, "990101", True),
        ("990101001", "990101", True), (None, None, False), (None, None, False),
        # A town was named: its communities may be found, those of another may not.
        ("990101001", "990101", True), (None, "990101", False), (None, "990101", False),
        # A community was named, in the same town; one was named that nobody knows; a secret one tells its town.
        ("990101002", "990101", False), ("990101001", "990101", True), (None, "990101", True),
    ]  # fmt: skip
    assert asked(settings, "select lon, lat from tickets where ticket_number = 'P12'") == [(None, None)]
    assert listed(settings) == [("place_against_point", None, "河东街道", 1, 9)]
    assert asked(settings, "select kind, name from unmatched_names") == [("place", "无名社区")]


def test_points_that_cannot_be_are_no_points_and_no_ticket_is_lost(tmp_path: Path) -> None:
    settings = outlined(tmp_path)
    rows = [
        at(39.05, 106.02), at(0, 0), at(106.02, 0), at("1.5e6", 39.05), at(116.4, 39.9), at("1e400", 39.05), at("9" * 5000, 39.05),
        at("东经106度", 39.05), at("nan", "nan"), at(39.06, 106.02, 保密="是"), at(107.9, 39.05), at(-106.02, 39.05),
    ]  # fmt: skip
    loaded(settings, tmp_path, rows)
    assert asked(settings, "select count(*), count(lon), count(lat), count(community_code) from tickets") == [(12, 1, 1, 0)]
    assert listed(settings) == [
        ("coordinates_far", "经度", "1500000.0, 39.05", 3, 4),
        ("coordinates_swapped", "经度", "39.05, 106.02", 2, 1),
        ("coordinates_zero", "经度", "0.0, 0.0", 2, 2),
        ("number_unreadable", "经度", "1e400", 4, 6),
        ("number_unreadable", "纬度", "nan", 1, 9),
    ]


def test_the_command_says_each_contradiction_in_a_line(tmp_path: Path) -> None:
    settings = outlined(tmp_path)
    rows = [at(39.05, 106.02), at(106.15, 39.05, 社区="公园社区"), at(106.16, 39.05, 社区="公园社区", 满意度="9")]
    file = delivered(tmp_path / "a.csv", [GOOD | {"工单编号": f"P{n}"} | row for n, row in enumerate(rows)], [*HEADER, "经度", "纬度"])
    environment = {"CITIES": str(settings.cities), "WAREHOUSE": str(settings.warehouse)}
    command = ["load", str(file), "--city", "tiny", "--source", "appeals", "--received-at", NOW.isoformat()]
    said = CliRunner().invoke(app, command, env=environment).stderr
    for line in (
        "note: a.csv:2:经度: longitude and latitude stand in each other's column and count as no point: 1 row, '39.05, 106.02'",
        "note: a.csv:3: the coordinates do not lie in the place that is named, and the name is believed: 2 rows, '公园社区'",
        "note: a.csv:4:满意度: a satisfaction outside 1 to 5 counts as not rated: 1 row, '9'",
    ):
        assert line in said, said


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "epsg:4544", "cgcs2000"])
def test_declared_coordinates_are_stored_as_wgs84(tmp_path: Path, crs: str) -> None:
    # On the border's near side by 100 m: what is not converted lands in the next community or town.
    lon, lat = np.array([106.0489, 106.0989]), np.array([39.05, 39.05])
    projected = Transformer.from_crs("EPSG:4326", "EPSG:4544", always_xy=True).transform
    given = {"gcj02": gcj02, "bd09": bd09, "epsg:4544": projected, "cgcs2000": lambda x, y: (x, y)}[crs](lon, lat)
    settings = outlined(tmp_path, crs)
    rows = [at(f"{x:.9f}", f"{y:.9f}") for x, y in zip(*given, strict=True)]
    rows += [at(rows[0]["纬度"], rows[0]["经度"]), at(0, 0), at(1e30, 1e30)]
    loaded(settings, tmp_path, rows)
    found = asked(settings, "select lon, lat, community_code from tickets order by ticket_number")
    assert [code for *_, code in found] == ["990101001", "990101002", None, None, None]
    for (x, y, _), want_x, want_y in zip(found, lon, lat, strict=False):
        assert (x, y) == pytest.approx((want_x, want_y), abs=1e-7)
    assert [(kind, count) for kind, _, _, count, _ in listed(settings)] == [
        ("coordinates_far", 1), ("coordinates_swapped", 1), ("coordinates_zero", 1)
    ]  # fmt: skip


def test_loads_in_steps_place_and_list_as_one_rebuild_does(tmp_path: Path) -> None:
    settings = outlined(tmp_path, "gcj02")
    dice = np.random.default_rng(3)
    received = NOW
    for step in range(3):
        rows = [
            GOOD | at(round(dice.uniform(105.99, 106.21), 5), round(dice.uniform(38.99, 39.11), 5)) | {"满意度": str(dice.integers(0, 7))}
            | {"工单编号": f"S{dice.integers(0, 60)}", "社区": str(dice.choice(["", "公园社区", "无名社区"]))}
            | {"街道": str(dice.choice(["", "河东街道", "河西街道"]))}
            for _ in range(60)
        ]  # fmt: skip
        load(settings, [(delivered(tmp_path / f"{step}.csv", rows, [*HEADER, "经度", "纬度"]), "appeals")], received_at=received)
        received += timedelta(hours=3)
    stepwise = tables(settings)
    snapshot.publish(settings.city_warehouse, Landing(settings.city_warehouse / "landing"), NOW, whole=True)
    assert tables(settings) == stepwise
    kinds = {kind for kind, *_ in listed(settings)}
    assert kinds == {"place_against_point", "satisfaction_out_of_range"}
    assert 0 < asked(settings, "select count(*) from tickets where is_placed_by_point")[0][0] < 60
