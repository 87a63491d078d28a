"""How many were open, or overdue, at the same hour of days gone by: what a number about now may honestly be compared with.

A snapshot knows when each case began, fell due and ended, so the stock of a day gone by is worked out from those times, by what is
known today: limits as they stand now, and without cases that were deleted or withdrawn their limit since.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import ColumnElement, DateTime, Double, Engine, Integer, case, cast, func, literal_column, null, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.metrics.disputes import A_MONTH
from dashboard.warehouse import N, disputes, risks, sources, tickets

DAYS = 31
DAY_SECONDS = 86_400


def _ended() -> ColumnElement[object]:
    """When a ticket was closed or withdrawn; what is open ends at no time."""
    t = tickets.c
    return case((t.is_open, null()), else_=t.reported_at + func.to_seconds(t.elapsed_seconds))


# Stock -> table, when a case comes into it, when it leaves, and what must be known of it.
STOCKS = {
    "open_count": (tickets, tickets.c.reported_at, _ended(), tickets.c.elapsed_seconds.is_not(None)),
    "overdue_open": (tickets, tickets.c.close_due_at, _ended(), tickets.c.elapsed_seconds.is_not(None)),
    "disputes_open": (disputes, disputes.c.accepted_at, disputes.c.concluded_at, literal_column("true")),
    "disputes_long_open": (
        disputes,
        disputes.c.accepted_at + func.to_days(A_MONTH),
        disputes.c.concluded_at,
        literal_column("true"),
    ),
    "risks_open": (risks, risks.c.registered_at, risks.c.closed_at, literal_column("true")),
    "risks_overdue": (risks, risks.c.due_at, risks.c.closed_at, literal_column("true")),
}


@remembered(256)
def stock(engine: Engine, code: str, filters: ScopedFilters) -> tuple[int, ...]:
    """The stock `code` now and at the same hour of each of the last 30 days: the first is now, each further one a day earlier.

    Each source is taken at its own data time and so many days before it. Raises KeyError for what is no stock.
    """
    table, came, left, is_known = STOCKS[code]
    day = literal_column(str(DAY_SECONDS), Integer)
    # Seen k days ago: it had come (k days ago or earlier) and had not yet gone.
    age = cast(func.floor(cast(func.date_diff("second", came, sources.c.as_of), Double) / day), Integer)
    gap = cast(func.floor(cast(func.date_diff("second", cast(left, DateTime), sources.c.as_of), Double) / day), Integer)
    since = func.least(age, DAYS - 1).label("since")
    gone = case((cast(left, DateTime).is_(None), -1), else_=func.greatest(gap, 0)).label("gone")
    held = (
        select(since, gone, func.count().label("n"))
        .join_from(table, sources, sources.c.source_code == table.c.source_code)
        .where(where(table, N, filters), is_known, came <= sources.c.as_of)
        .group_by(since, gone)
    )
    found = fetch(engine, held)
    return tuple(_at(found, days) for days in range(DAYS))


def _at(found: pd.DataFrame, days: int) -> int:
    return int(found.loc[(found["gone"] < days) & (found["since"] >= days), "n"].sum())
