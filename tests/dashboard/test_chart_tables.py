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
from dashboard.chart_columns import columns_of, heading
from dashboard.chart_tables import chart_table
from dashboard.charts import CHARTS
from dashboard.charts.base import NO_CLOSING
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
    assert chart.metrics or chart.definition
    assert set(chart.metrics) <= set(METRICS)
    frame = chart.laid(chart.ask(demo_view.engine, YEAR))
    own = frame.attrs.get("headings", {})
    for language in ("zh", "en"):
        columns = columns_of(chart, list(map(str, frame.columns)), language)
        assert set(columns.values()) <= set(frame.columns)
        called = [own.get(column) or heading(chart, column) for column in columns]
        assert all(called), dict(zip(columns, called, strict=True))
        assert len({text.in_(language) for text in called if text}) == len(called), called
        assert all(CHINESE.search(text.zh) and not CHINESE.search(text.en) for text in called if text)


@pytest.mark.parametrize("name", CHARTS)
def test_a_table_holds_the_rows_of_the_frame_without_raw_codes(name: str, demo_view: View) -> None:
    table = chart_table(demo_view, name, ALL)
    rows = list(table.rows)
    chart = CHARTS[name]
    assert len(rows) == len(chart.laid(chart.ask(demo_view.engine, demo_view.scoped(ALL, chart.kind)))) > 0
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


@pytest.fixture(scope="module")
def reported(demo_view: View) -> pd.DataFrame:
    """What was reported in all of the time asked for, counted by pandas."""
    with demo_view.engine.connect() as connection:
        columns = "major_code, category_code, town_code, reported_at, is_counted"
        rows = pd.read_sql_query(f"select {columns} from tickets", connection, parse_dates=["reported_at"])
    return rows[rows["is_counted"] & rows["reported_at"].between("2025-11-01", "2026-11-21", "left")]


def columns_taken(view: View, name: str) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """A chart's table, and the lines above it by name."""
    table = chart_table(view, name, ALL)
    head: dict[str, list[str]] = {}
    for line in table.head:
        head.setdefault(line[0], []).append(line[1])
    return pd.DataFrame(list(table.rows), columns=list(table.headings)), head


def test_weekdays_and_hours_stand_side_by_side(demo_view: View, reported: pd.DataFrame) -> None:
    found, _ = columns_taken(demo_view, "hour_of_week")
    assert list(found["星期"]) == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert list(found.columns[2:]) == [*(f"{hour}时" for hour in range(24)), "合计（件）"]
    friday = reported[reported["reported_at"].dt.day_of_week == 4]
    assert found.loc[4, "9时"] == (friday["reported_at"].dt.hour == 9).sum()
    assert list(found["合计（件）"]) == list(reported.groupby(reported["reported_at"].dt.day_of_week).size())


def test_categories_and_places_are_named_and_add_up(demo_view: View, reported: pd.DataFrame) -> None:
    found, _ = columns_taken(demo_view, "category_by_place")
    assert found["合计（件）"].sum() == len(reported) == found.iloc[:, 2:-1].to_numpy().sum()
    lake = reported[(reported["town_code"] == "150302002") & (reported["major_code"] == "01")]
    assert found.set_index("类别代码").loc["01", "海北街道"] == len(lake)


def test_minor_categories_beside_their_majors_add_up(demo_view: View, reported: pd.DataFrame) -> None:
    found, _ = columns_taken(demo_view, "category_tree")
    assert found["诉求量（件）"].sum() == len(reported)
    by_major = reported["major_code"].fillna("").value_counts()
    assert found["诉求量（件）"].groupby(found["大类代码"].fillna("")).sum().to_dict() == by_major.to_dict()
    held = found.set_index("小类代码").loc["0102"]
    assert held["诉求量（件）"] == (reported["category_code"] == "0102").sum()
    before = held["上期：诉求量（件）"]
    assert held["较上期（%）"] == pytest.approx(100 * (held["诉求量（件）"] - before) / before, abs=1e-3)


def test_a_rate_stands_beside_what_it_is_made_of(demo_view: View) -> None:
    for name, rate in (("division_map_rate", "万人诉求率（件/万人）"), ("disputes_map", "万人纠纷率（件/万人）")):
        found, head = columns_taken(demo_view, name)
        assert list(found[rate]) == pytest.approx(list(10_000 * found["受理（件）"] / found["常住人口（人）"]), abs=1e-3)
        assert any(said.startswith("常住人口：2020-11-01") for said in head["说明"])


@pytest.mark.parametrize("name", ["resolution_survival", "resolution_survival_work", "disputes_survival"])
def test_a_curve_says_its_median_and_its_limits_hold_it(name: str, demo_view: View) -> None:
    found, head = columns_taken(demo_view, name)
    middle = found["累计办结率（%）"]
    assert (found["95%置信下限（%）"] <= middle + 1e-3).all()
    assert (middle <= found["95%置信上限（%）"] + 1e-3).all()
    assert set(found["时期"]) <= {"本期", "去年同期"}
    said = head["说明"][-1]
    assert re.match(r"本期中位用时 [\d.,]+ (小时|天|工作小时|工作日)，95% 置信区间 ", said)
    assert ("一个工作日计" in said) == name.endswith("_work")


def test_stages_say_their_limits_in_words(demo_view: View) -> None:
    found, _ = columns_taken(demo_view, "stage_durations")
    assert set(found["时限单位"].dropna()) <= {"小时", "工作小时", "天", "工作日"}
    limited = found["时限单位"].notna()
    assert set(found["各类时限不一（所列为最多者）"][limited]) <= {"是", "否"}
    assert found["各类时限不一（所列为最多者）"][~limited].isna().all()


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
