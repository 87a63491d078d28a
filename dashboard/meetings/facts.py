"""A pilot target as a meeting sees it: its numbers, who carries it, who lags, its evidence and trend, as plain data that is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

import pandas as pd
from sqlalchemy import Double, Engine, and_, case, cast, func, select

from dashboard.asking import fetch, remembered
from dashboard.charts.base import rows_of, with_labels
from dashboard.filters import ScopedFilters, where
from dashboard.queries import measure
from dashboard.warehouse import N, pilot_observations, pilot_standing

p, o = pilot_standing.c, pilot_observations.c
# As many of those furthest behind, and of those that never reported, are named.
MOST_NAMED = 12
MOST_EVIDENCE = 4
GRAVEST = ("red", "yellow", "green")


@dataclass(frozen=True)
class Part:
    """One unit and place that carries a target."""

    unit: str
    unit_en: str
    place: str
    place_en: str
    value: float | None
    progress: float | None
    gap: float | None
    lamp: str
    observed_on: str
    evidence: str = ""
    submitted_by: str = ""
    hit_count: int = 0


@dataclass(frozen=True)
class Facts:
    """One target of one snapshot. Its lamp, value and gap are those of its slowest part; a mean says so. Days are ISO texts."""

    code: str
    label: str
    label_en: str
    block: str
    kind: str
    measure_unit: str
    better: str
    start_on: str
    due_on: str
    baseline: float | None
    target: float | None
    lamp: str
    value: float | None
    progress: float | None
    elapsed: float | None
    gap: float | None
    mean_gap: float | None
    mean_progress: float | None
    part_count: int
    reported_count: int
    lamps: dict[str, int]
    is_done: bool
    is_hit: bool
    hit_count: int
    hit_on: str
    observed_on: str
    unit_codes: list[str] = field(default_factory=list)
    lagging: list[Part] = field(default_factory=list)
    silent: list[Part] = field(default_factory=list)
    # (day, mean progress in percent) of each reported period.
    trend: list[tuple[str, float]] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self | None:
        """What `to_json` wrote; None of an item that speaks of no target."""
        if not text:
            return None
        held: dict[str, Any] = json.loads(text)
        for name in ("lagging", "silent"):
            held[name] = [Part(**part) for part in held[name]]
        held["trend"] = [(day, value) for day, value in held["trend"]]
        return cls(**held)

    @property
    def evidence(self) -> list[Part]:
        """What was handed in with the reports of those furthest behind."""
        return [part for part in self.lagging if part.evidence][:MOST_EVIDENCE]


def facts_of(engine: Engine, filters: ScopedFilters, codes: Sequence[str] = ()) -> list[Facts]:
    """The targets in a scope, by code; those named alone if `codes` are given."""
    return list(_told(engine, filters.only(targets=tuple(codes)) if codes else filters))


@remembered(16)
def _told(engine: Engine, asked: ScopedFilters) -> tuple[Facts, ...]:
    """Remembered: a page that proposes an agenda, the meeting made of it and its agenda ask the same."""
    parts = _parts(engine, asked)
    if parts.empty:
        return ()
    means = {
        code: measure(engine, code, asked, ("target_code",)).set_index("target_code")["value"] for code in ("schedule_gap", "task_progress")
    }
    trends = _trends(engine, asked)
    # Rows come by code. A frame for each target would cost more than all the rest.
    by_target = groupby(rows_of(parts), key=itemgetter("target_code"))
    return tuple(
        _facts(str(code), list(held), means["schedule_gap"].get(code), means["task_progress"].get(code), trends.get(str(code), []))
        for code, held in by_target
    )


def _parts(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Every part of the targets asked for, the furthest behind first, with the evidence of its latest report."""
    query = (
        select(
            *[column for column in pilot_standing.c if column.name not in ("district_code", "town_code", "community_code")],
            o.evidence, o.submitted_by,
        )
        .join_from(pilot_standing, pilot_observations, o.observation_key == p.observation_key, isouter=True)
        .where(where(pilot_standing, N, filters))
        .order_by(p.target_code, p.gap_pct.nulls_last(), p.unit_code.nulls_last(), p.division_code.nulls_last())
    )  # fmt: skip
    frame = fetch(engine, query)
    for column, name in (("unit_code", "unit"), ("division_code", "place")):
        said = with_labels(frame[[column]], engine, column)
        frame[name], frame[f"{name}_en"] = said["short_label"], said["label_en"]
    return _with_hits(engine, frame)


