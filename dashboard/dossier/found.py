"""What the contract knows of one target: its versions, parts, milestones, reports and the published figures beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, and_, case, func, select

from dashboard.asking import fetch, remembered
from dashboard.charts.base import UNKNOWN
from dashboard.filters import Filters, ScopedFilters, where
from dashboard.measures import unit_in
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import (
    N,
    load_batches,
    pilot_milestone_parts,
    pilot_milestones,
    pilot_observations,
    pilot_peers,
    pilot_standing,
    pilot_targets,
    published_figures,
)  # fmt: skip

KIND = "pilots"
# The worst first; what has no lamp last.
ORDER = {"red": 0, "yellow": 1, "green": 2}
# A place that a city carries itself, not divided further, is the city.
PART = ("unit_code", "division_code")


@dataclass(frozen=True)
class Dossier:
    """One target as its ledger was last seen. `row` is the version in force; the frames have the columns of their tables and more."""

    code: str
    row: dict[str, Any]
    versions: pd.DataFrame
    parts: pd.DataFrame
    milestones: pd.DataFrame
    peers: pd.DataFrame
    filters: ScopedFilters

    @property
    def is_gate(self) -> bool:
        return bool(self.row["kind"] == "negative")

    @property
    def lamp(self) -> str:
        """The lamp of its slowest part; `none` where no part has one."""
        lit = self.parts["lamp_code"].dropna()
        return min(lit, key=ORDER.__getitem__) if len(lit) else "none"


def narrowed(view: View, code: str) -> ScopedFilters:
    """All that may be seen of one target, whatever else is chosen."""
    return view.scoped(Filters(period=view.city.period, targets=(code,), snapshot=view.snapshot), KIND)


def dossier_of(view: View, code: str) -> Dossier | None:
    """All about a target; None where there is no such, or nothing of it may be seen."""
    filters = narrowed(view, code)
    parts = parts_of(view.engine, filters)
    if parts.empty:
        return None
    versions, peers = (_in_words(view, frame) for frame in (versions_of(view.engine, code), peers_of(view.engine, code)))
    return Dossier(code, in_force(parts, versions), versions, parts, milestones_of(view.engine, filters), peers, filters)


def _in_words(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Units of measure as the page's language has them."""
    return frame.assign(measure_unit=[unit_in(unit, view.language) for unit in frame["measure_unit"]])


def in_force(parts: pd.DataFrame, versions: pd.DataFrame) -> dict[str, Any]:
    """The version its parts are judged by, with the missing as None."""
    valid = parts["valid_from"].iloc[0]
    held = versions[versions["valid_from"].isna() if pd.isna(valid) else versions["valid_from"] == valid]
    row = held.iloc[0].to_dict() | {"kind": parts["kind"].iloc[0], "better": parts["better"].iloc[0]}
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def parts_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Its parts, the worst first: by lamp, then by the gap to the schedule; what was never reported at the end."""
    p = pilot_standing.c
    lamp = case(ORDER, value=p.lamp_code, else_=len(ORDER))
    query = select(pilot_standing).where(where(pilot_standing, N, filters))
    return fetch(
        engine,
        query.order_by(p.is_hit.desc(), p.is_reported.desc(), lamp, p.gap_pct.nulls_last(), p.unit_code, p.division_code),
    )


def versions_of(engine: Engine, code: str) -> pd.DataFrame:
    """Every version of a target, the oldest first."""
    t = pilot_targets.c
    return fetch(engine, select(pilot_targets).where(t.target_code == code).order_by(t.valid_from.nulls_first()))


def milestones_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Its milestones in order, with how many of the parts asked for have reached each, how many late, and since when all have.

    Columns: those of pilot_milestones, `parts, reached, behind` (not reached, and the report of its period is due), `late` (reached,
    but later), `first_on` and `last_on` it was reached.
    """
    p, m, s = pilot_standing.c, pilot_milestones.c, pilot_milestone_parts.c
    same = and_(
        s.target_code == p.target_code, s.unit_code.is_not_distinct_from(p.unit_code), s.division_code.is_not_distinct_from(p.division_code)
    )
    counted = (
        select(
            s.target_code, s.milestone_code, func.count().label("parts"), func.count().filter(s.is_reached).label("reached"),
            func.count().filter(and_(s.is_late, s.is_reached.is_(False))).label("behind"),
            func.count().filter(and_(s.is_late, s.is_reached)).label("late"),
            func.min(s.reached_on).label("first_on"), func.max(s.reached_on).label("last_on"),
        )
        .join_from(pilot_standing, pilot_milestone_parts, same)
        .where(where(pilot_standing, N, filters))
        .group_by(s.target_code, s.milestone_code)
        .subquery()
    )  # fmt: skip
    c = counted.c
    query = select(pilot_milestones, c.parts, c.reached, c.behind, c.late, c.first_on, c.last_on).join_from(
        pilot_milestones, counted, and_(m.target_code == c.target_code, m.milestone_code == c.milestone_code)
    )
    return fetch(engine, query.order_by(m.due_on, m.progress_pct))


