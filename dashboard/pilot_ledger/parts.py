"""The parts of pilot tasks as the ledger knows them: each a unit and a division that carries a task, with where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import ColumnElement, Engine, FromClause, func, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.warehouse import N, pilot_observations, pilot_standing

# How a part or a row stands, the gravest first (see pilot_choices.STATES).
ORDER = ("red", "yellow", "green", "done", "none")


@remembered(64)
def parts_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Every part asked for, negative items left out, whatever lamps were chosen: these choose rows, not what rows are made of.

    Columns as in pilot_standing, and `part` (its key) and `state` (of ORDER).
    """
    p = pilot_standing.c
    query = (
        select(
            part_key(pilot_standing).label("part"), p.target_code, p.unit_code, p.division_code, p.district_code, p.label, p.label_en,
            p.block, p.kind, p.measure_unit, p.better, p.baseline_value, p.target_value, p.start_on, p.due_on, p.elapsed_on,
            p.observed_on, p.submitted_at, p.as_of, p.value, p.progress_pct, p.elapsed_pct, p.gap_pct, p.lamp_code, p.is_reported,
            p.is_done, p.is_due,
        )
        .where(where(pilot_standing, N, filters.only(lamps=())), p.kind != "negative")
        .order_by(p.target_code, p.unit_code, p.division_code)
    )  # fmt: skip
    frame = fetch(engine, query)
    frame["label"] = frame["label"].fillna(frame["target_code"])
    frame["label_en"] = frame["label_en"].fillna(frame["label"])
    lamp = frame["lamp_code"].astype("object")
    frame["state"] = lamp.where(lamp.notna(), "none").mask(frame["is_done"].astype(bool), "done")
    return frame


def part_key(table: FromClause) -> ColumnElement[str]:
    """What names a part in every table of pilots; a missing code is a code like any other."""
    return func.concat_ws("·", table.c.target_code, func.coalesce(table.c.unit_code, "-"), func.coalesce(table.c.division_code, "-"))


def series_of(engine: Engine, parts: Sequence[str]) -> dict[str, list[float]]:
    """What was reported of each of `parts`, in time: its values, or where it has none its progress."""
    if not parts:
        return {}
    o, key = pilot_observations.c, part_key(pilot_observations)
    query = select(key.label("part"), o.value, o.progress_pct).where(key.in_(list(parts)))
    frame = fetch(engine, query.order_by(key, o.observed_on, func.coalesce(o.submitted_at, o.updated_at), o.observation_key))
    found: dict[str, list[float]] = {}
    for part, rows in frame.groupby("part", sort=False):
        held = rows["value"] if rows["value"].notna().any() else rows["progress_pct"]
        found[str(part)] = [float(value) for value in held.dropna()]
    return found


@remembered(64)
def responsible(engine: Engine) -> list[str]:
    """The units that carry any task."""
    p = pilot_standing.c
    query = select(p.unit_code).where(p.kind != "negative", p.unit_code.is_not(None)).distinct().order_by(p.unit_code)
    return list(fetch(engine, query)["unit_code"])
