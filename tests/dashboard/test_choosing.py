"""What is chosen: by a mark that names its choice, and let go by a chip."""

from __future__ import annotations

import pytest

from dashboard.charts import CHARTS, Chart
from dashboard.chips import MOST, chips, without
from dashboard.filter_words import NAMES
from dashboard.filters import CHOICES, Filters
from dashboard.picking import picked
from dashboard.theme import theme
from dashboard.view import View
from tests.dashboard.test_registries import YEAR

GROUPED = [chart for chart in CHARTS.values() if isinstance(chart, Chart) and chart.selects_any]
OWN = {"disputes_by_type": "types", "disputes_by_organisation": "organisations", "risk_types": "risk_types", "risk_units": "units"}


def click(code: object) -> dict[str, object]:
    return {"points": [{"customdata": [code, "said"]}]}


@pytest.mark.parametrize("chart", GROUPED, ids=lambda chart: chart.name)
def test_each_bar_of_a_grouped_chart_names_a_choice_that_narrows_and_is_let_go_again(chart: Chart, demo_view: View) -> None:
    figure = chart.draw(chart.ask(demo_view.engine, YEAR), theme("office", "zh"))
    told = [str(data[0]) for trace in figure.data for data in trace.customdata if data[0]]
    assert {code.partition("=")[0] for code in told} == set(chart.selects_any) <= set(Filters.model_fields)
    before = Filters()
    for code in told:
        chosen = picked(before, chart, click(code))
        assert chosen is not None
        assert chosen != before
        assert picked(chosen, chart, click(code)) == before


@pytest.mark.parametrize("told", ["", "units=1", "snapshot=x", "outcomes", "outcomes=", None, 7, ["outcomes=success"]])
def test_a_mark_cannot_set_what_its_chart_may_not(told: object) -> None:
    chart = CHARTS["disputes_outcome"]
    assert isinstance(chart, Chart)
    assert picked(Filters(), chart, click(told)) is None
    assert picked(Filters(), chart, told) is None


def test_an_outcome_narrows_the_other_charts_and_is_marked_in_its_own(demo_view: View) -> None:
    chosen = YEAR.only(outcomes=("failure",))
    frame = CHARTS["disputes_outcome"].ask(demo_view.engine, chosen)
    own = frame[frame["choice"] == "outcomes"]
    assert own.loc[own["is_chosen"], "code"].tolist() == ["failure"]
    assert len(own) == len(CHARTS["disputes_outcome"].ask(demo_view.engine, YEAR).query("choice == 'outcomes'"))
    with demo_view.engine.connect() as connection:
        failed = connection.exec_driver_sql(
            "select count(*) from disputes where is_counted and outcome_code = 'failure'"
            " and accepted_at >= '2025-11-01' and accepted_at < '2026-11-21'"
        ).fetchall()[0][0]
    assert CHARTS["disputes_by_type"].ask(demo_view.engine, chosen)["value"].sum() == failed > 0


@pytest.mark.parametrize(("name", "choice"), OWN.items())
def test_a_charts_own_choice_marks_rows_and_leaves_the_others_in_sight(name: str, choice: str, demo_view: View) -> None:
    chart = CHARTS[name]
    whole = chart.ask(demo_view.engine, YEAR)
    code = str(whole["code"].dropna().iloc[0])
    frame = chart.ask(demo_view.engine, YEAR.only(**{choice: (code,)}))
    assert len(frame) == len(whole) > 1
    assert frame.loc[frame["is_chosen"].eq(True), "code"].tolist() == [code]


def test_a_chosen_cell_of_the_matrix_is_outlined(demo_view: View) -> None:
    chart = CHARTS["risk_matrix"]
    assert isinstance(chart, Chart)
    frame = chart.ask(demo_view.engine, YEAR.only(risk_cells=("3-3",)))
    figure = chart.draw(frame, theme("office", "zh"))
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes] == [(2.52, 2.52)]
    assert len(frame) == len(chart.ask(demo_view.engine, YEAR))


def test_every_choice_has_a_name() -> None:
    assert set(NAMES) == {"divisions", *CHOICES}


def test_chips_say_what_is_chosen_and_take_it_off(demo_view: View) -> None:
    wish = Filters(divisions=("150302",), outcomes=("success",), levels=("high", "community"), risk_cells=("4-5",), types=("no such",))
    *made, brief = chips(demo_view, wish)
    said = [chip.children[0] for chip in made]
    # One division alone has a page of its own.
    assert brief.href.startswith("/brief?division=150302")
    assert said == [
        "区域：海勃湾区", "纠纷类型：（未知）", "调解结果：调解成功", "风险等级：高", "化解层级：社区", "可能性×影响：4×5",
    ]  # fmt: skip
    for chip in made:
        wish = without(wish, chip.id["choice"], chip.id["code"])
    assert wish == Filters()
    assert without(wish, "snapshot", "x") == wish
    assert chips(demo_view, wish) == []
    pilots = chips(demo_view, Filters(blocks=("法治",), targets=("N01", "T99"), lamps=("red", "blue")))
    assert [chip.children[0] for chip in pilots] == [
        "试点板块：法治", "试点任务：发生重大群体性事件", "试点任务：（未知）", "亮灯：红灯", "亮灯：（未知）",
    ]  # fmt: skip
    many = chips(demo_view, Filters(units=tuple(map(str, range(MOST + 3)))))
    assert [len(many), many[-1].children] == [MOST + 1, "另有 3 项"]
