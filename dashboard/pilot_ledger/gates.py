"""The negative list as gates: each item triggered, not triggered or not fully reported, with its hits and their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.pilot_ledger.parts import part_key
from dashboard.warehouse import N, pilot_observations, pilot_reports, pilot_standing, sources

# Filters that choose among tasks; a gate is not hidden by them.
OF_TASKS = ("divisions", "units", "blocks", "targets", "lamps", "dues", "kinds")


@dataclass(frozen=True)
class Hit:
    """Who touched a gate, where and when, and what proves it."""

    unit_code: str | None
    division_code: str | None
    # The ends of the first and of the latest period with more than zero.
    first_on: date
    last_on: date
    times: int
    value: float
    measure_unit: str
    evidence: str
    submitted_by: str
    submitted_at: pd.Timestamp | None
    reviewed_by: str
    reviewed_at: pd.Timestamp | None


@dataclass(frozen=True)
class Gate:
    """An item of the negative list. `state`: hit; unreported where any who carries it owes the last report due; else clear."""

    code: str
    label: str
    label_en: str
    block: str
    state: str
    carriers: int
    # Of the last period whose report is due: how many nil reports were owed and came, and its end.
    owed: int
    reported: int
    period_on: date | None
    hits: tuple[Hit, ...]


def gates_of(engine: Engine, filters: ScopedFilters) -> tuple[Gate, ...]:
    """Every gate of what may be seen, triggered ones first; choices among tasks do not hide any."""
    asked = filters.only(**dict.fromkeys(OF_TASKS, ()))
    p = pilot_standing.c
    query = select(
        part_key(pilot_standing).label("part"), p.target_code, p.label, p.label_en, p.block, p.unit_code, p.division_code, p.is_hit,
        p.is_reported, p.measure_unit,
    ).where(where(pilot_standing, N, asked), p.kind == "negative").order_by(p.target_code, p.unit_code, p.division_code)  # fmt: skip
    parts = fetch(engine, query)
    owed, hits = _last_reports(engine, asked), _hits(engine, parts.loc[parts["is_hit"].astype(bool), "part"].tolist())
    found = [_gate(str(code), rows, owed, hits) for code, rows in parts.groupby("target_code", sort=True)]
    return tuple(sorted(found, key=lambda gate: ("hit", "unreported", "clear").index(gate.state)))


def _gate(code: str, rows: pd.DataFrame, owed: pd.DataFrame, hits: pd.DataFrame) -> Gate:
    first, mine = rows.iloc[0], owed[owed["target_code"].eq(code)]
    came = int(mine["is_submitted"].sum())
    is_told = came == len(mine) and bool(rows["is_reported"].astype(bool).all())
    touched = [_hit(row, hits) for row in rows[rows["is_hit"].astype(bool)].to_dict("records")]
    label = _text(first["label"]) or code
    return Gate(
        code, label, _text(first["label_en"]) or label, _text(first["block"]),
        "hit" if touched else "clear" if is_told else "unreported", len(rows), len(mine), came,
        None if mine.empty else pd.Timestamp(mine["period_on"].iloc[0]).date(), tuple(touched),
    )  # fmt: skip


def _hit(row: dict[Any, Any], hits: pd.DataFrame) -> Hit:
    mine = hits[hits["part"].eq(row["part"])]
    last = mine.iloc[-1]
    codes = {name: None if pd.isna(row[name]) else str(row[name]) for name in ("unit_code", "division_code")}
    return Hit(
        **codes, first_on=pd.Timestamp(mine["observed_on"].min()).date(), last_on=pd.Timestamp(last["observed_on"]).date(),
        times=len(mine), value=float(mine["value"].sum()), measure_unit=_text(row["measure_unit"]), evidence=_text(last["evidence"]),
        submitted_by=_text(last["submitted_by"]), reviewed_by=_text(last["reviewed_by"]),
        submitted_at=_time(last["submitted_at"]), reviewed_at=_time(last["reviewed_at"]),
    )  # fmt: skip


def _hits(engine: Engine, parts: list[str]) -> pd.DataFrame:
    """The observations above zero of `parts`, in time."""
    o, key = pilot_observations.c, part_key(pilot_observations)
    query = select(key.label("part"), o.observed_on, o.value, o.evidence, o.submitted_by, o.submitted_at, o.reviewed_by, o.reviewed_at)
    return fetch(engine, query.where(key.in_(parts), o.value > 0).order_by(key, o.observed_on, o.observation_key))


def _last_reports(engine: Engine, asked: ScopedFilters) -> pd.DataFrame:
    """The nil reports owed for the last period that is due, of each item."""
    r = pilot_reports.c
    last = func.max(r.period_on).over(partition_by=r.target_code).label("last_on")
    query = select(r.target_code, r.period_on, r.is_submitted, last).join(sources, sources.c.source_code == r.source_code)
    found = fetch(engine, query.where(where(pilot_reports, N, asked), r.kind == "negative", r.report_due_at <= sources.c.as_of))
    return found[found["period_on"].eq(found["last_on"])]


def _time(value: Any) -> pd.Timestamp | None:
    return None if pd.isna(value) else pd.Timestamp(value)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
