"""The chance of reaching a target by its due date, with an interval, and what is likely until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dashboard.forecast.holding import chance_to_hold, is_settled
from dashboard.forecast.likely import Likely, chance_above, chance_interval, likely, quantiles
from dashboard.forecast.series import FEWEST, Goal, Series, has_reached, none_because, series_of
from dashboard.forecast.structures import Floats, design

__all__ = ["FEWEST", "OUTSIDE", "SHARES", "Forecast", "Goal", "band", "forecast", "forecasts"]

OUTSIDE = 0.2  # The intervals leave one in five outside.
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
BAND_DAYS = 24  # The band has so many places at most.
NAN = float("nan")


@dataclass(frozen=True)
class Forecast:
    """What is likely of a target. `state`: open | reached, or why there is none: negative | milestones | no_goal | due_past | few.

    `chance` in percent: that its value on the due date is at the target or better; of what is reached, that it still is.
    `low, high`: between what that chance lies with 80 %, as far as the observations tell course and scatter.
    """

    state: str
    chance: float = NAN
    low: float = NAN
    high: float = NAN
    observed: int = 0


Observed = tuple[Sequence[date], Sequence[float], Goal]


def forecasts(many: Sequence[Observed], seen_on: date | None = None) -> list[Forecast]:
    """The forecast of each series of (days, values) with its goal; those observed on the same days are worked out together."""
    found: dict[int, Forecast] = {}
    alike: dict[tuple[tuple[int, ...], int, int | None], list[tuple[int, Series, Goal]]] = defaultdict(list)
    for place, (days, values, goal) in enumerate(many):
        series = series_of(days, values, goal, seen_on)
        why = none_because(series, goal, seen_on)
        if why or goal.due_on is None:
            found[place] = Forecast(why, observed=len(series.days))
        else:
            due = goal.due_on.toordinal()
            alike[(series.days, due, base_of(series, due))].append((place, series, goal))
    # What was observed on other days has another design, but what is read off it is worked out together.
    pools: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    for (at, due, base), group in alike.items():
        asked = _asked(at, due, base, group)
        pools[(asked.made.freedom, asked.made.weight.shape[1])].append(asked)
    for pool in pools.values():
        found.update(_told(pool))
    return [found[place] for place in range(len(many))]


def forecast(days: Sequence[date], values: Sequence[float], goal: Goal, seen_on: date | None = None) -> Forecast:
    """The forecast of one series."""
    return forecasts([(days, values, goal)], seen_on)[0]


@dataclass(frozen=True)
class Asked:
    """Series observed on the same days and due on the same: their places in what was asked, what is likely of them, and their bars."""

    group: list[tuple[int, Series, Goal]]
    made: Likely
    bars: Floats
    steps: int
    begins_anew: bool


def _asked(days: tuple[int, ...], due: int, base: int | None, group: list[tuple[int, Series, Goal]]) -> Asked:
    carried = np.array([0.0 if base is not None else series.carried for _, series, _ in group])
    target = np.array([goal.target for _, _, goal in group], dtype="float64")
    # Less is better: turned over, so that above is always good.
    sign = np.array([goal.sign for _, _, goal in group])
    values = np.stack([series.whole for _, series, _ in group]) * sign[:, None]
    made = likely(values, np.array([way_of(goal) for _, _, goal in group]), design(days, (due,), base))
    steps = max(1, round((due - days[-1]) / float(np.median(np.diff(days)))))
    return Asked(group, made, (target + carried) * sign, steps, base is not None)


def _told(pool: list[Asked]) -> dict[int, Forecast]:
    parts = {name: np.concatenate([getattr(one.made, name) for one in pool]) for name in ("weight", "mean", "scale", "inherent")}
    made, bars = Likely(**parts, freedom=pool[0].made.freedom), np.concatenate([one.bars for one in pool])
    chances, (lows, highs) = chance_above(made, bars)[:, 0], chance_interval(made, bars, OUTSIDE)
    flat = [(one, *each) for one in pool for each in one.group]
    found = {}
    for (one, place, series, goal), bar, chance, low, high in zip(flat, bars, chances, lows, highs, strict=True):
        said = float(chance), float(low), float(high)
        is_held = not one.begins_anew and has_reached(float(series.values[-1]), goal)
        if is_held and is_settled(series.whole, goal.sign):
            said = max(said, chance_to_hold(series.whole, float(bar) * goal.sign, goal.sign, one.steps, OUTSIDE))
        # The chance is a mean and may lie beyond most of what it is the mean of.
        ends = 100 * min(said), 100 * max(said)
        found[place] = Forecast("reached" if is_held else "open", 100 * said[0], *ends, len(series.days))
    return found


def base_of(series: Series, day: int) -> int | None:
    """The last day of the year before, where a count that begins anew is asked for in a later year than it was last seen in."""
    year = date.fromordinal(day).year
    return date(year - 1, 12, 31).toordinal() if series.anew and year > date.fromordinal(series.days[-1]).year else None


def way_of(goal: Goal) -> float:
    """From baseline to target; where these are the same, the target itself."""
    return abs((goal.target or 0.0) - (goal.baseline or 0.0)) or abs(goal.target or 0.0) or 1.0


def band(days: Sequence[date], values: Sequence[float], goal: Goal, seen_on: date | None = None) -> tuple[list[date], Floats]:
    """Days after the last observation up to the due date, and on each the values that SHARES of what is likely lie below.

    Nothing where there is no forecast.
    """
    series = series_of(days, values, goal, seen_on)
    if none_because(series, goal, seen_on) or goal.due_on is None:
        return [], np.empty((0, len(SHARES)))
    last, due = series.days[-1], goal.due_on.toordinal()
    count = min(BAND_DAYS, due - last)
    ahead = [int(day) for day in np.unique(np.round(np.linspace(last, due, count + 1)[1:]))]
    by_base: dict[int | None, list[int]] = defaultdict(list)
    for day in ahead:
        by_base[base_of(series, day)].append(day)
    rows = []
    for base, together in by_base.items():
        made: Likely = likely(series.whole[None] * goal.sign, np.array([way_of(goal)]), design(series.days, tuple(together), base))
        found = quantiles(made, np.array(SHARES))[0] * goal.sign - (0.0 if base is not None else series.carried)
        rows.append(np.clip(np.sort(found, axis=1), goal.floor, goal.ceiling))
    return [date.fromordinal(day) for day in ahead], np.concatenate(rows)
