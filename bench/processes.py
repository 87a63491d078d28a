"""Worlds in which forecasts are judged: series as pilot ledgers hold them, each with many futures that may follow from the same past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FUTURES = 12  # Ways each series may go on.


@dataclass(frozen=True)
class World:
    """Series (S): what was seen at `months` since the start (n), their values at the due month (FUTURES of each), and what was aimed at."""

    name: str
    months: NDArray[np.int64]
    due: int
    seen: Floats
    futures: Floats
    target: Floats
    baseline: Floats
    ceiling: float = np.inf


def worlds(series: int, seed: int) -> list[World]:
    """Every process at several lengths of past and future; the same seed gives the same worlds."""
    found = []
    for place, (name, make) in enumerate(PROCESSES.items()):
        plans = FEW if name == "few points" else YEARLY if name == "begins anew yearly" else PLANS
        for step, (n, ahead) in enumerate(plans):
            rng = np.random.default_rng([seed, place, step])
            months = np.arange(n + ahead)
            kept = np.arange(n)
            if name == "gaps":
                kept = np.sort(np.concatenate([[0, n - 1], rng.choice(np.arange(1, n - 1), max(4, int(0.65 * n) - 2), replace=False)]))
            past, futures, ceiling = make(rng, series, n, months)
            rise = rng.uniform(0.75, 1.3, series)
            middle = np.median(futures, axis=1)
            # A target about where the series is going: neither sure to be reached nor lost.
            target = middle * rise if ceiling == np.inf else rng.choice([90.0, 95.0, 98.0, 100.0], series)
            baseline = np.zeros(series) if ceiling == np.inf else past[:, 0]
            found.append(World(name, kept, n + ahead - 1, past[:, kept], futures, target, baseline, ceiling))
    return found


def settled_worlds(series: int, seed: int) -> list[World]:
    """Series that stand at their target when they are last seen: growing still, kept at it, wavering about it, or rates at it."""
    rng = np.random.default_rng([seed, 99])
    found = []
    for world in worlds(series, seed + 1):
        if world.name not in ("steady", "growing counts", "in steps", "rate below 100 %", "autocorrelated") or len(world.months) != SETTLED:
            continue
        last, step = world.seen[:, -1], np.abs(np.diff(world.seen, axis=1)).mean(axis=1)
        just = last - rng.uniform(0.0, 1.5, len(last)) * step
        found.append(replace(world, name=f"{world.name}: just reached", target=just))
        if world.name in ("growing counts", "in steps"):
            kept = world.seen[:, -int(rng.integers(2, SETTLED // 2))]
            futures = np.minimum(np.maximum(world.futures, 0), kept[:, None])
            seen = np.minimum(world.seen, kept[:, None])
            found.append(replace(world, name=f"{world.name}: stops at its target", seen=seen, futures=futures, target=kept))
        if world.name == "rate below 100 %":
            at = last >= world.target
            seen, futures, target, baseline = world.seen[at], world.futures[at], world.target[at], world.baseline[at]
            found.append(World(f"{world.name}: at its target", world.months, world.due, seen, futures, target, baseline, world.ceiling))
    return found


SETTLED = 18  # Reports of what has settled.
PLANS = ((8, 4), (12, 6), (17, 2), (18, 9), (24, 3), (30, 6))
FEW = ((6, 2), (6, 6), (7, 12), (8, 8))
YEARLY = ((9, 3), (15, 3), (20, 4), (27, 6))
Made = tuple[Floats, Floats, float]


def _split(level: Floats, noise: Callable[[tuple[int, ...]], Floats], n: int) -> tuple[Floats, Floats]:
    """A course (S, T) with independent noise: the past once, the due month FUTURES times."""
    past = level[:, :n] + noise((len(level), n))
    return past, level[:, -1:] + noise((len(level), FUTURES))


def _paced(rng: np.random.Generator, size: int) -> tuple[Floats, Floats]:
    """How fast a series rises each month, and how it scatters."""
    pace = rng.uniform(1.0, 8.0, (size, 1))
    return pace, pace * rng.uniform(0.1, 1.5, (size, 1))


def _steady(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    pace, off = _paced(rng, size)
    return (*_split(pace * months, lambda shape: off * rng.normal(size=shape), n), np.inf)


def _slowing(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    pace, off = _paced(rng, size)
    within = len(months) * rng.uniform(0.3, 1.2, (size, 1))
    level = -pace * within * np.expm1(-months / within)
    return (*_split(level, lambda shape: 0.6 * off * rng.normal(size=shape), n), np.inf)


def _rushing(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    """Slow for a long time, then all at once before the day it is due."""
    pace, off = _paced(rng, size)
    level = pace * len(months) * (months / months[-1]) ** rng.uniform(1.5, 3.0, (size, 1))
    return (*_split(level, lambda shape: 0.6 * off * rng.normal(size=shape), n), np.inf)


def _seasonal(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    pace, off = _paced(rng, size)
    wave = pace * rng.uniform(1.0, 3.0, (size, 1)) * np.sin(2 * np.pi * (months / 12 + rng.random((size, 1))))
    return (*_split(pace * months + wave, lambda shape: 0.5 * off * rng.normal(size=shape), n), np.inf)


def _walks(steps: Floats, further: Floats) -> tuple[Floats, Floats]:
    """Sums of `steps` (S, n), and of as many `further` ones (S, FUTURES, ahead) after them."""
    past = steps.cumsum(axis=1)
    return past, past[:, -1:] + further.sum(axis=2)


def _echoing(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    pace, off = _paced(rng, size)
    kept = rng.uniform(0.3, 0.9, (size, 1))
    echo = np.empty((size, n))
    echo[:, :1] = rng.normal(size=(size, 1))
    for month in range(1, n):
        echo[:, month : month + 1] = kept * echo[:, month - 1 : month] + np.sqrt(1 - kept**2) * rng.normal(size=(size, 1))
    remains = kept ** (len(months) - n)
    later = remains * echo[:, -1:] + np.sqrt(1 - remains**2) * rng.normal(size=(size, FUTURES))
    return pace * months[:n] + off * echo, pace * months[-1] + off * later, np.inf


def _wandering(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    pace, off = _paced(rng, size)
    further = pace[:, :, None] + off[:, :, None] * rng.normal(size=(size, FUTURES, len(months) - n))
    return (*_walks(pace + off * rng.normal(size=(size, n)), further), np.inf)


def _stepping(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    """Nothing for months, then a batch."""
    often, batch = rng.uniform(0.2, 0.6, (size, 1)), rng.uniform(3.0, 20.0, (size, 1))
    steps = (rng.random((size, n)) < often) * rng.exponential(size=(size, n)) * batch
    shape = (size, FUTURES, len(months) - n)
    further = (rng.random(shape) < often[:, :, None]) * rng.exponential(size=shape) * batch[:, :, None]
    return (*_walks(steps, further), np.inf)


def _counting(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    """Counts that only grow, some months busier than others."""
    pace, busy = rng.uniform(2.0, 40.0, (size, 1)), rng.uniform(1.0, 12.0, (size, 1))
    steps = rng.poisson(pace * rng.gamma(busy, 1 / busy, (size, n)))
    shape = (size, FUTURES, len(months) - n)
    further = rng.poisson(pace[:, :, None] * rng.gamma(busy[:, :, None], 1 / busy[:, :, None], shape))
    return (*_walks(steps.astype("float64"), further.astype("float64")), np.inf)


def _yearly(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    """Counts of a year: the sum since January; month 0 is a January."""
    pace = rng.uniform(2.0, 40.0, (size, 1))
    steps = rng.poisson(pace, (size, n)).astype("float64")
    past = np.stack([steps[:, month // 12 * 12 : month + 1].sum(axis=1) for month in range(n)], axis=1)
    began = months[-1] // 12 * 12
    known = steps[:, began:].sum(axis=1, keepdims=True)
    return past, known + rng.poisson(pace * (len(months) - max(n, began)), (size, FUTURES)), np.inf


def _bounded(rng: np.random.Generator, size: int, n: int, months: NDArray[np.int64]) -> Made:
    """Rates that near 100 % and cannot pass it."""
    begin, top = rng.uniform(40.0, 85.0, (size, 1)), rng.uniform(94.0, 102.0, (size, 1))
    within = len(months) * rng.uniform(0.2, 0.8, (size, 1))
    level = top - (top - begin) * np.exp(-months / within)
    off = rng.uniform(0.3, 2.0, (size, 1))
    past, futures = _split(level, lambda shape: off * rng.normal(size=shape), n)
    return np.clip(past, 0, 100), np.clip(futures, 0, 100), 100.0


PROCESSES: dict[str, Callable[[np.random.Generator, int, int, NDArray[np.int64]], Made]] = {
    "steady": _steady,
    "slowing down": _slowing,
    "in steps": _stepping,
    "seasonal": _seasonal,
    "autocorrelated": _echoing,
    "random walk": _wandering,
    "rate below 100 %": _bounded,
    "growing counts": _counting,
    "begins anew yearly": _yearly,
    "few points": _steady,
    "gaps": _steady,
    "late rush": _rushing,
}
