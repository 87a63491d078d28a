"""What stands beside the numbers: names of codes, residents of places, and how far the data reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Engine, and_, case, func, select, true

from dashboard.asking import By, fetch, remembered
from dashboard.filters import ScopedFilters
from dashboard.metrics.base import LIMITS
from dashboard.warehouse import (
    MADE_OF,
    base_time,
    categories,
    channels,
    dispute_types,
    division_paths,
    divisions,
    metadata,
    organisations,
    pilot_standing,
    populations,
    risks,
    source_columns,
    sources,
    tickets,
    units,
)  # fmt: skip

STAGES = {"accepted_at", "filed_at", "dispatched_at", "signed_at", "resolved_at", "verified_at", "closed_at"}
# What says whether a ticket was closed within its limit.
OUTCOMES = {"closing_times", "is_on_time"}
# Of fewer rows it cannot be told whether data begin with the first of them.
FEWEST = 5
LEVELS = {"district": "district_code", "town": "town_code", "community": "community_code"}


@dataclass(frozen=True)
class DataState:
    """How far the sources behind a table have been seen, and whether they deliver what a question needs."""

    as_of: pd.Timestamp | None
    newest: pd.Timestamp | None
    source_count: int
    closing_count: int
    delivered: frozenset[str]

    def lacks(self, needed: str) -> bool:
        """Whether something is needed that no source brings."""
        return bool(needed) and needed not in self.delivered


@remembered(256)
def data_state(engine: Engine, kind: str, chosen: tuple[str, ...] = ()) -> DataState:
    """State of the sources that deliver `kind` (the chosen ones; all if it is empty): the oldest and newest as_of, what they deliver."""
    s = sources.c
    # A table the models make of another kind's rows is as old as those.
    of_kind = s.kind == MADE_OF.get(kind, kind) if kind else true()
    query = select(
        func.min(s.as_of).label("oldest"), func.max(s.as_of).label("newest"), func.count().label("n"),
        func.count().filter(s.has_closing_times).label("closing"),
    ).where(of_kind, s.as_of.is_not(None))  # fmt: skip
    brought = select(source_columns.c.column_name).join(sources, s.source_code == source_columns.c.source_code).where(of_kind)
    if chosen:
        query, brought = query.where(s.source_code.in_(chosen)), brought.where(s.source_code.in_(chosen))
    row = fetch(engine, query).iloc[0]
    stamps = [None if pd.isna(row[name]) else pd.Timestamp(row[name]) for name in ("oldest", "newest")]
    delivered = frozenset(fetch(engine, brought.distinct())["column_name"])
    if delivered & STAGES:
        delivered |= {"stages"}
    if delivered & OUTCOMES:
        delivered |= {"outcomes"}
    if kind == tickets.name:
        delivered |= _held(engine, chosen)
    return DataState(stamps[0], stamps[1], int(row["n"]), int(row["closing"]), delivered)


def _held(engine: Engine, chosen: tuple[str, ...]) -> frozenset[str]:
    """What the tickets themselves show, whatever their sources declare: which limits any of them has, and whether any is rated."""
    t = tickets.c
    counts = [func.count(t[column]).label(name) for column, name in LIMITS.items()]
    query = select(
        *counts, (func.count(t.satisfaction_score) + func.count(t.is_solved)).label("ratings"),
        func.count().filter(t.is_completed).label("completed"),
        func.count().filter(and_(t.is_completed, t.close_base_at.is_not(None))).label("judged"),
        func.count(t.delivered_on_time).label("told"),
    )  # fmt: skip
    row = fetch(engine, query.where(t.source_code.in_(chosen)) if chosen else query).iloc[0]
    held = {str(name) for name in row.index if row[name]}
    # Limits that are taken off a ticket once it is closed say what is overdue, but nothing of what was closed in time.
    if held & {"completed"} and not held & {"judged", "told"}:
        held -= {"limits"}
    return frozenset(held - {"completed", "judged", "told"})


@remembered(256)
def first_day(engine: Engine, table: str, base: str) -> date | None:
    """The first day that any row of a table has in a base; None without one."""
    column = base_time(metadata.tables[table], base)
    found = None if column is None else fetch(engine, select(func.min(column).label("first")))["first"].iloc[0]
    return None if found is None or pd.isna(found) else pd.Timestamp(found).date()


@remembered(256)
def begins_within(engine: Engine, table: str, base: str, since: date, until: date) -> bool:
    """Whether the data of a table begin in the course of these days, so that their beginning is not covered.

    Days without a row before the first one are no gap where rows come so seldom; of fewer than FEWEST rows nothing can be told.
    """
    first = first_day(engine, table, base)
    if first is None or not since < first <= until:
        return False
    column = base_time(metadata.tables[table], base)
    assert column is not None  # noqa: S101 what has a first day has a time
    query = select(func.count().label("count")).where(column < datetime.combine(until + timedelta(days=1), time.min))
    count = int(fetch(engine, query)["count"].iloc[0])
    expected = count * (first - since).days / ((until - first).days + 1)
    return count >= FEWEST and expected >= FEWEST


def labels(engine: Engine, dimension: str) -> pd.DataFrame:
    """Names of a dimension's codes: columns `label, label_en, short_label` by code. Raises KeyError if there is no such."""
    return _labels(engine, dimension).copy(deep=False)


