"""Tickets with their whole future: what is reported, where, by whom, and who is to carry it."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from etl.demo.clock import DAY
from etl.demo.dirt import DIRTY_BELOW
from etl.demo.draws import Draws, draw
from etl.demo.folder import POINTS_PER_COMMUNITY, City, Floats, Ints
from etl.demo.planted import CARRIED_BY, HOT_CALLERS, HOT_SHARE, Planted, carrier
from etl.demo.platforms import DESKS, GRID, HOTLINE, MINI_PROGRAM
from etl.demo.season import Seasons, categories_of, shares

Columns = dict[str, npt.NDArray[np.generic]]

TOPIC = 1
CALLERS = 60_000
DUPLICATE_SHARE = 0.015
UNIFORMS = (
    "platform category community hour hot caller carrier assist assist2 point secret duplicate gap never stuck swift "
    "withdrawn asked rating score solved rework refusal supervision extension dirt word1 word2 word3 word4 filed fade"
)
NORMALS = "accept dispatch sign resolve verify close rate tail jitter_x jitter_y"
CALLED = (HOTLINE, MINI_PROGRAM)  # hot spots call, and so do those who call twice
HOT_BY = 0.56  # the share of those two


def draw_tickets(seed: int, first: date, seasons: Seasons) -> Draws:
    """The chance behind every ticket of the window."""
    return draw(seed, TOPIC, first, seasons.rates, seasons.extras, UNIFORMS, NORMALS)


def reports(city: City, draws: Draws, seasons: Seasons, planted: Planted, first_day: int, tickets: int) -> Columns:
    """What the caller tells: day, platform, category, community, reported_at (s), caller; day and place of the case it repeats, or -1."""
    platform = draws.pick("platform", shares(tickets).tolist())
    category = categories_of(seasons, draws.day - first_day, platform, draws.uniforms["category"])
    community = draws.pick("community", planted.propensity.tolist())
    caller = (CALLERS * draws.uniforms["caller"] ** 1.7).astype("int64")
    for surge in seasons.surges:
        rows = np.flatnonzero(draws.is_extra & (draws.day >= surge.first) & (draws.day < surge.first + 10))
        inside = np.flatnonzero(city.communities["town_code"].to_numpy() == surge.town_code)
        category[rows] = surge.category
        community[rows] = inside[(draws.uniforms["community"][rows] * len(inside)).astype(int)]
        platform[rows] = np.where(platform[rows] == GRID, GRID, HOTLINE)
    for number, (topic, place) in enumerate(planted.hot_spots):
        low = number * HOT_SHARE / HOT_BY
        chance = draws.uniforms["hot"]
        hot = (chance >= low) & (chance < low + HOT_SHARE / HOT_BY) & np.isin(platform, CALLED) & ~draws.is_extra
        category[hot], community[hot] = topic, place
        caller[hot] = CALLERS + number * HOT_CALLERS + (draws.uniforms["caller"][hot] * HOT_CALLERS).astype("int64")
    columns = {"platform": platform, "category": category, "community": community, "caller": caller}
    columns["second"] = seconds_of_day(platform, draws.uniforms["hour"])
    origin = copy_duplicates(draws, columns)
    columns["origin_day"] = np.where(origin >= 0, draws.day[origin], -1)
    columns["origin_place"] = np.where(origin >= 0, draws.place_in_day[origin], -1)
    return {"day": draws.day, "reported_at": draws.day * DAY + columns.pop("second"), **columns}


def seconds_of_day(platform: Ints, chance: Floats) -> Ints:
    """The second of the day of each report, following its platform's rhythm."""
    result = np.empty(len(chance))
    for number, desk in enumerate(DESKS.values()):
        rows = platform == number
        running = np.concatenate([[0.0], np.cumsum(desk.hours)])
        result[rows] = np.interp(chance[rows], running / running[-1], np.arange(25) * 3600.0)
    return np.minimum(result, DAY - 1).astype("int64")


def copy_duplicates(draws: Draws, columns: dict[str, Ints]) -> Ints:
    """Make some calls repeats of the one before them that day on their platform; returns that row, or -1."""
    order = np.lexsort((draws.place_in_day, columns["platform"], draws.day))
    before = np.empty_like(order)
    before[order] = np.roll(order, 1)
    clean = draws.uniforms["dirt"] >= DIRTY_BELOW
    chosen = (draws.uniforms["duplicate"] < DUPLICATE_SHARE) & np.isin(columns["platform"], CALLED) & clean
    fits = (draws.day[before] == draws.day) & (columns["platform"][before] == columns["platform"])
    fits[order[:1]] = False  # none is before the first
    rows = np.flatnonzero(chosen & fits & ~chosen[before] & clean[before] & (columns["second"][before] < DAY - 900))
    for name in ("category", "community", "caller"):
        columns[name][rows] = columns[name][before[rows]]
    start = columns["second"][before[rows]]
    columns["second"][rows] = start + 60 + ((DAY - 1 - start - 60) * draws.uniforms["gap"][rows] ** 2).astype("int64")
    result = np.full(len(draws), -1)
    result[rows] = before[rows]
    return result


def bearings(city: City, draws: Draws, told: Columns) -> Columns:
    """Where on the map, and whose: lon, lat, unit, up to two assisting units (or -1), secrecy, words."""
    chance = draws.uniforms
    category, community = told["category"].astype("int64"), told["community"].astype("int64")
    level = draws.pick("carrier", list(CARRIED_BY))
    unit = carrier(city, level, category, community)
    point = city.points[community, (chance["point"] * POINTS_PER_COMMUNITY).astype(int)]
    town = city.carriers[2, category, community]
    department = city.carriers[0, category, community]
    assist = np.where(level == 0, town, department)
    second = city.carriers[1, category, community]
    has_first = (chance["assist"] < 0.07) & (assist != unit)
    has_second = has_first & (chance["assist2"] < 0.2) & (second != unit) & (second != assist)
    return {
        "unit": unit,
        "assist1": np.where(has_first, assist, -1),
        "assist2": np.where(has_second, second, -1),
        "lon": np.round(point[:, 0] + 0.0004 * np.clip(draws.normals["jitter_x"], -2, 2), 6),
        "lat": np.round(point[:, 1] + 0.0003 * np.clip(draws.normals["jitter_y"], -2, 2), 6),
        "is_secret": chance["secret"] < 0.003,
        "place_in_day": draws.place_in_day,
        **{name: chance[name] for name in ("word1", "word2", "word3", "word4", "dirt")},
    }
