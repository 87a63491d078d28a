"""Every number read anew from the raw rows of a snapshot by pandas, without the program's own questions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, Table, select

from dashboard import warehouse as contract
from dashboard.filters import Filters, ScopedFilters, scoped
from dashboard.metrics import METRICS, Duration
from dashboard.queries import measure
from dashboard.reference import root
from dashboard.warehouse import BASES

COUNTED = {code: metric for code, metric in METRICS.items() if not isinstance(metric, Duration)}
READINGS = COUNTED | {f"{code}:{name}": one for code, metric in COUNTED.items() for name, one in metric.variants.items()}
OFFICE = ((510, 720), (870, 1050))  # minutes of the day
MONTH = timedelta(days=30)
PLACES = ("district_code", "town_code", "community_code")
KINDS = ("tickets", "disputes", "risks", "surveys", "pilot_standing", "pilot_reports")


def oracle_of(engine: Engine) -> Oracle:
    """The raw rows of a snapshot and their independent reading."""
    rows = {name: raw(engine, contract.metadata.tables[name]) for name in KINDS}
    as_of = raw(engine, contract.sources).set_index("source_code")["as_of"]
    clocks = {name: pd.to_datetime(held["source_code"].map(as_of)) for name, held in rows.items()}
    people = raw(engine, contract.populations)
    metrics = work_tickets(engine, rows["tickets"], clocks["tickets"]) | work_others(rows, clocks)
    metrics |= work_pilots(rows, clocks["pilot_reports"])
    return Oracle(rows, metrics, dict(zip(people["division_code"], people["population_count"], strict=True)), root(engine))


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
    # What is counted once, however many rows it has.
    each: pd.Series | None = None


@dataclass(frozen=True)
class Oracle:
    """The rows of every table and, for each metric, the independent reading of them."""

    rows: dict[str, pd.DataFrame]
    metrics: dict[str, Worked]
    residents: dict[str, int]
    city: str


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
        ordered = t.dropna(subset=keys).assign(at=reported).sort_values(["at", "ticket_key"])
        found[ordered.index] |= ordered.groupby(keys)["at"].diff() <= MONTH
    return found


def work_tickets(engine: Engine, t: pd.DataFrame, as_of: pd.Series) -> dict[str, Worked]:
    reported, accepted, filed, dispatched, signed = times(t, "reported_at", "accepted_at", "filed_at", "dispatched_at", "signed_at")
    resolved, closed, verified, rated = times(t, "resolved_at", "closed_at", "verified_at", "rated_at")
    accept_due, dispatch_due, sign_due, due = times(t, "accept_due_at", "dispatch_due_at", "sign_due_at", "close_due_at")
    stays = t["status_code"] != "withdrawn"
    counted = t["duplicate_of"].isna()
    done = resolved.fillna(closed)
    # Who does not tell when things are closed cannot be asked what is open; he may tell what was on time.
    tells = t["has_closing_times"].astype("boolean").fillna(False).astype(bool)
    told = t["delivered_on_time"].astype("boolean")
    is_done, is_open = tells & done.notna() & stays, tells & (t["status_code"] == "open") & done.isna()
    due = due.where(stays)
    by_time = due.notna() & (is_done | (is_open & (due <= as_of)))
    by_word = ~by_time & told.notna() & (due.isna() | ~is_open)
    decided = by_time | by_word
    closed_in_time = (by_time & is_done & (done <= due)) | (by_word & told.fillna(False).astype(bool))
    entered = due.fillna(reported.where(told.notna()))
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
        "closure_rate": (due_at(entered), is_done, tells),
        "on_time_closure": (due_at(entered), closed_in_time, decided),
        "overdue_rate": (due_at(entered), decided & ~closed_in_time, decided),
        "extension_rate": (due_at(entered), more["extension_count"], yes),
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
        "on_time_closure:without_extended": (due_at(entered), closed_in_time, decided & ~more["extension_count"]),
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
        "disputes_long_open": (None, concluded.isna() & (clocks["disputes"] - accepted > pd.Timedelta(days=30)), yes),
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
        "escalations_prevented": (
            concluded,
            d["is_escalation_prevented"].astype("boolean").fillna(False).astype(bool),
            d["is_escalation_prevented"].notna(),
        ),
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
        **{code: survey(s, held, words) for code, words in SURVEYS.items()},
    }


SURVEYS = {"security_sense": "安全", "governance_satisfaction": "满意"}


def survey(s: pd.DataFrame, held: pd.Series, words: str) -> Worked:
    """The answers of one topic: its question says so."""
    asked = s["question"].fillna("").str.contains(words) if len(s) else pd.Series(dtype=bool)
    return Worked(held, s["positive_count"].where(asked, 0).astype("int64"), s["valid_count"].where(asked, 0).astype("int64"))


def work_pilots(rows: dict[str, pd.DataFrame], reports: pd.Series) -> dict[str, Worked]:
    p, r = rows["pilot_standing"], rows["pilot_reports"]
    work, each = p["kind"] != "negative", p["target_code"]
    done, due, unknown = (p[name].fillna(False).astype(bool) for name in ("is_done", "is_due", "is_reported"))
    gap, attained, weight = (pd.to_numeric(p[name]) for name in ("gap_pct", "attainment_pct", "weight"))
    progress = pd.to_numeric(p["progress_pct"])
    lamp, every = p["lamp_code"].astype(object), pd.Series(True, index=p.index)
    left = (pd.to_datetime(p["due_on"]) - pd.to_datetime(p["as_of"]).dt.normalize()).dt.days
    owed = pd.to_datetime(r["report_due_at"])
    seen = owed.where(owed <= reports)
    reported = pd.Series(True, index=r.index)
    return {
        "task_count": Worked(None, work, every, each),
        "task_parts": Worked(None, work.astype("int64"), every),
        "tasks_unreported": Worked(None, (work & ~unknown).astype("int64"), every),
        "task_completion": Worked(None, done, work & due, each),
        "task_completion:of_all": Worked(None, done, work, each),
        "tasks_due_soon": Worked(None, work & ~done & (left >= 0) & (left <= 30), every, each),
        "parts_behind": Worked(None, lamp.isin(["red", "yellow"]).astype("int64"), lamp.notna()),
        "tasks_behind": Worked(None, lamp.isin(["red", "yellow"]), every, each),
        "tasks_red": Worked(None, lamp == "red", every, each),
        "tasks_lit": Worked(None, lamp.isin(["red", "yellow", "green"]), every, each),
        "negative_hits": Worked(None, pd.to_numeric(p["hit_count"]).fillna(0) > 0, ~work, each),
        "schedule_gap": Worked(None, gap.fillna(0.0), gap.notna()),
        "schedule_gap:weighted": Worked(None, (gap * weight).fillna(0.0), weight.where(gap.notna(), 0.0)),
        "task_progress": Worked(None, progress.fillna(0.0), progress.notna()),
        "target_attainment": Worked(None, attained.fillna(0.0), attained.notna()),
        "reports_due": Worked(seen, reported.astype("int64"), reported),
        "reports_missing": Worked(seen, pd.to_datetime(r["submitted_at"]).isna().astype("int64"), reported),
        "reports_on_time": Worked(seen, (pd.to_datetime(r["submitted_at"]) <= owed).astype("int64"), reported),
    }


def expected(oracle: Oracle, code: str, since: date, until: date, by: str) -> dict[Any, tuple[float, float]]:
    """key -> (numerator, denominator), of the rows that enter in the period."""
    worked, rows = oracle.metrics[code], oracle.rows[METRICS[code.partition(":")[0]].table.name]
    counted = rows["duplicate_of"].isna() if "duplicate_of" in rows else pd.Series(True, index=rows.index)
    enters = counted
    if worked.at is not None:
        enters = counted & (worked.at >= pd.Timestamp(since)) & (worked.at < pd.Timestamp(until + timedelta(days=1)))
    key: Any = pd.Series("", index=rows.index)
    if by in GRAINS and worked.at is not None:
        key = worked.at.dt.strftime(GRAINS[by])
    elif by:
        key = rows[by].astype(object).where(rows[by].notna(), None)
    entered = pd.DataFrame({"key": key, "adds": worked.adds, "among": worked.among})[enters]
    if worked.each is not None:
        return counted_once(entered.assign(each=worked.each), is_rate=METRICS[code.partition(":")[0]].is_rate)
    sums = entered.groupby("key", dropna=False).sum()
    return {None if pd.isna(name) else name: (adds, among) for name, adds, among in sums.itertuples()}


def counted_once(entered: pd.DataFrame, *, is_rate: bool) -> dict[Any, tuple[float, float]]:
    """Things instead of rows: for a rate those all of whose rows add, for a count those any of whose rows adds."""
    found = {}
    for name, group in entered.groupby("key", dropna=False):
        among, adds = group[group["among"]], group[group["among"] & group["adds"]]
        things, adding = set(among["each"]), set(adds["each"])
        if is_rate:
            adding -= set(among.loc[~among["adds"], "each"])
        found[None if pd.isna(name) else name] = (len(adding), len(things))
    return found


def answered(frame: pd.DataFrame, by: str) -> dict[Any, tuple[float, float, float]]:
    keys = frame[by] if by else pd.Series("", index=frame.index)
    if by in GRAINS:
        keys = keys.dt.strftime(GRAINS[by])
    keys = keys.astype(object).where(keys.notna(), None)
    return {key: (n, d, v) for key, n, d, v in zip(keys, frame["numerator"], frame["denominator"], frame["value"], strict=True)}


def check(code: str, by: str, key: Any, got: tuple[float, float, float], numerator: float, denominator: float, oracle: Oracle) -> None:
    kind = type(READINGS[code]).__name__
    where = (code, by, key)
    if kind in ("Amount", "Mean"):
        assert got[:2] == (pytest.approx(numerator, rel=1e-9), pytest.approx(denominator)), where
        assert got[2] == pytest.approx(got[0] / denominator if kind == "Mean" and denominator else math.nan if kind == "Mean" else got[0],
                                       nan_ok=True), where  # fmt: skip
    elif kind == "PerPopulation":
        people = oracle.residents.get(key) if by in PLACES else oracle.residents.get(oracle.city)
        assert got[0] == numerator, where
        assert got[2] == pytest.approx(numerator / people * 10_000) if people else math.isnan(got[2]), where
    else:
        assert got[:2] == (numerator, denominator), where
        known = denominator > 0 or (kind == "Count" and METRICS[code].among is None)  # type: ignore[union-attr]
        value = math.nan if not known else numerator if kind == "Count" else 100 * numerator / denominator
        assert got[2] == pytest.approx(value, nan_ok=True), where


GRAINS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def groupings_of(code: str) -> list[str]:
    """Every code a reading's table may be grouped by, and the grains of its time."""
    metric = READINGS[code]
    codes = [
        column.name for column in metric.table.columns if column.name.endswith("_code") or column.name in ("block", "kind", "age_band")
    ]
    return codes + list(GRAINS) * (BASES[metric.table.name][metric.base] is not None)


