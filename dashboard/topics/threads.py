"""Disputes at places where an appeal had been repeated, and how often disputes come where none was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine, func, literal, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.topics.spans import end_of, midnight, reaching_back
from dashboard.warehouse import R, categories, category_disputes, disputes, division_paths, divisions, tickets

FOLLOWED_DAYS = 90
FOLLOWED = timedelta(days=FOLLOWED_DAYS)


@dataclass(frozen=True)
class Rate:
    """Disputes at so many places (× type), watched for so many days in all."""

    places: int
    days: float
    disputes: int

    @property
    def per_hundred(self) -> float:
        """Disputes at a hundred places in 90 days; missing where nothing was watched."""
        return 100 * FOLLOWED_DAYS * self.disputes / self.days if self.days > 0 else float("nan")


@dataclass(frozen=True)
class Threads:
    """Places where disputes followed: `place, dispute_type_code` (empty without a mapping), `repeats, first_repeat, first_dispute,
    lead_days, disputes, categories`; the rates with and without repeats before, and whether types were matched.
    """

    frame: pd.DataFrame
    after: Rate
    without: Rate
    # As many as would have come after repeats, had they come as often as at the others of the same types.
    expected: float
    dimension: str
    is_matched: bool
    lead_days: list[float] = field(default_factory=list)


@remembered(8)
def dimension_of(engine: Engine) -> str:
    """Communities, or towns where disputes name no community."""
    held = fetch(engine, select(func.count(disputes.c.community_code).label("n")))["n"].iloc[0]
    return "community_code" if held else "town_code"


def ask(engine: Engine, appeals: ScopedFilters, mediation: ScopedFilters) -> Threads:
    """Repeats from 90 days before the asked days on; disputes within 90 days after the first of a place and type."""
    dimension = dimension_of(engine)
    end = min(end_of(appeals), end_of(mediation))
    begin = midnight(appeals.since) - FOLLOWED
    is_matched = bool(fetch(engine, select(func.count().label("n")).select_from(category_disputes))["n"].iloc[0])
    repeated = _repeated(engine, reaching_back(appeals, begin), dimension, is_matched)
    types = _types(engine, appeals) if is_matched else [""]
    held = _disputes(engine, reaching_back(mediation, begin), dimension, is_matched)
    held = held[held["type"].isin(types) & (held["at"] < end)]
    repeated = repeated[repeated["type"].isin(types)]
    places = len({*_places(engine, appeals, dimension), *held["place"], *repeated["place"]})
    return _threads(repeated, held, places=places, types=types, begin=begin, end=end, dimension=dimension, is_matched=is_matched)


def _threads(
    repeated: pd.DataFrame,
    held: pd.DataFrame,
    *,
    places: int,
    types: list[str],
    begin: datetime,
    end: datetime,
    dimension: str,
    is_matched: bool,
) -> Threads:
    """`repeated`: `place, type, repeats, first_repeat, categories`; `held`: `place, type, at` of each dispute."""
    key = ["place", "type"]
    repeated = repeated[repeated["first_repeat"] < end]
    joined = held.merge(repeated, on=key, how="left")
    elapsed = joined["at"] - joined["first_repeat"]
    followed = joined[(elapsed > timedelta()) & (elapsed <= FOLLOWED)]
    frame = followed.groupby(key, as_index=False).agg(
        repeats=("repeats", "first"), first_repeat=("first_repeat", "first"), categories=("categories", "first"),
        first_dispute=("at", "min"), disputes=("at", "size"),
    )  # fmt: skip
    frame["lead_days"] = _days(frame["first_dispute"] - frame["first_repeat"])
    frame = frame.sort_values(["disputes", "lead_days", *key], ascending=[False, True, True, True], ignore_index=True)
    watched = _days(end - repeated["first_repeat"]).clip(upper=FOLLOWED_DAYS)
    after = Rate(len(repeated), float(watched.sum()), len(followed))
    span = max((end - begin) / timedelta(days=1), 0.0)
    others = len(types) * places - len(repeated)
    alone = joined[joined["first_repeat"].isna()]
    without = Rate(others, others * span, len(alone))
    days_alone = span * (places - repeated.groupby("type").size().reindex(types).fillna(0))
    rates = alone.groupby("type").size().reindex(types).fillna(0) / days_alone.where(days_alone > 0)
    days_after = watched.groupby(repeated["type"]).sum().reindex(types).fillna(0)
    expected = float((rates * days_after)[days_after > 0].sum(skipna=False))
    frame = frame.rename(columns={"type": "dispute_type_code"})
    return Threads(frame, after, without, expected, dimension, is_matched, list(frame["lead_days"]))


def _days(spans: pd.Series) -> pd.Series:
    return pd.to_timedelta(spans).dt.total_seconds() / 86_400


def _repeated(engine: Engine, filters: ScopedFilters, dimension: str, is_matched: bool) -> pd.DataFrame:
    t, m = tickets.c, category_disputes.c
    kind: Any = m.dispute_type_code if is_matched else literal("")
    query = select(
        t[dimension].label("place"), kind.label("type"), func.count().label("repeats"), func.min(t.reported_at).label("first_repeat"),
        func.mode(t.category_code).label("categories"),
    ).where(where(tickets, R, filters), t.is_repeat, t[dimension].is_not(None))  # fmt: skip
    if is_matched:
        query = query.join_from(tickets, category_disputes, m.category_code == t.category_code)
    return fetch(engine, query.group_by("place", "type"))


def _disputes(engine: Engine, filters: ScopedFilters, dimension: str, is_matched: bool) -> pd.DataFrame:
    d = disputes.c
    kind: Any = d.dispute_type_code if is_matched else literal("")
    query = select(d[dimension].label("place"), kind.label("type"), d.accepted_at.label("at"))
    return fetch(engine, query.where(where(disputes, R, filters), d[dimension].is_not(None)))


def _types(engine: Engine, filters: ScopedFilters) -> list[str]:
    """The types of disputes that the chosen categories may grow into."""
    m, c = category_disputes.c, categories.c
    query = select(m.dispute_type_code).join_from(category_disputes, categories, c.category_code == m.category_code).distinct()
    for codes, column in ((filters.wish.majors, c.major_code), (filters.wish.categories, c.category_code)):
        query = query.where(column.in_(codes)) if codes else query
    types = fetch(engine, query)["dispute_type_code"]
    return [code for code in types if not filters.wish.types or code in filters.wish.types]


def _places(engine: Engine, filters: ScopedFilters, dimension: str) -> list[str]:
    """Every place of the level, within the chosen ones and what may be seen."""
    d, p = divisions.c, division_paths.c
    query = select(d.division_code).where(d.level == dimension.removesuffix("_code"))
    for codes in (filters.wish.divisions, filters.scope.divisions):
        if codes:
            query = query.where(d.division_code.in_(select(p.division_code).where(p.ancestor_code.in_(codes))))
    return list(fetch(engine, query)["division_code"])
