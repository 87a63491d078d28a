"""Rows of the ledger: parts rolled up by task, unit or division, each at the lamp of its slowest part; and the totals of what is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.pilot_ledger.parts import ORDER, parts_of
from dashboard.warehouse import N, pilot_standing

# How the ledger is read: by which column its parts are rolled up.
BY = {"target": "target_code", "unit": "unit_code", "division": "division_code", "part": "part"}
# What rows may be sorted by -> the column, and whether its first order is ascending. The first puts the furthest behind on top.
SORTS = {
    "gap": ("gap_pct", True), "code": ("code", True), "name": ("label", True), "progress": ("progress_pct", True),
    "due": ("due_on", True), "reported": ("observed_on", False), "parts": ("parts", False), "behind": ("behind", False),
}  # fmt: skip
WORST = (
    "part", "unit_code", "division_code", "target_code", "label", "label_en", "block", "kind", "measure_unit", "better", "baseline_value",
    "target_value", "start_on", "value", "progress_pct", "elapsed_pct", "gap_pct", "elapsed_on",
)  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """What the rows listed add up to: tasks once each, parts, and the mean gap over the parts that have one."""

    tasks: int
    parts: int
    units: int
    divisions: int
    reported: int
    # Parts by how they stand (ORDER).
    states: dict[str, int]
    gap: float
    gap_parts: int
    # Left out of the mean: parts never reported, and parts without time to run; of items of the negative list how many there are.
    unreported: int
    timeless: int
    negative: int


def rolled_up(parts: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row for each of `by` (a key of BY): its slowest part, how many carry it and stand at what, and the medians.

    Columns: those of WORST of the part furthest behind, and `value_on`, the day its value is of; `code, parts,
    tasks, units, divisions, reported, red … none, behind, lit, late,
    state, median_gap, median_progress, due_on` (the next not yet done, else the last), `observed_on` (the latest).
    """
    if parts.empty:
        return pd.DataFrame()
    held = parts.assign(code=parts[BY[by]].astype("object").where(parts[BY[by]].notna(), ""), reported=parts["is_reported"].astype(int))
    held["late"] = (held["is_due"].astype(bool) & ~held["is_done"].astype(bool)).astype(int)
    held = held.assign(**{state: held["state"].eq(state).astype(int) for state in ORDER}, lit=held["lamp_code"].notna())
    groups = held.groupby("code", sort=True)
    found = groups.agg(
        parts=("part", "size"), tasks=("target_code", "nunique"), units=("unit_code", "nunique"), divisions=("division_code", "nunique"),
        reported=("reported", "sum"), **{state: (state, "sum") for state in ORDER}, lit=("lit", "sum"),
        median_gap=("gap_pct", "median"), median_progress=("progress_pct", "median"), observed_on=("observed_on", "max"),
        late=("late", "sum"),
    )  # fmt: skip
    slowest = held.sort_values(["gap_pct", "part"], kind="stable", na_position="last").drop_duplicates("code").set_index("code")
    found = found.join(slowest[list(WORST)].assign(value_on=slowest["observed_on"])).join(_due(held))
    found["behind"] = found["red"] + found["yellow"]
    found["state"] = [_state(row) for row in found[["parts", "red", "yellow", "done", "lit"]].to_dict("records")]
    return found.rename_axis("code").reset_index()


def _due(held: pd.DataFrame) -> pd.Series:
    """Of each group the first due date of what is not done; the last one where all is."""
    waiting = held[~held["is_done"].astype(bool)].groupby("code")["due_on"].min()
    return waiting.reindex(held["code"].unique()).fillna(held.groupby("code")["due_on"].max()).rename("due_on")


def _state(row: Mapping[Any, int]) -> str:
    if row["red"]:
        return "red"
    if row["yellow"]:
        return "yellow"
    if row["done"] == row["parts"]:
        return "done"
    return "green" if row["lit"] else "none"


def ledger_rows(engine: Engine, filters: ScopedFilters, by: str, sort: str = "gap") -> pd.DataFrame:
    """All rows of a reading of the ledger; lamps chosen choose among rows by their own lamp. `sort` is of SORTS, perhaps after “-”."""
    found = rolled_up(parts_of(engine, filters), by)
    if found.empty:
        return found
    if filters.wish.lamps:
        found = found[found["state"].isin(filters.wish.lamps)]
    column, ascending = SORTS.get(sort.removeprefix("-"), SORTS["gap"])
    order = [column, *(name for name in ("gap_pct", "code") if name != column)]
    return found.sort_values(order, ascending=[ascending ^ sort.startswith("-"), *[True] * (len(order) - 1)], kind="stable",
        na_position="last", ignore_index=True)  # fmt: skip


def parts_behind_rows(engine: Engine, filters: ScopedFilters, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The parts that listed rows are made of."""
    parts = parts_of(engine, filters)
    codes = parts[BY[by]].astype("object").where(parts[BY[by]].notna(), "")
    return parts[codes.isin(set(rows["code"]))] if len(rows) else parts.iloc[:0]


def totals_of(engine: Engine, filters: ScopedFilters, parts: pd.DataFrame) -> Totals:
    """What `parts` add up to."""
    p = pilot_standing.c
    asked = where(pilot_standing, N, filters.only(lamps=(), kinds=()))
    gates = fetch(engine, select(func.count(p.target_code.distinct()).label("n")).where(asked, p.kind == "negative"))
    known = parts["gap_pct"].dropna()
    reported = parts["is_reported"].astype(bool)
    return Totals(
        tasks=parts["target_code"].nunique(), parts=len(parts), units=parts["unit_code"].nunique(),
        divisions=parts["division_code"].nunique(), reported=int(reported.sum()),
        states={state: int(parts["state"].eq(state).sum()) for state in ORDER},
        gap=float(known.mean()) if len(known) else float("nan"), gap_parts=len(known), unreported=int((~reported).sum()),
        timeless=int((reported & parts["gap_pct"].isna()).sum()), negative=int(gates["n"].iloc[0]),
    )  # fmt: skip


def tasks_by_state(engine: Engine, filters: ScopedFilters) -> dict[str, int]:
    """How many tasks stand at what, each once, whatever lamps were chosen."""
    rows = ledger_rows(engine, filters.only(lamps=()), "target")
    return {state: int(rows["state"].eq(state).sum()) if len(rows) else 0 for state in ORDER}
