"""Where points lie among the outlines of a city: which division holds a point, and how far it is from a named one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

LEVELS = ("community", "town", "district")
# A named place wins over a point; only a point clearly elsewhere contradicts it.
TOLERANCE_METRES = 300
METRES_A_DEGREE = 111_320
# Beyond this, a point is not near a border but of another place altogether, or no degrees at all.
FAR_DEGREES = 2
Numbers = npt.NDArray[np.float64]
Texts = npt.NDArray[Any]


@dataclass(frozen=True)
class Outlines:
    """Outlines in degrees of lon, lat by division, and every division's ancestors, nearest first, itself included."""

    shapes: dict[str, Any]
    level: dict[str, str]
    ancestors: dict[str, list[str]]

    def holding(self, lon: Numbers, lat: Numbers) -> Texts:
        """The code of the deepest division that holds each point, None outside all; a border belongs to the lesser code."""
        found = np.full(len(lon), None, dtype=object)
        points = shapely.points(lon, lat)
        for level in LEVELS:
            codes = sorted(code for code in self.shapes if self.level.get(code) == level)
            left = np.flatnonzero(found == None)  # noqa: E711 element by element
            if not codes or not len(left):
                continue
            tree = shapely.STRtree([self.shapes[code] for code in codes])
            at, which = tree.query(points[left], predicate="intersects")
            # The least of several comes last, so it is the one that stays.
            order = np.argsort(-which, kind="stable")
            found[left[at[order]]] = np.array(codes, dtype=object)[which[order]]
        return found

    def strays(self, lon: Numbers, lat: Numbers, codes: Texts) -> npt.NDArray[np.bool_]:
        """Which points lie in another town than the division named beside them, and far from that division's outline."""
        stray = np.zeros(len(lon), dtype=bool)
        for code in pd.unique(codes):
            near, around = self._outline_of(code), self._town_of(code)
            if near is None or around is None:
                continue
            rows = np.flatnonzero(codes == code)
            rows = rows[~shapely.intersects_xy(around, lon[rows], lat[rows])]
            if len(rows):
                narrow = np.cos(np.radians(shapely.centroid(near).y))
                points = shapely.points(lon[rows] * narrow, lat[rows])
                scaled = shapely.transform(near, lambda xy, narrow=narrow: xy * [narrow, 1])
                stray[rows] = shapely.distance(scaled, points) * METRES_A_DEGREE > TOLERANCE_METRES
        return stray

    def _outline_of(self, code: str) -> Any:
        return next((self.shapes[one] for one in self.ancestors.get(code, []) if one in self.shapes), None)

    def _town_of(self, code: str) -> Any:
        """The outline of the division's town; of a district that of the district."""
        line = [one for one in self.ancestors.get(code, []) if self.level.get(one) not in ("grid", "community")]
        return next((self.shapes[one] for one in line if one in self.shapes), None)


def outlines_of(con: duckdb.DuckDBPyConnection) -> Outlines:
    """The outlines in an open snapshot, repaired; zones that overlap districts place nothing."""
    rows = con.execute(
        "select d.division_code, d.level, b.geometry from boundaries b join divisions d on d.division_code = b.division_code"
        " where coalesce(d.tree, 'both') <> 'reporting' order by d.division_code"
    ).fetchall()
    lines = con.execute("select division_code, list(ancestor_code order by depth) from division_paths group by division_code").fetchall()
    levels = dict(con.execute("select division_code, level from divisions").fetchall())
    shapes = {code: repaired(shapely.from_geojson(geometry)) for code, _, geometry in rows}
    for shape in shapes.values():
        shapely.prepare(shape)
    return Outlines({code: shape for code, shape in shapes.items() if not shape.is_empty}, levels, dict(lines))


def repaired(shape: Any) -> Any:
    """A valid outline of the same area: a crossing of its own line or a doubled edge is undone, holes stay holes."""
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def point_macros(con: duckdb.DuckDBPyConnection) -> str:
    """SQL macro `point_issue(lon, lat)`: why a delivered point cannot be used (zero, swapped, far), or null.

    Far is far from all outlines in the open snapshot; without any, what is no place on Earth.
    """
    geometries = [row[0] for row in con.execute("select geometry from boundaries").fetchall()]
    world = "abs(lon) <= 180 and abs(lat) <= 90"
    near, turned = world, "abs(lat) <= 180 and abs(lon) <= 90"
    if geometries:
        west, south, east, north = shapely.total_bounds(shapely.from_geojson(geometries))
        box = f"{{}} between {west - FAR_DEGREES} and {east + FAR_DEGREES} and {{}} between {south - FAR_DEGREES} and {north + FAR_DEGREES}"
        near, turned = box.format("lon", "lat"), box.format("lat", "lon")
    return (
        "create or replace temp macro point_issue(lon, lat) as case when lon is null or lat is null then null"
        f" when lon = 0 or lat = 0 then 'coordinates_zero' when {near} then null when {turned} then 'coordinates_swapped'"
        " else 'coordinates_far' end;"
    )
