"""The chance of a target: against textbook formulas, a multivariate t and draws of its own, and in worlds whose futures are known."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.forecast import judge
from bench.processes import worlds
from dashboard.forecast import OUTSIDE, SHARES, Goal, band, forecast, forecasts
from dashboard.forecast.holding import beta_interval, chance_to_hold
from dashboard.forecast.likely import GUESS, chance_above, chance_interval, likely, quantiles, student
from dashboard.forecast.series import series_of
from dashboard.forecast.structures import STRUCTURES, Design, design

START = date(2025, 1, 31)
DAYS = [date(2025, month, 28) for month in range(1, 13)]
DUE = date(2026, 6, 30)
RISING = [3.0, 7.0, 9.0, 14.0, 17.0, 19.0, 25.0, 26.0, 31.0, 34.0, 36.0, 41.0]
GOAL = Goal(0.0, 60.0, "up", date(2025, 1, 1), DUE)


def only(plan: Design, *places: int) -> Design:
    """A design of some structures alone."""
    at = list(places)
    return Design(plan.weight[at], plan.rest[at], plan.mean[at], plan.spread[at], plan.inherent[at])


def test_independent_scatter_about_a_line_is_the_textbook_regression() -> None:
    """Six reports on days 0 … 5, asked for on day 8: the prediction of ordinary least squares, with one observation's worth of guess."""
    x, y, ahead, way = np.arange(6.0), np.array([1.0, 2.5, 2.0, 4.5, 5.0, 5.5]), 8.0, 10.0
    assert STRUCTURES[0].scatter == (("white", 1.0),)
    made = likely(y[None], np.array([way]), only(design(tuple(range(6)), (8,)), 0))
    # By hand: the mean of x is 2.5, Σ(x − 2.5)² = 17.5, Σ(x − 2.5)(y − mean) = 16.25.
    slope = 16.25 / 17.5
    level = y.mean() - slope * 2.5
    left = float(((y - level - slope * x) ** 2).sum())
    scale = math.sqrt((left + (GUESS * way) ** 2) / 5 * (1 + 1 / 6 + (ahead - 2.5) ** 2 / 17.5))
    assert made.freedom == 5
    assert made.mean[0, 0, 0] == pytest.approx(level + slope * ahead)
    assert made.scale[0, 0, 0] == pytest.approx(scale, rel=1e-6)
    assert chance_above(made, np.array([10.0]))[0, 0] == pytest.approx(stats.t.sf((10 - level - slope * ahead) / scale, 5), abs=1e-6)
    expected = stats.t.ppf(SHARES, 5, level + slope * ahead, scale)
    assert quantiles(made, np.array(SHARES))[0, 0] == pytest.approx(expected, rel=1e-5)


def test_a_walk_goes_on_from_where_it_stands() -> None:
    """Of a walk only its ends say how steep it is: mean y₆ + h·(y₆ − y₁)/5, variance growing as h·(1 + h/5)."""
    y = np.array([0.0, 3.0, 2.0, 4.0, 4.5, 5.0])
    plan = only(design(tuple(range(6)), (6, 8)), 1)
    made = likely(y[None], np.array([10.0]), plan)
    assert made.mean[0, 0] == pytest.approx([6.0, 8.0], abs=1e-3)
    spread = [1 * (1 + 1 / 5), 3 * (1 + 3 / 5)]
    assert plan.spread[0, 1] / plan.spread[0, 0] == pytest.approx(spread[1] / spread[0], rel=1e-3)
    steps = np.diff(y) - 1.0
    # σ² of a step: its squares about the mean step, on four degrees of freedom, and the guess; in the scale the scatter is told in.
    unit = plan.spread[0, 0] / spread[0]
    sigma2 = (float((steps**2).sum()) / unit + 0.1**2) / 5
    assert made.scale[0, 0, 0] == pytest.approx(math.sqrt(sigma2 * plan.spread[0, 0]), rel=1e-3)


