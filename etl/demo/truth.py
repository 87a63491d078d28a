"""Writes down the answers: the true parameters, the planted dirt and what the loader must count."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.dirt import DIRT
from etl.demo.folder import City, Ints
from etl.demo.lives import NEVER
from etl.demo.planted import HOT_CALLERS, HOT_SHARE, LATE_PART, NEVER_PART, STUCK_PART, Planted
from etl.demo.platforms import PLATFORMS
from etl.demo.season import GROWTH, SURGE_DAYS, shares
from etl.demo.tickets import CALLERS, Columns
from etl.demo.world import World

DAY = 86_400
TOPICS_WITH_MEDIANS = 12


def counts(rows: pa.Table) -> dict[str, Any]:
    """Rows of each ticket source by dirt, and what a first load into an empty city must count."""
    seen = pd.DataFrame({"platform": rows["platform"].to_numpy(), "dirt": rows["dirt"].to_pandas().astype(str)})
    result = {}
    for number, platform in enumerate(PLATFORMS):
        found = Counter(seen.loc[seen["platform"] == number, "dirt"])
        # The copy and the older version stand beside their ticket: two rows for each.
        planted = {name: found[name] // (2 if name in ("duplicate_row", "two_versions") else 1) for name in DIRT}
        received = sum(found.values())
        rejected = sum(planted[name] for name, dirt in DIRT.items() if dirt.effect == "rejected")
        duplicates = planted["duplicate_row"]
        result[platform] = {
            "received": received,
            "accepted": received - duplicates - rejected,
            "duplicates": duplicates,
            "rejected": rejected,
            "tickets": received - duplicates - rejected - planted["two_versions"],
            "dirt": planted,
        }
    return result


def plain_counts(dirt_of_rows: list[str]) -> dict[str, Any]:
    """The same of a source that sends no tickets."""
    found = Counter(dirt_of_rows)
    dirt = {name: count // (2 if name == "duplicate_row" else 1) for name, count in sorted(found.items()) if name}
    rejected, duplicates = dirt.get("missing_number", 0) + dirt.get("bad_date", 0), dirt.get("duplicate_row", 0)
    taken = len(dirt_of_rows) - rejected - duplicates
    return {"received": len(dirt_of_rows), "accepted": taken, "duplicates": duplicates, "rejected": rejected, "dirt": dirt}


def parameters(world: World) -> dict[str, Any]:
    """What the generator knows: shares, units, surges, hot spots, and how long cases truly take."""
    city, planted, lives, tickets = world.city, world.planted, world.lives, world.tickets
    seasons = world.season(world.first, (world.drawn_to - world.first).days + 1)
    labels = city.categories["label"].tolist()
    communities, units = city.communities, city.units
    share = (shares(tickets) @ (seasons.weights / seasons.weights.sum(axis=1, keepdims=True))).tolist()
    last = int(lives["day"].max()) if len(lives["day"]) else 0
    surges = [surge for surge in seasons.surges if surge.first <= last]
    told = [
        {
            "first_on": str(np.datetime64(surge.first, "D")),
            "days": SURGE_DAYS,
            "category_code": city.categories["category_code"][surge.category],
            "category": labels[surge.category],
            "town_code": surge.town_code,
        }
        for surge in surges
    ]
    return {
        "growth_per_year": GROWTH,
        "platform_shares": dict(zip(PLATFORMS, shares(tickets).tolist(), strict=True)),
        "category_shares": dict(zip(city.categories["category_code"].tolist(), share, strict=True)),
        "resolution": resolution(city, planted, lives),
        "late_share_by_unit": dict(zip(units["unit_code"].tolist(), planted.late.tolist(), strict=True)),
        "late_parts": {"somewhat": LATE_PART, "stuck": STUCK_PART, "never": NEVER_PART},
        "slow_unit": {"unit_code": units["unit_code"][planted.slow_unit], "label": units["label"][planted.slow_unit]},
        "surge": told[-1] if told else None,
        "surges": told,
        "hot_spots": [
            {
                "category_code": city.categories["category_code"][topic],
                "category": labels[topic],
                "community_code": communities["division_code"][place],
                "community": communities["label"][place],
                "callers": HOT_CALLERS,
                "share": HOT_SHARE,
                "tickets": hot_count(lives, topic, place, number),
            }
            for number, (topic, place) in enumerate(planted.hot_spots)
        ],
    }


def hot_count(lives: Columns, topic: int, place: int, number: int) -> int:
    """Calls of the hot spot's own callers in the whole window, the hours after `until` included."""
    caller = lives["caller"].astype("int64")
    its_own = (caller >= CALLERS + number * HOT_CALLERS) & (caller < CALLERS + (number + 1) * HOT_CALLERS)
    return int((its_own & (lives["category"] == topic) & (lives["community"] == place)).sum())


def resolution(city: City, planted: Planted, lives: Columns) -> list[dict[str, Any]]:
    """True calendar days from report to resolution, open cases followed to their end, for the busiest categories."""
    category = lives["category"].astype("int64")
    counted = (lives["withdrawn_at"].astype("int64") == NEVER) & (lives["origin_day"].astype("int64") < 0)
    reported, resolved = (lives[name].astype("int64") for name in ("reported_at", "resolved_at"))
    days = np.where(resolved < NEVER, (resolved - reported) / DAY, np.inf)
    on_time = resolved <= lives["close_due"].astype("int64")
    result = []
    for topic in busiest(category, TOPICS_WITH_MEDIANS):
        rows = counted & (category == topic)
        p50, p90 = np.quantile(days[rows], [0.5, 0.9], method="inverted_cdf")
        result.append({
            "category_code": city.categories["category_code"][topic], "category": city.categories["label"][topic],
            "tickets": int(rows.sum()), "p50_days": round(float(p50), 4), "p90_days": finite(float(p90)),
            "on_time_share": round(float(on_time[rows].mean()), 4), "sigma": round(float(planted.spread[topic]), 4),
        })  # fmt: skip
    return result


def finite(value: float) -> float | None:
    """A number JSON can hold; None for a quantile that is never reached."""
    return round(value, 4) if np.isfinite(value) else None


def busiest(category: Ints, count: int) -> list[int]:
    """The most frequent categories, the commonest first."""
    frequency = np.bincount(category)
    return [int(topic) for topic in np.argsort(-frequency, kind="stable")[:count] if frequency[topic]]
