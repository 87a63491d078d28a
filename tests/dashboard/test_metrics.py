"""Every number against pandas on the raw rows of a demo snapshot, and against values worked out by hand."""

from __future__ import annotations

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from dashboard import warehouse as contract
from dashboard.metrics import METRICS
from dashboard.queries import measure, total
from dashboard.view import View
from dashboard.warehouse import BASES
from tests.dashboard.oracle import READINGS, Oracle, answered, custom, groupings_of, oracle_of, prove, raw

__all__ = ["TINY", "custom", "raw"]

TODAY = date(2026, 11, 20)
GROUPINGS = (
    "major_code", "category_code", "town_code", "unit_code", "channel_code", "dispute_type_code", "organisation_code", "referral_code",
    "outcome_code", "block", "lamp_code", "month",
)  # fmt: skip
PERIODS = {"year": (date(2025, 11, 1), TODAY), "month": (date(2026, 10, 22), TODAY), "past": (date(2025, 2, 1), date(2025, 2, 28))}


@pytest.fixture(scope="module")
def oracle(demo_view: View) -> Oracle:
    return oracle_of(demo_view.engine)


@pytest.mark.parametrize("span", PERIODS)
@pytest.mark.parametrize("code", READINGS)
def test_a_metric_equals_its_reading_of_the_raw_rows(code: str, span: str, demo_view: View, oracle: Oracle) -> None:
    metric, (since, until) = READINGS[code], PERIODS[span]
    held = set(metric.table.c.keys()) | ({"month"} if BASES[metric.table.name][metric.base] else set())
    assert prove(demo_view.engine, oracle, code, since, until, [by for by in GROUPINGS if by in held]) > 0


@pytest.mark.parametrize("code", READINGS)
def test_a_metric_may_be_grouped_by_every_code_of_its_table(code: str, demo_view: View, oracle: Oracle) -> None:
    others = [by for by in groupings_of(code) if by not in GROUPINGS]
    assert prove(demo_view.engine, oracle, code, *PERIODS["year"], others) > 0


def test_every_metric_is_checked(oracle: Oracle) -> None:
    assert set(oracle.metrics) == set(READINGS)
    for code, worked in oracle.metrics.items():
        assert worked.among.any(), code


def test_the_demo_city_leaves_few_numbers_at_nothing(oracle: Oracle) -> None:
    """A comparison of zero with zero proves nothing: each metric must have something to count."""
    assert {code for code, worked in oracle.metrics.items() if not worked.adds.any()} <= {"due_soon"}


LIMITS_USED = 1350 / 7 + 2500 / 24 + 650 / 25.5
BY_HAND = {
    # code: (numerator, denominator, value) of the tiny city; the ten tickets stand in tests/deliveries/ten.csv.
    "reported_count": (9, 9, 9),  # T10 repeats T08
    "received_count": (8, 8, 8),  # T07 is not accepted
    "completed_count": (5, 5, 5),
    "filing_rate": (0, 8, 0.0),
    "accept_on_time": (6, 8, 75.0),  # T02 an hour late, T07 never; T09 has no category and no limit
    "dispatch_on_time": (2, 3, 200 / 3),  # only 0201 has the limit: T04 and T05 in time, T06 was due 10-12 15:00
    "sign_on_time": (2, 2, 100.0),
    "closure_rate": (5, 7, 500 / 7),  # T08 falls due on 10-16, after the data time
    "on_time_closure": (4, 7, 400 / 7),  # T02 late; T06 and T07 open past their limit
    "overdue_rate": (3, 7, 300 / 7),
    "extension_rate": (0, 7, 0.0),
    "overdue_open": (2, 8, 2),  # of those with a limit: T09 has none
    "open_count": (4, 9, 4),
    "due_soon": (0, 8, 0),  # T08 has used a quarter: 6.5 of 25.5 working hours
    "resolution_rate": (0, 0, math.nan),
    "satisfaction_rate": (2, 4, 50.0),  # 5, 2, 4, 3
    "participation_rate": (4, 5, 80.0),  # T04 was closed and not rated
    "rework_rate": (0, 0, math.nan),
    "refusal_rate": (0, 6, 0.0),
    "supervision_rate": (0, 6, 0.0),
    "repeat_rate": (1, 8, 12.5),  # T06: the caller and category of T05
    "median_hours": (5, 9, 192.0),  # 191.5 hours, rounded up: see test_survival
    "p90_hours": (5, 9, 336.0),
    "per_10k": (8, 30_000, 8 / 3),
    # T06 13.5 of 7 working hours, T07 25 of 24 hours, T08 6.5 of 25.5 working hours; T09 has no limit.
    "limit_used": (pytest.approx(LIMITS_USED), 3, LIMITS_USED / 3),
    # 5, 10, 10, 10, 20, 30, 30 and 180 minutes; T07 waits since 25 hours.
    "first_response_hours": (8, 9, 1 / 3),
    # The curve of test_survival, up to 720 hours: 12 × 1 + 12 × 8/9 + 25 × 16/21 + 143 × 4/7 + 144 × 2/7.
    "mean_hours": (5, 9, 1152 / 7),
    "disputes_received": (0, 0, 0),
    "disputes_per_10k": (0, 30_000, 0.0),
    "disputes_open": (0, 0, 0),
    "disputes_long_open": (0, 0, 0),
    "disputes_concluded": (0, 0, 0),
    "dispute_median_hours": (0, 0, math.nan),
    "referral_count": (0, 0, 0),
    "referral_success": (0, 0, math.nan),
    "fulfilment": (0, 0, math.nan),
    "security_sense": (0, 0, math.nan),
    "governance_satisfaction": (0, 0, math.nan),
    "task_count": (0, 0, 0),
    "task_parts": (0, 0, 0),
    "tasks_unreported": (0, 0, 0),
    "task_completion": (0, 0, math.nan),
    "schedule_gap": (0, 0, math.nan),
    "tasks_due_soon": (0, 0, 0),
    "tasks_behind": (0, 0, 0),
    "parts_behind": (0, 0, math.nan),
    "tasks_red": (0, 0, 0),
    "tasks_lit": (0, 0, 0),
    "task_progress": (0, 0, math.nan),
    "target_attainment": (0, 0, math.nan),
    "negative_hits": (0, 0, math.nan),
    "reports_due": (0, 0, 0),
    "reports_missing": (0, 0, 0),
    "reports_on_time": (0, 0, math.nan),
    "mediation_success": (0, 0, math.nan),
    "dispute_amount": (0, 0, 0),
    "escalations_prevented": (0, 0, math.nan),
    "settled_low_level": (0, 0, math.nan),
    "judicial_confirmation": (0, 0, math.nan),
    "risks_open": (0, 0, 0),
    "risks_high_open": (0, 0, 0),
    "risks_overdue": (0, 0, 0),
    "risks_registered": (0, 0, 0),
    "risks_closed": (0, 0, 0),
    "risks_closed_rate": (0, 0, math.nan),
}
TINY = custom(date(2026, 9, 1), date(2026, 10, 14))