def prove(engine: Engine, oracle: Oracle, code: str, since: date, until: date, groupings: Iterable[str]) -> int:
    """A reading, whole and by every grouping, equals what pandas makes of the raw rows; how many numbers were compared."""
    name, _, variant = code.partition(":")
    filters = replace(custom(since, until), variants=((name, variant),) if variant else ())
    compared = 0
    for by in ("", *groupings):
        got = answered(measure(engine, name, filters, (by,) if by else ()), by)
        wanted = expected(oracle, code, since, until, by)
        if not by and not wanted:
            wanted = {"": (0, 0)}
        assert set(got) == set(wanted), (code, by)
        for key, (numerator, denominator) in wanted.items():
            check(code, by, key, got[key], numerator, denominator, oracle)
            compared += 1
    return compared


REAL_GROUPINGS = ("major_code", "unit_code", "channel_code", "district_code", "town_code", "month")


def prove_tickets(engine: Engine) -> None:
    """Every number of appeals of a city of real files, over all its days, equals what pandas makes of the raw rows."""
    oracle = oracle_of(engine)
    reported = pd.to_datetime(oracle.rows["tickets"]["reported_at"])
    since, until = reported.min().date() - timedelta(days=400), reported.max().date() + timedelta(days=400)
    for code, metric in READINGS.items():
        if metric.table.name == "tickets":
            grains = BASES["tickets"][metric.base] is not None
            assert prove(engine, oracle, code, since, until, [by for by in REAL_GROUPINGS if grains or by not in GRAINS]) > 0
