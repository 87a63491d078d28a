"""The bulletins and the scopes: their chapters, their numbers against the tables, and nothing of anybody else in any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.queries import compare, compare_by, measure, total
from dashboard.reference import begins_within, labels
from dashboard.reports.__main__ import app
from dashboard.reports.digest import NEEDS
from dashboard.reports.edition import Edition
from dashboard.reports.model import Paragraph, Report, Section, Table
from dashboard.reports.monthly import report_of
from dashboard.reports.plates import plates_of
from dashboard.reports.scopes import narrowed, scope_names
from dashboard.reports.spans import KINDS, Span, span_holding
from dashboard.reports.subjects import SUBJECTS, NoSubject, subjects_had
from dashboard.settings import Settings, read_city
from dashboard.theme import theme
from dashboard.view import View, view_of
from dashboard.warehouse import disputes, pilot_standing
from tests.dashboard.test_metrics import raw

OCTOBER = span_holding("month", date(2026, 10, 1))
# A unit that has appeals, one that carries pilot tasks, and a district of the demo city.
HANDLER, CARRIER, DISTRICT = "WH-RSJ", "WH-GAJ", "150302"


@pytest.fixture(scope="module")
def mediation(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER, about="disputes")


@pytest.fixture(scope="module")
def pilots(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER, about="pilots")


@pytest.fixture(scope="module")
def of_unit(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER, Filters(units=(HANDLER,)))


@pytest.fixture(scope="module")
def of_district(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER, Filters(divisions=(DISTRICT,)))


def headings(report: Report) -> list[str]:
    return [block.heading for block in report.blocks if isinstance(block, Section) and block.level == 1]


def table(report: Report, key: str) -> Table:
    return next(one for one in report.tables if one.key == key)


def findings(report: Report) -> list[Table]:
    return [one for one in report.tables if one.key == "annex.findings"]


def test_every_subject_has_a_title_for_every_kind_and_numbers_of_its_own() -> None:
    for code, subject in SUBJECTS.items():
        assert (subject.code, set(subject.titles)) == (code, set(KINDS))
        assert all(NEEDS[one] in (subject.kinds or NEEDS.values()) and one in METRICS for one in subject.digest)
    assert [subject.code for subject in subjects_had(["tickets"])] == ["whole"]
    assert [subject.code for subject in subjects_had(["tickets", "disputes"])] == ["whole", "disputes"]


def test_the_mediation_bulletin(mediation: Report) -> None:
    assert headings(mediation) == [
        "本月要览", "一、总体", "二、类型结构", "三、诉调·警调·访调", "四、调解组织", "五、区域分布", "六、在调积压与时长",
        "七、民转刑与群体性防止", "八、超期提醒", "九、存在问题与下步工作",
        "附件1　主要指标一览", "附件2　指标口径与数据截止时间", "附件3　勾稽校验结果",
    ]  # fmt: skip
    assert (mediation.about, mediation.title, mediation.number) == ("disputes", "矛盾纠纷多元化解月通报", "2026年第10期")
    assert findings(mediation) == []
    # Nothing of appeals, pilots or risks.
    assert {row[1] for row in table(mediation, "annex.sources").rows} == {"纠纷"}
    assert [row[0] for row in table(mediation, "annex.denominators").rows] == ["纠纷"]


def test_its_backlog_by_age_and_the_list_of_overdue_ones_are_those_of_the_rows(demo_view: View, mediation: Report) -> None:
    rows = raw(demo_view.engine, disputes)
    waits = rows[rows["is_open"].astype(bool) & rows["is_counted"].astype(bool)]
    days = waits["elapsed_seconds"] / 86_400
    ages = table(mediation, "mediation.by_age")
    bands = pd.cut(days, [-1, 7, 15, 30, 60, 1e9]).value_counts(sort=False)
    assert [row[1] for row in ages.rows] == list(bands)
    assert ages.total == ("合计", len(waits))
    late = waits[days > 30].sort_values(["elapsed_seconds", "dispute_key"], ascending=[False, True])
    listed = [one for one in mediation.tables if one.key == "mediation.late_list"]
    shown = [(row[0], row[-1]) for one in listed for row in one.rows]
    wanted = zip(late["dispute_number"].head(30), late["elapsed_seconds"].head(30), strict=True)
    assert shown == [(number, int(seconds // 86_400)) for number, seconds in wanted]
    assert (
        int((days > 30).sum())
        == total(demo_view.engine, "disputes_long_open", Edition(demo_view, OCTOBER, Filters()).filters("disputes")).value
    )


@pytest.mark.parametrize(("key", "by"), [("mediation.by_place", "district_code"), ("disputes.by_referral", "referral_code")])
def test_success_stands_with_what_it_is_of(key: str, by: str, demo_view: View, mediation: Report) -> None:
    filters = Edition(demo_view, OCTOBER, Filters()).filters("disputes")
    received = measure(demo_view.engine, "disputes_received", filters, (by,)).fillna({by: ""}).set_index(by)["value"]
    success = measure(demo_view.engine, "mediation_success", filters, (by,)).fillna({by: ""}).set_index(by)
    made = table(mediation, key)
    for code, row in zip(made.codes, made.rows, strict=True):
        assert (row[1], row[3], row[4]) == (received[code], success.loc[code, "numerator"], success.loc[code, "denominator"])
        assert (row[5] is None) == (int(str(row[4])) < 5)
    assert made.total is not None
    assert [sum(int(str(row[place])) for row in made.rows) for place in (1, 3, 4)] == [made.total[place] for place in (1, 3, 4)]


def test_the_pilot_bulletin(demo_view: View, pilots: Report) -> None:
    titles = [heading.partition("、")[2] for heading in headings(pilots)[1:9]]
    assert titles == ["总进度与序时", "板块", "红黄灯清单", "推进滞后单位", "到期节点", "负面清单", "更正的填报", "待办事项"]
    assert (pilots.title, findings(pilots)) == ("试点任务推进月通报", [])
    rows = raw(demo_view.engine, pilot_standing)
    parts = rows[rows["kind"] != "negative"]
    made = table(pilots, "bulletin.units")
    for code, row in zip(made.codes, made.rows, strict=True):
        mine = parts[parts["unit_code"] == code]
        assert row[1] == mine["target_code"].nunique()
        assert row[2] == mine.loc[mine["lamp_code"] == "red", "target_code"].nunique()
    behind = set(parts.loc[parts["lamp_code"].isin(["red", "yellow"]), "unit_code"])
    assert behind <= set(made.codes)
    never = [one for one in pilots.tables if one.key == "bulletin.silent"]
    assert sum(len(one.rows) for one in never) == int((~parts["is_reported"].astype(bool)).sum())


def texts(report: Report) -> list[str]:
    """Every word of a report: headings, sentences, captions and cells. What delivered the data is no word of a scope."""
    found = [report.title, report.number]
    for block in report.blocks:
        if isinstance(block, Section):
            found.append(block.heading)
        elif isinstance(block, Paragraph):
            found += [block.text, *block.footnotes]
        elif isinstance(block, Table) and block.key not in ("annex.sources", "annex.definitions"):
            found += [block.caption, block.note, *(str(cell) for row in (*block.rows, block.total or ()) for cell in row)]
    return found


def others(view: View, by: str, own: set[str]) -> set[str]:
    """What everybody else is called, full and short; names that are part of one's own are none."""
    held = labels(view.engine, by)
    mine = "·".join(f"{row.label}·{row.short_label}" for row in held[held.index.isin(own)].itertuples())
    every = held.loc[~held.index.isin(own)]
    names = {str(name) for column in ("label", "short_label") for name in every[column].dropna()}
    return {name for name in names if name not in mine}


