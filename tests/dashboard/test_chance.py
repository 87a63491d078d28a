"""Tails and limits of chance, against sums worked out with whole numbers and published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dashboard.chance import (
    at_least,
    beta_binomial_tail,
    binomial,
    binomial_limits,
    gamma_poisson_tail,
    poisson,
    poisson_limits,
    student_quantile,
    student_tail,
    wilson,
    z_of,
)  # fmt: skip


def binomial_sum(first: int, count: int, share: float) -> float:
    return sum(math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(first, count + 1))


def poisson_sum(last: int, expected: float) -> float:
    """The chance of `last` or fewer."""
    return sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(last + 1))


@pytest.mark.parametrize(("count", "share"), [(1, 0.5), (7, 0.99), (20, 0.9), (300, 0.02)])
def test_binomial_tails(count: int, share: float) -> None:
    for first in range(count + 1):
        assert at_least(first, binomial(count, share)) == pytest.approx(binomial_sum(first, count, share), abs=1e-12)


def test_a_certain_share_has_one_outcome() -> None:
    assert at_least(5, binomial(5, 1.0)) == 1.0
    assert at_least(1, binomial(5, 0.0)) == 0.0
    # Four of five never come up: below. Five of five always do: not above.
    low, high = binomial_limits(5, 1.0, 0.002)
    assert 80 < low <= 100 == high


@pytest.mark.parametrize("expected", [0.3, 4.0, 60.0])
def test_poisson_tails(expected: float) -> None:
    for first in (1, 2, 5, 61, 80):
        assert at_least(first, poisson(expected)) == pytest.approx(1 - poisson_sum(first - 1, expected), abs=1e-11)


def test_negative_binomial_tails_by_hand() -> None:
    """Size 1 is geometric: of mean 1, each further count halves. Of two windows of size 1, every split of 9 is alike."""
    assert gamma_poisson_tail(3, 1.0, 1.0) == pytest.approx(1 / 8)
    assert gamma_poisson_tail(0, 1.0, 1.0) == 1.0
    assert beta_binomial_tail(7, 9, 1.0, 1.0) == pytest.approx(3 / 10)
    assert beta_binomial_tail(9, 9, 1e7, 1e7) == pytest.approx(2**-9, rel=1e-4)


def test_students_table() -> None:
    for freedom, wanted in ((1, 12.7062), (2, 4.30265), (7, 2.36462), (12, 2.17881), (60, 2.00030)):
        assert student_quantile(0.025, freedom) == pytest.approx(wanted, abs=1e-4)
    assert student_tail(np.array([-2.36462]), 7)[0] == pytest.approx(0.975, abs=1e-6)
    # The far tail is not lost in rounding: 7 degrees of freedom, t = 5.408, one in two thousand.
    assert student_tail(np.array([5.4079]), 7)[0] == pytest.approx(0.0005, rel=1e-3)


@pytest.mark.parametrize("outside", [0.05, 0.002])
@pytest.mark.parametrize(("count", "share"), [(5, 0.9), (40, 0.93), (120, 0.6)])
def test_a_rate_is_beyond_the_limits_where_its_count_is_as_rare_as_said(count: int, share: float, outside: float) -> None:
    low, high = binomial_limits(count, share, outside)
    for k in range(count + 1):
        assert (100 * k / count < low) == (1 - binomial_sum(k + 1, count, share) < outside / 2)
        assert (100 * k / count > high) == (binomial_sum(k, count, share) < outside / 2)


def test_a_count_is_beyond_the_limits_where_it_is_as_rare_as_said() -> None:
    low, high = poisson_limits(12.5, 0.05)
    for k in range(60):
        assert (k < low) == (poisson_sum(k, 12.5) < 0.025)
        assert (k > high) == (1 - poisson_sum(k - 1, 12.5) < 0.025)


def test_more_cases_narrow_the_funnel() -> None:
    widths = [np.subtract(*reversed(binomial_limits(count, 0.9, 0.002))) for count in (50, 200, 1000, 50_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(2 * 100 * z_of(0.002) * math.sqrt(0.09 / 50_000), rel=0.02)


def test_wilson_by_hand() -> None:
    """8 of 10: (0.8 + 0.19207) / 1.38415 ± 1.95996 √(0.016 + 0.0096036) / 1.38415."""
    low, high = wilson(8, 10)
    assert (low, high) == pytest.approx((49.016, 94.331), abs=1e-3)
    wide = wilson(8, 10, z_of(0.001))
    assert wide[0] < low
    assert wide[1] > high
    assert math.isnan(wilson(0, 0)[0])