def peers_of(engine: Engine, code: str) -> pd.DataFrame:
    """The published figures that measure what the target measures; each once."""
    f = published_figures.c
    query = select(published_figures).join(pilot_peers, pilot_peers.c.figure_code == f.figure_code)
    return fetch(engine, query.where(pilot_peers.c.target_code == code).order_by(f.place, f.period, f.figure_code))


def observation_count(engine: Engine, filters: ScopedFilters) -> int:
    query = select(func.count().label("n")).where(where(pilot_observations, N, filters))
    return int(fetch(engine, query.select_from(pilot_observations))["n"].iloc[0])


def observations_of(engine: Engine, filters: ScopedFilters, first: int = 0, count: int | None = None) -> pd.DataFrame:
    """What was reported of it, the newest first, with the file each row came in; all of it, or `count` from `first` on."""
    o, b = pilot_observations.c, load_batches.c
    query = (
        select(pilot_observations, b.file_name)
        .join_from(pilot_observations, load_batches, o.batch_id == b.batch_id, isouter=True)
        .where(where(pilot_observations, N, filters))
        .order_by(o.observed_on.desc(), o.unit_code, o.division_code, o.submitted_at.desc(), o.observation_key)
    )
    return fetch(engine, query if count is None else query.limit(count).offset(first))


def hits_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The reports that touched an item of the negative list, the latest first, with the file each came in."""
    o, b = pilot_observations.c, load_batches.c
    query = select(pilot_observations, b.file_name).join_from(pilot_observations, load_batches, o.batch_id == b.batch_id, isouter=True)
    return fetch(engine, query.where(where(pilot_observations, N, filters), o.value > 0).order_by(o.observed_on.desc(), o.observation_key))


def narrative_months(engine: Engine, filters: ScopedFilters) -> list[date]:
    """The days a narrative was written of, the newest first."""
    o = pilot_observations.c
    query = select(o.observed_on).where(where(pilot_observations, N, filters), o.narrative.is_not(None)).distinct()
    return [day.date() for day in fetch(engine, query.order_by(o.observed_on.desc()))["observed_on"]]


def narratives_of(engine: Engine, filters: ScopedFilters, day: date) -> pd.DataFrame:
    """What was written of one day."""
    o = pilot_observations.c
    query = select(pilot_observations).where(where(pilot_observations, N, filters), o.narrative.is_not(None), o.observed_on == day)
    return fetch(engine, query.order_by(o.unit_code, o.division_code))


@remembered(64)
def listed(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Every target asked for, once, in the order of the ledger: tasks by code, then the gates; `rank` is the worst of its lamps."""
    p = pilot_standing.c
    rank = func.min(case(ORDER, value=p.lamp_code, else_=len(ORDER)))
    query = select(
        p.target_code, func.any_value(p.label).label("label"), func.any_value(p.label_en).label("label_en"),
        func.any_value(p.block).label("block"), func.any_value(p.kind).label("kind"), rank.label("rank"),
        func.bool_or(p.is_hit).label("is_hit"),
        func.max(p.due_on).label("due_on"), func.count().label("parts"),
    ).where(where(pilot_standing, N, filters)).group_by(p.target_code)  # fmt: skip
    return fetch(engine, query.order_by(func.any_value(p.kind) == "negative", p.target_code))


def neighbours(codes: list[str], code: str) -> tuple[str | None, str | None]:
    """The codes before and after one; none beyond the ends, and none where it is not among them."""
    if code not in codes:
        return None, None
    place = codes.index(code)
    return (codes[place - 1] if place else None), (codes[place + 1] if place + 1 < len(codes) else None)


def names_of(view: View, column: str) -> dict[str, str]:
    """What the codes of units or divisions are called."""
    held = labels(view.engine, column)["label_en" if view.language == "en" else "label"]
    return {str(code): str(name) for code, name in held.items()}


def named(view: View, names: dict[str, str], code: Any, column: str) -> str:
    """What one code is called; one nobody knows, and none at all, is said to be so."""
    unknown: Text = UNKNOWN[column]
    return names.get(str(code), view.say(unknown)) if not pd.isna(code) else view.say(unknown)