def test_structures_weigh_as_a_multivariate_t_of_contrasts_says() -> None:
    """What no straight line can change about the values (their contrasts) has a known distribution in each structure."""
    days = (0, 31, 59, 90, 120, 151, 181)
    values, way = np.array([1.0, 2.2, 2.9, 4.6, 4.4, 6.3, 6.2]), 12.0
    places = [place for place, one in enumerate(STRUCTURES[:10]) if all(name in ("white", "walk", "echo50") for name, _ in one.scatter)]
    x = np.array(days) / days[-1]
    course = np.column_stack([np.ones(7), x])
    contrasts = np.linalg.svd(course.T)[2][2:]
    logs = []
    for place in places:
        cover = np.zeros((7, 7))
        for name, share in STRUCTURES[place].scatter:
            part = {"white": np.eye(7), "walk": np.minimum.outer(x, x), "echo50": 0.5 ** (np.abs(np.subtract.outer(x, x)) * 6)}[name]
            seen = contrasts @ part @ contrasts.T
            cover += share * part * 5 / np.trace(seen)
        shape = (GUESS * way) ** 2 * contrasts @ cover @ contrasts.T
        logs.append(stats.multivariate_t.logpdf(contrasts @ values, np.zeros(5), shape, df=1) + math.log(STRUCTURES[place].weight))
    expected = np.exp(np.array(logs) - max(logs))
    made = likely(values[None], np.array([way]), only(design(days, (212,)), *places))
    assert made.weight[0] == pytest.approx(expected / expected.sum(), rel=1e-4)


def test_the_chance_and_its_interval_by_drawing() -> None:
    """Courses and scatters are drawn as the observations leave them possible; each gives one chance: their mean and their 80 %."""
    x, y, bar, way = np.arange(8.0), np.array([0.0, 2.0, 2.5, 5.0, 5.5, 6.0, 9.0, 8.5]), 13.0, 12.0
    made = likely(y[None], np.array([way]), only(design(tuple(range(8)), (11,)), 0))
    rng = np.random.default_rng(5)
    fit, left, *_ = np.linalg.lstsq(np.column_stack([np.ones(8), x]), y, rcond=None)
    sigma = np.sqrt((left[0] + (GUESS * way) ** 2) / rng.chisquare(7, 200_000))
    cover = np.linalg.inv(np.array([[8.0, x.sum()], [x.sum(), (x**2).sum()]]))
    at = fit @ [1, 11] + sigma * math.sqrt(np.array([1, 11]) @ cover @ [1, 11]) * rng.normal(size=len(sigma))
    chances = stats.norm.sf((bar - at) / sigma)
    low, high = chance_interval(made, np.array([bar]), OUTSIDE)
    assert chance_above(made, np.array([bar]))[0, 0] == pytest.approx(chances.mean(), abs=0.003)
    assert (low[0], high[0]) == pytest.approx(tuple(np.quantile(chances, [0.1, 0.9])), abs=0.01)


def test_tables_of_distributions() -> None:
    points = np.linspace(-40, 40, 501)
    for freedom in (3, 5, 16, 29):
        assert student(points, freedom) == pytest.approx(stats.t.cdf(points, freedom), abs=2e-6)
    for first, second in ((0.5, 8.5), (3.2, 1.5), (16.5, 0.5)):
        assert beta_interval(first, second, 0.2) == pytest.approx(tuple(stats.beta.ppf([0.1, 0.9], first, second)), abs=2e-3)


def test_what_holds_is_counted_in_its_own_past() -> None:
    """Of eight stretches of two reports one lost more than the one point to spare: four stretches' worth, 3.5 of which held."""
    values = np.array([0.0, 2.0, 4.0, 6.0, 4.0, 4.0, 7.0, 8.0, 9.0])
    stretches = values[2:] - values[:-2]
    assert list(stretches) == [4.0, 4.0, 0.0, -2.0, 3.0, 4.0, 2.0]
    chance, low, high = chance_to_hold(values, 8.0, 1.0, 2, 0.2)
    assert chance == pytest.approx((6 / 7 * 4 + 0.5) / 5)
    assert low < chance < high