def test_a_units_report_tells_of_no_other_unit(demo_view: View, of_unit: Report) -> None:
    assert (of_unit.title.endswith("（乌海市人力资源和社会保障局）"), of_unit.number) == (True, "乌海市人力资源和社会保障局2026年第10期")
    assert findings(of_unit) == []
    # Some offices are called as their town is.
    foreign = others(demo_view, "unit_code", {HANDLER}) - others(demo_view, "division_code", set())
    assert foreign
    cells = set(texts(of_unit))
    assert not cells & foreign
    said = [part.text for part in of_unit.paragraphs]
    assert not [(name, text) for name in foreign if len(name) > 3 for text in said if name in text]
    for one in of_unit.tables:
        assert one.by != "unit_code" or set(one.codes) <= {HANDLER}
    # Nor do the numbers behind its charts.
    for plate in plates_of(demo_view, of_unit, None):
        assert not {str(cell) for row in plate.table.rows for cell in row} & foreign, plate.figure.chart


def test_a_districts_report_tells_of_no_other_place(demo_view: View, of_district: Report) -> None:
    assert findings(of_district) == []
    held = labels(demo_view.engine, "division_code")
    own = {str(code) for code in held.index if str(code).startswith(DISTRICT)}
    foreign = others(demo_view, "division_code", own | {"150300"})
    assert not set(texts(of_district)) & foreign
    for one in of_district.tables:
        if one.by in ("district_code", "town_code", "community_code", "division_code"):
            assert set(one.codes) - {""} <= own, one.key


