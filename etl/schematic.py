"""Draws towns and communities that have no outline of their own, as a schematic subdivision of their district."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

Area: TypeAlias = Polygon | MultiPolygon
Point: TypeAlias = tuple[float, float]
Row: TypeAlias = dict[str, str]

GRID = 1e-5  # degrees, about a metre: the five decimals of the file
GRAINS_PER_CHILD = 60  # enough for borders that look drawn by land, not by a ruler
ROUNDS = 80  # of moving the seats to the middle of their share and evening the shares out
KNOWN_PULL = 0.01  # how far a seat whose place is known follows, a round: neighbours stay neighbours
SMOOTHING = 0.0045  # degrees; about 400 m, the side of the smallest wiggle kept
COUNTRYSIDE = {"镇": 3.0, "村": 2.0}  # the share of land beside a street's or a community's 1: open land is wide


def subdivide(
    parent: Area,
    children: Sequence[str],
    weights: Sequence[float],
    seed: int,
    seats: Mapping[str, Point] | None = None,
) -> dict[str, Area]:
    """Split an area (degrees) among its children by weight, without gap or overlap; the same call gives the same map.

    `seats` says roughly where some children lie (lon, lat). Raises ValueError if a child would get no land.
    """
    shares = share_out(grains(parent, GRAINS_PER_CHILD * len(children), seed), children, weights, seed, seats or {})
    names = list(shares)
    return dict(zip(names, smoothed([shapely.union_all(shares[name]) for name in names]), strict=True))


def grains(parent: Area, count: int, seed: int) -> list[Area]:
    """Cut an area into about `count` small cells around jittered points; borders are later drawn along them."""
    west, south, east, north = parent.bounds
    step = float(np.sqrt(parent.area / count))
    lon, lat = np.meshgrid(np.arange(west, east + step, step), np.arange(south, north + step, step))
    jitter = np.random.default_rng(seed).uniform(-0.45, 0.45, size=(2, *lon.shape)) * step
    points = shapely.points(lon + jitter[0], lat + jitter[1]).ravel()
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=parent)
    clipped = shapely.set_precision(shapely.intersection(shapely.get_parts(cells), parent), GRID)
    parts = shapely.get_parts(clipped)
    return [part for part in parts if isinstance(part, Polygon) and part.area > 0]


def share_out(
    cells: Sequence[Area],
    children: Sequence[str],
    weights: Sequence[float],
    seed: int,
    seats: Mapping[str, Point],
) -> dict[str, list[Area]]:
    """Give every cell to one child: the nearest seat wins, and seats reach further while their share is too small."""
    points = shapely.get_coordinates(shapely.centroid(np.array(cells)))
    squeeze = np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])  # a degree of longitude is shorter
    points = points * squeeze
    land = shapely.area(np.array(cells)) * squeeze[0]
    target = np.array(weights) / sum(weights) * land.sum()
    sown = np.random.default_rng(seed).choice(len(points), size=len(children), replace=False)
    at = points[sown]
    pull = np.ones(len(children))
    for n, code in enumerate(children):
        if code in seats:
            at[n], pull[n] = np.array(seats[code]) * squeeze, KNOWN_PULL
    reach = np.zeros(len(children))
    owner = nearest(points, at, reach)
    for _ in range(ROUNDS):
        held = np.bincount(owner, weights=land, minlength=len(children))
        for child in np.flatnonzero(held):
            mine = owner == child
            middle = np.average(points[mine], axis=0, weights=land[mine])
            at[child] += pull[child] * (middle - at[child])
        reach += 0.2 * (target - held)
        owner = nearest(points, at, reach)
    owner = gathered(cells, owner)
    shares = {code: [cells[int(i)] for i in np.flatnonzero(owner == n)] for n, code in enumerate(children)}
    if empty := [code for code, mine in shares.items() if not mine]:
        raise ValueError(f"no land left for {', '.join(empty)}: its weight is too small or its seat too far away")
    return shares


def nearest(points: NDArray[np.float64], at: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.intp]:
    squared = ((points[:, None, :] - at[None, :, :]) ** 2).sum(axis=2)
    return np.asarray((squared - reach).argmin(axis=1))


def gathered(cells: Sequence[Area], owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """Hand each stray cell, cut off from the rest of its child, to the neighbour it shares most border with."""
    every = np.array(cells)
    for child in np.unique(owner):
        parts = shapely.get_parts(shapely.union_all(every[owner == child]))
        main = parts[shapely.area(parts).argmax()]
        for stray in np.flatnonzero((owner == child) & ~shapely.contains(main, shapely.point_on_surface(every))):
            borders = shapely.length(shapely.intersection(every, every[stray])) * (owner != child)
            if borders.any():
                owner[stray] = owner[borders.argmax()]
    return owner


def smoothed(areas: Sequence[Area]) -> list[Area]:
    """Straighten the borders the areas share, keeping the outer ones; rings run clockwise for the browser."""
    simple = shapely.coverage_simplify(np.array(areas), SMOOTHING, simplify_boundary=False)
    return [clockwise(area) for area in simple]


def clockwise(area: Area) -> Area:
    """Turn exterior rings clockwise: the browser's globe fills the *outside* of a ring that runs the other way."""
    turned: Area = shapely.orient_polygons(shapely.set_precision(area, GRID), exterior_cw=True)
    return turned


