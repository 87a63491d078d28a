"""Which time a question about hot topics covers, and how far back its history reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from dashboard.filters import ScopedFilters
from dashboard.reference import first_day
from dashboard.warehouse import R, tickets


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def end_of(filters: ScopedFilters) -> datetime:
    """The first moment after the asked days, or how far the data reach into them."""
    ends = [filters.end_at, filters.seen_until, midnight(filters.until + timedelta(days=1))]
    return min(end for end in ends if end is not None)


def reaching_back(filters: ScopedFilters, since: datetime) -> ScopedFilters:
    """The same wish from an earlier day to the same end."""
    return replace(filters, since=since.date(), end_at=end_of(filters), seen_until=None)


def data_begin(engine: Engine) -> datetime | None:
    """The first whole day of appeals; None without any."""
    day = first_day(engine, tickets.name, R)
    return None if day is None else midnight(day + timedelta(days=1))