def _with_hits(engine: Engine, frame: pd.DataFrame) -> pd.DataFrame:
    """Of a gate that was touched the report that touched it last stands for the latest one: its value, day and evidence."""
    keys = ["target_code", "unit_code", "division_code"]
    codes = sorted(set(frame.loc[frame["is_hit"].eq(True), "target_code"]))
    query = select(o.target_code, o.unit_code, o.division_code, o.value, o.observed_on, o.evidence, o.submitted_by)
    hits = fetch(engine, query.where(o.target_code.in_(codes), o.value > 0).order_by(o.observed_on.desc())).drop_duplicates(keys)
    held = frame[keys].merge(hits, on=keys, how="left").set_index(frame.index)
    is_hit = frame["is_hit"].eq(True) & held["value"].notna()
    return frame.assign(**{name: held[name].where(is_hit, frame[name]) for name in ("value", "observed_on", "evidence", "submitted_by")})


def _trends(engine: Engine, filters: ScopedFilters) -> dict[str, list[tuple[str, float]]]:
    """The mean progress of the reports of each period, by target: as delivered or else from baseline to target, at most all of it."""
    same = and_(
        o.target_code == p.target_code, o.unit_code.is_not_distinct_from(p.unit_code), o.division_code.is_not_distinct_from(p.division_code)
    )
    start = func.coalesce(p.baseline_value, 0.0)
    way = case((p.target_value != start, 100.0 * (o.value - start) / (p.target_value - start)))
    came = func.least(func.coalesce(o.progress_pct, way), 100.0)
    query = (
        select(p.target_code, o.observed_on, func.avg(cast(came, Double)).label("progress"))
        .join_from(pilot_standing, pilot_observations, same)
        .where(where(pilot_standing, N, filters), p.kind != "negative", came.is_not(None))
        .group_by(p.target_code, o.observed_on)
        .order_by(p.target_code, o.observed_on)
    )
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows_of(fetch(engine, query)):
        found.setdefault(row["target_code"], []).append((_day(row["observed_on"]), round(row["progress"], 2)))
    return found


def _facts(code: str, rows: list[dict[str, Any]], mean_gap: Any, mean_progress: Any, trend: list[tuple[str, float]]) -> Facts:
    first = rows[0]
    lamps = {lamp: sum(row["lamp_code"] == lamp for row in rows) for lamp in GRAVEST}
    is_gate = first["kind"] == "negative"
    hits = [row for row in rows if bool(row["is_hit"])]
    named = hits if is_gate else [row for row in rows if _number(row["gap_pct"]) is not None and row["gap_pct"] < 0]
    return Facts(
        code=code, label=_text(first["label"]) or code, label_en=_text(first["label_en"]) or _text(first["label"]) or code,
        block=_text(first["block"]), kind=_text(first["kind"]), measure_unit=_text(first["measure_unit"]), better=_text(first["better"]),
        start_on=_day(first["start_on"]), due_on=_day(first["due_on"]), baseline=_number(first["baseline_value"]),
        target=_number(first["target_value"]), lamp=next((lamp for lamp in GRAVEST if lamps[lamp]), ""), value=_number(first["value"]),
        progress=_number(first["progress_pct"]), elapsed=_number(first["elapsed_pct"]), gap=_number(first["gap_pct"]),
        mean_gap=_number(mean_gap), mean_progress=_number(mean_progress), part_count=len(rows),
        reported_count=sum(bool(row["is_reported"]) for row in rows), lamps=lamps, is_done=all(bool(row["is_done"]) for row in rows),
        is_hit=bool(hits), hit_count=sum(int(row["hit_count"]) for row in hits),
        hit_on=max((_day(row["hit_on"]) for row in hits), default=""), observed_on=max(_day(row["observed_on"]) for row in rows),
        unit_codes=sorted({_text(row["unit_code"]) for row in rows} - {""}),
        lagging=[_part(row) for row in named[:MOST_NAMED]],
        silent=[_part(row) for row in rows if not row["is_reported"]][:MOST_NAMED], trend=trend,
    )  # fmt: skip


def _part(row: dict[str, Any]) -> Part:
    return Part(
        _text(row["unit"]), _text(row["unit_en"]), _text(row["place"]), _text(row["place_en"]), _number(row["value"]),
        _number(row["progress_pct"]), _number(row["gap_pct"]), _text(row["lamp_code"]), _day(row["observed_on"]), _text(row["evidence"]),
        _text(row["submitted_by"]), int(_number(row["hit_count"]) or 0),
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 4)


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _day(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return value.isoformat()[:10] if isinstance(value, (date, pd.Timestamp)) else str(value)[:10]