@pytest.mark.parametrize("factor", [0.001, 37.0])
def test_units_of_measure_and_direction_do_not_matter(factor: float) -> None:
    said = forecast(DAYS, RISING, GOAL)
    scaled = forecast(DAYS, [factor * value for value in RISING], Goal(0.0, 60 * factor, "up", None, DUE))
    turned = forecast(DAYS, [100 - value for value in RISING], Goal(100.0, 40.0, "down", None, DUE))
    later = forecast([day + timedelta(days=7) for day in DAYS], RISING, Goal(0.0, 60.0, "up", None, DUE + timedelta(days=7)))
    for other in (scaled, turned, later):
        assert (other.state, other.observed) == ("open", 12)
        assert (other.chance, other.low, other.high) == pytest.approx((said.chance, said.low, said.high), abs=1e-3)
    assert said.low < said.chance < said.high
    down = band(DAYS, [100 - value for value in RISING], Goal(100.0, 40.0, "down", None, DUE))[1]
    assert down == pytest.approx(100 - band(DAYS, RISING, GOAL)[1][:, ::-1], abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=6, max_size=14), st.floats(-1e6, 1e6), st.booleans())
def test_whatever_is_reported_a_chance_is_a_chance(values: list[float], target: float, is_down: bool) -> None:
    days = [START + timedelta(days=30 * place + place**2 % 7) for place in range(len(values))]
    better = "down" if is_down else "up"
    said = forecast(days, values, Goal(0.0, target, better, None, date(2027, 1, 1)))
    harder = forecast(days, values, Goal(0.0, target + (-1 if is_down else 1) * 10.0, better, None, date(2027, 1, 1)))
    assert 0 <= said.low <= said.chance <= said.high <= 100
    # The way to the target says what a small scatter is, so a nearer one may narrow what is likely a little.
    assert harder.state == "open" or harder.chance <= said.chance + 1.0
    ends = band(days, values, Goal(0.0, target, better, None, date(2027, 1, 1)))[1]
    assert (np.diff(ends, axis=1) >= 0).all()
    assert np.isfinite(ends).all()


def test_what_cannot_be_forecast_says_why() -> None:
    assert forecast(DAYS[:5], RISING[:5], GOAL).state == "few"
    assert forecast([], [], GOAL).state == "few"
    assert forecast(DAYS, RISING, Goal(0.0, None, "up", None, DUE)).state == "no_goal"
    assert forecast(DAYS, RISING, Goal(0.0, 60.0)).state == "no_goal"
    assert forecast(DAYS, RISING, GOAL, seen_on=date(2026, 7, 1)).state == "due_past"
    assert forecast(DAYS, RISING, Goal(0.0, 60.0, "up", None, DAYS[-1])).state == "due_past"
    assert forecast(DAYS, RISING, Goal(None, None, none_because="negative")).state == "negative"
    assert math.isnan(forecast(DAYS[:5], RISING[:5], GOAL).chance)
    assert band(DAYS[:5], RISING[:5], GOAL)[0] == []


def test_only_what_was_known_counts() -> None:
    """The last of a day, nothing unknown, nothing later than the ledger was seen, in whatever order it came."""
    said = forecast(DAYS, RISING, GOAL, seen_on=DAYS[-1])
    days = [date(2026, 3, 1), DAYS[3], *DAYS, date(2025, 6, 3), date(2025, 6, 4)]
    values = [99.0, 5.0, *RISING, math.nan, math.inf]
    assert forecast(days, values, GOAL, seen_on=DAYS[-1]) == said
    assert forecast([*days[::-1][:-1], date(2026, 3, 1)], [*values[::-1][:-1], 99.0], GOAL, seen_on=date(2026, 3, 1)).observed == 13


