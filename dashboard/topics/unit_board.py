"""The scoreboard of units: what each received, how it fares, and whether chance can tell it from the others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from sqlalchemy import Engine

from dashboard.chance import wilson, z_of
from dashboard.filters import ScopedFilters
from dashboard.metrics import metric_of
from dashboard.queries import measure
from dashboard.reference import data_state

UNIT = "unit_code"
NUMBERS = ("received_count", "on_time_closure", "overdue_open", "median_hours", "satisfaction_rate", "participation_rate")
# In how many of a hundred boards of like units chance may part any two.
FAMILY = 0.05


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `unit_code`, of each of NUMBERS `<code>, <code>_of, <code>_among`, and `low, high`: the 95 % interval of on-time closure.

    The unit with most received stands first; a number that no source can give is missing throughout. Without a unit: no row.
    """
    held = [_number(engine, code, filters) for code in NUMBERS]
    frame = pd.concat(held, axis=1).rename_axis(UNIT).reset_index()
    frame = frame[frame[UNIT].notna()]
    for name in ("received_count", "overdue_open"):
        frame[name] = frame[name].fillna(0)
    frame = frame[(frame["received_count"] > 0) | (frame["overdue_open"] > 0) | (frame["on_time_closure_among"] > 0)]
    ends = [wilson(of, among) for of, among in zip(frame["on_time_closure_of"], frame["on_time_closure_among"].fillna(0), strict=True)]
    frame = frame.assign(low=[low for low, _ in ends], high=[high for _, high in ends])
    return frame.sort_values(["received_count", UNIT], ascending=[False, True], ignore_index=True)


def _number(engine: Engine, code: str, filters: ScopedFilters) -> pd.DataFrame:
    metric = metric_of(code, filters.variants)
    found = measure(engine, code, filters, (UNIT,)).set_index(UNIT)
    state = data_state(engine, metric.table.name, filters.wish.sources)
    if any(state.lacks(name) for name in metric.needed):
        found = found.iloc[:0]
    return found.rename(columns={"value": code, "numerator": f"{code}_of", "denominator": f"{code}_among"})


def ranked(frame: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Add `rank, first_group, last_group` by on-time closure, best first; without them under `fewest` due, at the end.

    Ties share a rank. Every unit has an interval so wide that all of them hold at once with 95 % (Wilson's, by Bonferroni). A group is a
    largest set of units whose intervals all overlap: two units share a group if, and only if, chance may be all that parts them.
    """
    frame = frame.assign(rank=float("nan"), first_group=float("nan"), last_group=float("nan"))
    able = frame[frame["on_time_closure_among"] >= fewest]
    if len(able):
        z = z_of(FAMILY / len(able))
        spans = [wilson(of, among, z) for of, among in zip(able["on_time_closure_of"], able["on_time_closure_among"], strict=True)]
        frame.loc[able.index, "rank"] = able["on_time_closure"].rank(method="min", ascending=False)
        frame.loc[able.index, ["first_group", "last_group"]] = groups(spans)
    return frame.sort_values(["rank", "received_count", UNIT], ascending=[True, False, True], na_position="last", ignore_index=True)


def groups(spans: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """The first and the last group of each interval, the highest group being 1; groups are the largest sets of intervals that overlap."""
    # Going down, a group ends where an interval ends after another has begun since the last group.
    ends = sorted([(-high, 0) for _, high in spans] + [(-low, 1) for low, _ in spans])
    points = [-at for (at, kind), (_, later) in pairwise(ends) if kind == 0 and later == 1]
    return [
        (next(place for place, at in enumerate(points, 1) if at <= high), max(place for place, at in enumerate(points, 1) if at >= low))
        for low, high in spans
    ]
