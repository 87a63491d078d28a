"""How a series may go on: shapes of its course and ways it scatters about it, worked out for the days it was observed on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
YEAR = 365.25
# A yearly course is thought of only where so much of a year was seen.
SEEN_OF_A_YEAR = 0.75
COURSE = 2  # What a course has: where it begins, and how steep it is.
STRAIGHT = 0.0


@dataclass(frozen=True)
class Structure:
    """A course (straight, or levelling off within `levels_off` of the time seen) and what its scatter is made of, in shares."""

    levels_off: float
    scatter: tuple[tuple[str, float], ...]
    weight: float = 1.0


# white: each report by itself · walk: what changes stays · drift: the pace itself changes · echo: what is off fades from report to
# report, keeping 50 or 80 % · year: a course that returns every year.
Scatter = tuple[tuple[str, float], ...]
SCATTERS: dict[Scatter, float] = {
    (("white", 1.0),): 1.0,
    (("walk", 1.0),): 8.0,
    (("walk", 0.75), ("white", 0.25)): 2.0,
    (("walk", 0.4), ("white", 0.6)): 1.0,
    (("echo50", 1.0),): 0.5,
    (("echo80", 1.0),): 0.5,
    (("drift", 0.98), ("white", 0.02)): 1.0,
    (("drift", 0.85), ("white", 0.15)): 1.0,
    (("drift", 0.5), ("white", 0.5)): 1.0,
    (("drift", 0.5), ("walk", 0.5)): 3.0,
    (("year", 0.8), ("white", 0.2)): 1.0,
    (("year", 0.5), ("white", 0.5)): 1.0,
    (("year", 0.5), ("walk", 0.3), ("white", 0.2)): 1.0,
}
BENT: tuple[Scatter, ...] = ((("white", 1.0),), (("walk", 0.75), ("white", 0.25)), (("walk", 0.4), ("white", 0.6)))
STRUCTURES = (
    *(Structure(STRAIGHT, scatter, weight) for scatter, weight in SCATTERS.items()),
    *(Structure(bend, scatter, weight) for bend, weight in ((0.35, 1.0), (1.0, 1.0), (-0.6, 1.0)) for scatter in BENT),
)


@dataclass(frozen=True)
class Design:
    """What follows from the days alone, by structure (G): everything that is asked of a series is then linear or quadratic in it.

    `weight` (G) logarithms, before the values were seen; `rest` (G, n, n) the squares left over are y′ rest y; `mean` (G, H, n) what is
    expected on each of H days is mean · y; `spread` (G, H) its variance and `inherent` (G, H) the part of it that knowing the course
    exactly would leave, both for scatter of one.
    """

    weight: Floats
    rest: Floats
    mean: Floats
    spread: Floats
    inherent: Floats

    @property
    def freedom(self) -> int:
        return int(self.rest.shape[1]) - COURSE


@lru_cache(maxsize=256)
def design(days: tuple[int, ...], ahead: tuple[int, ...], base: int | None = None) -> Design:
    """The design of a series observed on `days` and asked for on days `ahead`, both counted from anywhere, ascending.

    With `base` the difference from that day is asked for: a count that begins anew every year stands at what came since.
    """
    n, span = len(days), float(days[-1] - days[0])
    extra = () if base is None else (base,)
    times = (np.array([*days, *ahead, *extra], dtype="float64") - days[0]) / span
    held = [one for one in STRUCTURES if span >= SEEN_OF_A_YEAR * YEAR or all(name != "year" for name, _ in one.scatter)]
    course, scatter = _courses(held, times, n), _scatters(held, times, n, span)
    if base is not None:
        # Each day asked for less the day it is counted from.
        turn = np.eye(len(times))[:-1]
        turn[n:, -1] = -1.0
        course, scatter = turn @ course, turn @ scatter @ turn.T
    seen, later, between = scatter[:, :n, :n], scatter[:, n:, n:], scatter[:, n:, :n]
    inverse = np.linalg.inv(seen)
    weighed = course[:, :n].swapaxes(1, 2) @ inverse
    covariance = np.linalg.inv(weighed @ course[:, :n])
    fit, gain = covariance @ weighed, between @ inverse
    left = course[:, n:] - gain @ course[:, :n]
    inherent = np.maximum(np.einsum("ghh->gh", later) - (gain * between).sum(axis=2), 1e-12)
    rest = inverse - weighed.swapaxes(1, 2) @ fit
    weight = np.log([one.weight for one in held]) + 0.5 * (np.linalg.slogdet(covariance)[1] - np.linalg.slogdet(seen)[1])
    spread = inherent + (left @ covariance * left).sum(axis=2)
    return Design(weight, (rest + rest.swapaxes(1, 2)) / 2, gain + left @ fit, spread, inherent)


def _courses(held: list[Structure], times: Floats, n: int) -> Floats:
    """Level and slope of each structure at all times; the slope's column is centred and of length one where it was observed."""
    known = {bend: _course(bend, times, n) for bend in {one.levels_off for one in held}}
    return np.stack([known[one.levels_off] for one in held])


def _course(levels_off: float, times: Floats, n: int) -> Floats:
    risen = times if levels_off == STRAIGHT else np.expm1(-times / levels_off)
    risen = risen - risen[:n].mean()
    return np.column_stack([np.ones(len(times)), risen / np.linalg.norm(risen[:n])])


def _scatters(held: list[Structure], times: Floats, n: int, span: float) -> Floats:
    """The covariance of each structure: its parts scatter alike about a straight course, by their shares."""
    line = _course(STRAIGHT, times, n)[:n]
    off = np.eye(n) - line @ np.linalg.pinv(line)
    names = sorted({name for one in held for name, _ in one.scatter})
    parts = [_part(name, times, n, span) for name in names]
    alike = np.stack([part * (n - COURSE) / (off * part[:n, :n]).sum() for part in parts])
    shares = np.array([[dict(one.scatter).get(name, 0.0) for name in names] for one in held])
    # Without a grain of its own a covariance of few ways cannot be turned around.
    return np.asarray(np.einsum("gp,pij->gij", shares, alike) + 1e-9 * np.eye(len(times)))


def _part(name: str, times: Floats, n: int, span: float) -> Floats:
    first, second = np.minimum(times[:, None], times[None, :]), np.maximum(times[:, None], times[None, :])
    apart = second - first
    if name == "white":
        return np.eye(len(times))
    if name == "walk":
        return np.asarray(first + 1e-6)
    if name == "drift":
        return np.asarray(first**2 * (3 * second - first) / 6)
    if name == "year":
        return np.asarray(np.cos(2 * np.pi * apart * span / YEAR) * np.exp(-((apart * span / YEAR / 3) ** 2)))
    # echo50, echo80: so much is kept from one report to the next.
    return np.asarray((int(name.removeprefix("echo")) / 100) ** (apart * (n - 1)))
