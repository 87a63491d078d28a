"""Divisions and their outlines: what a map needs; the only user of geopandas in the reader."""

from __future__ import annotations

import json
from functools import lru_cache

import geopandas as gpd
import pandas as pd
from shapely.geometry import shape
from sqlalchemy import Engine, select

from dashboard.queries import fetch, root
from dashboard.warehouse import boundaries, division_paths, divisions, layers

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
    query = (
        select(division_paths.c.division_code)
        .join(divisions, divisions.c.division_code == division_paths.c.division_code)
        .where(division_paths.c.ancestor_code.in_(within), divisions.c.level == level)
        .distinct()
        .order_by(division_paths.c.division_code)
    )
    return level, list(fetch(engine, query)["division_code"])


@lru_cache(maxsize=64)
def geojson(engine: Engine, level: str) -> str:
    """The outlines of one level as GeoJSON text with `id` = division_code."""
    held = outlines(engine)
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": row.geometry.__geo_interface__}
        for code, row in held[held["level"] == level].iterrows()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


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
    return "; ".join(" ".join(str(v) for v in (r.source, r.licence, r.map_approval_no) if v) for r in rows.itertuples())


def codes_of(engine: Engine, level: str) -> list[str]:
    """Codes of a level that have an outline."""
    held = outlines(engine)
    return sorted(held.index[held["level"] == level])


def in_order(engine: Engine) -> list[str]:
    """Divisions for a list of choices: each district followed by its towns; communities are reached by the map."""
    held = divisions_of(engine)
    towns = held[held["level"] == "town"]
    order: list[str] = []
    for code in held.index[held["level"] == "district"]:
        order += [str(code), *map(str, towns.index[towns["parent_code"] == code])]
    return order + [str(code) for code in towns.index if str(code) not in order]