@pytest.mark.parametrize("code", ["received_count", "on_time_closure", "overdue_open", "satisfaction_rate"])
def test_a_scopes_numbers_are_the_screens(code: str, demo_view: View, of_unit: Report, of_district: Report) -> None:
    for report, wish in ((of_unit, Filters(units=(HANDLER,))), (of_district, Filters(divisions=(DISTRICT,)))):
        days = wish.model_copy(update={"period": "custom", "since": date(2026, 10, 1), "until": date(2026, 10, 31)})
        wanted = total(demo_view.engine, code, demo_view.scoped(days))
        runs = [run.said for part in report.paragraphs for run in part.runs if run.said]
        values = {one.value for one in runs if (one.metric, one.what, one.by) == (code, "value", "")}
        assert values <= {wanted.value}
        # Rates of too few are not said.
        assert values or wanted.denominator < demo_view.city.minimum_count


def test_a_scope_never_widens_what_an_account_may_see(demo_view: View) -> None:
    wish = Filters(units=(HANDLER,))
    limited = narrowed(demo_view, wish)
    assert limited.scope.units == (HANDLER,)
    assert narrowed(limited, Filters(units=(CARRIER,))).scope == limited.scope


def test_a_zone_without_a_polygon_and_a_unit_have_pilot_bulletins(demo_view: View, chongqing: Settings) -> None:
    unit = report_of(demo_view, OCTOBER, Filters(units=(CARRIER,)), about="pilots")
    assert (findings(unit), unit.title) == ([], "试点任务推进月通报（乌海市公安局）")
    assert all(set(one.codes) <= {CARRIER} for one in unit.tables if one.by == "unit_code")
    city = view_of(read_city(chongqing.city_folder), chongqing.city_warehouse, "zh")
    zone = report_of(city, OCTOBER, Filters(divisions=("5001LJ",)), about="pilots")
    assert (findings(zone), zone.number) == ([], "两江新区2026年第10期")


def test_what_a_city_or_a_choice_has_not_is_refused_in_words(demo_view: View, tiny_view: View) -> None:
    wrong = [
        (tiny_view, Filters(), "disputes", "没有"), (demo_view, Filters(units=(HANDLER,)), "disputes", "无法筛选"),
        (demo_view, Filters(units=("NOPE",)), "whole", "没有这个区域或单位：NOPE"), (demo_view, Filters(), "weather", "没有“weather”"),
    ]  # fmt: skip
    for view, wish, about, why in wrong:
        with pytest.raises(NoSubject) as error:
            report_of(view, OCTOBER, wish, about=about)
        assert why in error.value.why.zh
        assert error.value.why.en.isascii() or "“" in error.value.why.en


