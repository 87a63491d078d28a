"""What the monthly report says: the numbers of the screen, in the chapters a city has, and nothing that does not agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from dashboard.charts import CHARTS
from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.queries import compare, measure, total
from dashboard.reports.__main__ import app
from dashboard.reports.digest import digest
from dashboard.reports.edition import Edition
from dashboard.reports.model import Block, Cell, Paragraph, Report, Run, Said, Section, Table
from dashboard.reports.monthly import report_of
from dashboard.reports.own_rules import days_a_year_before, days_before, report_findings, span_findings, structure_findings
from dashboard.reports.plain import as_json, as_text, cell_text, rows_text
from dashboard.reports.spans import Span, span_holding
from dashboard.reports.subjects import SUBJECTS
from dashboard.settings import Settings
from dashboard.view import View

OCTOBER = span_holding("month", date(2026, 10, 1))


@pytest.fixture(scope="module")
def october(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER)


def headings(report: Report, level: int = 1) -> list[str]:
    return [block.heading for block in report.blocks if isinstance(block, Section) and block.level == level]


def table(report: Report, key: str) -> Table:
    return next(one for one in report.tables if one.key == key)


def found_in(report: Report) -> list[Table]:
    return [one for one in report.tables if one.key == "annex.findings"]


def said_in(report: Report) -> list[tuple[Run, Said]]:
    return [(run, run.said) for part in report.paragraphs for run in part.runs if run.said]


def test_the_chapters_of_a_city_that_has_everything(october: Report) -> None:
    assert headings(october) == [
        "本月要览", "一、群众诉求运行情况", "二、矛盾纠纷多元化解", "三、试点任务推进", "四、风险防控", "五、网格与满意度",
        "六、存在问题与下步工作",
        "附件1　主要指标一览", "附件2　全表", "附件3　指标口径与数据截止时间", "附件4　勾稽校验结果",
    ]  # fmt: skip
    assert headings(october, 2)[:5] == ["（一）受理总体", "（二）办理质效", "（三）热点", "（四）区域分布", "（五）超期与督办清单"]
    assert (october.number, october.mark) == ("2026年第10期", "内部资料 注意保存")
    assert len([part for part in october.paragraphs if part.key.startswith("digest.")]) == 5
    text = as_text(october)
    assert not any(word in text for word in ("机密", "绝密", "秘密★", "nan", "None"))
    assert len({part.key for part in october.paragraphs}) == len(october.paragraphs)
    assert len({one.key for one in october.tables}) == len(october.tables)


STATED = ["received_count", "on_time_closure", "disputes_received", "risks_open", "satisfaction_rate", "overdue_open", "dispute_amount"]


@pytest.mark.parametrize("code", STATED)
def test_the_numbers_are_those_of_the_screen(code: str, demo_view: View, october: Report) -> None:
    # As pages ask for it: last month, on a day of November.
    screen = demo_view.scoped(Filters(period="custom", since=date(2026, 10, 1), until=date(2026, 10, 31)), METRICS[code].table.name)
    of_month = replace(screen, wish=Filters(period="last_month"))
    values = [said.value for _, said in said_in(october) if (said.metric, said.what, said.by) == (code, "value", "")]
    assert values
    assert set(values) == {total(demo_view.engine, code, of_month).value}
    for _, said in said_in(october):
        if said.metric == code and said.what == "change":
            assert said.value == compare(demo_view.engine, code, of_month, said.against).change  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "code", "by", "column"), [
    ("appeals.by_channel", "received_count", "major_code", -2), ("appeals.by_place", "received_count", "district_code", 1),
    ("disputes.by_type", "disputes_received", "dispute_type_code", 1), ("risks.by_level", "risks_open", "level_code", 1),
    ("appeals.late_units", "overdue_open", "unit_code", 1),
])  # fmt: skip
def test_tables_are_those_of_the_screen(key: str, code: str, by: str, column: int, demo_view: View, october: Report) -> None:
    filters = demo_view.scoped(Filters(period="custom", since=date(2026, 10, 1), until=date(2026, 10, 31)), METRICS[code].table.name)
    frame = measure(demo_view.engine, code, filters, (by,)).fillna({by: ""})
    wanted = {str(group): value for group, value in zip(frame[by], frame["value"], strict=True) if value}
    made = table(october, key)
    assert dict(zip(made.codes, [row[column] for row in made.rows], strict=True)) == wanted
    assert made.total is not None
    assert made.total[column] == sum(wanted.values()) == total(demo_view.engine, code, filters).value


def test_every_chart_is_one_and_says_what_it_shows(october: Report) -> None:
    assert len(october.figures) >= 12
    assert all(figure.chart in CHARTS and "2026年10月" in figure.alt for figure in october.figures)


def test_what_only_people_can_write_is_left_to_them(october: Report) -> None:
    assert [part.key for part in october.paragraphs if part.is_for_people] == ["people.problems", "people.next"]


def test_a_report_that_is_made_again_is_the_same(demo_view: View, october: Report) -> None:
    assert report_of(demo_view, OCTOBER) == october
    held = json.loads(as_json(october))
    assert len(held["blocks"]) == len(october.blocks)
    assert held["snapshot"] == demo_view.snapshot


def test_a_whole_month_agrees(october: Report) -> None:
    assert found_in(october) == []


def test_a_running_month_is_compared_with_the_same_part(demo_view: View) -> None:
    report = report_of(demo_view, span_holding("month", date(2026, 11, 1)))
    assert found_in(report) == []
    assert report.period.is_running
    assert "较上月同时段" in as_text(report)
    assert "环比上升" not in as_text(report)


def test_a_month_without_data_says_so(demo_view: View) -> None:
    first = digest(Edition(demo_view, span_holding("month", date(2015, 1, 1)), Filters()), SUBJECTS["whole"].digest)[1]
    assert isinstance(first, Paragraph)
    assert first.text == "1月，受理群众诉求0件。"
    assert first.footnotes == ("受理量环比：对比期没有数据，不作比较。", "受理量同比：对比期没有数据，不作比较。")
    ahead = digest(Edition(demo_view, span_holding("month", date(2027, 3, 1)), Filters()), SUBJECTS["whole"].digest)[1]
    assert isinstance(ahead, Paragraph)
    assert ahead.text.startswith("3月，受理群众诉求0件")


def test_part_of_a_year_is_no_base(demo_view: View) -> None:
    # The demo's data begin in the course of 2024.
    moves = Edition(demo_view, span_holding("year", date(2025, 1, 1)), Filters()).fact("received_count").moves
    assert [(move.word, move.reason) for move in moves] == [("较上年", "incomplete")]


def test_a_unit_is_not_told_numbers_of_the_city(demo_view: View) -> None:
    unit = report_of(demo_view, OCTOBER, Filters(units=("WH-RSJ",)))
    assert unit.scope.startswith("承办单位：")
    assert found_in(unit) == []
    # Disputes and surveys know no units.
    assert not any("纠纷" in heading for heading in headings(unit))
    assert "民意调查" not in as_text(unit)


def without(view: View, *kinds: str) -> View:
    return replace(view, city=view.city.model_copy(update={"has": [kind for kind in view.city.has if kind not in kinds]}))


def test_chapters_of_what_a_city_lacks_do_not_exist(tiny_view: View) -> None:
    tiny = report_of(tiny_view, OCTOBER)
    assert headings(tiny)[:3] == ["本月要览", "一、群众诉求运行情况", "二、网格与满意度"]
    assert not any("纠纷" in heading for heading in headings(tiny) + headings(tiny, 2))
    assert found_in(tiny) == []


def test_in_english_without_appeals(demo_view: View) -> None:
    report = report_of(replace(without(demo_view, "tickets", "surveys"), language="en"), OCTOBER)
    assert headings(report)[:5] == ["At a glance", "1. Disputes", "2. Pilot tasks", "3. Risks", "4. Problems and next steps"]
    assert report.mark.isascii()
    heads = [column.title for one in report.tables for column in one.columns if one.key.endswith((".counts", ".rates"))]
    assert all(head.isascii() for head in heads)
    assert found_in(report) == []


def changed(report: Report, swap: Callable[[Block], Block]) -> Report:
    return replace(report, blocks=tuple(swap(block) for block in report.blocks))


def in_table(key: str, row: int, column: int, cell: Cell) -> Callable[[Block], Block]:
    """A report with one cell of one table changed; row −1 is the total."""

    def swap(block: Block) -> Block:
        if not isinstance(block, Table) or block.key != key:
            return block
        if row == -1:
            assert block.total is not None
            return replace(block, total=tuple(cell if at == column else held for at, held in enumerate(block.total)))
        rows = [list(one) for one in block.rows]
        rows[row][column] = cell
        return replace(block, rows=tuple(tuple(one) for one in rows))

    return swap


def in_words(key: str, old: str, new: str) -> Callable[[Block], Block]:
    def swap(block: Block) -> Block:
        if not isinstance(block, Paragraph) or block.key != key:
            return block
        return replace(block, runs=tuple(replace(run, text=run.text.replace(old, new)) for run in block.runs))

    return swap


@pytest.mark.parametrize(("swap", "rule"), [
    (in_table("appeals.by_channel", -1, 1, 1), "total"), (in_table("disputes.by_type", 0, 1, 99_999), "total"),
    (in_table("disputes.by_type", 0, 2, 0.5), "share"), (in_table("annex.denominators", 0, 1, 1), "denominator"),
    (in_table("annex.deliveries", 0, 2, 1), "deliveries"), (in_table("appeals.by_channel", -1, -1, 100.0), ""),
    (in_words("digest.1", "受理群众诉求", "受理群众诉求（较上月同比）"), "comparison"), (in_words("digest.2", "个百分点", "%"), "points"),
], ids=lambda one: one if isinstance(one, str) else "")  # fmt: skip
def test_each_seeded_error_is_found(swap: Callable[[Block], Block], rule: str, demo_view: View, october: Report) -> None:
    edition = Edition(demo_view, OCTOBER, Filters())
    found = {one.rule for one in report_findings(edition, changed(october, swap))}
    assert rule in found if rule else not found


def with_said(report: Report, key: str, metric: str, what: str, value: float, text: str) -> Report:
    def swap(block: Block) -> Block:
        if not isinstance(block, Paragraph) or block.key != key:
            return block
        runs = [
            replace(run, text=text, said=replace(run.said, value=value))
            if run.said and (run.said.metric, run.said.what) == (metric, what)
            else run
            for run in block.runs
        ]
        return replace(block, runs=tuple(runs))

    return changed(report, swap)


def test_a_wrong_number_in_a_sentence_is_found_against_table_and_snapshot(demo_view: View, october: Report) -> None:
    edition = Edition(demo_view, OCTOBER, Filters())
    wrong = with_said(october, "digest.1", "received_count", "value", 1.0, "1件")
    assert {one.rule for one in report_findings(edition, wrong)} == {"sentence", "measured"}
    wrong = with_said(october, "digest.1", "received_count", "change", 77.0, "环比上升77.00%")
    assert {one.rule for one in report_findings(edition, wrong)} == {"sentence", "comparison"}
    misprinted = changed(october, in_words("digest.1", "件", "0件"))
    assert {one.rule for one in structure_findings(misprinted)} == {"sentence"}


def test_days_compared_with_are_those_of_the_calendar() -> None:
    assert days_before(OCTOBER) == (date(2026, 9, 1), date(2026, 9, 30))
    assert days_before(span_holding("month", date(2026, 1, 5))) == (date(2025, 12, 1), date(2025, 12, 31))
    assert days_before(span_holding("quarter", date(2026, 1, 5))) == (date(2025, 10, 1), date(2025, 12, 31))
    assert days_before(span_holding("week", date(2026, 10, 14))) == (date(2026, 10, 5), date(2026, 10, 11))
    assert days_a_year_before(span_holding("month", date(2025, 2, 5))) == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_a_year_before(span_holding("day", date(2024, 2, 29))) == (date(2023, 2, 28), date(2023, 2, 28))
    assert [one.rule for one in span_findings(Span("month", date(2026, 9, 1), date(2026, 10, 1)))] == ["calendar"]


def test_cells_are_printed_in_full(october: Report) -> None:
    made = table(october, "appeals.by_place")
    printed = rows_text(made)
    assert printed[-1][0] == "合计"
    assert printed[-1][2] == "100.00"
    assert cell_text(replace(made.columns[1], kind="count"), 1234567) == "1,234,567"
    assert cell_text(replace(made.columns[1], kind="points"), -0.001) == "0.00"
    assert cell_text(replace(made.columns[1], kind="change"), 4.2) == "+4.20"
    assert cell_text(made.columns[1], None) == "—"


def test_the_command_prints_what_the_report_says(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(demo.warehouse))
    said = CliRunner().invoke(app, ["monthly", "--city", "wuhai", "--month", "2026-10"])
    assert said.exit_code == 0, said.output
    assert "一、群众诉求运行情况" in said.stdout
    held = CliRunner().invoke(app, ["write", "month", "2026-10-09", "--city", "wuhai", "--format", "json"])
    assert json.loads(held.stdout)["kind"] == "month"


@pytest.mark.parametrize(
    "wrong",
    [
        ["monthly", "--month", "2026-13"],
        ["write", "decade", "2026-10-01"],
        ["write", "special", "2026-10-09..2026-10-01"],
        ["write", "day", "today"],
    ],
)
def test_what_is_no_period_is_refused(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, [*wrong, "--city", "wuhai"]).exit_code == 2
