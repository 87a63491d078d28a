"""Which of many counts rose against their own history: a test whose share of false alarms is held to what is said of it.

Counts are compared as logarithms, log(count + 1), with the same-length windows before: the scatter of the windows is the yardstick, never
less than that of a Poisson. With a dozen windows a single series knows its own scatter badly, so it is moderated by that of all series, as
far as they resemble each other (Smyth 2004); where they do not, each stands for itself. The tail is Student's t, or that of negative
binomials given their total, with the clumping most series show, whichever is larger: small counts come in clumps that a quiet history has
not shown yet. Benjamini and Hochberg (1995) over all series tested say which are listed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.chance import Floats, beta_binomial_tail, student_quantile, student_tail

FALSE_DISCOVERIES = 0.05
# The scatter of all series is learnt from those with enough counts, if there are enough such series.
LEARNT_FROM, FEWEST_SERIES = 3.0, 20
MOST_BORROWED = 50
SMALL_MEAN = 20
UNKNOWN_CLUMPING, LEAST_CLUMPING = 2.0, 1.05


@dataclass(frozen=True)
class Judged:
    """Of each series: what its history lets expect, from where to where (95 %), the tail, and whether it was tested and is listed."""

    expected: Floats
    low: Floats
    high: Floats
    chance: Floats
    is_tested: NDArray[np.bool_]
    is_listed: NDArray[np.bool_]


def judged(observed: Floats, history: Floats, fewest: int, rate: float = FALSE_DISCOVERIES) -> Judged:
    """Judge one count a series against its windows (series × windows).

    Tested are series with at least `fewest` counts, window and history together; fewer than `fewest` now are never a rise.
    """
    windows = history.shape[1]
    expected = history.mean(axis=1)
    is_tested = observed + history.sum(axis=1) >= fewest
    logs = np.log1p(history)
    spread, freedom = _scatter(logs, expected, is_tested)
    reach = spread * math.sqrt(1 + 1 / windows)
    centre = logs.mean(axis=1)
    chance = student_tail((np.log1p(observed) - centre) / reach, freedom)
    could = is_tested & (observed >= fewest) & (chance < rate)
    totals, clumps = observed + history.sum(axis=1), clumping(history, expected, is_tested)
    for place in np.flatnonzero(could):
        chance[place] = max(chance[place], _among_windows(observed[place], totals[place], windows, clumps))
    chance[~could] = 1.0
    width = student_quantile(0.025, freedom) * reach
    low, high = np.maximum(np.expm1(centre - width), 0.0), np.expm1(centre + width)
    is_listed = np.zeros(len(observed), dtype=bool)
    is_listed[is_tested] = discoveries(chance[is_tested], rate)
    return Judged(expected, low, high, chance, is_tested, is_listed)


def _scatter(logs: Floats, expected: Floats, is_tested: NDArray[np.bool_]) -> tuple[Floats, int]:
    """The standard deviation of each series' windows, moderated by all, and its degrees of freedom."""
    own = logs.shape[1] - 1
    # One count more than was seen: what never happened before is not impossible.
    floor = poisson_scatter(expected + 1 / logs.shape[1])
    variance = logs.var(axis=1, ddof=1)
    known = is_tested & (expected >= LEARNT_FROM) & (variance > 0)
    borrowed = 0
    if known.sum() >= FEWEST_SERIES:
        borrowed, typical = prior(variance[known] / floor[known], own)
        variance = (borrowed * typical * floor + own * variance) / (borrowed + own)
    return np.sqrt(np.maximum(variance, floor)), own + borrowed


def poisson_scatter(mean: Floats) -> Floats:
    """The variance of log(count + 1) of a Poisson: summed for small means, 1 / (mean + 1) for others."""
    small = np.minimum(mean, SMALL_MEAN)[:, None]
    k = np.arange(4 * SMALL_MEAN)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(k[1:]))])
    chances = np.exp(k * np.log(small) - small - factorials)
    values = np.log1p(k)
    exact = (chances * values**2).sum(axis=1) - (chances * values).sum(axis=1) ** 2
    return np.where(mean < SMALL_MEAN, exact, 1 / (mean + 1))


def prior(ratios: Floats, freedom: int) -> tuple[int, float]:
    """How alike the scatter of series is: the degrees of freedom each may borrow from all, rounded down, and the typical ratio."""
    logs = np.log(ratios) - _digamma(freedom / 2) + math.log(freedom / 2)
    beyond = float(logs.var(ddof=1)) - _trigamma(freedom / 2)
    borrowed = min(2 * _trigamma_inverse(beyond), float(MOST_BORROWED)) if beyond > 0 else float(MOST_BORROWED)
    whole = math.floor(borrowed)
    if not whole:
        return 0, 1.0
    return whole, math.exp(float(logs.mean()) + _digamma(whole / 2) - math.log(whole / 2))


def clumping(history: Floats, expected: Floats, is_tested: NDArray[np.bool_]) -> float:
    """How many counts come at once: the ratio of variance to mean that three in four series do not exceed; two where series are too few."""
    known = is_tested & (expected >= LEARNT_FROM)
    if known.sum() < FEWEST_SERIES:
        return UNKNOWN_CLUMPING
    ratios = history[known].var(axis=1, ddof=1) / expected[known]
    return max(float(np.quantile(ratios, 0.75)), LEAST_CLUMPING)


def _among_windows(count: float, total: float, windows: int, clumps: float) -> float:
    """The chance that a window takes so many of all: negative binomials of equal means, given their sum."""
    size = total / (windows + 1) / (clumps - 1)
    return beta_binomial_tail(int(count), int(total), size, size * windows)


def discoveries(chances: Floats, rate: float) -> NDArray[np.bool_]:
    """Which of several tests are discoveries, so that on average at most `rate` of those listed are false (Benjamini & Hochberg 1995)."""
    order = np.argsort(chances, kind="stable")
    passed = np.flatnonzero(chances[order] <= rate * np.arange(1, len(chances) + 1) / len(chances))
    found = np.zeros(len(chances), dtype=bool)
    found[order[: passed[-1] + 1 if len(passed) else 0]] = True
    return found


def rising_since(weeks: Floats, usual: float, asked: int) -> int:
    """How many weeks ago a rise began: from the fullest of the `asked` latest weeks back as long as each lies above the usual one.

    `weeks` stand in order of time; the first week of the rise is the one that many from the end.
    """
    begin = len(weeks) - asked + int(np.argmax(weeks[-asked:]))
    while begin > 0 and weeks[begin - 1] > usual:
        begin -= 1
    return len(weeks) - begin


def _digamma(x: float) -> float:
    """By recurrence to where the series of Abramowitz & Stegun 6.3.18 is exact to 1e-12."""
    shift = 0.0
    while x < 12:
        shift -= 1 / x
        x += 1
    return shift + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6) + 1 / (240 * x**8)


def _trigamma(x: float) -> float:
    shift = 0.0
    while x < 12:
        shift += 1 / x**2
        x += 1
    return shift + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7) - 1 / (30 * x**9)


def _trigamma_inverse(value: float) -> float:
    """Where the trigamma function, which falls, has a value; by halving between a thousandth and a million."""
    low, high = 1e-3, 1e6
    for _ in range(80):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if _trigamma(middle) > value else (low, middle)
    return low
