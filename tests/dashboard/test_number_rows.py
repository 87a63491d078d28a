"""The rows behind every number: as many, and adding up to as much, as the number itself; by pandas on the raw rows, and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from dashboard import warehouse as contract
from dashboard.column_words import COLUMNS, title_of
from dashboard.filters import Filters, ScopedFilters, where
from dashboard.guard import guard_of
from dashboard.metrics import METRICS, Amount, Count, Duration, Mean, Metric, PerPopulation, Rate, Weighted, is_of_things, metric_of
from dashboard.metrics.parts import DENOMINATOR, NUMERATOR, OUT, WHY_OUT, columns_of, why_out
from dashboard.number_rows import MOST_IN_FILE, PAGE_ROWS, ROLES, kind_of, query_of, rows_answer, rows_file, wanted_of
from dashboard.queries import total
from dashboard.rows_behind import LAST, behind, made_of, rows_behind, told
from dashboard.table_files import csv_bytes
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import R
from tests.dashboard.test_metrics import TINY, custom, raw

YEAR = custom(date(2025, 11, 1), date(2026, 11, 20))
READINGS = [(code, "") for code in METRICS] + [(code, name) for code, metric in METRICS.items() for name in metric.variants]
OFFICE = theme("office", "zh")
EVERY = 10**6


def read_as(filters: ScopedFilters, code: str, reading: str) -> ScopedFilters:
    return replace(filters, variants=((code, reading),)) if reading else filters


def listed(view: View, code: str, filters: ScopedFilters, part: str) -> pd.DataFrame:
    return rows_behind(view.engine, behind(code, filters), part, 0, EVERY)


NARROWED = [
    (code, "", ("150302",)) for code in ("on_time_closure", "median_hours", "dispute_amount", "risks_open", "security_sense", "per_10k")
]


@pytest.mark.parametrize(("code", "reading", "place"), [*((code, reading, ()) for code, reading in READINGS), *NARROWED])
def test_as_many_rows_as_the_number_says(code: str, reading: str, place: tuple[str, ...], demo_view: View) -> None:
    filters = read_as(YEAR.only(divisions=place), code, reading)
    metric = metric_of(code, filters.variants)
    number = total(demo_view.engine, code, filters)
    rows = {part: listed(demo_view, code, filters, part) for part in (NUMERATOR, DENOMINATOR, OUT)}
    made = made_of(demo_view.engine, behind(code, filters))
    assert {part: len(frame) for part, frame in rows.items()} == made.rows
    if isinstance(metric, Weighted):
        assert rows[DENOMINATOR]["adds_numerator"].sum() == number.numerator
        assert rows[DENOMINATOR]["adds_denominator"].sum() == number.denominator
    elif isinstance(metric, Mean | Amount):
        assert rows[NUMERATOR]["adds_numerator"].sum() == pytest.approx(number.numerator)
        below = rows[DENOMINATOR]["adds_denominator"].sum() if getattr(metric, "weight", None) is not None else len(rows[DENOMINATOR])
        assert below == pytest.approx(number.denominator)
        assert made.adds[NUMERATOR] == pytest.approx(number.numerator)
    elif is_of_things(metric):
        # Rows are listed, things are counted: those with any row as asked, of a share those whose rows all are.
        things = rows[DENOMINATOR].groupby(metric.each.name)["role"].agg(["unique"])["unique"]
        asked = things.map(lambda roles: set(roles) == {NUMERATOR} if isinstance(metric, Rate) else NUMERATOR in roles)
        assert made.things == {NUMERATOR: number.numerator, DENOMINATOR: number.denominator}
        assert (asked.sum(), len(things)) == (number.numerator, number.denominator)
    else:
        assert len(rows[NUMERATOR]) == number.numerator
        assert isinstance(metric, PerPopulation) or len(rows[DENOMINATOR]) == number.denominator


@pytest.mark.parametrize(("code", "reading"), READINGS)
def test_nothing_is_lost_between_what_counts_and_what_takes_part(code: str, reading: str, demo_view: View) -> None:
    filters = read_as(YEAR, code, reading)
    metric = metric_of(code, filters.variants)
    found = behind(code, filters)
    made = made_of(demo_view.engine, found)
    guard = guard_of(demo_view.engine, metric.table, R if isinstance(metric, Duration) else metric.base, filters)
    assert guard.seen == guard.counted + guard.repeats + guard.deleted
    assert guard.counted == made.rows[DENOMINATOR] + made.rows[OUT]
    assert sum(made.reasons) == made.rows[OUT]
    # A reason that says nothing is only there for tables and columns nobody foresaw.
    assert made.reasons[-1] == 0
    assert rows_behind(demo_view.engine, found, OUT, 0, 50)["why"].notna().all()


def test_why_a_row_takes_no_part_is_told_of_columns_that_decide() -> None:
    for column in WHY_OUT:
        assert any(column is found for table in contract.metadata.tables.values() for found in table.c)
    for metric in METRICS.values():
        assert why_out(metric)[-1][1].zh == "缺少判断所需的信息"


def test_parts_of_satisfaction_against_pandas(demo_view: View) -> None:
    t = raw(demo_view.engine, contract.tickets)
    rated = pd.to_datetime(t["rated_at"])
    answered = t["satisfaction_score"].notna() | t["is_solved"].notna()
    at = rated.where(rated.notna(), pd.to_datetime(t["completed_at"]).fillna(pd.to_datetime(t["reported_at"])).where(answered))
    inside = t["is_counted"] & at.between(pd.Timestamp(YEAR.since), pd.Timestamp(YEAR.until) + pd.Timedelta(days=1), inclusive="left")
    score = pd.to_numeric(t["satisfaction_score"])
    wanted = {NUMERATOR: inside & (score >= 4), DENOMINATOR: inside & score.notna(), OUT: inside & score.isna()}
    for part, rows in wanted.items():
        assert set(listed(demo_view, "satisfaction_rate", YEAR, part)["key"]) == set(t.loc[rows, "ticket_key"])
    found = listed(demo_view, "satisfaction_rate", YEAR, DENOMINATOR)
    assert set(found.loc[found["role"] == NUMERATOR, "satisfaction_score"]) <= {4, 5}
    assert set(found.loc[found["role"] == DENOMINATOR, "satisfaction_score"]) <= {1, 2, 3}


def test_hours_watched_against_pandas(demo_view: View) -> None:
    t = raw(demo_view.engine, contract.tickets).set_index("ticket_key")
    found = listed(demo_view, "median_hours", YEAR, DENOMINATOR).set_index("key")
    rows = t.loc[found.index]
    as_of = rows["source_code"].map(raw(demo_view.engine, contract.sources).set_index("source_code")["as_of"])
    closed, reported = pd.to_datetime(rows["completed_at"]), pd.to_datetime(rows["reported_at"])
    stays = rows["status_code"] != "withdrawn"
    ended = closed.notna() & stays
    assert ((found["role"] == NUMERATOR) == ended).all()
    watched = (closed.fillna(pd.to_datetime(as_of)) - reported).dt.total_seconds() / 3600
    pd.testing.assert_series_equal(found["hours"][stays], watched[stays].clip(lower=0), check_names=False, atol=1e-3)
    assert (found["role"] == DENOMINATOR).any()


def test_the_hand_worked_city(tiny_view: View) -> None:
    # Ten tickets: three of six due were closed in time.
    october = custom(date(2026, 10, 1), date(2026, 10, 14))
    found = listed(tiny_view, "on_time_closure", october, DENOMINATOR)
    assert (len(found), (found["role"] == NUMERATOR).sum()) == (6, 3)
    assert listed(tiny_view, "overdue_open", TINY, NUMERATOR)["is_overdue"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *((code, "zh") for code in METRICS),
        *((code, "en") for code in ("median_hours", "settled_low_level", "risks_closed_rate", "security_sense")),
    ],
)
def test_no_code_is_printed_and_every_column_has_a_name(code: str, language: str, demo_view: View) -> None:
    found = behind(code, YEAR)
    frame = rows_behind(demo_view.engine, found, DENOMINATOR, 0, 60)
    cells = told(frame, found, demo_view.engine, theme("office", language), ROLES[kind_of(found.metric)])
    assert len(cells) == len(frame) > 0
    for column, held in zip(found.columns, zip(*cells, strict=True), strict=True):
        assert column.title.in_(language)
        if column.kind in ("code", "place", "flag") or column.name in ("role", "why"):
            codes = {str(value) for value in frame[column.name].dropna() if column.name != "risk_type"}
            assert not codes & set(map(str, held)), column.name
            assert "nan" not in {str(value).lower() for value in held}


def test_of_tickets_under_secrecy_hardly_anything_is_listed(demo_view: View) -> None:
    t = raw(demo_view.engine, contract.tickets).set_index("ticket_key")
    secret = t.index[t["is_secret"]]
    assert len(secret) > 3
    for code in ("reported_count", "median_hours", "satisfaction_rate", "on_time_closure"):
        found = listed(demo_view, code, YEAR, DENOMINATOR).set_index("key")
        held = found.loc[found.index.intersection(secret)]
        told_of = {name for name in held.columns if held[name].notna().any() and not name.startswith("at:")}
        times = {name for name, word in COLUMNS.items() if word.kind == "time"}
        assert told_of - times <= {
            "role", "hours", "ticket_number", "category_code", "division_code", "status_code", "is_overdue", "is_hidden",
        }  # fmt: skip


def test_what_is_listed_holds_no_free_text_of_a_person() -> None:
    for metric in METRICS.values():
        names = {column.name for column in behind(next(c for c, m in METRICS.items() if m is metric), YEAR).columns}
        assert not names & {"address", "summary", "caller_hash", "duty", "measure", "lon", "lat", "submitted_by", "evidence"}


def test_pages_follow_each_other_in_any_order(demo_view: View) -> None:
    found = behind("reported_count", YEAR)
    for order in (None, ("reported_at", False), ("unit_code", True), ("category_code", False)):
        whole = rows_behind(demo_view.engine, found, NUMERATOR, 0, 450, order)["key"].tolist()
        pages = [rows_behind(demo_view.engine, found, NUMERATOR, first, 150, order)["key"].tolist() for first in (0, 150, 300)]
        assert [key for page in pages for key in page] == whole
        assert len(set(whole)) == 450
    ascending = rows_behind(demo_view.engine, found, NUMERATOR, 0, 300, ("reported_at", False))["reported_at"]
    assert ascending.is_monotonic_increasing


def asked(**more: Any) -> str:
    return query_of(more.pop("code", "reported_count"), Filters(period="custom", since=YEAR.since, until=YEAR.until), NUMERATOR)


def test_the_grid_gets_a_page_with_links_and_the_count(demo_view: View) -> None:
    answer = rows_answer(demo_view, asked(), {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "reported_at", "sort": "asc"}]}, "")
    assert len(answer["rowData"]) == 100
    assert answer["rowCount"] == int(total(demo_view.engine, "reported_count", YEAR).value)
    row = answer["rowData"][0]
    assert row["ticket_number_href"].startswith("/ticket?number=")
    assert row["batch_id_href"].startswith("/data?part=batches&batch=0")
    assert row["file_name"]
    assert int(row["row_number"].replace(",", "")) > 0


@pytest.mark.parametrize(
    "wanted",
    [
        {}, None, "x", {"startRow": -5, "endRow": 10**9}, {"startRow": 10**12, "endRow": 10**12 + 5}, {"startRow": "0", "endRow": True},
        {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "summary; drop table tickets", "sort": "asc"}]},
        {"startRow": 0, "endRow": 100, "sortModel": [{"colId": ["x"], "sort": 5}]}, {"sortModel": "x"}, {"sortModel": [None]},
    ],
)  # fmt: skip
def test_what_a_browser_asks_is_only_a_wish(wanted: object, demo_view: View) -> None:
    answer = rows_answer(demo_view, asked(), wanted, "")
    assert len(answer["rowData"]) <= PAGE_ROWS
    assert LAST < 10**8


def test_an_unknown_metric_or_part_is_no_question(demo_view: View) -> None:
    with pytest.raises(KeyError):
        wanted_of("metric=secret&part=numerator", "", demo_view)
    assert wanted_of("metric=reported_count&part=everything&divisions=150302", "", demo_view)[1:] == (
        NUMERATOR, Filters(period=demo_view.city.period, divisions=("150302",)),
    )  # fmt: skip


def test_the_file_says_what_it_is_and_where_it_is_cut(demo_view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = Filters(period="custom", since=YEAR.since, until=YEAR.until, divisions=("150302",))
    table = rows_file(demo_view, "on_time_closure", wish, NUMERATOR)
    head = {line[0]: line[1] for line in table.head}
    assert "海勃湾区" in head["筛选"]
    assert head["部分"] == "分子"
    count = int(total(demo_view.engine, "on_time_closure", demo_view.scoped(wish)).numerator)
    assert head["条数"] == f"{count:,}"
    lines = csv_bytes(table).decode("utf-8-sig").splitlines()
    assert len(lines) == len(table.head) + 2 + count
    monkeypatch.setattr("dashboard.number_rows.MOST_IN_FILE", 7)
    cut = rows_file(demo_view, "on_time_closure", wish, NUMERATOR)
    assert len(list(cut.rows)) == 7
    assert any(f"仅含前 7 条，共 {count:,} 条" in line[1] for line in cut.head)
    assert MOST_IN_FILE == 50_000


def test_a_table_added_later_is_listed_by_the_columns_it_has(demo_view: View) -> None:
    # Of what pilots observed no metric counts the rows: one is made up, and nothing else is told about it.
    table = contract.pilot_observations
    extra: Metric = Count(label=METRICS["reported_count"].label, definition=METRICS["reported_count"].definition, table=table, base="R")
    METRICS["extra"] = extra
    try:
        found = behind("extra", YEAR)
        frame = rows_behind(demo_view.engine, found, NUMERATOR, 0, EVERY)
        rows = raw(demo_view.engine, table)
        on = pd.to_datetime(rows["observed_on"])
        assert len(frame) == (on.between(pd.Timestamp(YEAR.since), pd.Timestamp(YEAR.until))).sum()
        assert {"target_code", "observed_on", "value", "source_code", "batch_id", "row_number"} <= {c.name for c in found.columns}
        assert told(frame.head(5), found, demo_view.engine, OFFICE, ROLES["count"])
    finally:
        del METRICS["extra"]


def test_columns_a_metric_asks_about_are_listed() -> None:
    for code, metric in METRICS.items():
        columns = {column.name for column in behind(code, YEAR).columns}
        parts = [getattr(metric, name, None) for name in ("of", "among", "weight", "each")]
        for found in columns_of(*parts):
            if found.name not in ("is_completed", "is_open") and title_of(metric.table.name, found.name):
                assert found.name in columns, (code, found.name)


def test_where_takes_the_same_rows(demo_view: View) -> None:
    found = behind("reported_count", YEAR)
    assert str(found.range) == str(where(contract.tickets, R, YEAR))