def test_names_of_scopes_fit_a_title(demo_view: View) -> None:
    def named(wish: Filters, language: str = "zh") -> str:
        return scope_names(Edition(replace(demo_view, language=language), OCTOBER, wish))

    assert named(Filters()) == ""
    assert named(Filters(divisions=("150302", "150304"))) == "海勃湾区、乌达区"
    assert named(Filters(divisions=("150302", "150303", "150304"))) == "海勃湾区等3地"
    assert named(Filters(majors=("01",))) == "所选范围"
    assert named(Filters(divisions=("150302",), units=(HANDLER,))) == "海勃湾区·乌海市人力资源和社会保障局"
    assert named(Filters(divisions=("150302", "150303", "150304")), "en").endswith("and others (3 places)")


def test_a_week_over_new_year_and_a_running_month_by_name(demo_view: View) -> None:
    week = report_of(demo_view, span_holding("week", date(2026, 1, 1)), about="pilots")
    assert (week.title, week.number) == ("试点任务推进周通报", "2026年第1期")
    running = Edition(demo_view, span_holding("month", date(2026, 11, 1)), Filters())
    assert (running.during(), Edition(demo_view, OCTOBER, Filters()).during()) == ("11月1日至20日", "10月")
    # What is so now is said with its year in a report of another.
    assert running.until_now() == "截至11月20日"
    assert Edition(demo_view, span_holding("year", date(2025, 1, 1)), Filters()).until_now() == "截至2026年11月20日"


def test_a_base_that_data_cover_in_part_is_none_on_the_screen_too(demo_view: View, tiny_view: View) -> None:
    """The demo's data begin in the course of 2024: what 2025 rose by against that is growth of the data."""
    year = demo_view.scoped(Filters(period="custom", since=date(2025, 1, 1), until=date(2025, 12, 31)))
    found = compare(demo_view.engine, "received_count", year, "last_year")
    assert (found.before > 0, found.change != found.change, found.reason) == (True, True, "incomplete")
    by_channel = compare_by(demo_view.engine, "received_count", year, "channel_code", "last_year")
    assert set(by_channel["reason"]) == {"incomplete"}
    assert by_channel["change"].isna().all()
    figure = key_figure(demo_view.engine, "received_count", year, theme("office", "zh"), sparks=False)
    assert [change.why for change in figure.changes][-1] == "对比期数据不全"
    # A whole base, and one of so few rows that nothing can be told, compare as ever.
    assert not compare(demo_view.engine, "received_count", Edition(demo_view, OCTOBER, Filters()).filters(), "last_year").reason
    assert not begins_within(tiny_view.engine, "tickets", "A", date(2026, 9, 17), date(2026, 9, 30))
    assert not begins_within(demo_view.engine, "tickets", "A", date(2010, 1, 1), date(2010, 12, 31))


def test_the_command_says_what_a_bulletin_says(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", str(demo.warehouse))
    told = CliRunner().invoke(app, ["write", "month", "2026-10-01", "--city", "wuhai", "--about", "pilots", "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "Pilot tasks: monthly bulletin" in told.stdout
    refused = CliRunner().invoke(app, ["write", "month", "2026-10-01", "--city", "wuhai", "--about", "weather"])
    assert refused.exit_code == 2


def test_the_span_of_a_special_bulletin(demo_view: View) -> None:
    special = report_of(demo_view, Span("special", date(2026, 9, 15), date(2026, 10, 14)), Filters(types=("labour",)), about="disputes")
    assert (special.title, special.number, findings(special)) == ("矛盾纠纷多元化解专题通报（所选范围）", "", [])
    assert special.scope.startswith("纠纷类型：")
