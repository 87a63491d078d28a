"""One target as it went and may go on: its reports, its plan and the plans before it, its milestones, and what is likely till it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.forecast import Forecast, Goal, band
from dashboard.forecast.asked import PART, chances_by_target, goals_of, medians_of, observations_of, seen_on, standing_of
from dashboard.warehouse import N, pilot_milestone_parts, pilot_milestones, pilot_standing, pilot_targets

BAND = ("low", "low_50", "value", "high_50", "high")


@dataclass(frozen=True)
class Track:
    """A target (`facts`: its row of chances_by_target) and frames of days: `observed` (at, value), `parts` (part, unit_code,
    division_code, at, value), `band` (at and BAND), `plans` (valid_from, is_in_force, start_on, due_on, baseline_value, target_value),
    `milestones` (code, label…, at, value, reached, parts). `asked` is how many targets it was chosen of."""

    facts: dict[str, object]
    goal: Goal
    said: Forecast
    seen_on: date | None
    asked: int
    observed: pd.DataFrame
    parts: pd.DataFrame
    band: pd.DataFrame
    plans: pd.DataFrame
    milestones: pd.DataFrame


def track_of(engine: Engine, filters: ScopedFilters) -> Track | None:
    """The track of the target asked for; of several that of the one least likely to be reached. None where there is none."""
    found = chances_by_target(engine, filters)
    # A gate has no way from here to there.
    found = found[found["state"] != "negative"].sort_values(["chance", "target_code"], na_position="last")
    if found.empty:
        return None
    one = filters.only(targets=(str(found["target_code"].iloc[0]),))
    return _track(engine, one, len(found))


@remembered(64)
def _track(engine: Engine, one: ScopedFilters, asked: int) -> Track:
    facts = {str(name): value for name, value in chances_by_target(engine, one).iloc[0].items()}
    code = str(facts["target_code"])
    parts, observed = standing_of(engine, one), observations_of(engine, one)
    goal, seen = goals_of(parts, observed)[code], seen_on(parts)
    days, values = dict(medians_of(observed)).get(code, ([], []))
    known = [place for place, day in enumerate(days) if seen is None or day <= seen]
    days, values = [days[place] for place in known], [values[place] for place in known]
    ahead, ends = band(days, values, goal, seen)
    each = observed.rename(columns={"observed_on": "at"}).merge(parts[["part", *PART[1:]]], on="part")
    chance, low, high = (float(facts[name]) for name in ("chance", "low", "high"))
    said = Forecast(str(facts["state"]), chance, low, high, int(facts["observed"]))
    plans = _plans(engine, code)
    return Track(
        facts, goal, said, seen, asked,
        pd.DataFrame({"at": pd.to_datetime(pd.Series(days, dtype="datetime64[s]")), "value": values}),
        each[["part", *PART[1:], "at", "value"]] if parts["part"].nunique() > 1 else each.iloc[:0][["part", *PART[1:], "at", "value"]],
        pd.DataFrame(ends, columns=list(BAND)).assign(at=pd.Series(ahead, dtype="datetime64[s]")),
        plans, _milestones(engine, one, code, goal),
    )  # fmt: skip


def _plans(engine: Engine, code: str) -> pd.DataFrame:
    """Every version of the target, the oldest first; the one in force as the standing has it."""
    t = pilot_targets.c
    in_force = select(func.any_value(pilot_standing.c.valid_from)).where(pilot_standing.c.target_code == code).scalar_subquery()
    query = (
        select(
            t.valid_from, t.valid_from.is_not_distinct_from(in_force).label("is_in_force"), t.start_on, t.due_on,
            t.baseline_value, t.target_value,
        )
        .where(t.target_code == code)
        .order_by(t.valid_from.nulls_first())
    )  # fmt: skip
    return fetch(engine, query)


def _milestones(engine: Engine, one: ScopedFilters, code: str, goal: Goal) -> pd.DataFrame:
    """Milestones in order, where on the way they lie, and how many of the parts asked for have reached each."""
    m, r, p = pilot_milestones.c, pilot_milestone_parts.c, pilot_standing.c
    count = func.count().label
    reached = (
        select(r.milestone_code, func.count().filter(r.is_reached).label("reached"), count("parts"))
        .join(
            pilot_standing,
            (p.target_code == r.target_code)
            & p.unit_code.is_not_distinct_from(r.unit_code)
            & p.division_code.is_not_distinct_from(r.division_code),
        )
        .where(where(pilot_standing, N, one), r.target_code == code)
        .group_by(r.milestone_code)
        .subquery()
    )
    query = (
        select(
            m.milestone_code.label("code"), m.label, m.label_en, m.due_on.label("at"), m.progress_pct, reached.c.reached, reached.c.parts
        )
        .join_from(pilot_milestones, reached, reached.c.milestone_code == m.milestone_code, isouter=True)
        .where(m.target_code == code)
        .order_by(m.due_on, m.milestone_code)
    )
    found = fetch(engine, query)
    base = goal.baseline or 0.0
    found["value"] = base + found["progress_pct"] / 100 * ((float("nan") if goal.target is None else goal.target) - base)
    return found.drop(columns="progress_pct")