@remembered(256)
def _labels(engine: Engine, dimension: str) -> pd.DataFrame:
    place = (divisions.c.division_code, divisions.c.label, divisions.c.label_en, divisions.c.short_label)
    unit = (units.c.unit_code, units.c.label, units.c.label_en, units.c.short_label)
    columns = {
        "major_code": (categories.c.major_code, categories.c.major_label, categories.c.major_label_en, None),
        "category_code": (categories.c.category_code, categories.c.label, categories.c.label_en, None),
        "channel_code": (channels.c.channel_code, channels.c.label, channels.c.label_en, None),
        "source_code": (sources.c.source_code, sources.c.label, sources.c.label_en, None),
        "dispute_type_code": (dispute_types.c.dispute_type_code, dispute_types.c.label, dispute_types.c.label_en, None),
        "target_code": (pilot_standing.c.target_code, pilot_standing.c.label, pilot_standing.c.label_en, None),
        "organisation_code": (organisations.c.organisation_code, organisations.c.label, organisations.c.label_en, None),
        "unit_code": unit,
        **dict.fromkeys(("division_code", *LEVELS.values()), place),
    }[dimension]
    code, label, label_en, short = columns
    query = select(
        code.label("code"), label.label("label"), label_en.label("label_en"), (label if short is None else short).label("short_label")
    )
    frame = fetch(engine, query.distinct().order_by("code")).drop_duplicates("code")
    frame["label_en"] = frame["label_en"].fillna(frame["label"])
    frame["short_label"] = frame["short_label"].fillna(frame["label"])
    return frame.set_index("code")


@remembered(64)
def risk_types(engine: Engine) -> list[str]:
    """The types of risks as they were delivered, the commonest first."""
    query = select(risks.c.risk_type).where(risks.c.risk_type.is_not(None)).group_by(risks.c.risk_type)
    return list(fetch(engine, query.order_by(func.count().desc(), risks.c.risk_type))["risk_type"])


@remembered(64)
def blocks(engine: Engine) -> list[str]:
    """The blocks of the city's pilot tasks, in the order of their targets' codes."""
    p = pilot_standing.c
    query = select(p.block).where(p.block.is_not(None)).group_by(p.block).order_by(func.min(case((p.kind != "negative", p.target_code))))
    return list(fetch(engine, query)["block"])


@remembered(64)
def root(engine: Engine) -> str:
    """The code of the city itself; empty if its divisions do not say."""
    frame = fetch(engine, select(divisions.c.division_code).where(divisions.c.level == "city"))
    return str(frame["division_code"].iloc[0]) if len(frame) else ""


@remembered(64)
def has_majors(engine: Engine) -> bool:
    """Whether the city's categories stand in major ones."""
    return bool(fetch(engine, select(func.count(categories.c.major_code).label("n")))["n"].iloc[0])


def category_level(engine: Engine, majors: tuple[str, ...]) -> str:
    """By which column categories are shown: the major ones; the minor ones of a single major, or where there are no majors."""
    return "category_code" if len(majors) == 1 or not has_majors(engine) else "major_code"


@remembered(64)
def residents(engine: Engine) -> dict[str, int]:
    """Residents by division, where they are known."""
    frame = fetch(engine, select(populations.c.division_code, populations.c.population_count))
    return dict(zip(frame["division_code"], frame["population_count"], strict=True))


@remembered(64)
def _ancestors(engine: Engine) -> dict[str, frozenset[str]]:
    """Every division's ancestors in any tree, and itself."""
    frame = fetch(engine, select(division_paths.c.division_code, division_paths.c.ancestor_code))
    found = frame.groupby("division_code")["ancestor_code"].agg(frozenset)
    every = fetch(engine, select(divisions.c.division_code))["division_code"]
    return {str(code): frozenset({str(code)}) | found.get(code, frozenset()) for code in every}


def residents_asked(engine: Engine, filters: ScopedFilters, frame: pd.DataFrame, by: By) -> pd.Series:
    """Residents of each group of `frame`: of its division as far as it was asked for and may be seen.

    Nested choices count once; a group without a place has those of all divisions asked for. Missing where unknown.
    """
    above, held = _ancestors(engine), residents(engine)
    chosen = [set(codes) for codes in (filters.wish.divisions, filters.scope.divisions) if codes]
    inside = {code for code, line in above.items() if all(line & codes for codes in chosen)} if chosen else {root(engine)}

    def of(codes: set[str]) -> float:
        tops = [code for code in codes if not (above.get(code, frozenset()) - {code}) & codes]
        return float(sum(held.get(code, np.nan) for code in tops)) if tops else float("nan")

    place = next((name for name in by if name in LEVELS.values()), None)
    if place is None:
        return pd.Series(of(inside), index=frame.index, dtype="float64")

    def of_group(group: str) -> float:
        if not chosen or group in inside:
            return float(held.get(group, np.nan))
        return of({code for code in inside if group in above[code]})

    return frame[place].map(of_group, na_action="ignore").astype("float64")
