"""Deadlines of every stage against a walk through the city's calendar, minute by minute, that shares no line with the loader."""

from __future__ import annotations

import csv
import math
import random
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import duckdb
import pandas as pd

from etl.books import MODELS
from etl.workclock import calendar, macros, span

WUHAI = Path(__file__).parents[2] / "data" / "cities" / "wuhai" / "holidays.csv"
HOURS = ["08:30-12:00", "14:30-17:30"]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, LAST = date(2023, 12, 1), date(2026, 6, 30)
STARTS = {"accept": "reported_at", "dispatch": "accepted_at", "sign": "dispatched_at", "close": "accepted_at"}
AMOUNTS = {
    "hour": [0, 0.1, 0.5, 1, 2.5, 24, 72], "work_hour": [0, 0.1, 0.25, 0.5, 1, 1.5, 2, 3.5, 4, 6.5, 7, 13, 19.5, 20.25],
    "day": [0, 0.5, 1, 3, 15], "work_day": [0, 0.5, 1, 1.5, 2, 3, 5, 10, 15],
}  # fmt: skip
# Where clocks go wrong: year ends, both sides of holidays, a make-up Sunday, lunch, the edges of office hours.
EDGES = [
    "2023-12-29 17:30", "2023-12-31 23:59", "2024-01-01 00:00", "2024-02-09 16:00", "2024-02-17 12:00", "2024-02-18 10:00",
    "2024-04-07 08:30", "2024-09-30 17:29", "2024-10-12 14:30", "2024-12-31 17:30", "2025-01-26 13:00", "2025-01-27 17:00",
    "2025-01-28 09:00", "2025-02-08 08:29", "2025-09-28 12:01", "2025-09-30 16:00", "2025-10-11 14:29", "2025-12-31 17:30",
    "2026-01-04 11:59", "2026-02-14 17:31", "2026-02-28 14:30", "2026-03-02 08:30",
]  # fmt: skip


@cache
def kinds() -> dict[date, str]:
    with WUHAI.open(encoding="utf-8-sig") as file:
        return {date.fromisoformat(row["day_on"]): row["kind"] for row in csv.DictReader(file)}


@cache
def is_worked(day: date) -> bool:
    return kinds().get(day) == "workday" or (day.weekday() < 5 and kinds().get(day) != "holiday")


def in_office(moment: datetime) -> bool:
    """Whether the minute that begins here is worked."""
    at = moment.time()
    return is_worked(moment.date()) and (time(8, 30) <= at < time(12, 0) or time(14, 30) <= at < time(17, 30))


def walked(start: datetime, amount: float, unit: str) -> datetime:
    """When a limit ends. Hours are counted minute by minute; days from the day after, a part of a day as a whole one."""
    if unit == "hour":
        return start + timedelta(minutes=round(amount * 60))
    if unit == "work_hour":
        left, moment = round(amount * 60), start
        while left:
            left -= in_office(moment)
            moment += MINUTE
        return moment
    day, left = start.date(), math.ceil(amount)
    if unit == "day":
        return datetime.combine(day + left * DAY, time(23, 59, 59))
    if not left and not (is_worked(day) and start.time() <= time(17, 30)):
        left = 1  # Today's office has closed: the same day is the next that is worked.
    while left:
        day += DAY
        left -= is_worked(day)
    return datetime.combine(day, time(17, 30))


def cases() -> list[tuple[str, str, float, datetime]]:
    """(stage, unit, amount, start) of 600 random limits and of every limit at every edge."""
    dice = random.Random(20260101)  # noqa: S311
    limits = [(unit, amount) for unit, amounts in AMOUNTS.items() for amount in amounts]
    spread = int((datetime(2026, 3, 31) - datetime(2023, 12, 1)) / MINUTE)
    found = [(dice.choice([*STARTS]), *dice.choice(limits), datetime(2023, 12, 1) + dice.randrange(spread) * MINUTE) for _ in range(600)]
    return found + [(dice.choice([*STARTS]), *limit, datetime.fromisoformat(edge)) for edge in EDGES for limit in limits]


def test_deadlines_of_all_stages_and_units_are_where_the_walk_ends() -> None:
    wanted = cases()
    with duckdb.connect() as con:
        holidays = pd.read_csv(WUHAI, dtype="string", encoding="utf-8-sig")
        con.register("frame", calendar(holidays, *span(FIRST, LAST, 20), HOURS))
        con.execute("create table calendar_days as select * from frame")
        con.execute(macros(HOURS))
        con.execute(
            "create table source_columns as select 's' as source_code,"
            " unnest(['accepted_at', 'dispatched_at', 'signed_at', 'closing_times']) as column_name"
        )
        limits = pd.DataFrame([(str(n), stage, unit, amount) for n, (stage, unit, amount, _) in enumerate(wanted)],
                              columns=["category_code", "stage_code", "unit", "amount"])  # fmt: skip
        con.register("limits", limits)
        con.execute("create table category_limits as select * from limits")
        moments = pd.DataFrame(
            [
                {"ticket_key": str(n), "source_code": "s", "category_code": str(n), STARTS[stage]: at}
                for n, (stage, *_, at) in enumerate(wanted)
            ]
        )
        con.register("moments", moments)
        con.execute("create table states_tickets as select * from moments")
        con.execute((MODELS / "core" / "deadlines.sql").read_text(encoding="utf-8").format(shape="table"))
        found = dict(
            con.execute(
                "select ticket_key, coalesce(accept_due_at, dispatch_due_at, sign_due_at, close_due_at) from limited_tickets"
            ).fetchall()
        )
    pairs = [(case, found.get(str(n)), walked(start, amount, unit)) for n, case in enumerate(wanted) for _, unit, amount, start in [case]]
    wrong = [pair for pair in pairs if pair[1] != pair[2]]
    assert wrong == []
    assert all(found[str(n)] >= start for n, (*_, start) in enumerate(wanted))


def test_parts_of_a_second_do_not_lose_a_deadline() -> None:
    # 1.0001 hours are 3,600.36 seconds, an hour to the second: it ends with the day and not when the next one begins.
    with duckdb.connect() as con:
        con.register("frame", calendar(pd.read_csv(WUHAI, dtype="string"), *span(FIRST, LAST), HOURS))
        con.execute("create table calendar_days as select * from frame")
        con.execute(macros(HOURS))
        con.execute("create table source_columns as select 's' as source_code, 'accepted_at' as column_name")
        con.execute(
            "create table category_limits as select 'x' as category_code, 'accept' as stage_code, 'work_hour' as unit, 0.9999 as amount"
        )
        con.execute(
            "create table states_tickets as select 't' as ticket_key, 's' as source_code, 'x' as category_code,"
            " timestamp '2025-03-03 16:30:00' as reported_at, null::timestamp as accepted_at, null::timestamp as dispatched_at"
        )
        con.execute((MODELS / "core" / "deadlines.sql").read_text(encoding="utf-8").format(shape="table"))
        assert con.execute("select accept_due_at from limited_tickets").fetchall() == [(datetime(2025, 3, 3, 17, 30),)]


def test_every_day_of_every_declared_year_is_as_the_state_council_published_it() -> None:
    years = sorted({day.year for day in kinds()})
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    assert years == list(range(years[0], years[-1] + 1))
    made = calendar(pd.read_csv(WUHAI, dtype="string", encoding="utf-8-sig"), first, last, HOURS)
    assert len(made) == (last - first).days + 1
    assert [day for day, worked in zip(made["day_on"], made["is_workday"], strict=True) if worked != chinese_calendar.is_workday(day)] == []
    assert made["is_declared"].all()