@pytest.mark.parametrize("code", METRICS)
def test_the_tiny_city_by_hand(code: str, tiny_view: View) -> None:
    numerator, denominator, value = BY_HAND[code]
    found = total(tiny_view.engine, code, TINY)
    assert (found.numerator, found.denominator) == (numerator, denominator)
    assert found.value == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("major_code", {"01": 5, "02": 3, None: 1}),
        ("category_code", {"0101": 3, "0102": 2, "0201": 3, None: 1}),
        ("town_code", {"990101": 6, "990102": 2, None: 1}),
        ("unit_code", {"CG": 4, "ZJ": 3, None: 2}),
        ("channel_code", {"hotline": 7, "mini": 2}),
        ("month", {"2026-09": 4, "2026-10": 5}),
    ],
)
def test_the_tiny_city_in_parts(by: str, wanted: dict[str | None, int], tiny_view: View) -> None:
    found = answered(measure(tiny_view.engine, "reported_count", TINY, (by,)), by)
    assert {key: value for key, (_, _, value) in found.items()} == wanted


def test_the_tiny_city_on_time_by_unit(tiny_view: View) -> None:
    found = answered(measure(tiny_view.engine, "on_time_closure", TINY, ("unit_code",)), "unit_code")
    assert {key: (n, d) for key, (n, d, _) in found.items()} == {"CG": (2, 4), "ZJ": (2, 3)}


def test_the_tiny_citys_limits_by_hand(tiny_view: View) -> None:
    """Three workdays over the holiday week, seven working hours over it, and the make-up Saturday."""
    t = raw(tiny_view.engine, contract.tickets).set_index("ticket_number")
    due = {
        "T01": datetime(2026, 10, 8, 17, 30), "T03": datetime(2026, 9, 30, 8, 10), "T04": datetime(2026, 10, 8, 17, 10),
        "T05": datetime(2026, 10, 10, 9, 50), "T06": datetime(2026, 10, 13, 9, 0), "T07": datetime(2026, 10, 14, 8, 0),
        "T08": datetime(2026, 10, 16, 17, 30),
    }  # fmt: skip
    assert {key: t["close_due_at"][key] for key in due} == due
    assert t["close_due_at"]["T09"] is None or pd.isna(t["close_due_at"]["T09"])
    assert t["sign_due_at"]["T04"] == datetime(2026, 10, 8, 12, 0)
    assert t["limit_used_pct"]["T08"] == pytest.approx(100 * 6.5 / 25.5)
    assert np.isclose(t["elapsed_work_seconds"]["T01"], 14 * 3600)
