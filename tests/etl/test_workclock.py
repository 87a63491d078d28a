"""The working clock under random calendars and office hours against a plain walk over the days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.books import MODELS
from etl.workclock import calendar, days_of, macros, office_segments, span

HOURS = ["08:30-12:00", "14:30-17:30"]
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31, 23, 59, 59)).map(lambda at: at.replace(microsecond=0))
specials = st.dictionaries(st.sampled_from(DAYS), st.sampled_from(["holiday", "workday"]), max_size=25)
cuts = st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6, unique=True).filter(lambda minutes: len(minutes) % 2 == 0)
hours = cuts.map(lambda m: [f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in list(pairwise(sorted(m)))[::2]])


def sessions(day: date, special: dict[date, str], office: list[str]) -> list[tuple[datetime, datetime]]:
    """The office hours of one day, by reading the rules afresh."""
    kind = special.get(day)
    if kind == "holiday" or (day.weekday() >= 5 and kind != "workday"):
        return []
    found = []
    for part in office:
        begins, ends = (datetime.combine(day, time.fromisoformat(edge)) for edge in part.split("-"))
        found.append((begins, ends))
    return found


def worked(begins: datetime, ends: datetime, special: dict[date, str], office: list[str]) -> int:
    """Working seconds between two moments, day by day."""
    total = timedelta()
    day = begins.date()
    while day <= ends.date():
        for opens, closes in sessions(day, special, office):
            total += max(min(closes, ends) - max(opens, begins), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds())


def due(start: datetime, amount: int, unit: str, special: dict[date, str], office: list[str]) -> datetime:
    """When a limit ends: hours use up office time as it comes, days are counted from the day after."""
    day, left = start.date(), timedelta(hours=amount)
    if unit == "work_hour":
        while True:
            for opens, closes in sessions(day, special, office):
                begins = max(opens, start)
                if begins < closes and left <= closes - begins:
                    return begins + left
                left -= max(closes - begins, timedelta())
            day += timedelta(days=1)
    while amount:
        day += timedelta(days=1)
        amount -= bool(sessions(day, special, office))
    return sessions(day, special, office)[-1][1]


def clock(special: dict[date, str], office: list[str], longest: float = 0) -> duckdb.DuckDBPyConnection:
    """A database that holds the calendar and the macros as the loader makes them."""
    con = duckdb.connect()
    holidays = pd.DataFrame([(str(day), kind, "") for day, kind in special.items()], columns=["day_on", "kind", "label"])
    con.register("frame", calendar(holidays, *span(FIRST, LAST, longest), office))
    con.execute("create table calendar_days as select * from frame")
    con.execute(macros(office))
    return con


@settings(max_examples=40, deadline=None)
@given(special=specials, office=hours, pairs=st.lists(st.tuples(moments, moments), min_size=1, max_size=4))
def test_elapsed_working_time_is_what_a_walk_over_the_days_finds(
    special: dict[date, str], office: list[str], pairs: list[tuple[datetime, datetime]]
) -> None:
    with clock(special, office) as con:
        for begins, ends in map(sorted, pairs):
            found = con.execute(
                "select (select work_seconds_before + worked_on(is_workday, ?::timestamp) from calendar_days where day_on = ?::date)"
                " - (select work_seconds_before + worked_on(is_workday, ?::timestamp) from calendar_days where day_on = ?::date)",
                [ends, ends.date(), begins, begins.date()],
            ).fetchall()[0][0]
            assert found == worked(begins, ends, special, office)


@settings(max_examples=40, deadline=None)
@given(
    special=specials,
    office=hours,
    starts=st.lists(moments, min_size=1, max_size=4),
    amount=st.integers(1, 40),
    unit=st.sampled_from(["work_hour", "work_day", "hour", "day"]),
)
def test_deadlines_are_where_a_walk_over_the_days_ends(
    special: dict[date, str], office: list[str], starts: list[datetime], amount: int, unit: str
) -> None:
    with clock(special, office, days_of(amount, unit, office)) as con:
        con.execute("create table category_limits as select 'x' as category_code, 'accept' as stage_code, ? as unit, ?::double as amount",
                    [unit, amount])  # fmt: skip
        con.execute("create table source_columns as select 's' as source_code, 'accepted_at' as column_name")
        con.execute(
            "create table states_tickets (ticket_key varchar, source_code varchar, category_code varchar, reported_at timestamp,"
            " accepted_at timestamp, dispatched_at timestamp, has_closing_times boolean)"
        )
        con.executemany(
            "insert into states_tickets values (?, 's', 'x', ?, null, null, true)", [(str(n), at) for n, at in enumerate(starts)]
        )
        con.execute((MODELS / "core" / "deadlines.sql").read_text(encoding="utf-8").format(shape="table"))
        found = dict(
            con.execute(
                "select ticket_key, coalesce(accept_due_at, dispatch_due_at, sign_due_at, close_due_at) from limited_tickets"
            ).fetchall()
        )
    for number, start in enumerate(starts):
        if unit == "hour":
            expected = start + timedelta(hours=amount)
        elif unit == "day":
            expected = datetime.combine(start.date() + timedelta(days=amount), time(23, 59, 59))
        else:
            expected = due(start, amount, unit, special, office)
        assert found[str(number)] == expected, (start, amount, unit)


def test_a_year_without_a_row_counts_monday_to_friday_and_is_marked() -> None:
    holidays = pd.DataFrame([("2026-10-01", "holiday", "国庆节")], columns=["day_on", "kind", "label"])
    made = calendar(holidays, date(2026, 12, 28), date(2027, 1, 3), HOURS)
    assert made["is_workday"].tolist() == [True, True, True, True, True, False, False]
    assert made["is_declared"].tolist() == [True] * 4 + [False] * 3


def test_a_calendar_reaches_beyond_the_longest_limit() -> None:
    begins, ends = span(date(2026, 1, 1), date(2026, 1, 2), 2000)
    assert begins < date(2026, 1, 1)
    assert ends > date(2026, 1, 2) + timedelta(days=2000 * 7 // 5 + 100)


@pytest.mark.parametrize("office", [["12:00-08:30"], ["08:30-12:00", "11:00-17:30"], ["08:30-08:30"]])
def test_office_hours_that_run_backwards_are_refused(office: list[str]) -> None:
    with pytest.raises(ValueError, match="must ascend"):
        office_segments(office)