def test_a_gap_widens_what_is_likely() -> None:
    gone = [place for place in range(12) if place not in (8, 9, 10, 11)]
    whole, part = band(DAYS, RISING, GOAL)[1][-1], band([DAYS[at] for at in gone], [RISING[at] for at in gone], GOAL)[1][-1]
    assert part[-1] - part[0] > whole[-1] - whole[0]


def test_what_stands_still() -> None:
    """A constant series far from its target will not get there; one at its target for a year probably stays."""
    still = forecast(DAYS, [20.0] * 12, GOAL)
    assert (still.state, still.chance) == ("open", pytest.approx(0, abs=0.5))
    held = forecast(DAYS, [60.0] * 12, GOAL)
    assert held.state == "reached"
    # Two stretches of six months fit into its past, and both held.
    assert held.chance == pytest.approx(100 * (11 / 5 + 0.5) / (11 / 5 + 1))


def test_a_rate_may_fall_back_and_keeps_below_a_hundred() -> None:
    values = [88.0, 91.0, 93.5, 93.0, 96.0, 97.5, 97.0, 98.5, 98.0, 99.5, 98.5, 99.0]
    goal = Goal(85.0, 98.5, "up", None, DUE, 0.0, 100.0, is_rate=True)
    said = forecast(DAYS, values, goal)
    assert said.state == "reached"
    assert 40 < said.chance < 99
    assert band(DAYS, values, goal)[1].max() == 100.0


def test_counts_that_begin_anew_every_year() -> None:
    """Ten a month, from nothing every January: the year's target of 120 is near, whatever the fall in January looks like."""
    days = [date(2025, month, 28) for month in range(1, 13)] + [date(2026, month, 28) for month in range(1, 7)]
    values = [10.0 * month for month in range(1, 13)] + [10.0 * month for month in range(1, 7)]
    goal = Goal(0.0, 115.0, "up", None, date(2026, 12, 31))
    assert series_of(days, values, goal).anew == (12,)
    assert forecast(days, values, goal).chance > 90
    assert forecast(days, values, Goal(0.0, 130.0, "up", None, date(2026, 12, 31))).chance < 10
    # In the year after next January it is counted from nothing again.
    middle = band(days, values, Goal(0.0, 60.0, "up", None, date(2027, 6, 30)))[1][-1, 2]
    assert middle == pytest.approx(60, abs=3)
    assert series_of(days, values, Goal(0.0, 115.0, is_rate=True)).anew == ()
    assert series_of(days, [*values[:5], 12.0, *values[6:]], goal).anew == ()


def test_series_of_other_days_do_not_disturb_each_other() -> None:
    alone = [forecast(DAYS[place:], RISING[place:], GOAL) for place in range(4)]
    together = forecasts([(DAYS[place:], RISING[place:], GOAL) for place in range(4)])
    assert [one.chance for one in together] == pytest.approx([one.chance for one in alone])
    assert [one.observed for one in together] == [12, 11, 10, 9]


def test_intervals_cover_as_often_as_they_promise() -> None:
    """The bench in small: 80 % intervals, over all processes and in each; what is likely came more often."""
    judged = [judge(world) for world in worlds(10, 3)]
    covered: dict[str, list[float]] = {one.world.name: [] for one in judged}
    for one in judged:
        covered[one.world.name].append(float(one.covered(80).mean()))
    means = {name: float(np.mean(found)) for name, found in covered.items()}
    assert 0.78 <= float(np.mean(list(means.values()))) <= 0.86
    assert min(means.values()) > 0.6
    score = np.mean([((one.chance[:, None] - one.hit) ** 2).mean() for one in judged])
    assert score < 0.6 * np.mean([((one.line[:, None] - one.hit) ** 2).mean() for one in judged])
