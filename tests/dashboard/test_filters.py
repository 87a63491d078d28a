"""Wishes, days and scopes: what comes from the browser is understood or is the default, and a scope only narrows."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_type_hints
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.filters import Filters, Scope, ScopedFilters, scoped, where
from dashboard.metrics import METRICS, Duration
from dashboard.periods import PERIODS
from dashboard.queries import compare, measure, total
from dashboard.view import View
from dashboard.warehouse import BASES, N, NoSnapshot, R, tickets, warehouse
from tests.dashboard.test_metrics import TINY, custom

DEMO_SINCE, DEMO_UNTIL = date(2026, 8, 1), date(2026, 11, 20)
CALM = settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=12), max_size=3).map(tuple)
DATES = st.dates(date(1990, 1, 1), date(2099, 12, 31))
CHOICES = dict.fromkeys(("divisions", "majors", "categories", "units", "channels", "sources", "types", "organisations"), CODES)
WISHES = st.builds(Filters, period=st.sampled_from([p for p in PERIODS if p != "custom"]), **CHOICES) | st.builds(
    lambda a, b: Filters(period="custom", since=min(a, b), until=max(a, b)), DATES, DATES
)
PLACES = ("150302", "150303", "150304", "150302001", "150303001", "150302001002", "nowhere")
SOME_PLACES = st.lists(st.sampled_from(PLACES), max_size=2).map(tuple)


@CALM
@given(WISHES)
def test_json_round_trip(wish: Filters) -> None:
    assert Filters.from_json(wish.to_json()) == wish


@CALM
@given(WISHES, st.lists(st.text("a,\\\\号", min_size=1, max_size=6), max_size=3).map(tuple))
def test_address_round_trip(wish: Filters, types: tuple[str, ...]) -> None:
    wish = wish.model_copy(update={"risk_types": types})
    # No code is empty: nothing of the contract has such a one, and an address cannot say it.
    wish = wish.model_copy(update={name: tuple(code for code in getattr(wish, name) if code) for name in CHOICES})
    assert Filters.from_parts(dict(parse_qsl(wish.to_query()))) == wish


def test_old_addresses_are_read_as_before() -> None:
    assert Filters.from_parts({"risk_types": "火灾,a\\b,,c\\"}).risk_types == ("火灾", "a\\b", "c\\")
    assert Filters(risk_types=("火灾", "a,b")).to_query() == urlencode({"period": "last_30_days", "risk_types": "火灾,a\\,b"})


def test_the_parts_of_an_address() -> None:
    wish = Filters.from_parts({"period": "this_month", "divisions": "150302,150303,", "majors": "", "snapshot": "x", "lang": "en"})
    assert wish == Filters(period="this_month", divisions=("150302", "150303"))
    assert Filters.from_parts({"period": "custom", "since": "2026-01-01", "until": "2026-01-31"}).until == date(2026, 1, 31)
    assert Filters.from_parts({"period": "custom"}) == Filters()


@pytest.mark.parametrize(
    "wish",
    [
        None, 5, "x", b"\x00", [], [1], True, {"period": "; drop table tickets"}, {"period": None}, {"divisions": "150302"},
        {"divisions": [1]}, {"divisions": {"a": "b"}}, {"divisions": None}, {"units": [["a"]]}, {"units": ["\ud800"]},
        {"period": "custom"}, {"period": "custom", "since": "2026-13-45", "until": "2026-01-01"},
        {"period": "custom", "since": "2026-02-02", "until": "2026-02-01"},
        {"period": "custom", "since": "0001-01-01", "until": "9999-12-31"},
        {"divisions": ["1"] * 1001}, {"units": ["x" * 201]}, {"snapshot": "x" * 65}, {"snapshot": ["x"]}, {"scope": {"divisions": []}},
        {"period": {"$ne": ""}},
    ],
    ids=lambda wish: repr(wish)[:30].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_hostile_wish_is_the_default(wish: object) -> None:
    assert Filters.from_json(wish) == Filters()


@pytest.mark.parametrize("name", ["../../people", "/etc/passwd", "..", "a/b", "x\x00", "", "x" * 65, "none"])
def test_a_snapshots_name_is_never_a_path(name: str, tiny_view: View) -> None:
    with pytest.raises(NoSnapshot):
        warehouse(tiny_view.folder, name)


@pytest.mark.parametrize("code", ["990101') or 1=1 --", "%", "990101%", "\x00", "’"])
def test_codes_are_bound_and_never_read_as_sql(code: str, tiny_view: View) -> None:
    assert total(tiny_view.engine, "reported_count", TINY.only(divisions=(code,))).value == 0
    assert total(tiny_view.engine, "reported_count", TINY.only(units=(code,))).value == 0


RESOLVED = {
    date(2024, 2, 29): {
        "today": "02-29 02-29", "last_7_days": "02-23 02-29", "last_30_days": "01-31 02-29", "this_month": "02-01 02-29",
        "last_month": "01-01 01-31", "this_year": "01-01 02-29", "last_12_months": "2023-03-01 02-29",
        "yesterday": "02-28 02-28", "this_week": "02-26 02-29", "last_week": "02-19 02-25", "this_quarter": "01-01 02-29",
        "last_quarter": "2023-10-01 2023-12-31", "this_half_year": "01-01 02-29", "last_half_year": "2023-07-01 2023-12-31",
        "last_year": "2023-01-01 2023-12-31",
    },
    date(2025, 3, 31): {
        "today": "03-31 03-31", "last_7_days": "03-25 03-31", "last_30_days": "03-02 03-31", "this_month": "03-01 03-31",
        "last_month": "02-01 02-28", "this_year": "01-01 03-31", "last_12_months": "2024-04-01 03-31",
        "yesterday": "03-30 03-30", "this_week": "03-31 03-31", "last_week": "03-24 03-30", "this_quarter": "01-01 03-31",
        "last_quarter": "2024-10-01 2024-12-31", "this_half_year": "01-01 03-31", "last_half_year": "2024-07-01 2024-12-31",
        "last_year": "2024-01-01 2024-12-31",
    },
    date(2026, 1, 1): {
        "today": "01-01 01-01", "last_7_days": "2025-12-26 01-01", "last_30_days": "2025-12-03 01-01", "this_month": "01-01 01-01",
        "last_month": "2025-12-01 2025-12-31", "this_year": "01-01 01-01", "last_12_months": "2025-02-01 01-01",
        "yesterday": "2025-12-31 2025-12-31", "this_week": "2025-12-29 01-01", "last_week": "2025-12-22 2025-12-28",
        "this_quarter": "01-01 01-01", "last_quarter": "2025-10-01 2025-12-31", "this_half_year": "01-01 01-01",
        "last_half_year": "2025-07-01 2025-12-31", "last_year": "2025-01-01 2025-12-31",
    },
}  # fmt: skip


def days(text: str, year: int) -> tuple[date, date]:
    since, until = (date.fromisoformat(part if len(part) == 10 else f"{year}-{part}") for part in text.split())
    return since, until


@pytest.mark.parametrize("today", RESOLVED)
def test_periods_resolved(today: date) -> None:
    assert set(RESOLVED[today]) == set(PERIODS) - {"custom"}
    for period, text in RESOLVED[today].items():
        assert Filters.from_json({"period": period}).resolved(today) == days(text, today.year), period


COMPARED = [
    # today, period, previous, last year
    ("2026-11-20", "today", "2026-11-19 2026-11-19", "2025-11-20 2025-11-20"),
    ("2026-11-20", "last_7_days", "2026-11-07 2026-11-13", "2025-11-14 2025-11-20"),
    ("2026-11-20", "this_month", "2026-10-01 2026-10-20", "2025-11-01 2025-11-20"),
    ("2026-03-31", "this_month", "2026-02-01 2026-02-28", "2025-03-01 2025-03-31"),
    ("2024-03-30", "this_month", "2024-02-01 2024-02-29", "2023-03-01 2023-03-30"),
    ("2024-02-29", "this_month", "2024-01-01 2024-01-29", "2023-02-01 2023-02-28"),
    ("2024-02-29", "today", "2024-02-28 2024-02-28", "2023-02-28 2023-02-28"),
    ("2024-03-15", "last_month", "2024-01-01 2024-01-31", "2023-02-01 2023-02-28"),
    ("2025-03-15", "last_month", "2025-01-01 2025-01-31", "2024-02-01 2024-02-29"),
    ("2026-01-15", "last_month", "2025-11-01 2025-11-30", "2024-12-01 2024-12-31"),
    ("2026-11-20", "yesterday", "2026-11-18 2026-11-18", "2025-11-19 2025-11-19"),
    # 20 November 2026 is a Friday; 52 weeks before, so was the 21st.
    ("2026-11-20", "this_week", "2026-11-09 2026-11-13", "2025-11-17 2025-11-21"),
    ("2026-11-20", "last_week", "2026-11-02 2026-11-08", "2025-11-10 2025-11-16"),
    ("2026-11-20", "this_quarter", "2026-07-01 2026-08-20", "2025-10-01 2025-11-20"),
    ("2026-11-20", "last_quarter", "2026-04-01 2026-06-30", "2025-07-01 2025-09-30"),
    ("2024-05-31", "last_quarter", "2023-10-01 2023-12-31", "2023-01-01 2023-03-31"),
    ("2026-11-20", "this_half_year", "2026-01-01 2026-05-23", "2025-07-01 2025-11-20"),
    ("2026-11-20", "last_half_year", "2025-07-01 2025-12-31", "2025-01-01 2025-06-30"),
    ("2026-11-20", "last_year", "2024-01-01 2024-12-31", "2024-01-01 2024-12-31"),
    ("2024-03-01", "this_year", "2023-01-01 2023-03-01", "2023-01-01 2023-03-01"),
    ("2026-11-20", "this_year", "2025-01-01 2025-11-20", "2025-01-01 2025-11-20"),
]


@pytest.mark.parametrize(("today", "period", "previous", "last_year"), COMPARED)
def test_what_a_period_is_compared_with(today: str, period: str, previous: str, last_year: str) -> None:
    filters = scoped(Filters.from_json({"period": period}), date.fromisoformat(today))
    before, year = filters.previous(), filters.last_year()
    assert (before.since, before.until, before.end_at) == (*days(previous, 0), None)
    assert (year.since, year.until, year.end_at) == (*days(last_year, 0), None)


CUT = [
    # today, seen, period, end of the previous, end of last year's
    ("2026-11-20", "2026-11-20 14:30", "today", "2026-11-19 14:30", "2025-11-20 14:30"),
    ("2026-11-20", "2026-11-20 14:30", "this_month", "2026-10-20 14:30", "2025-11-20 14:30"),
    ("2026-11-20", "2026-11-20 14:30", "this_year", "2025-11-20 14:30", "2025-11-20 14:30"),
    ("2026-11-20", "2026-11-20 14:30", "last_30_days", "2026-10-21 14:30", "2025-11-20 14:30"),
    # A city that loads at night: of its running month two days are not yet seen.
    ("2026-11-20", "2026-11-18 23:00", "this_month", "2026-10-18 23:00", "2025-11-18 23:00"),
    ("2026-11-20", "2026-11-18 23:00", "last_7_days", "2026-11-11 23:00", "2025-11-18 23:00"),
    # The month before is shorter than what has elapsed of this one: it counts whole.
    ("2026-03-30", "2026-03-30 10:00", "this_month", "2026-03-01 00:00", "2025-03-30 10:00"),
    ("2024-02-29", "2024-02-29 10:00", "today", "2024-02-28 10:00", "2023-02-28 10:00"),
]


@pytest.mark.parametrize(("today", "seen", "period", "previous", "last_year"), CUT)
def test_a_running_period_is_compared_with_the_same_elapsed_part(today: str, seen: str, period: str, previous: str, last_year: str) -> None:
    seen_at = datetime.fromisoformat(seen)
    filters = scoped(Filters.from_json({"period": period}), date.fromisoformat(today), seen_at=seen_at)
    assert filters.seen_until == seen_at
    assert filters.previous().end_at == datetime.fromisoformat(previous)
    assert filters.last_year().end_at == datetime.fromisoformat(last_year)


def test_a_period_seen_to_its_end_is_not_cut() -> None:
    filters = scoped(Filters(period="last_month"), date(2026, 11, 20), seen_at=datetime(2026, 11, 20, 14, 30))
    assert filters.seen_until is None
    assert filters.previous().end_at is None


def test_the_cut_reaches_the_numbers(demo_view: View) -> None:
    t, seen = tickets.c, datetime(2026, 11, 20, 14, 30)
    filters = scoped(Filters(period="today"), seen.date(), seen_at=seen)
    rows = fetch(demo_view.engine, select(t.reported_at).where(t.is_counted))["reported_at"]
    yesterday = rows.between("2026-11-19 00:00", "2026-11-19 14:29:59.999999").sum()
    assert 0 < yesterday < (rows.dt.date == date(2026, 11, 19)).sum()
    found = compare(demo_view.engine, "reported_count", filters, "previous")
    assert (found.value, found.before) == ((rows >= "2026-11-20").sum(), yesterday)


def test_only_scoped_filters_choose_rows() -> None:
    assert get_type_hints(where)["filters"] is ScopedFilters
    for base in (R, N):
        with pytest.raises((AttributeError, TypeError)):
            where(tickets, base, Filters())  # type: ignore[arg-type]


def keys(engine: Engine, filters: ScopedFilters) -> set[str]:
    return set(fetch(engine, select(tickets.c.ticket_key).where(where(tickets, R, filters)))["ticket_key"])


@CALM
@given(wanted=SOME_PLACES, seen=SOME_PLACES, units=st.lists(st.integers(0, 40), max_size=2))
def test_a_scope_only_narrows(wanted: tuple[str, ...], seen: tuple[str, ...], units: list[int], demo_view: View) -> None:
    engine = demo_view.engine
    every = sorted(set(fetch(engine, select(tickets.c.unit_code))["unit_code"].dropna()))
    scope = Scope(seen, tuple(every[i % len(every)] for i in units))
    wish = Filters(period="custom", since=DEMO_SINCE, until=DEMO_UNTIL, divisions=wanted)
    whole = wish.model_copy(update={"divisions": ()})
    found = keys(engine, scoped(wish, DEMO_UNTIL, scope))
    assert found == keys(engine, scoped(wish, DEMO_UNTIL)) & keys(engine, scoped(whole, DEMO_UNTIL, scope))


@pytest.mark.parametrize("table", sorted(BASES))
def test_a_scope_shuts_every_table(table: str, demo_view: View) -> None:
    """Nobody whose places and units do not exist sees a row of any table."""
    for scope in (Scope(divisions=("nowhere",)), Scope(units=("nobody",))):
        filters = scoped(Filters(period="custom", since=date(1990, 1, 1), until=date(2099, 12, 31)), DEMO_UNTIL, scope)
        held = tickets.metadata.tables[table]
        assert fetch(
            demo_view.engine, select(held).where(where(held, N, filters, whole=True) if table == "tickets" else where(held, N, filters))
        ).empty


PARTS = [
    (code, by)
    for code, metric in METRICS.items()
    for by in ("major_code", "category_code", "town_code", "unit_code", "channel_code", "source_code", "day", "week", "month", "year")
    if by in metric.table.c or (len(by) < 6 and BASES[metric.table.name][metric.base] is not None and not isinstance(metric, Duration))
]


@pytest.mark.parametrize(("code", "by"), PARTS)
def test_parts_sum_to_the_whole(code: str, by: str, demo_view: View) -> None:
    filters = custom(DEMO_SINCE, DEMO_UNTIL)
    whole = measure(demo_view.engine, code, filters)
    parts = measure(demo_view.engine, code, filters, (by,))
    assert not parts[by].duplicated().any()
    if getattr(METRICS[code], "each", None) is not None:
        # A task that several carry is counted for each of them, and once in all.
        for part in ("numerator", "denominator"):
            assert parts[part].max() <= whole[part].iloc[0] <= parts[part].sum()
        return
    assert parts["numerator"].sum() == pytest.approx(whole["numerator"].iloc[0])
    if METRICS[code].__class__.__name__ != "PerPopulation":
        assert parts["denominator"].sum() == whole["denominator"].iloc[0]


@CALM
@given(
    code=st.sampled_from([code for code, metric in METRICS.items() if metric.table is tickets]),
    majors=st.lists(st.sampled_from(["01", "02", "03", "05"]), max_size=2).map(tuple),
    places=SOME_PLACES,
    channels=st.lists(st.sampled_from(["hotline", "grid", "mini_program", "x"]), max_size=2).map(tuple),
    days_off=st.integers(0, 60),
)
def test_a_narrower_filter_never_raises_a_count(
    code: str, majors: tuple[str, ...], places: tuple[str, ...], channels: tuple[str, ...], days_off: int, demo_view: View
) -> None:
    engine = demo_view.engine
    wide = custom(DEMO_SINCE, DEMO_UNTIL)
    narrow = custom(date.fromordinal(DEMO_SINCE.toordinal() + days_off), DEMO_UNTIL, majors=majors, divisions=places, channels=channels)
    less, more = total(engine, code, narrow), total(engine, code, wide)
    assert less.numerator <= more.numerator
    assert less.denominator <= more.denominator or code == "per_10k"


def test_one_bad_part_leaves_the_rest() -> None:
    assert Filters.from_parts({"divisions": "150303104", "period": "zzz"}) == Filters(divisions=("150303104",))
    reversed_days = {"divisions": "1", "period": "custom", "since": "2026-11-20", "until": "2026-11-01"}
    assert Filters.from_parts(reversed_days) == Filters(divisions=("1",))


def test_a_key_twice_means_both_and_days_mean_a_custom_period() -> None:
    assert Filters.from_parts({"majors": ["04", "05"]}).majors == ("04", "05")
    assert Filters.from_parts({"since": "2026-09-01", "until": "2026-09-30"}).period == "custom"
