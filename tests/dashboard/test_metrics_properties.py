"""What must be true of numbers whatever is asked: narrowing never adds, and the truth is found again."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.filters import Filters, Scope, ScopedFilters, scoped
from dashboard.metrics import METRICS, Count
from dashboard.queries import measure, total
from dashboard.survival import survival
from dashboard.view import View
from tests.dashboard.oracle import custom

ADDITIVE = [code for code, metric in METRICS.items() if isinstance(metric, Count) and metric.each is None]
WHOLE = custom(date(2024, 11, 21), date(2026, 11, 20))
CHOICES = {
    "divisions": ("150302", "150303", "150304", "150302001", "150303001", "150302001002"), "majors": ("01", "02", "05", "09"),
    "units": ("WH-ZJJ", "WH-GAJ", "WH-YJJ", "WH-CGJ"), "channels": ("hotline", "grid", "mini_program"),
}  # fmt: skip
FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WISHES = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True).map(tuple) for name, codes in CHOICES.items()}
)
DAYS = st.tuples(st.integers(0, 700), st.integers(0, 700)).map(sorted)


def asked(wish: dict[str, tuple[str, ...]], days: list[int], scope: Scope) -> ScopedFilters:
    since, until = (date.fromordinal(WHOLE.since.toordinal() + day) for day in days)
    return scoped(Filters(period="custom", since=since, until=until, **wish), until, scope)  # type: ignore[arg-type]


@FEW
@given(code=st.sampled_from(ADDITIVE), wish=WISHES, more=WISHES, days=DAYS)
def test_a_narrower_wish_never_raises_a_count(
    code: str, wish: dict[str, Any], more: dict[str, Any], days: list[int], demo_view: View
) -> None:
    wide = total(demo_view.engine, code, asked(wish, days, Scope()))
    narrow = total(demo_view.engine, code, asked({**more, **wish}, days, Scope()))
    assert narrow.numerator <= wide.numerator
    assert narrow.denominator <= wide.denominator
    inside = total(demo_view.engine, code, asked(wish, [days[0], (days[0] + days[1]) // 2], Scope()))
    assert inside.numerator <= wide.numerator


@FEW
@given(
    code=st.sampled_from(list(METRICS)),
    one=st.sampled_from(CHOICES["divisions"]),
    other=st.sampled_from(CHOICES["divisions"]),
    unit=st.sampled_from(["", *CHOICES["units"]]),
)
def test_what_is_wished_and_what_may_be_seen_commute(code: str, one: str, other: str, unit: str, demo_view: View) -> None:
    units = (unit,) if unit else ()
    found = total(demo_view.engine, code, asked({"divisions": (one,), "units": units}, [0, 700], Scope((other,))))
    turned = total(demo_view.engine, code, asked({"divisions": (other,)}, [0, 700], Scope((one,), units)))
    if "unit_code" in METRICS[code].table.c or not unit:
        assert (turned.numerator, turned.value) == (found.numerator, pytest.approx(found.value, nan_ok=True))
    else:
        assert turned.numerator == 0, "whose units are limited does not see what has none"


def off(found: float, true: float, count: float) -> float:
    """How many standard errors a share found among `count` lies from the true one."""
    return abs(found - true) / math.sqrt(max(true * (1 - true), 1e-4) / count)


def test_the_shares_of_categories_are_found_again(demo_view: View, demo_truth: dict[str, Any]) -> None:
    """Within the error of counting; planted surges and hot spots stand beside the shares, so their categories are left out."""
    told = demo_truth["parameters"]
    planted = {one["category_code"] for one in (*told["surges"], *told["hot_spots"])}
    counts = measure(demo_view.engine, "reported_count", WHOLE, ("category_code",)).dropna().set_index("category_code")["value"]
    plain = {code: share for code, share in told["category_shares"].items() if code not in planted}
    held, shares = counts[counts.index.isin(plain)].sum(), sum(plain.values())
    errors = sorted(off(counts.get(code, 0) / held, share / shares, held) for code, share in plain.items())
    assert errors[-1] < 6
    assert errors[len(errors) // 2] < 1.5, "half of them within one and a half standard errors"


def test_how_long_cases_truly_take_is_found_again(demo_view: View, demo_truth: dict[str, Any]) -> None:
    """By Kaplan–Meier, half of the cases are still open at the true median, give or take the error of counting."""
    curves = survival(demo_view.engine, WHOLE, ("category_code",))
    errors = []
    for one in demo_truth["parameters"]["resolution"]:
        curve = curves[curves["category_code"] == one["category_code"]]
        still = curve.loc[curve["seconds"] <= one["p50_days"] * 86_400, "open_share"]
        errors.append(off(float(still.iloc[-1]) if len(still) else 1.0, 0.5, float(curve["at_risk"].iloc[0])))
    assert len(errors) == 12
    assert max(errors) < 4


def test_what_was_truly_on_time_is_found_again(demo_view: View, demo_truth: dict[str, Any]) -> None:
    found = measure(demo_view.engine, "on_time_closure", WHOLE, ("category_code",)).set_index("category_code")
    for one in demo_truth["parameters"]["resolution"]:
        row = found.loc[one["category_code"]]
        assert off(row["value"] / 100, one["on_time_share"], row["denominator"]) < 4, one
