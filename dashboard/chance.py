"""What chance alone would do: exact tails and limits of counts and shares, in numpy and the standard library."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z_95 = NormalDist().inv_cdf(0.975)
# Beyond so many standard deviations (and so many counts) there is nothing left to sum.
FAR, FAR_COUNTS = 12.0, 60


def z_of(chance: float) -> float:
    """How many standard deviations leave `chance` outside, on both sides together."""
    return NormalDist().inv_cdf(1 - chance / 2)


def wilson(numerator: float, denominator: float, z: float = Z_95) -> tuple[float, float]:
    """The interval of a share, in percent (Wilson 1927); missing without a denominator."""
    if denominator <= 0:
        return float("nan"), float("nan")
    share, z2 = numerator / denominator, z**2
    middle = share + z2 / (2 * denominator)
    half = z * math.sqrt(share * (1 - share) / denominator + z2 / (4 * denominator**2))
    scale = 100.0 / (1 + z2 / denominator)
    return max(scale * (middle - half), 0.0), min(scale * (middle + half), 100.0)


def _shares(ratios: Floats, first: int, mode: int) -> Floats:
    """Probabilities of first, first + 1, …, from the ratio of each to the one before; summed from the mode, so that nothing overflows."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratios))])
    weights = np.exp(logs - logs[mode - first])
    found: Floats = weights / weights.sum()
    return found


@lru_cache(maxsize=4096)
def binomial(count: int, share: float) -> tuple[int, Floats]:
    """The first number worth summing, and the probabilities of it and the following ones, of `count` cases with a `share` of successes."""
    if share <= 0 or share >= 1:
        return (0 if share <= 0 else count), np.ones(1)
    spread = FAR * math.sqrt(count * share * (1 - share)) + FAR_COUNTS
    first, last = max(0, int(count * share - spread)), min(count, int(count * share + spread))
    k = np.arange(first, last)
    mode = min(max(int((count + 1) * share), first), last)
    return first, _shares((count - k) / (k + 1) * (share / (1 - share)), first, mode)


@lru_cache(maxsize=4096)
def poisson(expected: float) -> tuple[int, Floats]:
    """As `binomial`, of counts of which so many are expected."""
    if expected <= 0:
        return 0, np.ones(1)
    spread = FAR * math.sqrt(expected) + FAR_COUNTS
    first, last = max(0, int(expected - spread)), int(expected + spread)
    return first, _shares(expected / np.arange(first + 1, last + 1), first, max(int(expected), first))


def at_least(count: int, held: tuple[int, Floats]) -> float:
    """The chance of `count` or more."""
    first, chances = held
    return float(chances[max(count - first, 0) :].sum()) if count > first else 1.0


def beta_binomial_tail(count: int, total: int, size: float, other: float) -> float:
    """The chance that `count` or more of `total` fall to a part of `size`, not of `other`: negative binomials, given their sum."""
    k = np.arange(total)
    logs = np.concatenate([[0.0], np.cumsum(np.log((total - k) * (k + size) / ((k + 1) * (total - k - 1 + other))))])
    weights = np.exp(logs - logs.max())
    return float(weights[count:].sum() / weights.sum())


def gamma_poisson_tail(count: int, size: float, scale: float) -> float:
    """The chance of `count` or more of a Poisson whose rate is itself gamma distributed: a negative binomial of mean size × scale."""
    if count <= 0:
        return 1.0
    k = np.arange(count - 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log((k + size) / (k + 1) * scale / (1 + scale)))]) - size * math.log1p(scale)
    return float(min(max(1.0 - np.exp(logs).sum(), 0.0), 1.0))


def _quantile(held: tuple[int, Floats], chance: float) -> float:
    """Where `chance` lies below, between the counts: whoever has fewer has a count that comes up less often than that."""
    first, chances = held
    below = np.cumsum(chances)
    place = min(int(np.searchsorted(below, chance)), len(below) - 1)
    before = below[place - 1] if place else 0.0
    return first + place - float((below[place] - chance) / (below[place] - before))


def _limits(held: tuple[int, Floats], outside: float) -> tuple[float, float]:
    first, chances = held
    last = first + len(chances) - 1
    mirrored = (-last, chances[::-1])
    return _quantile(held, outside / 2), -_quantile(mirrored, outside / 2)


def binomial_limits(count: int, share: float, outside: float) -> tuple[float, float]:
    """The control limits of a rate, in percent, that `outside` of all units would leave by chance (Spiegelhalter 2005): exact binomial.

    A rate is below the lower one if, and only if, its count or fewer come up less often than `outside` / 2; above alike.
    """
    if count <= 0:
        return float("nan"), float("nan")
    low, high = _limits(binomial(count, share), outside)
    return 100.0 * max(low, 0.0) / count, 100.0 * min(high, float(count)) / count


def poisson_limits(expected: float, outside: float) -> tuple[float, float]:
    """The control limits of a count of which so many are expected: exact Poisson, read as `binomial_limits` are."""
    low, high = _limits(poisson(expected), outside)
    return max(low, 0.0), high


def student_tail(t: Floats, freedom: int) -> Floats:
    """The chance that Student's t with whole degrees of freedom exceeds `t` (Abramowitz & Stegun 26.7.3 and 26.7.4)."""
    angle = np.arctan2(t, math.sqrt(freedom))
    cos, sin = np.cos(angle), np.sin(angle)
    if freedom % 2:
        term, total = cos.copy(), np.zeros_like(cos)
        for k in range(1, (freedom - 1) // 2 + 1):
            total = total + term
            term = term * cos**2 * (2 * k) / (2 * k + 1)
        inside = 2 / math.pi * (angle + sin * total)
    else:
        term, total = np.ones_like(cos), np.zeros_like(cos)
        for k in range(1, freedom // 2 + 1):
            total = total + term
            term = term * cos**2 * (2 * k - 1) / (2 * k)
        inside = sin * total
    found: Floats = np.clip((1 - inside) / 2, 0.0, 1.0)
    return found


def student_quantile(chance: float, freedom: int) -> float:
    """The t that is exceeded with `chance`, by halving."""
    low, high = 0.0, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if float(student_tail(np.array([middle]), freedom)[0]) > chance else (low, middle)
    return (low + high) / 2
