"""Every number against pandas on the raw rows of a demo snapshot, and against values worked out by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, Table, select

from dashboard import warehouse as contract
from dashboard.filters import Filters, ScopedFilters, scoped
from dashboard.metrics import METRICS, Duration
from dashboard.queries import measure, total
from dashboard.view import View
from dashboard.warehouse import BASES

TODAY = date(2026, 11, 20)
GROUPINGS = (
    "major_code", "category_code", "town_code", "unit_code", "channel_code", "dispute_type_code", "organisation_code", "referral_code",
    "outcome_code", "month",
)  # fmt: skip
COUNTED = {code: metric for code, metric in METRICS.items() if not isinstance(metric, Duration)}
READINGS = COUNTED | {f"{code}:{name}": one for code, metric in COUNTED.items() for name, one in metric.variants.items()}
PERIODS = {"year": (date(2025, 11, 1), TODAY), "month": (date(2026, 10, 22), TODAY), "past": (date(2025, 2, 1), date(2025, 2, 28))}
OFFICE = ((510, 720), (870, 1050))  # minutes of the day
MONTH = timedelta(days=30)


def custom(since: date, until: date, **choices: tuple[str, ...]) -> ScopedFilters:
    return scoped(Filters(period="custom", since=since, until=until, **choices), until)  # type: ignore[arg-type]


def raw(engine: Engine, table: Table) -> pd.DataFrame:
    """The rows as they lie in the snapshot, with None for what is missing."""
    with engine.connect() as connection:
        result = connection.execute(select(table))
        return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))


@dataclass(frozen=True)
class Worked:
    """What a metric should be made of: when a row enters, whether it is among them, and what it adds."""

    at: pd.Series | None
    adds: pd.Series
    among: pd.Series


@dataclass(frozen=True)
class Oracle:
    """The rows of every table and, for each metric, the independent reading of them."""

    rows: dict[str, pd.DataFrame]
    metrics: dict[str, Worked]
    residents: dict[str, int]


def times(rows: pd.DataFrame, *names: str) -> list[pd.Series]:
    return [pd.to_datetime(rows[name]) for name in names]


def in_time(reached: pd.Series, due: pd.Series, as_of: pd.Series) -> tuple[pd.Series, pd.Series]:
    """(in time, decided): reached within the limit; decided once reached or once the limit has come."""
    decided = due.notna() & (reached.notna() | (due <= as_of))
    return decided & (reached <= due), decided


def worked_minutes(since: pd.Timestamp, until: pd.Timestamp, holidays: dict[date, str]) -> float:
    """Minutes of office time between two moments, counted day by day."""
    minutes, day = 0.0, since.normalize()
    while day <= until:
        kind = holidays.get(day.date(), "")
        if kind == "workday" or (kind != "holiday" and day.weekday() < 5):
            for opens, closes in OFFICE:
                first, last = max(since, day + timedelta(minutes=opens)), min(until, day + timedelta(minutes=closes))
                minutes += max((last - first).total_seconds() / 60, 0.0)
        day += timedelta(days=1)
    return minutes


def near_limit(t: pd.DataFrame, due: pd.Series, as_of: pd.Series, is_open: pd.Series, engine: Engine) -> pd.Series:
    """Open, not overdue, three quarters of the limit used on the clock the limit runs on."""
    limits = raw(engine, contract.category_limits)
    close = limits[limits["stage_code"] == "close"]
    on_work_clock = set(close.loc[close["unit"].isin(["work_day", "work_hour"]), "category_code"])
    days = raw(engine, contract.calendar_days)
    special = {
        day: ("workday" if works else "holiday")
        for day, works in zip(days["day_on"], days["is_workday"], strict=True)
        if works != (day.weekday() < 5)
    }
    found = pd.Series(False, index=t.index)
    reported = pd.to_datetime(t["reported_at"])
    for i in t.index[is_open & (due > as_of)]:
        if t["category_code"][i] in on_work_clock:
            used, limit = worked_minutes(reported[i], as_of[i], special), worked_minutes(reported[i], due[i], special)
        else:
            used, limit = (as_of[i] - reported[i]).total_seconds(), (due[i] - reported[i]).total_seconds()
        found[i] = limit > 0 and used / limit >= 0.75
    return found


def repeated(t: pd.DataFrame) -> pd.Series:
    """The same person, or the same address, with the same category within thirty days before."""
    found = pd.Series(False, index=t.index)
    reported = pd.to_datetime(t["reported_at"])
    for keys in (["caller_hash", "category_code"], ["community_code", "address", "category_code"]):
        for _, group in t.dropna(subset=keys).groupby(keys):
            ordered = group.assign(at=reported[group.index]).sort_values(["at", "ticket_key"])
            found[ordered.index] |= ordered["at"].diff() <= MONTH
    return found


def work_tickets(engine: Engine, t: pd.DataFrame, as_of: pd.Series) -> dict[str, Worked]:
    reported, accepted, filed, dispatched, signed = times(t, "reported_at", "accepted_at", "filed_at", "dispatched_at", "signed_at")
    resolved, closed, verified, rated = times(t, "resolved_at", "closed_at", "verified_at", "rated_at")
    accept_due, dispatch_due, sign_due, due = times(t, "accept_due_at", "dispatch_due_at", "sign_due_at", "close_due_at")
    stays = t["status_code"] != "withdrawn"
    counted = t["duplicate_of"].isna()
    done = resolved.fillna(closed)
    is_done, is_open = done.notna() & stays, (t["status_code"] == "open") & done.isna()
    due = due.where(stays)
    closed_in_time = is_done & (done <= due)
    decided = due.notna() & (is_done | (is_open & (due <= as_of)))
    score = pd.to_numeric(t["satisfaction_score"])
    solved = t["is_solved"].astype("boolean")
    yes = pd.Series(True, index=t.index)
    more = {n: pd.to_numeric(t[n]).fillna(0) > 0 for n in ("rework_count", "refusal_count", "supervision_count", "extension_count")}

    def due_at(stage: pd.Series) -> pd.Series:
        return stage.where(stage <= as_of)

    made = {
        "reported_count": (reported, yes, yes),
        "received_count": (accepted, yes, yes),
        "completed_count": (done.where(is_done), is_done, yes),
        "filing_rate": (accepted, filed.notna(), yes),
        "accept_on_time": (due_at(accept_due), *in_time(accepted, accept_due, as_of)),
        "dispatch_on_time": (due_at(dispatch_due), *in_time(dispatched, dispatch_due, as_of)),
        "sign_on_time": (due_at(sign_due), *in_time(signed, sign_due, as_of)),
        "closure_rate": (due_at(due), is_done, yes),
        "on_time_closure": (due_at(due), closed_in_time, decided),
        "overdue_rate": (due_at(due), decided & ~closed_in_time, decided),
        "extension_rate": (due_at(due), more["extension_count"], yes),
        "overdue_open": (None, is_open & (due <= as_of), due.notna()),
        "open_count": (None, is_open, yes),
        "due_soon": (None, near_limit(t, due, as_of, is_open, engine), due.notna()),
        "resolution_rate": (rated, solved.fillna(False).astype(bool), solved.notna()),
        "satisfaction_rate": (rated, score >= 4, score.notna()),
        "participation_rate": (done, score.notna(), t["is_asked"].astype("boolean").fillna(False).astype(bool)),
        "rework_rate": (verified, more["rework_count"], yes),
        "refusal_rate": (accepted, more["refusal_count"], dispatched.notna()),
        "supervision_rate": (accepted, more["supervision_count"], dispatched.notna()),
        "repeat_rate": (accepted, repeated(t), yes),
        "per_10k": (accepted, yes, yes),
        "satisfaction_rate:wide": (rated, score >= 3, score.notna()),
        "on_time_closure:without_extended": (due_at(due), closed_in_time, decided & ~more["extension_count"]),
    }
    used = pd.to_numeric(t["limit_used_pct"])
    mean = {"limit_used": Worked(None, used.where(counted).fillna(0.0), counted & used.notna())}
    return mean | {code: Worked(at, (adds & among & counted).astype("int64"), among & counted) for code, (at, adds, among) in made.items()}


def work_others(rows: dict[str, pd.DataFrame], clocks: dict[str, pd.Series]) -> dict[str, Worked]:
    d, r, s, risks_as_of = rows["disputes"], rows["risks"], rows["surveys"], clocks["risks"]
    accepted, concluded, fulfil_due = times(d, "accepted_at", "concluded_at", "fulfil_due_at")
    referred = d["referral_code"].isin(["court", "police", "petition"])
    settled = d["outcome_code"] == "success"
    agreed = d["agreement_code"].isin(["written", "oral"])
    yes = pd.Series(True, index=d.index)
    registered, due, struck = times(r, "registered_at", "due_at", "closed_at")
    every = pd.Series(True, index=r.index)
    made = {
        "disputes_received": (accepted, yes, yes),
        "disputes_per_10k": (accepted, yes, yes),
        "disputes_open": (None, concluded.isna(), yes),
        "disputes_concluded": (concluded, yes, yes),
        "referral_count": (accepted, referred, yes),
        "referral_success": (accepted, settled, referred & concluded.notna()),
        "mediation_success:of_accepted": (accepted, settled, yes),
        "fulfilment": (
            fulfil_due.where(fulfil_due <= clocks["disputes"]),
            d["is_fulfilled"].astype("boolean").fillna(False).astype(bool),
            agreed,
        ),
        "mediation_success": (accepted, settled, concluded.notna()),
        "settled_low_level": (concluded, d["level_code"].isin(["building", "community"]), settled),
        "judicial_confirmation": (concluded, d["is_confirmed"].astype("boolean").fillna(False).astype(bool), agreed),
        "risks_open": (None, struck.isna(), every),
        "risks_high_open": (None, struck.isna() & (r["level_code"] == "high"), every),
        "risks_overdue": (None, struck.isna() & (due <= risks_as_of), every),
        "risks_registered": (registered, every, every),
        "risks_closed": (struck, every, every),
        "risks_closed_rate": (due.where(due <= risks_as_of), struck.notna(), every),
    }
    yuan = pd.to_numeric(d["amount_yuan"])
    found = {code: Worked(at, (adds & among).astype("int64"), among) for code, (at, adds, among) in made.items()}
    held = pd.to_datetime(s["held_on"])
    return found | {
        "dispute_amount": Worked(concluded, yuan.fillna(0.0) / 10_000, yuan.notna()),
        "security_sense": Worked(held, s["positive_count"].astype("int64"), s["valid_count"].astype("int64")),
    }


@pytest.fixture(scope="module")
def oracle(demo_view: View) -> Oracle:
    engine = demo_view.engine
    rows = {name: raw(engine, contract.metadata.tables[name]) for name in ("tickets", "disputes", "risks", "surveys")}
    as_of = raw(engine, contract.sources).set_index("source_code")["as_of"]
    clocks = {name: pd.to_datetime(held["source_code"].map(as_of)) for name, held in rows.items()}
    people = raw(engine, contract.populations)
    metrics = work_tickets(engine, rows["tickets"], clocks["tickets"]) | work_others(rows, clocks)
    return Oracle(rows, metrics, dict(zip(people["division_code"], people["population_count"], strict=True)))


def expected(oracle: Oracle, code: str, since: date, until: date, by: str) -> dict[Any, tuple[float, int]]:
    """key -> (numerator, denominator), of the rows that enter in the period."""
    worked, rows = oracle.metrics[code], oracle.rows[METRICS[code.partition(":")[0]].table.name]
    counted = rows["duplicate_of"].isna() if "duplicate_of" in rows else pd.Series(True, index=rows.index)
    enters = counted
    if worked.at is not None:
        enters = counted & (worked.at >= pd.Timestamp(since)) & (worked.at < pd.Timestamp(until + timedelta(days=1)))
    key: Any = pd.Series("", index=rows.index)
    if by == "month" and worked.at is not None:
        key = worked.at.dt.strftime("%Y-%m")
    elif by:
        key = rows[by].astype(object).where(rows[by].notna(), None)
    entered = pd.DataFrame({"key": key, "adds": worked.adds, "among": worked.among})[enters]
    sums = entered.groupby("key", dropna=False).sum()
    return {None if pd.isna(name) else name: (adds, int(among)) for name, adds, among in sums.itertuples()}


def answered(frame: pd.DataFrame, by: str) -> dict[Any, tuple[float, float, float]]:
    keys = frame[by] if by else pd.Series("", index=frame.index)
    if by == "month":
        keys = keys.dt.strftime("%Y-%m")
    keys = keys.astype(object).where(keys.notna(), None)
    return {key: (n, d, v) for key, n, d, v in zip(keys, frame["numerator"], frame["denominator"], frame["value"], strict=True)}


@pytest.mark.parametrize("span", PERIODS)
@pytest.mark.parametrize("code", READINGS)
def test_a_metric_equals_its_reading_of_the_raw_rows(code: str, span: str, demo_view: View, oracle: Oracle) -> None:
    metric, (since, until) = READINGS[code], PERIODS[span]
    name, _, variant = code.partition(":")
    filters = replace(custom(since, until), variants=((name, variant),) if variant else ())
    has_time = BASES[metric.table.name][metric.base] is not None
    for by in ("", *(one for one in GROUPINGS if one in metric.table.c or (one == "month" and has_time))):
        got = answered(measure(demo_view.engine, name, filters, (by,) if by else ()), by)
        wanted = expected(oracle, code, since, until, by)
        if not by and not wanted:
            wanted = {"": (0, 0)}
        assert set(got) == set(wanted), by
        for key, (numerator, denominator) in wanted.items():
            check(code, by, key, got[key], numerator, denominator, oracle)


def check(code: str, by: str, key: Any, got: tuple[float, float, float], numerator: float, denominator: int, oracle: Oracle) -> None:
    kind = type(READINGS[code]).__name__
    where = (code, by, key)
    if kind in ("Amount", "Mean"):
        assert got[:2] == (pytest.approx(numerator, rel=1e-9), denominator), where
        assert got[2] == pytest.approx(got[0] / denominator if kind == "Mean" and denominator else math.nan if kind == "Mean" else got[0],
                                       nan_ok=True), where  # fmt: skip
    elif kind == "PerPopulation":
        people = oracle.residents.get(key) if by == "town_code" else oracle.residents["150300"]
        assert got[0] == numerator, where
        assert got[2] == pytest.approx(numerator / people * 10_000) if people else math.isnan(got[2]), where
    else:
        assert got[:2] == (numerator, denominator), where
        known = denominator > 0 or (kind == "Count" and METRICS[code].among is None)  # type: ignore[union-attr]
        value = math.nan if not known else numerator if kind == "Count" else 100 * numerator / denominator
        assert got[2] == pytest.approx(value, nan_ok=True), where


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
    "disputes_concluded": (0, 0, 0),
    "dispute_median_hours": (0, 0, math.nan),
    "referral_count": (0, 0, 0),
    "referral_success": (0, 0, math.nan),
    "fulfilment": (0, 0, math.nan),
    "security_sense": (0, 0, math.nan),
    "mediation_success": (0, 0, math.nan),
    "dispute_amount": (0, 0, 0),
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