def write_boundaries(city_folder: Path) -> None:
    """Replace the schematic outlines in boundaries.geojson by new ones for each town and community of divisions.csv.

    Needs the true outlines (`is_schematic` 0) of the districts in that file, lon and lat in degrees.
    Towns start from `seats.csv` (`division_code, lon, lat`) where there is one.
    Raises KeyError for a district without outline, ValueError if a place would get no land.
    """
    file = city_folder / "boundaries.geojson"
    document = json.loads(file.read_text("utf-8"))
    true = [f for f in document["features"] if not f["properties"]["is_schematic"]]
    outlines = {f["properties"]["division_code"]: shape(f["geometry"]) for f in true}
    places = read(city_folder / "divisions.csv")
    seats = {r["division_code"]: (float(r["lon"]), float(r["lat"])) for r in read(city_folder / "seats.csv")}
    drawn = []
    for district in (row["division_code"] for row in places if row["level"] == "district"):
        drawn += district_features(outlines[district], district, places, seats)
    document["features"] = true + sorted(drawn, key=lambda f: f["properties"]["level"] != "town")
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in document.pop("features"))
    head = json.dumps(document, ensure_ascii=False)[:-1]
    file.write_text(f'{head}, "features": [\n{lines}\n]}}\n', "utf-8")


def district_features(outline: Area, code: str, places: Sequence[Row], seats: Mapping[str, Point]) -> list[dict[str, Any]]:
    """Draw the towns and communities of one district; a town is exactly the sum of its communities."""
    towns = [row for row in places if row["parent_code"] == code]
    below = {town["division_code"]: [r for r in places if r["parent_code"] == town["division_code"]] for town in towns}
    cells = grains(outline, GRAINS_PER_CHILD * sum(len(rows) or 1 for rows in below.values()), int(code))
    leaves: dict[str, tuple[str, Area]] = {}
    for town, held in shared(cells, towns, int(code), seats).items():
        for place, mine in shared(held, below[town], int(town), seats).items() if below[town] else [(town, held)]:
            leaves[place] = (town, shapely.union_all(mine))
    shapes = dict(zip(leaves, smoothed([area for _, area in leaves.values()]), strict=True))
    features = [feature(place, "community", area) for place, area in shapes.items() if place not in below]
    for town in below:
        parts = [area for place, area in shapes.items() if leaves[place][0] == town]
        features.append(feature(town, "town", clockwise(shapely.union_all(parts))))
    return features


def shared(cells: Sequence[Area], rows: Sequence[Row], seed: int, seats: Mapping[str, Point]) -> dict[str, list[Area]]:
    weights = [COUNTRYSIDE.get(row["label"][-1:], 1.0) for row in rows]
    return share_out(cells, [row["division_code"] for row in rows], weights, seed, seats)


def feature(code: str, level: str, area: Area) -> dict[str, Any]:
    properties = {"division_code": code, "level": level, "is_schematic": 1}
    geometry = json.loads(json.dumps(mapping(area)), parse_float=lambda text: round(float(text), 5))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read(file: Path) -> list[Row]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
