"""The test for rises: its parts by hand and against scipy's published values, its false alarms and its finds by simulation."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from dashboard.chance import Floats
from dashboard.rising import (
    FALSE_DISCOVERIES,
    _digamma,
    _trigamma,
    _trigamma_inverse,
    discoveries,
    judged,
    poisson_scatter,
    prior,
    rising_since,
)

SERIES, WINDOWS, TRIALS, FEWEST = 400, 13, 40, 5
PLANTED = 20
# How windows scatter: the size of the gamma behind the Poisson, by the mean; None: none.
WORLDS = {
    "poisson": lambda mean, _: np.full_like(mean, np.inf),
    "overdispersed alike": lambda mean, _: mean / 1.0,
    "strongly overdispersed": lambda mean, _: mean / 9.0,
    "each its own": lambda mean, rng: np.exp(rng.uniform(0, np.log(200), len(mean))),
    "half of them wild": lambda mean, rng: np.where(rng.random(len(mean)) < 0.5, np.inf, 3.0),
}


def drawn(rng: np.random.Generator, world: str, rise: float = 1.0) -> Floats:
    """Counts of series (rows) in windows, the first column the present; the first rows rise."""
    mean = np.exp(rng.uniform(np.log(0.1), np.log(300), SERIES))
    factor = np.ones((SERIES, WINDOWS + 1))
    if rise != 1.0:
        mean[:PLANTED] = 20
        factor[:PLANTED, 0] = rise
    size = WORLDS[world](mean, rng)  # type: ignore[no-untyped-call]
    shape = np.where(np.isinf(size), 1.0, size)
    scatter = np.where(np.isinf(size)[:, None], 1.0, rng.gamma(shape[:, None], 1 / shape[:, None], (SERIES, WINDOWS + 1)))
    return rng.poisson(mean[:, None] * factor * scatter).astype(float)


@pytest.mark.parametrize("world", WORLDS)
def test_without_a_rise_hardly_anything_is_listed(world: str) -> None:
    """Where nothing rose, every listed series is false: the share of trials that list any is the false-discovery rate."""
    rng = np.random.default_rng(20261120)
    alarms = 0
    for _ in range(TRIALS):
        counts = drawn(rng, world)
        alarms += judged(counts[:, 0], counts[:, 1:], FEWEST).is_listed.any()
    assert alarms / TRIALS <= FALSE_DISCOVERIES


@pytest.mark.parametrize(("world", "rise", "found_at_least"), [("poisson", 3.0, 0.9), ("overdispersed alike", 5.0, 0.9)])
def test_a_planted_rise_is_found_and_little_else(world: str, rise: float, found_at_least: float) -> None:
    rng = np.random.default_rng(7)
    found, false = [], []
    for _ in range(20):
        counts = drawn(rng, world, rise)
        listed = judged(counts[:, 0], counts[:, 1:], FEWEST).is_listed
        found.append(listed[:PLANTED].mean())
        false.append(listed[PLANTED:].sum() / max(listed.sum(), 1))
    assert np.mean(found) >= found_at_least
    assert np.mean(false) <= FALSE_DISCOVERIES


def test_one_series_by_hand() -> None:
    """Eight windows of 99, then 200: no scatter of its own, so that of a Poisson, 1 / (99 + 1/8 + 1), with seven degrees of freedom."""
    found = judged(np.array([200.0]), np.full((1, 8), 99.0), FEWEST)
    assert found.expected[0] == 99
    reach = math.sqrt(1 / 100.125) * math.sqrt(9 / 8)
    width = 2.364624 * reach  # Student's t, 97.5 %, 7 degrees of freedom
    assert found.low[0] == pytest.approx(100 * math.exp(-width) - 1, abs=1e-3)
    assert found.high[0] == pytest.approx(100 * math.exp(width) - 1, abs=1e-3)
    assert math.log(2.01) / reach == pytest.approx(6.586, abs=1e-3)
    assert found.chance[0] == pytest.approx(1.55e-4, rel=0.02)
    assert found.is_listed[0]


def test_the_scatter_of_a_poisson() -> None:
    """By simulation, and continuous where the sum ends."""
    rng = np.random.default_rng(2)
    for mean in (0.05, 1.0, 7.0, 19.9):
        assert poisson_scatter(np.array([mean]))[0] == pytest.approx(np.log1p(rng.poisson(mean, 400_000)).var(), rel=0.02)
    before, after = poisson_scatter(np.array([19.999, 20.0]))
    assert before == pytest.approx(after, rel=0.08)


def test_what_cannot_be_told_is_not_tested() -> None:
    """Four counts in all are no series; four now are never a rise, however quiet it was."""
    found = judged(np.array([4.0, 4.0, 5.0]), np.array([[0.0] * 8, [0.0] * 7 + [1.0], [0.0] * 8]), FEWEST)
    assert found.is_tested.tolist() == [False, True, True]
    assert found.chance[:2].tolist() == [1.0, 1.0]
    assert found.is_listed.tolist() == [False, False, True]


def test_more_now_is_never_less_of_a_rise() -> None:
    history = np.random.default_rng(3).poisson(12, (1, 10)).astype(float)
    chances = [judged(np.array([float(now)]), history, FEWEST).chance[0] for now in range(5, 60)]
    assert all(later <= before + 1e-15 for before, later in pairwise(chances))


def test_discoveries_by_hand() -> None:
    """Benjamini and Hochberg's own fifteen (1995, §3.2): the first four at 5 %."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    shuffled = np.random.default_rng(1).permutation(15)
    found = discoveries(np.array(chances)[shuffled], 0.05)
    assert sorted(np.array(chances)[shuffled][found]) == chances[:4]
    assert not discoveries(np.array([]), 0.05).any()


def test_what_series_share_is_learnt() -> None:
    """Alike series lend much, unlike ones little; the typical ratio comes out."""
    rng = np.random.default_rng(5)
    borrowed, typical = prior(2.0 * rng.chisquare(12, 4000) / 12, 12)
    assert borrowed == 50
    assert typical == pytest.approx(2.0, rel=0.03)
    borrowed, _ = prior(4 / rng.chisquare(4, 4000) * rng.chisquare(12, 4000) / 12, 12)
    assert borrowed in (3, 4)


def test_gamma_functions_at_known_points() -> None:
    assert _digamma(1.0) == pytest.approx(-0.5772156649015329, abs=1e-12)
    assert _digamma(0.5) == pytest.approx(-1.9635100260214235, abs=1e-12)
    assert _trigamma(1.0) == pytest.approx(math.pi**2 / 6, abs=1e-11)
    assert _trigamma(0.5) == pytest.approx(math.pi**2 / 2, abs=1e-11)
    assert _trigamma_inverse(math.pi**2 / 6) == pytest.approx(1.0, abs=1e-9)


def test_weeks_of_a_rise() -> None:
    assert rising_since(np.array([9.0, 2, 9, 3, 8, 9]), 4.0, 2) == 2
    assert rising_since(np.array([9.0, 2, 7, 9, 3, 1]), 4.0, 4) == 4
    assert rising_since(np.array([9.0, 9]), 4.0, 1) == 2
    assert rising_since(np.array([9.0, 4.0]), 10.0, 1) == 1
