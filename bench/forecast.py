"""`python -m bench.forecast`: does a forecast hold what it promises? Judged in made worlds whose futures are known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from bench.processes import FUTURES, Floats, World, settled_worlds, worlds
from bench.timing import print_table, seconds_of
from dashboard.forecast import Forecast, Goal, base_of, forecasts, way_of
from dashboard.forecast.likely import likely, quantiles
from dashboard.forecast.series import series_of
from dashboard.forecast.structures import design

SEED = 20261122
FIRST = pd.Period("2024-01", "M")
PROMISED = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}


@dataclass(frozen=True)
class Judged:
    """One world: what was said of each series (S), and what came (S, FUTURES)."""

    world: World
    chance: Floats
    low: Floats
    high: Floats
    hit: Floats
    line: Floats
    schedule: Floats
    ends: Floats

    def covered(self, promise: int) -> Floats:
        """Whether each future lies in the band of a promise, whose lower and upper ends are in `ends`."""
        low, high = self.ends[:, list(PROMISED).index(promise)].T
        came = self.world.futures
        return np.asarray((came >= low[:, None] - 1e-9) & (came <= high[:, None] + 1e-9), dtype="float64")


def main(series: Annotated[int, typer.Option(help="Series of each process at each length.")] = 100) -> None:
    """Print coverage, reliability and Brier scores; nothing is asserted."""
    began = perf_counter()
    judged = [judge(world) for world in worlds(series, SEED)]
    show_coverage(judged)
    show_reliability(judged)
    show_scores(judged)
    show_holding([judge(world) for world in settled_worlds(series, SEED)])
    show_cost(SEED)
    print(f"{perf_counter() - began:.0f} s, {sum(len(one.chance) for one in judged):,} series of {FUTURES} futures each")


def day_of(month: int) -> date:
    """The last day of a month counted from the first."""
    return (FIRST + month).end_time.date()


def judge(world: World) -> Judged:
    days, due = [day_of(int(month)) for month in world.months], day_of(world.due)
    goals = [goal_of(world, baseline, target, due) for baseline, target in zip(world.baseline, world.target, strict=True)]
    said = forecasts([(days, row.tolist(), goal) for row, goal in zip(world.seen, goals, strict=True)])
    hit = (world.futures >= world.target[:, None] - 1e-9).astype("float64")
    ends = np.clip(_ends(world, days, due, goals), 0.0, world.ceiling)
    line, schedule = _naive(world, days, due)
    return Judged(world, *_parts(said), hit, line, schedule, ends)


def goal_of(world: World, baseline: float, target: float, due: date) -> Goal:
    is_rate = world.ceiling < np.inf
    return Goal(float(baseline), float(target), "up", day_of(0), due, 0.0, world.ceiling, is_rate=is_rate)


def _parts(said: list[Forecast]) -> tuple[Floats, Floats, Floats]:
    """Chance and ends of its interval, as shares."""
    return tuple(np.array([getattr(one, name) for one in said]) / 100 for name in ("chance", "low", "high"))  # type: ignore[return-value]


def _ends(world: World, days: list[date], due: date, goals: list[Goal]) -> Floats:
    """The ends of the bands on the due date (S, promises, 2); series that begin anew at other times are worked out apart."""
    held = [series_of(days, row.tolist(), goal) for row, goal in zip(world.seen, goals, strict=True)]
    found, alike = np.empty((len(held), len(PROMISED), 2)), defaultdict(list)
    for place, series in enumerate(held):
        alike[base_of(series, due.toordinal())].append(place)
    shares = np.array([share for ends in PROMISED.values() for share in ends])
    for base, places in alike.items():
        values = np.stack([held[place].whole for place in places])
        ways = np.array([way_of(goals[place]) for place in places])
        carried = np.array([0.0 if base is not None else held[place].carried for place in places])
        made = likely(values, ways, design(held[places[0]].days, (due.toordinal(),), base))
        found[places] = (quantiles(made, shares)[:, 0] - carried[:, None]).reshape(len(places), -1, 2)
    return found


def _naive(world: World, days: list[date], due: date) -> tuple[Floats, Floats]:
    """What one says without a forecast: yes where a straight line through all reports gets there, or where progress keeps pace now."""
    at = np.array([day.toordinal() for day in days], dtype="float64")
    slope, level = np.polyfit(at - at[0], world.seen.T, 1)
    line = level + slope * (due.toordinal() - at[0]) >= world.target
    begin = day_of(-1).toordinal()
    elapsed = (at[-1] - begin) / (due.toordinal() - begin)
    keeps = world.seen[:, -1] - world.baseline >= elapsed * (world.target - world.baseline)
    return line.astype("float64"), keeps.astype("float64")


def show_coverage(judged: list[Judged]) -> None:
    """How often what came lay in the bands, and how often the true chance, over all futures of a series, in the interval of the chance."""
    rows = []
    for name, group in (*_by_process(judged).items(), ("all", judged)):
        shares = [np.mean([one.covered(promise).mean() for one in group]) for promise in PROMISED]
        below = np.mean([(one.world.futures < one.ends[:, 1, :1]).mean() for one in group])
        above = np.mean([(one.world.futures > one.ends[:, 1, 1:]).mean() for one in group])
        rows.append((name, *(f"{100 * share:.1f}" for share in (*shares, below, above, np.mean([_interval(one) for one in group])))))
    heads = ("process", *(f"{promise} %" for promise in PROMISED), "below 80 %", "above 80 %", "true chance in 80 %")
    print_table("Share of what came inside the bands on the due date, in %", heads, rows)


def _interval(one: Judged) -> float:
    """The true chance is known to one future more or less only."""
    true, grain = one.hit.mean(axis=1), 0.5 / FUTURES
    return float(((true >= one.low - grain) & (true <= one.high + grain)).mean())


def show_reliability(judged: list[Judged]) -> None:
    """What came of chances said alike."""
    said = np.concatenate([np.repeat(one.chance, FUTURES) for one in judged])
    came = np.concatenate([one.hit.ravel() for one in judged])
    rows = []
    for low, high in pairwise((0.0, 0.01, *(step / 10 for step in range(1, 10)), 0.99, 1.0)):
        held = (said >= low) & ((said < high) | (high == 1.0))
        row = (
            (f"{held.mean() * 100:.1f}", f"{100 * said[held].mean():.1f}", f"{100 * came[held].mean():.1f}")
            if held.any()
            else ("0", "—", "—")
        )
        rows.append((f"{100 * low:.0f}–{100 * high:.0f} %", *row))
    print_table("Reliability of the chance", ("chance said", "of all, %", "mean said, %", "came, %"), rows)


def show_scores(judged: list[Judged]) -> None:
    """Mean squared distance of what was said from what came: 0 is perfect, 0.25 is a tossed coin."""
    rows = []
    for name, group in (*_by_process(judged).items(), ("all", judged)):
        scores = [
            np.mean([((getattr(one, said)[:, None] - one.hit) ** 2).mean() for one in group]) for said in ("chance", "line", "schedule")
        ]
        share = np.mean([one.hit.mean() for one in group])
        rows.append((name, *(f"{score:.3f}" for score in scores), f"{share * (1 - share):.3f}"))
    print_table("Brier score", ("process", "forecast", "straight line", "keeps pace now", "always the share"), rows)


def show_holding(judged: list[Judged]) -> None:
    """Of what stood at its target when it was last seen: the chance said that it still does, and how often it did."""
    rows = [
        (
            one.world.name,
            f"{100 * one.chance.mean():.1f}",
            f"{100 * one.hit.mean():.1f}",
            f"{((one.chance[:, None] - one.hit) ** 2).mean():.3f}",
        )
        for one in judged
    ]
    print_table("Already at the target", ("process", "mean said, %", "came, %", "Brier"), rows)


def show_cost(seed: int) -> None:
    """How long a ledger of 108 targets and 2,160 parts takes, every part with 17 reports: on the same days, and each on days of its own."""
    rng = np.random.default_rng(seed)
    days, due = [day_of(month) for month in range(17)], day_of(19)
    values = rng.uniform(1, 5, (2_160, 17)).cumsum(axis=1)
    goal = Goal(0.0, 60.0, "up", days[0], due)
    own = [[day - timedelta(days=int(late)) for day, late in zip(days, rng.integers(0, 9, 17), strict=True)] for _ in values]
    rows = []
    for name, dates in (("the same days", [days] * len(values)), ("days of its own", own)):
        asked = [(each, row.tolist(), goal) for each, row in zip(dates, values, strict=True)]
        design.cache_clear()
        rows.append((name, *(f"{seconds_of(lambda many=many: forecasts(many), runs=1):.2f}" for many in (asked[::20], asked))))  # type: ignore[misc]
    print_table("Seconds for a ledger, before its answers are remembered", ("reports on", "108 targets", "2,160 parts"), rows)


def _by_process(judged: list[Judged]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[one.world.name].append(one)
    return found


if __name__ == "__main__":
    typer.run(main)
