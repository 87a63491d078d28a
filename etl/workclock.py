"""The working clock as data: which days are worked, and macros that read the office hours."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd

SATURDAY = 5


def seconds(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60


def office_segments(office_hours: list[str]) -> list[tuple[int, int]]:
    """Office hours as (opens, closes) seconds of the day. Raises ValueError if they overlap or run backwards."""
    segments = [(seconds(part.split("-")[0]), seconds(part.split("-")[1])) for part in office_hours]
    flat = [edge for segment in segments for edge in segment]
    if any(a >= b for a, b in pairwise(flat)):
        raise ValueError(f"office hours {office_hours} must ascend, like ['08:30-12:00', '14:30-17:30']")
    return segments


def calendar(holidays: pd.DataFrame, first: date, last: date, office_hours: list[str]) -> pd.DataFrame:
    """The days first…last with `is_workday`, running `workday_no` and `work_seconds_before` the day begins.

    `holidays` has day_on, kind (holiday | workday), label. A year without a row counts Monday to Friday and is
    marked `is_declared` false.
    """
    days = pd.date_range(first, last, freq="D")
    frame = pd.DataFrame({"day_on": days})
    special = holidays.assign(day_on=pd.to_datetime(holidays["day_on"])).set_index("day_on")
    kind = special["kind"].astype(object).reindex(days).fillna("").to_numpy()
    frame["is_workday"] = ((days.day_of_week < SATURDAY) & (kind != "holiday")) | (kind == "workday")
    frame["is_declared"] = days.year.isin(pd.DatetimeIndex(special.index).year.unique())
    frame["label"] = special["label"].astype(object).reindex(days).to_numpy()
    frame["workday_no"] = frame["is_workday"].cumsum().astype("int32")
    day_length = sum(closes - opens for opens, closes in office_segments(office_hours))
    frame["work_seconds_before"] = (frame["workday_no"] - frame["is_workday"]) * day_length
    frame["day_on"] = frame["day_on"].dt.date
    return frame


def macros(office_hours: list[str]) -> str:
    """SQL macros: `work_second(at)` worked since opening, its inverse `second_at(worked)`, `work_day_seconds()`, `office_closes()`."""
    segments = office_segments(office_hours)
    clock = "(hour(moment) * 3600 + minute(moment) * 60 + second(moment))"
    worked = " + ".join(f"greatest(0, least({clock}, {closes}) - {opens})" for opens, closes in segments)
    cases, before = [], 0
    for opens, closes in segments:
        cases.append(f"when worked <= {before + closes - opens} then {opens - before} + worked")
        before += closes - opens
    return (
        f"create or replace temp macro work_second(moment) as {worked};"
        "create or replace temp macro worked_on(is_workday, moment) as case when is_workday then work_second(moment) else 0 end;"
        f"create or replace temp macro second_at(worked) as case {' '.join(cases)} end;"
        f"create or replace temp macro work_day_seconds() as {before};"
        f"create or replace temp macro office_closes() as {segments[-1][1]};"
    )


def days_of(amount: float, unit: str, office_hours: list[str]) -> float:
    """How many workdays (or days) a limit may take; `unit` is hour, day, work_hour or work_day."""
    day_seconds = {"hour": 86400, "work_hour": sum(closes - opens for opens, closes in office_segments(office_hours))}
    return amount * 3600 / day_seconds[unit] if unit in day_seconds else amount


def span(first: date, last: date, longest_days: float = 0) -> tuple[date, date]:
    """The days a calendar must hold so that every limit of tickets between first and last finds its end."""
    return first - timedelta(days=31), last + timedelta(days=800 + 2 * math.ceil(longest_days))
