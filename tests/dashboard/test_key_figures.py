"""Key figures as printed: value, change and its colour, companion number, and why there is none."""

from __future__ import annotations

import math
from datetime import date

import pytest

from dashboard.filters import Filters, scoped
from dashboard.key_figures import COMPANIONS, Change, change, key_figure, printed
from dashboard.metrics import METRICS
from dashboard.queries import Comparison, total
from dashboard.theme import MISSING, theme
from dashboard.view import View
from tests.dashboard.test_metrics import TINY, custom

OFFICE, ENGLISH, WALL = theme("office", "zh"), theme("office", "en"), theme("wall", "zh")
OCTOBER = custom(date(2026, 10, 1), date(2026, 10, 14))


@pytest.mark.parametrize("code", METRICS)
@pytest.mark.parametrize("look", [OFFICE, ENGLISH, WALL], ids=["office", "english", "wall"])
def test_every_figure_says_something(code: str, look: object, demo_view: View, tiny_view: View) -> None:
    year = custom(date(2025, 11, 1), date(2026, 11, 20))
    for view, filters in ((demo_view, year), (tiny_view, TINY), (demo_view, year.only(divisions=("nowhere",)))):
        figure = key_figure(view.engine, code, filters, look)  # type: ignore[arg-type]
        assert figure.value
        assert figure.label
        assert figure.definition
        text = " ".join([figure.value, figure.note, *(c.text for c in figure.changes)]).lower()
        assert "nan" not in text.split()
        assert "{" not in text


def test_counts_by_hand(tiny_view: View) -> None:
    figure = key_figure(tiny_view.engine, "reported_count", OCTOBER, OFFICE)
    assert (figure.value, figure.unit) == ("5", "件")
    # Five after four; last year there was nothing, and a change from nothing is not said.
    assert [(c.text, c.state, c.why) for c in figure.changes] == [("▲ 25.00%", "flat", ""), ("—", "flat", "对比期没有数据")]


def test_rates_by_hand(tiny_view: View) -> None:
    figure = key_figure(tiny_view.engine, "on_time_closure", OCTOBER, OFFICE)
    assert (figure.value, figure.note, figure.is_small) == ("50.00%", "3 / 6", False)
    assert [(c.text, c.state) for c in figure.changes] == [("▼ 50.00个百分点", "bad"), ("—", "flat")]
    figure = key_figure(tiny_view.engine, "satisfaction_rate", TINY, OFFICE)
    assert (figure.value, figure.note, figure.is_small) == ("50.00%", "参评率 80.00%", True)


def test_an_alarm_and_its_share(tiny_view: View) -> None:
    figure = key_figure(tiny_view.engine, "overdue_open", TINY, OFFICE)
    assert (figure.value, figure.note, figure.is_alarm) == ("2", "占在办 50.00%", True)
    # A day before T07 was not due yet; a week before nothing was late.
    told = [(c.against, c.text, c.state, c.why) for c in figure.changes]
    assert told == [("较昨日", "▲ 100.00%", "bad", ""), ("较7天前", "—", "flat", "对比期为零")]


def test_durations_by_hand(tiny_view: View) -> None:
    assert key_figure(tiny_view.engine, "median_hours", TINY, OFFICE).value == "8.0 天"
    nothing_closed = custom(date(2026, 10, 13), date(2026, 10, 13))
    assert key_figure(tiny_view.engine, "median_hours", nothing_closed, OFFICE).value == "未达到"


def test_nothing_over_nothing_is_a_dash(tiny_view: View) -> None:
    assert key_figure(tiny_view.engine, "resolution_rate", TINY, OFFICE).value == MISSING


def test_a_source_that_delivers_no_ratings_says_so(demo_view: View) -> None:
    wish = Filters(period="last_30_days", sources=("grid_patrol",))
    figure = key_figure(demo_view.engine, "satisfaction_rate", scoped(wish, date(2026, 11, 20)), OFFICE)
    assert (figure.value, figure.note) == (MISSING, "来源未提供")


@pytest.mark.parametrize(
    ("code", "value", "text", "state"),
    [
        ("on_time_closure", 1.0, "▲ 1.00个百分点", "good"), ("overdue_rate", 1.0, "▲ 1.00个百分点", "bad"),
        ("overdue_open", -10.0, "▼ 10.00%", "good"), ("reported_count", 10.0, "▲ 10.00%", "flat"),
        ("on_time_closure", 0.004, "→ 0.00个百分点", "flat"), ("on_time_closure", -0.004, "→ 0.00个百分点", "flat"),
    ],
)  # fmt: skip
def test_a_change_takes_its_colour_from_what_is_better(code: str, value: float, text: str, state: str) -> None:
    found = change(METRICS[code], Comparison(0, 0, 0, 0, value, "previous"), "环比", OFFICE)
    assert found is not None
    assert (found.text, found.state) == (text, state)


def test_no_base_no_change() -> None:
    found = change(METRICS["reported_count"], Comparison(1, 1, 1, 0, math.nan, "previous", "zero_base"), "环比", OFFICE)
    assert found == Change("环比", MISSING, "flat", "对比期为零")
    assert change(METRICS["open_count"], Comparison(1, 1, 1, math.nan, math.nan, "previous", "now"), "环比", OFFICE) is None


def test_companions_are_metrics(demo_view: View) -> None:
    filters = custom(date(2026, 10, 1), date(2026, 10, 31))
    for code, (other, _) in COMPANIONS.items():
        wanted = printed(METRICS[other], total(demo_view.engine, other, filters).value, OFFICE)
        assert wanted in key_figure(demo_view.engine, code, filters, OFFICE).note
