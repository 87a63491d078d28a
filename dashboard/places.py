"""Divisions and their outlines: what a map needs; the only user of geopandas in the reader."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import shape
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.reference import root
from dashboard.tile_grid import placed
from dashboard.warehouse import boundaries, division_paths, divisions, layers

LEVELS = ("city", "district", "town", "community", "grid")
CHILD_LEVEL = {"city": "town", "district": "town", "town": "community", "community": "community"}


@lru_cache(maxsize=32)
def outlines(engine: Engine) -> gpd.GeoDataFrame:
    """Every outline of the snapshot, by division_code: `level, is_schematic, geometry`; CRS as delivered, lon/lat."""
    frame = fetch(engine, select(boundaries))
    shapes = [shape(json.loads(text)) for text in frame["geometry"]]
    return gpd.GeoDataFrame(frame.drop(columns="geometry").set_index("division_code"), geometry=shapes, crs="EPSG:4490")


@lru_cache(maxsize=32)
def divisions_of(engine: Engine) -> pd.DataFrame:
    """Divisions by code: `level, parent_code, label, label_en, short_label`."""
    d = divisions.c
    return fetch(engine, select(d.division_code, d.level, d.parent_code, d.label, d.label_en, d.short_label)).set_index("division_code")


def drill(engine: Engine, chosen: tuple[str, ...]) -> tuple[str, list[str]]:
    """Which level a map shows for the chosen divisions, and the codes of that level inside them."""
    held = divisions_of(engine)
    within = [code for code in chosen if code in held.index] or [root(engine)]
    level = CHILD_LEVEL.get(str(held["level"].get(within[0], "city")), "town")
    codes = _inside(engine, within, level)
    # A city may be divided into districts alone.
    return (level, codes) if codes or level != "town" else ("district", _inside(engine, within, "district"))


def _inside(engine: Engine, within: list[str], level: str) -> list[str]:
    """The codes of a level inside divisions, themselves included."""
    query = (
        select(division_paths.c.division_code)
        .join(divisions, divisions.c.division_code == division_paths.c.division_code)
        .where(division_paths.c.ancestor_code.in_(within), divisions.c.level == level)
        .distinct()
        .order_by(division_paths.c.division_code)
    )
    return list(fetch(engine, query)["division_code"])


@lru_cache(maxsize=64)
def geojson(engine: Engine, level: str) -> str:
    """The outlines of one level as GeoJSON text with `id` = division_code."""
    held = outlines(engine)
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": row.geometry.__geo_interface__}
        for code, row in held[held["level"] == level].iterrows()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def address(engine: Engine, level: str) -> str:
    """Where the browser fetches the outlines of a level; as the snapshot is in it, they may be kept for ever."""
    return f"/geo/{Path(engine.url.database or '').stem}/{level}.json"


def level_at(where: str) -> str:
    """Of which level the outlines at an `address` are."""
    return Path(where).stem


def outlines_at(engine: Engine, where: str, codes: Collection[str]) -> dict[str, Any]:
    """Of what stands at an `address` the outlines of `codes`: for who draws without a server to fetch them from."""
    every = json.loads(geojson(engine, level_at(where)))
    return {**every, "features": [feature for feature in every["features"] if feature["id"] in codes]}


def frame_of(engine: Engine, codes: list[str]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the outlines of `codes`, or None where there are none."""
    held = outlines(engine)
    inside = held[held.index.isin(codes)]
    if inside.empty:
        return None
    west, south, east, north = inside.total_bounds
    return float(west), float(south), float(east), float(north)


def label_points(engine: Engine, codes: list[str]) -> pd.DataFrame:
    """A point inside each outline of `codes` to write a name on: `lon, lat` by division_code."""
    held = outlines(engine)
    inside = held[held.index.isin(codes)]
    points = inside.geometry.representative_point()
    return pd.DataFrame({"lon": points.x, "lat": points.y}, index=inside.index)


def is_schematic(engine: Engine, level: str) -> bool:
    held = outlines(engine)
    return bool(held.loc[held["level"] == level, "is_schematic"].any())


def imprint(engine: Engine, level: str) -> str:
    """Where the outlines of a level come from, to be printed under a map: source, licence, map approval number."""
    rows = fetch(engine, select(layers).where(layers.c.level == level))
    return "; ".join(
        " ".join(str(v) for v in (r.source, r.licence, r.map_approval_no, r.note) if isinstance(v, str)) for r in rows.itertuples()
    )


def districts_of(engine: Engine, codes: list[str]) -> list[str]:
    """The districts with an outline that hold any of `codes`."""
    held = outlines(engine)
    query = select(division_paths.c.ancestor_code).where(division_paths.c.division_code.in_(codes)).distinct()
    above = set(fetch(engine, query)["ancestor_code"])
    return sorted(code for code in held.index[held["level"] == "district"] if code in above)


def in_order(engine: Engine) -> list[str]:
    """All divisions below the root as one list of choices: each followed by its own."""
    held = divisions_of(engine)
    children: dict[str, list[str]] = {}
    for code, parent in held["parent_code"].dropna().items():
        children.setdefault(str(parent), []).append(str(code))

    def below(code: str) -> list[str]:
        return [one for child in children.get(code, []) for one in (child, *below(child))]

    return below(root(engine))


@lru_cache(maxsize=64)
def tiles(engine: Engine, codes: tuple[str, ...]) -> pd.DataFrame:
    """Where each of `codes` stands in a tile grid: `column, row` (from the top), and `parent`, by division_code.

    By the middle of its outline; who has none (a functional zone) stands by its parent's, or south of all.
    """
    held, divided = outlines(engine), divisions_of(engine)
    middles = held.geometry.representative_point()
    lon, lat = middles.x.to_dict(), middles.y.to_dict()
    parents = [str(divided["parent_code"].get(code, "")) for code in codes]
    known = [code if code in lon else parent if parent in lon else "" for code, parent in zip(codes, parents, strict=True)]
    some = [code for code in known if code]
    # Without any outline: in order, as in a book.
    south = min((lat[code] for code in some), default=0.0)
    if some:
        middle, reach = np.mean([lon[code] for code in some]), max(np.ptp([lat[code] for code in some]), 0.01)
        east = np.array([lon[code] if code else middle for code in known])
        north = np.array([lat[code] if code else south - 0.1 * reach for code in known])
        east = east * np.cos(np.radians(np.mean(north)))
    else:
        wide = max(round(len(codes) ** 0.5 * 1.3), 1)
        east, north = np.array([i % wide for i in range(len(codes))], float), np.array([-(i // wide) for i in range(len(codes))], float)
    column, row = placed(east, north)
    return pd.DataFrame({"column": column, "row": row, "parent": parents}, index=pd.Index(codes, name="division_code"))


def line_of(engine: Engine, code: str) -> list[str]:
    """A division and those above it, the city first."""
    held = divisions_of(engine)["parent_code"]
    found: list[str] = []
    while code in held.index and code not in found:
        found.insert(0, code)
        code = str(held[code])
    return found
