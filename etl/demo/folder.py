"""Reads from a city's folder what the demo needs: places, categories, units and outlines as plain arrays."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

POINTS_PER_COMMUNITY = 64
SMALL_CITY = 500_000
PEOPLE = ("division_code", "population_count")
LEVELS = ("department", "district", "town", "community")


@dataclass(frozen=True)
class City:
    """A city as the generator sees it; frames are in the order of their codes, so a row's index names it."""

    folder: Path
    settings: dict[str, Any]
    # Where things happen: communities, or the smallest places the city has; codes of levels it has not are empty.
    communities: pd.DataFrame  # division_code label official community_code town_code town district_code district population
    districts: pd.DataFrame  # division_code label
    categories: pd.DataFrame  # category_code label major_code major_label unit_code accept_limit … close_limit
    units: pd.DataFrame  # unit_code label kind division_code parent_code
    holidays: pd.DataFrame
    points: Floats  # (communities, POINTS_PER_COMMUNITY, 2) lon, lat inside each community
    carriers: Ints  # (4, categories, communities): the unit that carries a case at each of LEVELS

    @property
    def size(self) -> int:
        """How many times as large as a small city this one is, at most ten: that much more goes on in it."""
        return int(min(10.0, max(1.0, float(self.communities["population"].sum()) / SMALL_CITY)))


def read_table(path: Path) -> pd.DataFrame:
    """A CSV file of the city's folder as text; empty cells are empty strings."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def read_city(folder: Path, seed: int) -> City:
    """Read the folder. Raises FileNotFoundError for a missing file, ValueError if a community has no outline.

    A city without tickets needs no categories, and outlines only of what has them.
    """
    divisions = read_table(folder / "divisions.csv").sort_values("division_code", ignore_index=True)
    settings = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    has_tickets = "tickets" in settings["has"]
    populations = folder / "populations.csv"
    communities = places(divisions, read_table(populations) if populations.exists() else pd.DataFrame(columns=PEOPLE))
    listed = folder / "categories.csv"
    categories = read_table(listed) if has_tickets or listed.exists() else pd.DataFrame(columns=["category_code", "unit_code"])
    categories = categories.sort_values("category_code", ignore_index=True)
    units = read_table(folder / "units.csv").sort_values("unit_code", ignore_index=True)
    return City(
        folder=folder,
        settings=settings,
        communities=communities,
        districts=divisions[divisions["level"] == "district"].reset_index(drop=True),
        categories=categories,
        units=units,
        holidays=read_table(folder / "holidays.csv"),
        points=points_inside(folder / "boundaries.geojson", communities["division_code"].tolist() if has_tickets else [], seed),
        carriers=carriers(categories, communities, units),
    )


def places(divisions: pd.DataFrame, populations: pd.DataFrame) -> pd.DataFrame:
    """The communities with their town, district and residents; the districts, where there is nothing smaller."""
    if not (divisions["level"] == "community").any():
        frame = divisions[divisions["level"] == "district"].reset_index(drop=True)
        frame = frame.assign(official=frame["label"], community_code="", town_code="", town="")
        frame = frame.assign(district_code=frame["division_code"], district=frame["label"])
    else:
        frame = divisions[divisions["level"] == "community"].reset_index(drop=True)
        frame = _in_town(frame.assign(community_code=frame["division_code"]), divisions)
    residents = populations.drop_duplicates("division_code", keep="last").set_index("division_code")["population_count"]
    frame["population"] = frame["division_code"].map(residents).astype(float).fillna(1000.0)
    return frame


def _in_town(frame: pd.DataFrame, divisions: pd.DataFrame) -> pd.DataFrame:
    """Communities with their official name, town and district."""
    labels, parents = (divisions.set_index("division_code")[name] for name in ("label", "parent_code"))
    frame["official"] = frame["aliases"].str.split("|").str[0].where(lambda s: s != "", frame["label"])
    frame["town_code"] = frame["parent_code"]
    frame["town"] = frame["town_code"].map(labels)
    frame["district_code"] = frame["town_code"].map(parents)
    frame["district"] = frame["district_code"].map(labels)
    return frame


def points_inside(path: Path, codes: list[str], seed: int) -> Floats:
    """POINTS_PER_COMMUNITY points inside each outline, drawn nearer to its middle than to its edge."""
    outlines = gpd.read_file(path).set_index("division_code")["geometry"]
    missing = [code for code in codes if code not in outlines.index]
    if missing:
        raise ValueError(f"{path.name}: no outline for {', '.join(missing[:5])}")
    rng = np.random.default_rng([seed, 11])
    found = np.empty((len(codes), POINTS_PER_COMMUNITY, 2))
    for row, code in enumerate(codes):
        outline = outlines[code]
        centre = outline.representative_point()
        west, south, east, north = outline.bounds
        spread = np.array([east - west, north - south]) / 4
        tries = np.array([centre.x, centre.y]) + rng.normal(size=(POINTS_PER_COMMUNITY * 8, 2)) * spread
        inside = tries[shapely.contains_xy(outline, tries[:, 0], tries[:, 1])]
        found[row] = np.resize(np.vstack([inside, [[centre.x, centre.y]]]), (POINTS_PER_COMMUNITY, 2))
    return found


def carriers(categories: pd.DataFrame, communities: pd.DataFrame, units: pd.DataFrame) -> Ints:
    """Who carries a case of a category at a community: city department, district bureau, town or committee."""
    index = {code: row for row, code in enumerate(units["unit_code"])}
    department = categories["unit_code"].map(index).fillna(0).astype(int).to_numpy()
    result = np.repeat(department[:, None], len(communities), axis=1)[None].repeat(len(LEVELS), axis=0)
    facts = units[["unit_code", "parent_code", "division_code", "kind"]].to_numpy().tolist()
    bureaus = {
        (parent, division): index[code]
        # A bureau goes before the teams and institutions of the same trade in its district.
        for code, parent, division, kind in sorted(facts, key=lambda fact: fact[3] == "department")
        if kind != "community" and parent
    }
    for column, place in enumerate(communities[["district_code", "town_code", "division_code"]].to_numpy()):
        result[1, :, column] = [bureaus.get((parent, place[0]), department[row]) for row, parent in enumerate(categories["unit_code"])]
        for level, kind in ((2, "town"), (3, "community")):
            own = units.index[(units["kind"] == kind) & (units["division_code"] == place[level - 1])]
            if len(own):
                result[level, :, column] = own[0]
    return np.asarray(result, dtype=np.int64)
