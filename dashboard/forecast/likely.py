"""What a design says of values: weights of the structures, quantiles to come, and the chance of a target with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from dashboard.chance import student_tail
from dashboard.forecast.structures import Design, Floats

# A prior guess of the scatter, worth one observation: what the past did not show may still come.
GUESS_WORTH, GUESS = 1, 0.01
STEPS = 18  # Of halving; values, whose range is wider, twice as many.
FAR = 9.0  # Normal deviates beyond which nothing is told apart.
SCALES = 9  # Points the scatter's own uncertainty is summed over.


@dataclass(frozen=True)
class Likely:
    """Series (S) seen through structures (G) on days ahead (H): Student's t with `freedom`, weighed by `weight` (S, G)."""

    weight: Floats
    mean: Floats
    scale: Floats
    # Of the scale, what knowing the course exactly would leave, and the share of the course in the variance beyond that.
    inherent: Floats
    freedom: int


def likely(values: Floats, way: Floats, plan: Design) -> Likely:
    """What series of `values` (S, n) make likely; `way` (S), from baseline to target, says what a small scatter is."""
    first = values[:, :1]
    held = values - first
    left = np.maximum(np.einsum("sn,gnm,sm->sg", held, plan.rest, held, optimize=True), 0.0)
    freedom = plan.freedom + GUESS_WORTH
    squares = left + (GUESS_WORTH * (GUESS * way) ** 2)[:, None]
    logs = plan.weight - 0.5 * freedom * np.log(squares)
    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    sigma = np.sqrt(squares / freedom)[:, :, None]
    # A difference from a day of the past takes the level away again.
    rows = plan.mean.sum(axis=2)
    mean = np.einsum("sn,ghn->sgh", held, plan.mean) + first[:, :, None] * rows
    return Likely(weight, mean, sigma * np.sqrt(plan.spread), sigma * np.sqrt(plan.inherent), freedom)


def chance_above(found: Likely, bar: Floats) -> Floats:
    """The chance (S, H) of at least `bar` (S)."""
    z = (found.mean - bar[:, None, None]) / found.scale
    return np.asarray(np.einsum("sg,sgh->sh", found.weight, student(z, found.freedom)))


def quantiles(found: Likely, shares: Floats) -> Floats:
    """The values (S, H, Q) that a share of what is likely lies below."""
    reach = 400.0 * found.scale.max(axis=1)[:, :, None]
    low, high = found.mean.min(axis=1)[:, :, None] - reach, found.mean.max(axis=1)[:, :, None] + reach
    low, high = (np.broadcast_to(end, (*end.shape[:2], len(shares))) for end in (low, high))
    for _ in range(2 * STEPS):
        middle = (low + high) / 2
        z = (middle[:, None] - found.mean[..., None]) / found.scale[..., None]
        is_low = np.einsum("sg,sghq->shq", found.weight, student(z, found.freedom)) < shares
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return np.asarray((low + high) / 2)


def chance_interval(found: Likely, bar: Floats, outside: float) -> tuple[Floats, Floats]:
    """Between what the chance of at least `bar` lies (S each), leaving `outside`, on the last day ahead.

    Were course, scatter and structure known, the chance would be one number. They are known only so far: this is the
    interval of that number over what the observations leave possible of them.
    """
    inherent, scale = found.inherent[:, :, -1], found.scale[:, :, -1]
    z = (found.mean[:, :, -1] - bar[:, None]) / inherent
    blur = np.sqrt(np.maximum((scale / inherent) ** 2 - 1.0, 1e-9))[:, :, None]
    factors, weights = _scales(found.freedom)
    centre = z[:, :, None] * factors
    weight = found.weight[:, :, None] * weights
    ends = []
    for share in (outside / 2, 1 - outside / 2):
        low, high = np.full(len(bar), -FAR), np.full(len(bar), FAR)
        for _ in range(STEPS):
            middle = (low + high) / 2
            is_low = (weight * normal((middle[:, None, None] - centre) / blur)).sum(axis=(1, 2)) < share
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        ends.append(normal((low + high) / 2))
    return ends[0], ends[1]


@lru_cache(maxsize=64)
def _scales(freedom: int) -> tuple[Floats, Floats]:
    """Points and weights of √(χ²/freedom): by how much the scatter may be smaller or larger than it seems, inverted."""
    spread = 4.5 / math.sqrt(2 * freedom)
    logs = np.linspace(-spread, min(spread, 1.5), SCALES) - 1 / (3 * freedom)
    # The density of the logarithm of a chi, but for a constant.
    density = freedom * logs - freedom / 2 * np.exp(2 * logs)
    weights = np.exp(density - density.max())
    return np.exp(logs), weights / weights.sum()


@lru_cache(maxsize=128)
def _student_table(freedom: int) -> tuple[Floats, Floats]:
    points = np.linspace(-14.0, 14.0, 5601)
    return points, 1.0 - student_tail(np.sinh(points), freedom)


def student(t: Floats, freedom: int) -> Floats:
    """The chance that Student's t is below `t`, read off a table."""
    return np.asarray(np.interp(np.arcsinh(t), *_student_table(freedom)))


@lru_cache(maxsize=1)
def _normal_table() -> tuple[Floats, Floats]:
    points = np.linspace(-FAR, FAR, 9001)
    return points, np.array([NormalDist().cdf(point) for point in points])


def normal(z: Floats) -> Floats:
    """The chance that a normal deviate is below `z`, read off a table."""
    return np.asarray(np.interp(z, *_normal_table()))
