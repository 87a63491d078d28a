"""The numbers behind a chart can be taken away: readable headings, the right rows, and what they are in the lines above."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import unquote

import pandas as pd
import pytest
from flask.testing import FlaskClient
from python_calamine import load_workbook

from app import create_app
from dashboard.chart_columns import TAKEN, columns_of, heading, taken
from dashboard.chart_tables import chart_table
from dashboard.charts import CHARTS
from dashboard.charts.base import NO_CLOSING, Chart
from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.settings import Settings
from dashboard.view import View
from tests.dashboard.test_registries import YEAR

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ALL = Filters.from_json({"period": "custom", "since": "2025-11-01", "until": "2026-11-20"})


@pytest.fixture(scope="module")
def client(demo: Settings) -> FlaskClient:
    return create_app(demo).server.test_client()


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_says_what_its_numbers_are(name: str, demo_view: View) -> None:
    chart = CHARTS[name]
    said = taken(chart)
    assert said.metrics or said.definition
    assert set(said.metrics) <= set(METRICS)
    frame = chart.ask(demo_view.engine, YEAR)
    for language in ("zh", "en"):
        columns = columns_of(chart, list(map(str, frame.columns)), language)
        assert set(columns.values()) <= set(frame.columns)
        called = [heading(chart, column) for column in columns]
        assert all(called), dict(zip(columns, called, strict=True))
        assert len({text.in_(language) for text in called if text}) == len(called), called
        assert all(CHINESE.search(text.zh) and not CHINESE.search(text.en) for text in called if text)


def test_what_is_said_of_charts_is_said_of_charts_that_are() -> None:
    assert set(TAKEN) <= set(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_a_table_holds_the_rows_of_the_frame_without_raw_codes(name: str, demo_view: View) -> None:
    table = chart_table(demo_view, name, ALL)
    rows = list(table.rows)
    assert len(rows) == len(CHARTS[name].ask(demo_view.engine, demo_view.scoped(ALL, CHARTS[name].kind))) > 0
    assert {len(row) for row in rows} == {len(table.headings)}
    by_heading = dict(zip(table.headings, zip(*rows, strict=True), strict=True))
    for said, cells in by_heading.items():
        if "代码" not in said and "工单" not in said:
            assert not any(isinstance(cell, str) and re.fullmatch(r"[a-z_]+", cell) for cell in cells), said
    said = dict(line[:2] for line in table.head)
    assert {"数据时间", "时段", "筛选", "数据来源", "导出时间"} <= set(said)
    assert all(said.values())


def test_the_numbers_are_those_that_pandas_counts(demo_view: View) -> None:
    wish = ALL.model_copy(update={"divisions": ("150302",)})
    table = chart_table(demo_view, "categories", wish)
    with demo_view.engine.connect() as connection:
        rows = pd.read_sql_query("select major_code, district_code, reported_at, is_counted from tickets", connection)
    is_inside = rows["is_counted"] & (rows["district_code"] == "150302")
    inside = rows[is_inside & rows["reported_at"].between("2025-11-01", "2026-11-21", "left")]
    expected = inside["major_code"].fillna("").value_counts().to_dict()
    found = {row[1] or "": row[table.headings.index("诉求量（件）")] for row in table.rows}
    assert found == expected
    assert dict(line[:2] for line in table.head)["筛选"] == "区域：海勃湾区"


def test_what_a_source_does_not_deliver_is_said_instead_of_rows(demo_view: View) -> None:
    table = chart_table(demo_view, "flow", ALL.model_copy(update={"sources": ("no_such_source",)}))
    assert list(table.rows) == []
    assert ("说明", NO_CLOSING.zh.replace("<br>", " ")) in table.head


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_says_what_it_is(kind: str, language: str, client: FlaskClient) -> None:
    answer = client.get(f"/chart/disputes_by_type.{kind}?period=last_12_months&divisions=150302&lang={language}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    named = unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2] or answer.headers["Content-Disposition"])
    title = CHARTS["disputes_by_type"].title.in_(language)
    assert named.strip('"').endswith(f"_{'近12个月' if language == 'zh' else '12-months'}.{kind}")
    if kind == "csv":
        assert answer.data.startswith(b"\xef\xbb\xbf")
        lines = [line.split(",")[0] for line in answer.data.decode("utf-8-sig").splitlines()]
    else:
        lines = [str(row[0]) for row in load_workbook(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()]
    assert lines[0].strip('"') == title
    definition = METRICS["disputes_received"].label.in_(language)
    assert definition in lines


def test_a_page_reads_the_same_numbers(client: FlaskClient) -> None:
    said = json.loads(client.get("/chart/trend.json?lang=zh&since=2026-10-01&until=2026-10-07").data)
    assert said["headings"][0] == "日期"
    assert [row[0] for row in said["rows"]] == [f"2026-10-0{day}" for day in range(1, 8)]
    assert said["numbers"] == [1, 2]
    words = json.loads(client.get("/chart/division_map/words.json?lang=zh&period=last_month&majors=01").data)
    assert words["title"] == "诉求分布 · 乌海市"
    assert "类别：城市管理" in words["about"]
    assert words["imprint"]
    assert words["file"] == "诉求分布_乌海市_上月.png"


@pytest.mark.parametrize("path", ["/chart/nothing.csv", "/chart/trend.exe", "/chart/nothing.json", "/chart/nothing/words.json"])
def test_what_is_no_chart_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


def test_a_chart_of_what_the_city_has_not_is_not_found(tiny: Settings) -> None:
    assert create_app(tiny).server.test_client().get("/chart/risk_matrix.csv").status_code == 404


def test_a_name_that_begins_a_formula_stays_text(client: FlaskClient) -> None:
    """A heading or a cell never computes: what table_files promises holds for charts."""
    text = client.get("/chart/events.csv").data.decode("utf-8-sig")
    assert not re.search(r'(^|,)"?[=+@]', text, re.MULTILINE)


def test_no_chart_says_the_same_thing_twice() -> None:
    for chart in CHARTS.values():
        own = bool(chart.metrics or chart.definition or chart.headings)
        assert not (own and chart.name in TAKEN), chart.name
        assert isinstance(chart, Chart) or not chart.metrics
