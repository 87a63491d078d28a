"""The answers known in advance: the slow unit, the hot spots, and how late each unit is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.folder import City, Floats, Ints
from etl.demo.season import Seasons, shares

HOT_TOPICS = ("工业废气", "物业服务不", "社会生活噪")
HOT_SHARE = 0.004  # of all cases, each
HOT_CALLERS = 4
CARRIED_BY = (0.55, 0.20, 0.15, 0.10)  # department, district bureau, town, community committee
SLOW_LATE = 0.38
# Of the cases a unit does not do in time, most are somewhat late, some lie for months, a few are never done.
LATE_PART, STUCK_PART, NEVER_PART = 0.70, 0.295, 0.005


@dataclass(frozen=True)
class Planted:
    """Parameters that hold for every day of a seed."""

    propensity: Floats  # share of cases of each community
    late: Floats  # share of cases each unit does not do in time
    spread: Floats  # sigma of the log of the used share of the limit, by category
    slow_unit: int
    hot_spots: list[tuple[int, int]]  # (category, community)


def plant(city: City, seed: int, seasons: Seasons, tickets: int) -> Planted:
    """Draw the city's lasting traits."""
    rng = np.random.default_rng([seed, 31])
    weight = city.communities["population"].to_numpy() * rng.lognormal(0, 0.45, len(city.communities))
    propensity = weight / weight.sum()
    late = np.clip(rng.beta(1.4, 22, len(city.units)), 0.008, 0.25)
    busy = expected_loads(city, seasons, propensity, tickets)
    topics = city.units["unit_code"].map(city.categories["unit_code"].value_counts()).fillna(0).to_numpy()
    able = np.flatnonzero((city.units["kind"] == "department").to_numpy() & (topics >= min(4, topics.max())))
    # Busy enough to be seen, not so busy that it drags the whole city down.
    slow = int(able[np.argmin(np.abs(busy[able] - 0.025))])
    late[slow] = SLOW_LATE
    spread = rng.uniform(0.7, 1.25, len(city.categories))
    labels = city.categories["label"]
    spots = rng.choice(len(propensity), len(HOT_TOPICS), replace=False, p=propensity)
    hot = [next(iter(labels.index[labels.str.contains(word)]), row) for row, word in enumerate(HOT_TOPICS)]
    return Planted(propensity, late, spread, slow, [(int(c), int(p)) for c, p in zip(hot, spots, strict=True)])


def expected_loads(city: City, seasons: Seasons, propensity: Floats, tickets: int) -> Floats:
    """Expected share of all cases by lead unit."""
    by_platform = seasons.weights / seasons.weights.sum(axis=1, keepdims=True)
    by_category = shares(tickets) @ by_platform
    loads = np.zeros(len(city.units))
    for level, share in enumerate(CARRIED_BY):
        np.add.at(loads, city.carriers[level], share * by_category[:, None] * propensity[None, :])
    return loads


def carrier(city: City, level: Ints, category: Ints, community: Ints) -> Ints:
    """The lead unit of each case."""
    return city.carriers[level, category, community]
