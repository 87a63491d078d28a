"""Where appeals of one minor category came in close together at one place, more than its history lets expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import CTE, BigInteger, Engine, Text, and_, case, cast, func, literal_column, select

from dashboard.asking import fetch
from dashboard.chance import gamma_poisson_tail
from dashboard.filters import ScopedFilters, where
from dashboard.topics.spans import data_begin, end_of, midnight
from dashboard.warehouse import R, tickets

DAY = 86_400
HISTORY_DAYS, FEWEST_DAYS = 91, 28
# So many clusters would stand in the list by chance alone, at most.
BY_CHANCE = 0.05


@dataclass(frozen=True)
class Clusters:
    """Clusters, largest first: `place, community_code, category_code, count, people, unnamed, first, last, open, overdue, unit_code,
    first_key, expected, ratio`; `looked` is how many places × categories were looked at. None is known with under four weeks of history.
    """

    frame: pd.DataFrame
    looked: int
    history_days: int


def place() -> Any:
    """Where an appeal comes from: its community; else its address; else its coordinates, to about a hundred metres."""
    t = tickets.c
    point = case((and_(t.lon.is_not(None), t.lat.is_not(None)), func.format("{:.3f}, {:.3f}", t.lat, t.lon)))
    return func.coalesce(t.community_code, t.address, cast(point, Text))


def ask(engine: Engine, filters: ScopedFilters, fewest: int, days: int, by_chance: float = BY_CHANCE) -> Clusters:
    """Of each place and category the `days` with most appeals within the asked time, where there are `fewest` or more.

    Listed are those of which no more than `by_chance` would be expected among all that was looked at.
    """
    begin, since = data_begin(engine), midnight(filters.since)
    history_days = 0 if begin is None else min(max((since - begin).days, 0), HISTORY_DAYS)
    if history_days < FEWEST_DAYS:
        return Clusters(pd.DataFrame(), 0, history_days)
    before = _before(engine, filters.between((since - timedelta(days=history_days)).date(), filters.since - timedelta(days=1)))
    frame = fetch(engine, _clusters(filters, fewest, days))
    pairs = fetch(engine, _pairs(filters))
    looked = len(before.index.union(pd.MultiIndex.from_frame(pairs)))
    earlier = before.reindex(pd.MultiIndex.from_frame(frame[["place", "category_code"]])).fillna(0).to_numpy()
    frame["expected"] = earlier * days / history_days
    # Windows that slide have about twice as many chances as windows side by side.
    tries = looked * max(2 * (end_of(filters) - since) / timedelta(days=days), 1.0)
    chances = [gamma_poisson_tail(int(count), held + 0.5, days / history_days) for count, held in zip(frame["count"], earlier, strict=True)]
    found = frame[np.array(chances, dtype="float64") * tries <= by_chance]
    found = found.sort_values(["count", "last", "place", "category_code"], ascending=[False, False, True, True], ignore_index=True)
    return Clusters(found, looked, history_days)


def _before(engine: Engine, filters: ScopedFilters) -> pd.Series:
    t = tickets.c
    query = select(place().label("place"), t.category_code, func.count().label("n")).where(where(tickets, R, filters), _known())
    return fetch(engine, query.group_by("place", t.category_code)).set_index(["place", "category_code"])["n"]


def _pairs(filters: ScopedFilters) -> Any:
    return select(place().label("place"), tickets.c.category_code).where(where(tickets, R, filters), _known()).distinct()


def _known() -> Any:
    return and_(place().is_not(None), tickets.c.category_code.is_not(None))


def _clusters(filters: ScopedFilters, fewest: int, days: int) -> Any:
    """The tickets of the fullest days of each place and category, the latest of several alike, summed up."""
    t = tickets.c
    at = cast(func.epoch(t.reported_at), BigInteger)
    rows = select(
        place().label("place"), t.category_code, at.label("at"), t.community_code, t.caller_hash, t.reported_at, t.is_open, t.is_overdue,
        t.unit_code, t.ticket_key,
    ).where(where(tickets, R, filters), _known()).cte("rows")  # fmt: skip
    counted = select(
        rows.c.place, rows.c.category_code, rows.c.at,
        func.count().over(partition_by=(rows.c.place, rows.c.category_code), order_by=rows.c.at, range_=(-days * DAY, 0)).label("n"),
    ).cte("counted")  # fmt: skip
    order = (counted.c.n.desc(), counted.c.at.desc())
    first = func.row_number().over(partition_by=(counted.c.place, counted.c.category_code), order_by=order)
    ranked = select(counted, first.label("rank")).where(counted.c.n >= fewest).cte("ranked")
    peaks = select(ranked).where(ranked.c.rank == 1).cte("peaks")
    return _summed(rows, peaks, days)


def _summed(rows: CTE, peaks: CTE, days: int) -> Any:
    r, p = rows.c, peaks.c
    same = and_(r.place == p.place, r.category_code == p.category_code, r.at <= p.at, r.at >= p.at - literal_column(str(days * DAY)))
    return (
        select(
            r.place, r.category_code, func.max(r.community_code).label("community_code"), func.count().label("count"),
            func.count(r.caller_hash.distinct()).label("people"), func.count().filter(r.caller_hash.is_(None)).label("unnamed"),
            func.min(r.reported_at).label("first"), func.max(r.reported_at).label("last"),
            func.count().filter(r.is_open).label("open"), func.count().filter(r.is_overdue).label("overdue"),
            func.mode(r.unit_code).label("unit_code"), func.arg_min(r.ticket_key, r.at).label("first_key"),
        )
        .join_from(rows, peaks, same)
        .group_by(r.place, r.category_code)
        .order_by(r.place, r.category_code)
    )  # fmt: skip
