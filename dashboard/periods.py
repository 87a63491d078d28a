"""Periods by name: which days each means, and which days it is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

Named = Literal[
    "today", "yesterday", "last_7_days", "last_30_days", "last_12_months",
    "this_week", "this_month", "this_quarter", "this_half_year", "this_year",
    "last_week", "last_month", "last_quarter", "last_half_year", "last_year",
]  # fmt: skip
Period = Literal[Named, "custom"]
PERIODS: tuple[Period, ...] = (*get_args(Named), "custom")
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
WEEK = timedelta(days=7)
# The same weekdays a year earlier.
YEAR_OF_WEEKS = 52 * WEEK


def days_of(period: Named, today: date) -> tuple[date, date]:
    """First and last day meant, both included; a running period ends today."""
    rolling = {"today": 1, "last_7_days": 7, "last_30_days": 30}
    if period in rolling:
        return today - timedelta(days=rolling[period] - 1), today
    if period == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if period == "last_12_months":
        return month_start(today, -11), today
    which, _, unit = period.partition("_")
    if unit == "week":
        since, length = today - timedelta(days=today.weekday()), WEEK
        return (since, today) if which == "this" else (since - length, since - timedelta(days=1))
    months = MONTHS[unit]
    # Quarters and half-years begin with the year.
    since = month_start(today, -((today.month - 1) % months))
    return (since, today) if which == "this" else (month_start(since, -months), since - timedelta(days=1))


def whole_period(period: Period, since: date, until: date) -> Period:
    """Days of one's own that are a whole week, month, quarter, half-year or year go by its name: October is held against September."""
    if period != "custom":
        return period
    if since.weekday() == 0 and until - since == WEEK - timedelta(days=1):
        return "last_week"
    names: dict[str, Period] = {"month": "last_month", "quarter": "last_quarter", "half_year": "last_half_year", "year": "last_year"}
    for unit, months in MONTHS.items():
        if since.day == 1 and (since.month - 1) % months == 0 and until == month_start(since, months) - timedelta(days=1):
            return names[unit]
    return period


def days_before(period: Period, since: date, until: date) -> tuple[date, date]:
    """The days a period is compared with in the sequence (环比): the same elapsed part of the period before."""
    period = whole_period(period, since, until)
    which, _, unit = period.partition("_")
    if which in ("this", "last") and unit == "week":
        return since - WEEK, until - WEEK
    if which in ("this", "last") and unit in MONTHS:
        if period == "this_year":
            return days_year_before(period, since, until)
        first, last = month_start(since, -MONTHS[unit]), since - timedelta(days=1)
        return first, last if which == "last" else min(first + (until - since), last)
    length = until - since + timedelta(days=1)
    return since - length, until - length


def days_year_before(period: Period, since: date, until: date) -> tuple[date, date]:
    """The same days one year earlier (同比): weeks by weekdays; 29 February falls back to the 28th, whole months stay whole."""
    period = whole_period(period, since, until)
    which, _, unit = period.partition("_")
    if which in ("this", "last") and unit == "week":
        return since - YEAR_OF_WEEKS, until - YEAR_OF_WEEKS
    first = year_before(since)
    if which == "last" and unit in MONTHS:
        return first, month_start(first, MONTHS[unit]) - timedelta(days=1)
    return first, year_before(until)


def year_before(day: date) -> date:
    return date(day.year - 1, day.month, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def month_start(day: date, months: int) -> date:
    """The first of the month so many months after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
