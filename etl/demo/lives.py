"""How each ticket goes on: every stage to come, whether it is late, and what the citizen thinks of it."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from etl.demo.clock import DAY, Clock
from etl.demo.draws import Draws
from etl.demo.folder import City, Floats, Ints
from etl.demo.planted import LATE_PART, NEVER_PART, STUCK_PART, Planted
from etl.demo.platforms import DESKS, HOTLINE
from etl.demo.tickets import Columns

NEVER = 2**40  # seconds: after every `until`
STAGES = ("reported", "accepted", "filed", "dispatched", "signed", "resolved", "verified", "closed", "rated")
# The moments at which a case changes: the last of them that has come is when it was updated.
EVENTS = (*(f"{stage}_at" for stage in STAGES), "supervised_at", "extended_at", "withdrawn_at")
ON_THE_SPOT = np.array([desk.is_on_the_spot for desk in DESKS.values()])
RATED = np.array([desk.is_rated for desk in DESKS.values()])
FALLBACK = {"accept": "2 work_hour", "dispatch": "4 work_hour", "sign": "4 work_hour", "close": "5 work_day"}


def quantile(share: Floats) -> Floats:
    """The standard normal's (1 - share) quantile, to 0.0005 (Abramowitz and Stegun 26.2.23)."""
    tail = np.minimum(share, 1 - share)
    t = np.sqrt(-2 * np.log(tail))
    value = t - (2.515517 + 0.802853 * t + 0.010328 * t**2) / (1 + 1.432788 * t + 0.189269 * t**2 + 0.001308 * t**3)
    return np.asarray(np.where(share <= 0.5, value, -value))


def limits(city: City, stage: str) -> tuple[Floats, npt.NDArray[np.str_]]:
    """Amount and unit of a stage's limit, by category."""
    texts = [text or FALLBACK[stage] for text in city.categories[f"{stage}_limit"]]
    parts = [re.split(r"\s+", text.strip()) for text in texts]
    return np.array([float(part[0]) for part in parts]), np.array([part[1] for part in parts])


def stages(city: City, draws: Draws, told: Columns, clock: Clock, planted: Planted) -> dict[str, Ints]:
    """`<stage>_at` of all STAGES but rated, `close_due`, `withdrawn_at`; NEVER where it will not come."""
    category, unit = told["category"].astype("int64"), told["unit"].astype("int64")
    bell, chance = draws.normals, draws.uniforms
    reported = told["reported_at"].astype("int64")

    def step(start: Ints, stage: str, share: Floats) -> tuple[Ints, Ints]:
        amount, unit_of = limits(city, stage)
        due = clock.due(start, amount[category], unit_of[category])
        return due, clock.part(start, due, share, np.char.startswith(unit_of, "work")[category])

    _, accepted = step(reported, "accept", np.exp(1.1 * bell["accept"] - 2.2))
    quick = reported + (60 * np.exp(0.8 * bell["accept"] + 1.1)).astype("int64")
    accepted = np.where(told["platform"] == HOTLINE, np.minimum(accepted, quick), accepted)
    _, dispatched = step(accepted, "dispatch", np.exp(1.0 * bell["dispatch"] - 2.1))
    filed = accepted + ((dispatched - accepted) * (0.2 + 0.6 * chance["filed"])).astype("int64")
    _, signed = step(dispatched, "sign", np.exp(1.0 * bell["sign"] - 1.9))
    close_due, _ = step(accepted, "close", np.zeros(len(reported)))
    spread = planted.spread[category]
    late = planted.late[unit]
    used = np.exp(spread * (bell["resolve"] - quantile(LATE_PART * late)))
    working = np.char.startswith(limits(city, "close")[1], "work")[category]
    resolved = clock.part(signed, np.maximum(close_due, signed + 1800), used, working)
    resolved = np.where(~working & (used < 1), by_daylight(resolved, signed, chance["fade"]), resolved)
    stuck = chance["stuck"] < STUCK_PART * late
    wait = (DAY * 32 * (-np.log(1 - chance["fade"])) ** 1.25).astype("int64")
    resolved = np.where(stuck, clock.at(clock.worked(np.maximum(close_due, signed) + wait) + 1), resolved)
    times = {"accepted": accepted, "filed": filed, "dispatched": dispatched, "signed": signed, "resolved": resolved}
    hurry(times, reported, chance["swift"], ON_THE_SPOT[told["platform"].astype("int64")], bell["tail"])
    times["verified"] = clock.at(clock.worked(times["resolved"]) + (5400 * np.exp(bell["verify"])).astype("int64"))
    times["verified"] = np.maximum(times["verified"], times["resolved"] + 60)
    times["closed"] = clock.at(clock.worked(times["verified"]) + (2400 * np.exp(bell["close"])).astype("int64"))
    times["closed"] = np.maximum(times["closed"], times["verified"])
    withdrawn = np.where(chance["withdrawn"] < 0.008, times["accepted"] + (chance["fade"] * 36_000).astype("int64"), NEVER)
    end(times, withdrawn, chance["never"] < NEVER_PART * late)
    return {
        "reported_at": reported,
        **{f"{name}_at": at for name, at in times.items()},
        "close_due": close_due,
        "withdrawn_at": withdrawn,
    }


