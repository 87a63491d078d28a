"""What a forecast is made of: a goal, the observations that count, and a count that begins anew every year told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from dashboard.forecast.structures import Floats

FEWEST = 6
# What is left of a count after a new year began, at most, for it to be one that begins anew.
ANEW = 0.5


@dataclass(frozen=True)
class Goal:
    """From `baseline` to `target` by `due_on`; `better` is up or down, values keep between `floor` and `ceiling`."""

    baseline: float | None
    target: float | None
    better: str = "up"
    start_on: date | None = None
    due_on: date | None = None
    floor: float = -np.inf
    ceiling: float = np.inf
    # A rate does not begin anew, however it falls in January.
    is_rate: bool = False
    # What is expected at the due date is asked of no gate, and of no task that goes from milestone to milestone.
    none_because: str = ""

    @property
    def sign(self) -> float:
        return -1.0 if self.better == "down" else 1.0


@dataclass(frozen=True)
class Series:
    """Observations as they count: `days` (ordinals), `values` as reported, `whole` without the new beginnings, and the days those came."""

    days: tuple[int, ...]
    values: Floats
    whole: Floats
    anew: tuple[int, ...] = ()

    @property
    def carried(self) -> float:
        """What the whole series had when the current year began."""
        return float(self.whole[-1] - self.values[-1])


def series_of(days: Sequence[date], values: Sequence[float], goal: Goal, seen_on: date | None = None) -> Series:
    """The observations that count, in order: known, by `seen_on` and by the due date, the last of those of one day."""
    last = min((day for day in (seen_on, goal.due_on) if day is not None), default=date.max)
    held = {
        day.toordinal(): float(value)
        for day, value in sorted(zip(days, values, strict=True), key=lambda pair: pair[0])
        if value is not None and np.isfinite(value) and day <= last
    }
    found = np.array(list(held.values()), dtype="float64")
    anew = () if goal.is_rate else _new_beginnings(tuple(held), found)
    whole = found.copy()
    for place in anew:
        whole[place:] += found[place - 1]
    return Series(tuple(held), found, whole, anew)


def _new_beginnings(days: tuple[int, ...], values: Floats) -> tuple[int, ...]:
    """Where a count of a year begins anew: it falls steeply over every new year, and at no other time."""
    years = np.array([date.fromordinal(day).year for day in days])
    places = np.flatnonzero(np.diff(years) > 0) + 1
    if not len(places) or (values < 0).any():
        return ()
    steps = np.diff(values)
    is_new = np.zeros(len(steps), dtype=bool)
    is_new[places - 1] = True
    falls = values[places] <= ANEW * values[places - 1]
    return tuple(int(place) for place in places) if falls.all() and (steps[is_new] < 0).all() and (steps[~is_new] >= 0).all() else ()


def none_because(series: Series, goal: Goal, seen_on: date | None = None) -> str:
    """Why there is no forecast: `negative`, `milestones`, `no_goal`, `due_past`, `few`; empty where there is one."""
    if goal.none_because:
        return goal.none_because
    if goal.target is None or goal.due_on is None:
        return "no_goal"
    if (seen_on is not None and goal.due_on < seen_on) or (series.days and series.days[-1] >= goal.due_on.toordinal()):
        return "due_past"
    return "few" if len(series.days) < FEWEST else ""


def has_reached(value: float, goal: Goal) -> bool:
    return goal.target is not None and goal.sign * (value - goal.target) >= -1e-9 * max(abs(goal.target), 1.0)
