"""Brings declared coordinates to WGS 84: GCJ-02, BD-09 and projected metres, each distinct pair once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

Numbers = npt.NDArray[np.float64]
Pair = tuple[Numbers, Numbers]

# Krassovsky's ellipsoid, on which GCJ-02 is defined, and the rectangle outside which it shifts nothing.
AXIS, ECCENTRICITY = 6378245.0, 0.00669342162296594323
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
BAIDU = np.pi * 3000 / 180
# Each round leaves less than a hundredth of the error; four leave micrometres.
ROUNDS = 4
AT_ONCE = 500_000
NOWHERE = 999.0
CONVERTED = "converted_points"
NOTHING_CONVERTED = f"create or replace temp table {CONVERTED} (crs varchar, x double, y double, lon double, lat double)"


def gcj02(lon: Numbers, lat: Numbers) -> Pair:
    """WGS 84 degrees as GCJ-02."""
    east, north = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(east))
    ripple = 20 * np.sin(6 * np.pi * east) + 20 * np.sin(2 * np.pi * east)
    up = ripple + 20 * np.sin(np.pi * north) + 40 * np.sin(np.pi * north / 3)
    up += 160 * np.sin(np.pi * north / 12) + 320 * np.sin(np.pi * north / 30)
    up = up * 2 / 3 - 100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root
    right = ripple + 20 * np.sin(np.pi * east) + 40 * np.sin(np.pi * east / 3)
    right += 150 * np.sin(np.pi * east / 12) + 300 * np.sin(np.pi * east / 30)
    right = right * 2 / 3 + 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root
    slant = 1 - ECCENTRICITY * np.sin(np.radians(lat)) ** 2
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    to_north = np.degrees(up / (AXIS * (1 - ECCENTRICITY) / slant**1.5))
    to_east = np.degrees(right / (AXIS / np.sqrt(slant) * np.cos(np.radians(lat))))
    return lon + np.where(inside, to_east, 0), lat + np.where(inside, to_north, 0)


def bd09(lon: Numbers, lat: Numbers) -> Pair:
    """WGS 84 degrees as BD-09, which is GCJ-02 shifted once more."""
    x, y = gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


SHIFTED: dict[str, Callable[[Numbers, Numbers], Pair]] = {"gcj02": gcj02, "bd09": bd09}


def to_wgs84(crs: str, x: Numbers, y: Numbers) -> Pair:
    """WGS 84 degrees of coordinates in `crs` (gcj02, bd09, epsg:…, or wgs84 and cgcs2000, which stay as they are).

    x is east (or longitude), y north, in degrees or the unit of the projection; what the projection cannot say is NaN.
    """
    if crs in SHIFTED:
        lon, lat = x.copy(), y.copy()
        for _ in range(ROUNDS):
            there = SHIFTED[crs](lon, lat)
            lon, lat = lon - (there[0] - x), lat - (there[1] - y)
        return lon, lat
    if crs.startswith("epsg:"):
        lon, lat = _projection(crs).transform(x, y)
        known = np.isfinite(lon) & np.isfinite(lat)
        return np.where(known, lon, np.nan), np.where(known, lat, np.nan)
    return x, y


def is_known(crs: str) -> bool:
    """Whether `epsg:…` names a reference system in degrees or metres."""
    try:
        return CRS.from_user_input(crs).coordinate_system is not None
    except CRSError:
        return False


def needs_conversion(crs: str) -> bool:
    return crs in SHIFTED or crs.startswith("epsg:")


def convert(con: duckdb.DuckDBPyConnection, crs: str, pairs: str) -> None:
    """Add to the table `converted_points` (crs, x, y, lon, lat) what the SELECT `pairs` of distinct x, y brings.

    What is wrong with a point must show as in any other source: zeros stay, exchanged axes stay exchanged, and what the
    projection cannot say lies nowhere on Earth.
    """
    found = con.execute(pairs).fetchnumpy()
    xs, ys = (np.asarray(found[name], dtype=np.float64) for name in ("x", "y"))
    for start in range(0, len(xs), AT_ONCE):
        x, y = xs[start : start + AT_ONCE], ys[start : start + AT_ONCE]
        lon, lat = to_wgs84(crs, x, y)
        if crs.startswith("epsg:"):
            lon, lat = _exchanged(crs, x, y, lon, lat)
        zero = (x == 0) | (y == 0)
        lon, lat = (np.nan_to_num(np.where(zero, 0, degrees), nan=NOWHERE) for degrees in (lon, lat))
        con.register("points_frame", pd.DataFrame({"x": x, "y": y, "lon": lon, "lat": lat}))
        # Another group of batches may have brought the same points.
        con.execute(
            f"insert into {CONVERTED} select '{crs}', x, y, lon, lat from points_frame f"
            f" anti join {CONVERTED} c on c.crs = '{crs}' and c.x = f.x and c.y = f.y"
        )
        con.unregister("points_frame")


def _exchanged(crs: str, x: Numbers, y: Numbers, lon: Numbers, lat: Numbers) -> Pair:
    """The degrees, exchanged where only y, x lies where the projection is used."""
    area = CRS.from_user_input(crs).area_of_use
    if area is not None:
        turned = to_wgs84(crs, y, x)
        odd = ~_within(area.bounds, lon, lat) & _within(area.bounds, *turned)
        lon, lat = np.where(odd, turned[1], lon), np.where(odd, turned[0], lat)
    return lon, lat


def _within(bounds: tuple[float, float, float, float], lon: Numbers, lat: Numbers) -> npt.NDArray[np.bool_]:
    west, south, east, north = bounds
    return (lon >= west - 2) & (lon <= east + 2) & (lat >= south - 2) & (lat <= north + 2)


@cache
def _projection(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