def by_daylight(resolved: Ints, signed: Ints, chance: Floats) -> Ints:
    """Move what would be done at night to the evening before, where the order had been signed by then."""
    second = resolved % DAY
    evening = resolved - second + 63_000 + (chance * 9_000).astype("int64")
    earlier = np.where(second < 8 * 3600, evening - DAY, np.where(second > 20 * 3600, evening, resolved))
    return np.where(earlier > signed + 1200, earlier, resolved)


def hurry(times: dict[str, Ints], reported: Ints, chance: Floats, may: npt.NDArray[np.bool_], bell: Floats) -> None:
    """A few cases seen on the spot run through in minutes: three at the fastest."""
    rows = np.flatnonzero(may & (chance < 0.03))
    total = (180 + 420 * np.abs(bell[rows])).astype("int64")
    for number, name in enumerate(("accepted", "filed", "dispatched", "signed", "resolved")):
        times[name][rows] = reported[rows] + (total * (0.1, 0.15, 0.25, 0.4, 1.0)[number]).astype("int64")


def end(times: dict[str, Ints], withdrawn: Ints, never: npt.NDArray[np.bool_]) -> None:
    """What comes after a withdrawal does not come; some cases are never done."""
    gone = (withdrawn < NEVER) & (withdrawn <= times["resolved"])
    withdrawn[~gone] = NEVER
    for name, at in times.items():
        at[gone & (at > withdrawn)] = NEVER
        if name in ("resolved", "verified", "closed"):
            at[never] = NEVER


def opinions(draws: Draws, life: dict[str, Ints], platform: Ints) -> Columns:
    """Ratings and the counts of what went astray, each with the moment from which it shows."""
    chance = draws.uniforms
    late = life["resolved_at"] > life["close_due"]
    asks = RATED[platform] & (life["closed_at"] < NEVER)
    asked = asks & (chance["asked"] < 0.92)
    rates = asked & (chance["rating"] < 0.45)
    wait = (64_800 * np.exp(0.9 * draws.normals["rate"])).astype("int64")
    score = np.where(
        late,
        np.searchsorted([0.18, 0.30, 0.45, 0.70], chance["score"]),
        np.searchsorted([0.03, 0.055, 0.12, 0.38], chance["score"]),
    )
    bar = np.array([0.08, 0.2, 0.75, 0.97, 0.99])[score]
    stays = life["withdrawn_at"] == NEVER
    urged = np.where(chance["supervision"] < 0.012, life["signed_at"] + (life["resolved_at"] - life["signed_at"]) // 2, NEVER)
    extended = stays & (chance["extension"] < 0.06) & (life["resolved_at"] > life["close_due"] - DAY)
    return {
        "rated_at": np.where(rates, life["closed_at"] + wait, NEVER),
        "satisfaction": score + 1,
        "is_solved": chance["solved"] < bar,
        "is_asked": asked,
        "rework_count": np.where(chance["rework"] < 0.025, 1 + (chance["rework"] < 0.002), 0),
        "refusal_count": np.where(chance["refusal"] < 0.03, 1 + (chance["refusal"] < 0.003), 0),
        "supervised_at": np.where(stays, np.where(late, np.maximum(life["close_due"], life["signed_at"]), urged), NEVER),
        "extended_at": np.where(
            extended,
            np.maximum(np.minimum(life["close_due"] - DAY // 2, life["resolved_at"]), life["signed_at"]),
            NEVER,
        ),
    }
