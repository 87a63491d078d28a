"""Coordinates of other systems come back to WGS 84 where published points say, and wrong ones are found."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Transformer

from etl.coordinates import SHIFTED, bd09, gcj02, is_known, to_wgs84

METRES = 111_320
# lon, lat in WGS 84 and in GCJ-02, as printed in the tests of eviltransform and coordtransform.
PUBLISHED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]


def one(lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lon]), np.array([lat])


@pytest.mark.parametrize(("wgs84", "shifted"), PUBLISHED)
def test_gcj02_is_what_others_have_published(wgs84: tuple[float, float], shifted: tuple[float, float]) -> None:
    assert [float(v[0]) for v in gcj02(*one(*wgs84))] == pytest.approx(shifted, abs=1e-9)
    assert [float(v[0]) for v in to_wgs84("gcj02", *one(*shifted))] == pytest.approx(wgs84, abs=1e-9)


def test_bd09_is_what_others_have_published() -> None:
    there = bd09(*to_wgs84("gcj02", *one(116.404, 39.915)))
    assert [float(v[0]) for v in there] == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


@pytest.mark.parametrize("crs", SHIFTED)
def test_a_way_there_and_back_ends_where_it_began_all_over_china(crs: str) -> None:
    dice = np.random.default_rng(1)
    lon, lat = dice.uniform(73.5, 135, 50_000), dice.uniform(18, 53.5, 50_000)
    there = SHIFTED[crs](lon, lat)
    back = to_wgs84(crs, *there)
    assert np.median(np.hypot((there[0] - lon) * np.cos(np.radians(lat)), there[1] - lat)) * METRES > 300
    assert np.hypot(back[0] - lon, back[1] - lat).max() * METRES < 0.01


def test_nothing_is_shifted_outside_china() -> None:
    assert gcj02(*one(2.35, 48.86)) == one(2.35, 48.86)
    assert to_wgs84("gcj02", *one(0, 0)) == one(0, 0)


def test_projected_metres_become_degrees_and_what_is_no_place_becomes_nothing() -> None:
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True).transform(113.9, 22.5)
    lon, lat = to_wgs84("epsg:4547", np.array([x, 1e30, np.inf]), np.array([y, 1e30, 1.0]))
    assert (lon[0], lat[0]) == pytest.approx((113.9, 22.5), abs=1e-8)
    assert np.isnan(lon[1:]).all()
    assert np.isnan(lat[1:]).all()
    assert (is_known("epsg:4547"), is_known("epsg:99"), is_known("epsg:mars")) == (True, False, False)
