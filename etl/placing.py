"""Gives rows without a community the place their coordinates lie in, and finds names that their points contradict."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from etl.outlines import Outlines

LOCATED = ("tickets", "resources")


def place_by_point(con: duckdb.DuckDBPyConnection, kinds: Sequence[str], outlines: Outlines) -> None:
    """Create placed_points (place_key, lon, lat -> division, district, town, community) for rows that name no community.

    A point only says more precisely where a named place is: in another place than the one named it places nothing.
    """
    con.execute("create or replace temp table placed_points (place_key varchar, lon double, lat double, division_code varchar,"
                " district_code varchar, town_code varchar, community_code varchar)")  # fmt: skip
    located = [kind for kind in LOCATED if kind in kinds]
    if not located or not outlines.shapes:
        return
    rows = " union all ".join(f"select place_key, lon, lat from named_{kind} where lon is not null" for kind in located)
    frame = con.execute(
        "select n.place_key, n.lon, n.lat, any_value(p.division_code) as named_code"
        f" from ({rows}) n left join resolved_places p on p.place_key = n.place_key where p.community_code is null group by 1, 2, 3"
    ).df()
    found = outlines.holding(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    # An ancestor of what was found may have been named, no other.
    frame["division_code"] = [
        held if held and (pd.isna(name) or (name != held and name in outlines.ancestors.get(held, []))) else None
        for held, name in zip(found, frame["named_code"], strict=True)
    ]
    con.register("placed_frame", frame.dropna(subset="division_code").astype({"division_code": "string", "place_key": "string"}))
    con.execute(
        "insert into placed_points by name select f.place_key, f.lon, f.lat, f.division_code, l.district_code, l.town_code,"
        " l.community_code from placed_frame f join division_levels l on l.division_code = f.division_code"
    )
    con.unregister("placed_frame")


def find_strays(con: duckdb.DuckDBPyConnection, kind: str, outlines: Outlines) -> None:
    """Create stray_points (division_code, lon, lat): named divisions of conformed rows, and points that lie elsewhere."""
    con.execute("create or replace temp table stray_points (division_code varchar, lon double, lat double)")
    if kind not in LOCATED or not outlines.shapes:
        return
    found = con.execute(
        f"select distinct division_code, lon, lat from conformed_{kind}"
        " where lon is not null and division_code is not null and not is_placed_by_point and reason_code is null"
    ).fetchnumpy()
    codes = np.asarray(found["division_code"], dtype=object)
    stray = outlines.strays(np.asarray(found["lon"]), np.asarray(found["lat"]), codes)
    frame = pd.DataFrame({"division_code": codes[stray].astype(str), "lon": found["lon"][stray], "lat": found["lat"][stray]})
    con.register("stray_frame", frame)
    con.execute("insert into stray_points select division_code, lon, lat from stray_frame")
    con.unregister("stray_frame")
