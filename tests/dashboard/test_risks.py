"""The page of risks: what stands on the register and in which order, its filters, and its file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from app import create_app
from dashboard import warehouse as contract
from dashboard.charts import CHARTS, Chart, risk_types, surveys
from dashboard.charts.risk_levels import LEVELS
from dashboard.charts.risk_matrix import NOT_ASSESSED
from dashboard.csv_text import csv_text, harmless
from dashboard.filter_words import choices_in_words
from dashboard.filters import Filters
from dashboard.queries import measure, total
from dashboard.risk_register import CHOICES, PAGE_ROWS, register_csv, register_file, shown
from dashboard.risk_rows import COLUMNS, printed, risk_rows
from dashboard.settings import Settings
from dashboard.table_files import file_bytes
from dashboard.theme import theme
from dashboard.view import View
from tests.dashboard.test_metrics import custom, raw

SINCE, UNTIL = date(2026, 10, 22), date(2026, 11, 20)
MONTH = Filters(period="custom", since=SINCE, until=UNTIL)
FILTERS = custom(SINCE, UNTIL)


@pytest.fixture(scope="module")
def rows(demo_view: View) -> pd.DataFrame:
    return raw(demo_view.engine, contract.risks).set_index("risk_number", drop=False)


def test_on_the_register_stands_what_is_open_and_what_moved_in_the_period(demo_view: View, rows: pd.DataFrame) -> None:
    frame, count = risk_rows(demo_view.engine, FILTERS)
    end = pd.Timestamp(UNTIL) + timedelta(days=1)
    moved = [pd.to_datetime(rows[name]).between(pd.Timestamp(SINCE), end, inclusive="left") for name in ("registered_at", "closed_at")]
    wanted = rows[rows["is_counted"] & (rows["closed_at"].isna() | moved[0] | moved[1])]
    assert set(frame["risk_number"]) == set(wanted["risk_number"])
    assert count == len(frame) == len(wanted) > 10


def test_overdue_comes_first_then_open_each_by_level_and_due_date(demo_view: View) -> None:
    frame, _ = risk_rows(demo_view.engine, FILTERS)
    grave = list(LEVELS)
    keys = [
        (0 if r.is_overdue else 1, grave.index(r.level_code), r.due_at) if r.is_open else (2, 0, pd.Timestamp(0))
        for r in frame.itertuples()
    ]
    assert keys == sorted(keys)
    assert frame["is_overdue"].any()
    closed = frame.loc[~frame["is_open"], "closed_at"]
    assert closed.is_monotonic_decreasing


def test_days_overdue_are_whole_days_by_the_clock_of_the_source(demo_view: View, rows: pd.DataFrame) -> None:
    frame, _ = risk_rows(demo_view.engine, FILTERS)
    as_of = raw(demo_view.engine, contract.sources).set_index("source_code")["as_of"]
    late = frame[frame["is_overdue"]]
    for found in late.itertuples():
        clock = pd.Timestamp(as_of[rows.loc[found.risk_number, "source_code"]])
        assert found.days == (clock - found.due_at).days
    assert frame.loc[~frame["is_overdue"], "days"].isna().all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_code_is_printed(language: str, demo_view: View) -> None:
    frame, _ = risk_rows(demo_view.engine, FILTERS)
    for row, told in zip(frame.to_dict("records"), printed(frame, demo_view.engine, theme("office", language)), strict=True):
        assert set(told) == set(COLUMNS)
        codes = {str(row[name]) for name in ("level_code", "unit_code", "community_code", "town_code")}
        assert not codes & set(told.values())
        assert told["level"][0] in "▲◆●○"


def test_a_page_of_the_register_is_kept_until_the_wish_changes(demo_view: View) -> None:
    year = Filters(period="custom", since=date(2026, 1, 1), until=UNTIL)
    first = shown(demo_view, year, None, 0)
    second = shown(demo_view, year, first.state, 1)
    assert (first.is_first, first.is_last, second.is_first) == (True, False, False)
    assert second.place.startswith(f"第 {PAGE_ROWS + 1}–")
    # A new snapshot is no new wish; another place is.
    assert shown(demo_view, year.model_copy(update={"snapshot": "another"}), second.state, 0).state["page"] == 1
    assert shown(demo_view, year.model_copy(update={"divisions": ("150302",)}), second.state, 0).state["page"] == 0
    assert shown(demo_view, year, {"page": 10**9, "of": first.state["of"]}, 1).state["page"] == 0
    assert shown(demo_view, year, {"page": "x"}, -1).is_first


def _cell(rows: pd.DataFrame) -> pd.Series:
    return rows["likelihood"].map("{:.0f}".format) + "-" + rows["impact"].map("{:.0f}".format)


@pytest.mark.parametrize(
    ("choice", "column"),
    [("levels", lambda r: r["level_code"]), ("risk_types", lambda r: r["risk_type"]), ("risk_cells", _cell)],
)
def test_a_choice_narrows_every_number_of_risks(
    choice: str, column: Callable[[pd.DataFrame], pd.Series], demo_view: View, rows: pd.DataFrame
) -> None:
    held = column(rows).dropna()
    code = str(held.value_counts().index[0])
    for name, wanted in (("risks_registered", rows["is_counted"]), ("risks_open", rows["is_counted"] & rows["closed_at"].isna())):
        filters = custom(date(2000, 1, 1), UNTIL, **{choice: (code, "no such")})
        assert total(demo_view.engine, name, filters).value == (wanted & (column(rows) == code)).sum()
    whole = custom(SINCE, UNTIL, **{choice: (code,)})
    assert total(demo_view.engine, "reported_count", whole).value == total(demo_view.engine, "reported_count", FILTERS).value


def test_a_wish_survives_its_address() -> None:
    wish = Filters(period="this_year", divisions=("150302", "150303"), levels=("high",), risk_cells=("4-5",), snapshot="s")
    parts = {key: value for key, _, value in (pair.partition("=") for pair in wish.to_query().replace("%2C", ",").split("&"))}
    assert Filters.from_parts(parts) == wish.model_copy(update={"snapshot": ""})


def test_the_charts_agree_with_the_key_figures(demo_view: View) -> None:
    held = total(demo_view.engine, "risks_open", FILTERS).value
    late = total(demo_view.engine, "risks_overdue", FILTERS).value
    for name in ("risk_places", "risk_units", "risk_types", "risk_due"):
        frame = _asked(name, demo_view)
        assert frame["value"].sum() == held
        assert "overdue" not in frame or frame["overdue"].sum() == late
    matrix = _asked("risk_matrix", demo_view)
    assert matrix["value"].sum() + matrix.attrs["rest"] == held


def _asked(name: str, view: View) -> pd.DataFrame:
    chart = CHARTS[name]
    assert isinstance(chart, Chart)
    return chart.ask(view.engine, FILTERS)


def test_a_city_that_grades_no_risk_is_told_so() -> None:
    chart = CHARTS["risk_matrix"]
    assert isinstance(chart, Chart)
    frame = pd.DataFrame({"likelihood": [None], "impact": [None], "level_code": ["high"], "value": [2]})
    frame.attrs = {"rest": 2, "is_assessed": False}
    figure = chart.draw(frame, theme("office", "zh"))
    assert [annotation.text for annotation in figure.layout.annotations] == [NOT_ASSESSED.zh]


def test_due_dates_by_their_distance(demo_view: View, rows: pd.DataFrame) -> None:
    frame = _asked("risk_due", demo_view).set_index("code")
    clocks = raw(demo_view.engine, contract.sources).set_index("source_code")["as_of"]
    held = rows[rows["is_open"].astype(bool)]
    left = (pd.to_datetime(held["due_at"]) - pd.to_datetime(held["source_code"].map(clocks))) / pd.Timedelta(days=1)
    code = pd.cut(left, [-math.inf, -30, 0, 7, 30, math.inf], labels=["late", "overdue", "week", "month", "later"]).astype(object)
    wanted = code.fillna("none").value_counts()
    assert frame["value"].to_dict() == {name: wanted.get(name, 0) for name in frame.index}
    assert frame.loc[["late", "overdue"], "value"].sum() == total(demo_view.engine, "risks_overdue", FILTERS).value
    high = held[(held["level_code"] == "high") & (left > 30)]
    assert frame.loc["later", "high"] == len(high)


def test_surveys_stand_one_by_one_with_their_interval(demo_view: View) -> None:
    frame = surveys.ask(demo_view.engine, FILTERS)
    held = raw(demo_view.engine, contract.surveys)
    asked = held[held["topic_code"].isin(["security", "governance"])].groupby(["held_on", "topic_code"])["valid_count"].sum()
    assert frame["denominator"].sum() == asked.sum() > 0
    assert frame["at"].is_monotonic_decreasing
    assert ((frame["low"] < frame["value"]) & (frame["value"] < frame["high"])).all()
    wall = replace(theme("wall", "zh"), room=(30.0, 8.0))
    assert len(surveys.draw(frame, wall).layout.yaxis.ticktext) == 3


def test_on_the_wall_rows_fit_and_the_rest_is_summed(demo_view: View) -> None:
    frame = _asked("risk_types", demo_view)
    figure = risk_types.draw(frame, replace(theme("wall", "zh"), room=(27.0, 7.0)))
    assert len(figure.data[0].y) == 3
    printed = [text.text for text in figure.layout.annotations]
    assert f"<b>{frame['value'].iloc[2:].sum():.0f}</b>" in printed


def test_an_unknown_code_of_an_address_is_not_printed(demo_view: View) -> None:
    wish = Filters(levels=("purple",), units=("no such",), divisions=("1",))
    told = choices_in_words(demo_view, wish, CHOICES)
    assert told == ["区域：（未知）", "承办单位：（未知）", "风险等级：（未知）"]


def test_the_stock_of_a_month_is_that_before_and_what_came_less_what_went(demo_view: View) -> None:
    frame = _asked("risk_months", demo_view)
    assert len(frame) == 12
    before = frame["held"].shift()
    assert ((before + frame["registered"] - frame["closed"])[1:] == frame["held"][1:]).all()
    assert frame["held"].iloc[-1] == total(demo_view.engine, "risks_open", FILTERS).value
    assert frame["registered"].iloc[-1] == measure(demo_view.engine, "risks_registered", custom(date(2026, 11, 1), UNTIL))["value"].sum()


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@a", "\tx", "＝1", " =1", "　＠"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    told = csv_text([(text,)], ["a"], [[text]])
    assert all(
        not cell.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "＝", "＠"))
        for line in csv.reader(io.StringIO(told[1:]))
        for cell in line
    )


def test_what_is_harmless_stays_as_it_is() -> None:
    assert [harmless(text) for text in ("", "海州-1", "— 无", "'x", "▲ 高")] == ["", "海州-1", "— 无", "'x", "▲ 高"]


def test_the_file_says_what_it_is_and_holds_every_row(demo_view: View) -> None:
    wish = MONTH.model_copy(update={"divisions": ("150302",), "levels": ("high", "low")})
    lines = list(csv.reader(io.StringIO(register_csv(demo_view, wish).removeprefix("\ufeff"))))
    split = lines.index([])
    head = dict(line for line in lines[:split] if line[0] != "风险台账")
    assert head["数据时间"].startswith("2026-11-")
    assert head["时段"] == "2026-10-22 至 2026-11-20"
    assert head["筛选"] == "区域：海勃湾区; 风险等级：高、低"
    assert "期内登记" in head["新登记风险"]
    assert lines[split + 1] == [text.zh for text in COLUMNS.values()]
    _, count = risk_rows(demo_view.engine, demo_view.scoped(wish))
    assert len(lines) - split - 2 == count == int(head["项数"])


def test_the_sheet_holds_times_and_numbers(demo_view: View) -> None:
    """The Excel file has the rows of the CSV; what is a time there is one, and days can be added up."""
    wish = MONTH.model_copy(update={"divisions": ("150302",)})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file_bytes(register_file(demo_view, wish), "xlsx"))).get_sheet_by_index(0).to_python()
    at = sheet.index([text.zh for text in COLUMNS.values()])
    frame, count = risk_rows(demo_view.engine, demo_view.scoped(wish))
    rows, names = sheet[at + 1 :], list(COLUMNS)
    assert len(rows) == count > 0
    assert [row[names.index("registered")] for row in rows] == [
        at.to_pydatetime().replace(second=0, microsecond=0) for at in frame["registered_at"]
    ]
    late = [days for days in frame["days"].dropna() if days >= 1]
    assert sum(row[names.index("days")] for row in rows if isinstance(row[names.index("days")], float)) == sum(late) > 0


def test_the_file_comes_with_the_mark_of_utf8_and_a_name(demo: Settings) -> None:
    client = create_app(demo).server.test_client()
    answer = client.get("/risks.csv?period=last_12_months&levels=high&levels=low&lang=en")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Level: High, Low" in answer.data.decode("utf-8-sig")
    assert client.get("/risks.xlsx?levels=high").data.startswith(b"PK")
    assert client.get("/risks.csv?risk_cells=x&units=nobody").status_code == 200


def test_a_city_without_risks_has_no_file(tiny: Settings) -> None:
    assert create_app(tiny).server.test_client().get("/risks.csv").status_code == 404
