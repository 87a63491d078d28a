"""What the pilot ledger lets one expect: the forecast of every part of a target, and of every target by the median of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, and_, func, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.forecast import FEWEST, Goal, Observed, forecasts
from dashboard.forecast.words import METHOD, NONE, OF_MEDIAN
from dashboard.warehouse import N, pilot_observations, pilot_standing

__all__ = ["METHOD", "NONE", "OF_MEDIAN", "chances_by_part", "chances_by_target"]

PART = ["target_code", "unit_code", "division_code"]
WHOLE = 100.0
# A month counts for a target once so many of its parts that ever reported did so in it.
ENOUGH = 0.5


def chances_by_part(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The forecast of each part asked for: columns `target_code, unit_code, division_code, state, chance, low, high, observed`."""
    return _by_part(engine, filters).copy(deep=False)


def chances_by_target(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The forecast of each target asked for, of the median of its parts in the selection, in the order of codes.

    Columns: those of the target, `state, chance, low, high, observed`, `value` and `observed_on` of the last median, `parts`, and of
    these `told` with a chance, and `likely` that may be expected to be at the target: the sum of their chances.
    """
    return _by_target(engine, filters).copy(deep=False)


@remembered(64)
def _by_part(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    parts, observed = standing_of(engine, filters), observations_of(engine, filters)
    goals = goals_of(parts, observed)
    series = {part: (list(group["observed_on"].dt.date), group["value"].tolist()) for part, group in observed.groupby("part", sort=False)}
    asked: list[Observed] = []
    for part, target in zip(parts["part"], parts["target_code"], strict=True):
        days, values = series.get(part, ([], []))
        asked.append((days, values, goals[target]))
    return pd.concat([parts[PART], _told(asked, seen_on(parts))], axis=1)


@remembered(64)
def _by_target(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    parts, observed = standing_of(engine, filters), observations_of(engine, filters)
    goals = goals_of(parts, observed)
    targets = parts.drop_duplicates("target_code", ignore_index=True)
    medians = dict(medians_of(observed))
    asked: list[Observed] = []
    for target in targets["target_code"]:
        held = medians.get(target)
        asked.append((*(held or ([], [])), goals[target]))
    names = ["target_code", "label", "label_en", "block", "measure_unit", "better", "baseline_value", "target_value", "start_on", "due_on"]
    found = pd.concat([targets[names], _told(asked, seen_on(parts))], axis=1)
    found["value"] = [values[-1] if values else float("nan") for _, values, _ in asked]
    found["observed_on"] = pd.Series([days[-1] if days else None for days, _, _ in asked], dtype="datetime64[s]")
    each = chances_by_part(engine, filters).groupby("target_code")["chance"]
    sums = pd.DataFrame({"parts": each.size(), "told": each.count(), "likely": each.sum(min_count=1) / WHOLE})
    return found.join(sums, on="target_code")


def _told(asked: list[Observed], seen: date | None) -> pd.DataFrame:
    found = forecasts(asked, seen)
    names = ("state", "chance", "low", "high", "observed")
    frame = pd.DataFrame({name: [getattr(one, name) for one in found] for name in names})
    return frame.astype({"state": "str", "chance": "float64", "low": "float64", "high": "float64", "observed": "int64"})


def standing_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The parts asked for with the version of their target that is in force; `part` names each."""
    p = pilot_standing.c
    query = select(
        p.target_code, p.unit_code, p.division_code, p.label, p.label_en, p.block, p.kind, p.measure_unit, p.better, p.baseline_value,
        p.target_value, p.start_on, p.due_on, p.as_of, _part(p).label("part"),
    ).where(where(pilot_standing, N, filters)).order_by(p.target_code, p.unit_code, p.division_code)  # fmt: skip
    return fetch(engine, query)


def observations_of(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """What the parts asked for ever reported, in order: `part, target_code, observed_on, value`.

    Of tasks without a number it is their progress.
    """
    p, o = pilot_standing.c, pilot_observations.c
    same = and_(
        o.target_code == p.target_code, o.unit_code.is_not_distinct_from(p.unit_code), o.division_code.is_not_distinct_from(p.division_code)
    )
    query = (
        select(_part(p).label("part"), p.target_code, o.observed_on, o.value, o.progress_pct, p.target_value.is_(None).label("is_task"))
        .join_from(pilot_standing, pilot_observations, same)
        .where(where(pilot_standing, N, filters))
        .order_by(o.observed_on, func.coalesce(o.submitted_at, o.updated_at).nulls_first(), o.observation_key)
    )
    found = fetch(engine, query)
    found["value"] = found["value"].mask(found["is_task"], found["progress_pct"])
    return found.drop(columns="progress_pct").dropna(subset=["value", "observed_on"], ignore_index=True)


def _part(columns: Any) -> Any:
    return func.concat_ws("·", columns.target_code, func.coalesce(columns.unit_code, "-"), func.coalesce(columns.division_code, "-"))


def goals_of(parts: pd.DataFrame, observed: pd.DataFrame) -> dict[str, Goal]:
    """The goal of each target: what it is to reach, between what its values keep, and why it has no forecast, if so."""
    lowest = observed.groupby("target_code")["value"].min()
    levels = observed.groupby("target_code")["value"].nunique()
    return {
        str(row["target_code"]): _goal(row, float(lowest.get(row["target_code"], 0.0)), int(levels.get(row["target_code"], 0)))
        for row in parts.drop_duplicates("target_code").to_dict("records")
    }


def _goal(row: dict[Any, Any], lowest: float, levels: int) -> Goal:
    start, due = (None if pd.isna(row[name]) else pd.Timestamp(row[name]).date() for name in ("start_on", "due_on"))
    if row["kind"] == "negative":
        return Goal(None, None, none_because="negative")
    if pd.isna(row["target_value"]):
        # Its progress is all there is; where that stands at a few milestones only, nothing can be said between them.
        why = "milestones" if levels < FEWEST else ""
        return Goal(0.0, WHOLE, "up", start, due, 0.0, WHOLE, is_rate=True, none_because=why)
    is_rate = row["measure_unit"] in ("%", "％")
    base, target = (None if pd.isna(row[name]) else float(row[name]) for name in ("baseline_value", "target_value"))
    floor = 0.0 if min(lowest, base or 0.0, target or 0.0) >= 0 else -np.inf
    ceiling = WHOLE if is_rate and (target or 0.0) <= WHOLE and (base or 0.0) <= WHOLE else np.inf
    return Goal(base, target, "down" if row["better"] == "down" else "up", start, due, floor, ceiling, is_rate=is_rate)


def medians_of(observed: pd.DataFrame) -> Iterator[tuple[str, tuple[list[date], list[float]]]]:
    """Of each target the median of its parts month by month, on the last day anything was reported in that month.

    A part speaks with what it last said; a month counts where at least half of all that ever reported did so in it.
    """
    if observed.empty:
        return
    held = observed.assign(month=observed["observed_on"].dt.to_period("M"))
    wide = held.drop_duplicates(["part", "month"], keep="last").pivot(index="part", columns="month", values="value").sort_index(axis=1)
    target = held.drop_duplicates("part").set_index("part")["target_code"].loc[wide.index]
    medians, fresh = wide.ffill(axis=1).groupby(target).median(), wide.notna().groupby(target).mean()
    days = held.groupby(["target_code", "month"])["observed_on"].max()
    for code in medians.index:
        months = [month for month in wide.columns if fresh.loc[code, month] >= ENOUGH]
        values = [float(medians.loc[code, month]) for month in months]
        yield str(code), ([days[(code, month)].date() for month in months], values)


def seen_on(parts: pd.DataFrame) -> date | None:
    """The day the ledger was last seen."""
    last = parts["as_of"].max() if len(parts) else None
    return None if last is None or pd.isna(last) else pd.Timestamp(last).date()
