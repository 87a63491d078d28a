"""What the rules find: on rows worked out by hand, and on the demo city against its raw rows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboard import warehouse as contract
from dashboard.alerts import satisfaction, standing_facts, surge
from dashboard.alerts.finding import Baseline, Finding, Look
from dashboard.alerts.rule_file import DEFAULTS, rules_of
from dashboard.alerts.words import told
from dashboard.chance import wilson
from dashboard.filters import Filters
from dashboard.platforms import SILENT, liveliness, platform_frame
from dashboard.settings import City
from dashboard.store.tables import Alert
from dashboard.topics.spans import end_of
from dashboard.view import View
from etl.build import create_tables
from tests.dashboard.test_metrics import raw

RULES: dict[str, Any] = {rule.kind: rule for rule in rules_of(DEFAULTS, ("tickets", "pilots", "risks"))}
NOW = datetime(2026, 11, 20, 14, 30)
CITY = City(code="hand", label="手算市", label_en="Handville", division_code="99", today="as_of", has=["tickets"])
ROWS = """
    insert into sources (source_code, label, kind, as_of, has_ratings) values ('s', '甲', 'tickets', timestamp '2026-11-20 14:30', true);
    insert into divisions (division_code, label, label_en, level) values ('99', '市', 'City', 'city'), ('D1', '东区', 'East', 'district'),
        ('D2', '西区', 'West', 'district'), ('T1', '一镇', 'One', 'town'), ('T2', '二镇', 'Two', 'town');
    insert into division_paths (division_code, ancestor_code, depth) values ('D1', '99', 1), ('D2', '99', 1);
    insert into categories (category_code, label, major_code, major_label) values ('0301', '停水', '03', '水电气热');
    insert into units (unit_code, label, kind, division_code) values
        ('U1', '一镇办事处', 'town', 'T1'), ('U2', '城管局', 'department', '99');

    -- Every six hours for a hundred days, in both districts alike; then one every half hour at D1.
    insert into tickets by name select d || i as ticket_key, 's' as source_code, true as is_counted,
        '03' as major_code, '0301' as category_code, timestamp '2026-11-20 14:29' - interval 6 hour * i as reported_at,
        d as district_code, 'T' || d[2] as town_code
        from range(400) r(i), (values ('D1'), ('D2')) p(d);
    insert into tickets by name select 'x' || i as ticket_key, 's' as source_code, true as is_counted,
        '03' as major_code, '0301' as category_code, timestamp '2026-11-20 14:28' - interval 30 minute * i as reported_at,
        'D1' as district_code, 'T1' as town_code,
        i < 24 as is_overdue, 'U2' as unit_code, timestamp '2026-11-25' as close_due_at from range(36) r(i);

    -- 60 of 100 ratings of the last week are good, 170 of 200 of the four weeks before.
    insert into tickets by name select 'r' || i as ticket_key, 's' as source_code, true as is_counted, 'D1' as district_code,
        timestamp '2026-11-20 10:00' - interval 1 day * (i % 7) as rated_at, timestamp '2026-08-10' as reported_at,
        if(i < 60, 5, 2) as satisfaction_score from range(100) r(i);
    insert into tickets by name select 'b' || i as ticket_key, 's' as source_code, true as is_counted, 'D1' as district_code,
        timestamp '2026-11-13 10:00' - interval 1 day * (i % 28) as rated_at, timestamp '2026-08-10' as reported_at,
        if(i < 170, 4, 1) as satisfaction_score from range(200) r(i);
"""
PLATFORMS = """
    insert into sources (source_code, label, label_en, kind, rhythm_minutes, as_of) select 'p' || i, '平台' || i, 'P' || i, 'risks', 60,
        timestamp '2026-11-20 14:30' - if(i = 9, interval 0 day, interval 1 day) from range(10) r(i);
"""


def snapshot_of(folder: Path, rows: str) -> View:
    """A snapshot of rows worked out by hand."""
    (folder / "snapshots").mkdir(parents=True)
    with duckdb.connect(str(folder / "snapshots" / "000001-hand.duckdb")) as con:
        create_tables(con)
        con.execute(f"insert into snapshot (snapshot_name, schema_version) values ('000001-hand', {contract.SCHEMA_VERSION})")
        con.execute(rows)
    return View(CITY, folder, "000001-hand", "zh")


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> View:
    return snapshot_of(tmp_path_factory.mktemp("hand") / "w", ROWS)


def look(view: View, before: Mapping[str, int] | None = None) -> Look:
    return Look(view, NOW, lambda _code, counts: Baseline(NOW.replace(hour=0, minute=3), counts if before is None else before))


def in_words(finding: Finding, kind: str, language: str = "zh") -> tuple[str, str, str, str]:
    row = Alert(kind=kind, facts=json.dumps(finding.facts), first_seen_at=NOW)
    words = told(row, RULES[kind], language)
    return words.what, words.numbers, words.where, words.who


def test_a_surge_is_counted_against_the_same_hours_before(hand: View) -> None:
    found = surge.found(RULES["surge"], look(hand))
    assert [(one.subject_kind, one.subject_code, one.fires) for one in found] == [("category", "D1/03", True), ("place", "T1", True)]
    assert {(one.facts["count"], one.facts["usual"], one.worth) for one in found} == {(40, 4.0, 10.0)}
    assert found[0].facts["link"] == "/tickets?period=custom&since=2026-11-19&until=2026-11-20&divisions=D1&majors=03"
    what, numbers, where, who = in_words(found[0], "surge")
    assert (what, where, who) == ("水电气热诉求激增", "东区", "属地综治中心")
    assert numbers.startswith("近24小时 40 件，平时 4.0 件")
    assert in_words(found[1], "surge", "en")[2:] == ("One", "一镇办事处")


def test_few_appeals_and_a_short_history_are_no_surge(hand: View) -> None:
    rule = RULES["surge"]
    assert not any(one.fires for one in surge.found(rule.model_copy(update={"at_least": 41}), look(hand)))
    assert not any(one.fires for one in surge.found(rule.model_copy(update={"times": 10.5}), look(hand)))
    filters = hand.scoped(Filters(period="today"))
    counts = surge.window_counts(hand.engine, filters, ("district_code",), end_of(filters), 13)
    assert counts.loc["D2"].tolist() == [4] * 14


def test_windows_of_a_surge_are_those_of_the_raw_rows(demo_view: View) -> None:
    view = replace(demo_view, city=demo_view.city.model_copy(update={"today": "as_of"}))
    filters = view.scoped(Filters(period="today"))
    end = end_of(filters)
    counts = surge.window_counts(view.engine, filters, ("district_code", "major_code"), end, 13)
    rows = raw(view.engine, contract.tickets)
    rows = rows[rows["is_counted"] & rows["district_code"].notna() & rows["major_code"].notna()]
    for week in range(14):
        until = pd.Timestamp(end) - timedelta(weeks=week)
        inside = rows[(rows["reported_at"] < until) & (rows["reported_at"] >= until - timedelta(days=1))]
        wanted = inside.groupby(["district_code", "major_code"]).size()
        assert counts[week][counts[week] > 0].to_dict() == wanted.to_dict()


def test_a_burst_of_overdue_is_against_the_beginning_of_the_day(hand: View) -> None:
    rule = RULES["overdue_burst"]
    assert standing_facts.overdue_bursts(rule, look(hand)) == [], "24 as they were"
    found = standing_facts.overdue_bursts(rule, look(hand, {"U2": 14}))
    assert [(one.subject_code, one.worth, one.fires) for one in found] == [("U2", 24.0, True)]
    assert in_words(found[0], "overdue_burst") == ("超期未结突增", "超期未结 24 件，今日 00:03 为 14 件（+10，+71%）", "市", "城管局")
    for before, fires in ((15, False), (17, False)):
        assert [one.fires for one in standing_facts.overdue_bursts(rule, look(hand, {"U2": before}))] == [fires]
    assert standing_facts.overdue_bursts(rule, look(hand, {"U2": 20})) == []
    many = rule.model_copy(update={"level_count": 24})
    assert in_words(standing_facts.overdue_bursts(many, look(hand))[0], "overdue_burst")[0] == "超期未结过多"


def test_a_drop_of_satisfaction_is_beyond_chance_or_none(hand: View) -> None:
    rule = RULES["satisfaction_drop"]
    found = satisfaction.found(rule, look(hand))
    assert [(one.subject_kind, one.subject_code, one.worth, one.fires) for one in found] == [
        ("city", "hand", 25.0, True),
        ("district", "D1", 25.0, True),
    ]
    said = "近7天 60.0%（100 件），此前28天 85.0%（200 件），降 25.0 个百分点"
    assert in_words(found[1], "satisfaction_drop") == ("满意率下降", said, "东区", "12345 热线")
    assert satisfaction.found(rule.model_copy(update={"at_least": 101}), look(hand)) == []
    assert [one.fires for one in satisfaction.found(rule.model_copy(update={"points": 26}), look(hand))] == [False, False]


def test_the_limit_of_a_drop_is_newcombes() -> None:
    # Newcombe (1998), table II, method 10: 56/70 − 48/80 lies between 0.0524 and 0.3339.
    row = {"numerator": 48, "denominator": 80, "value": 60.0, "numerator_before": 56, "denominator_before": 70, "value_before": 80.0}
    assert satisfaction.least_drop(row, 1.959964) == pytest.approx(5.24, abs=0.01)
    assert math.isclose(wilson(48, 80)[1], 70.04, abs_tol=0.01)


def test_red_risks_are_those_of_the_register(demo_view: View) -> None:
    rows = raw(demo_view.engine, contract.risks)
    rows = rows[rows["is_counted"] & rows["is_open"] & (rows["level_code"] == "high")].set_index("risk_key")
    found = {one.subject_code: one for one in standing_facts.red_risks(RULES["red_risk"], look(demo_view))}
    assert found.keys() == set(rows.index)
    assert {key: one.worth for key, one in found.items()} == (1.0 + rows["is_overdue"].astype(float)).to_dict()
    overdue = standing_facts.red_risks(RULES["red_risk"].model_copy(update={"which": "overdue"}), look(demo_view))
    assert {one.subject_code for one in overdue} == set(rows.index[rows["is_overdue"].astype(bool)])
    for one in found.values():
        assert rows.loc[one.subject_code, "risk_number"] in in_words(one, "red_risk")[1]
        assert rows.loc[one.subject_code, "label"] not in str(one.facts), "no free text goes to the wall"


def test_touched_items_of_the_negative_list_are_those_of_the_ledger(demo_view: View) -> None:
    rule = RULES["negative_hit"].model_copy(update={"within_days": 3660})
    rows = raw(demo_view.engine, contract.pilot_standing)
    rows = rows[rows["is_hit"].astype("boolean").fillna(False)]
    found = standing_facts.negative_hits(rule, look(demo_view))
    assert sorted((one.facts["number"], one.worth) for one in found) == sorted(zip(rows["target_code"], rows["hit_count"], strict=True))
    assert found
    assert in_words(found[0], "negative_hit")[0] == "负面清单触发"
    latest = pd.to_datetime(rows["hit_on"]).max()
    days = (demo_view.standing_at.date() - latest.date()).days
    assert standing_facts.negative_hits(rule.model_copy(update={"within_days": max(days - 1, 1)}), look(demo_view)) == []


def test_silent_platforms_are_those_of_the_truth_strip(demo_view: View) -> None:
    view = replace(demo_view, city=demo_view.city.model_copy(update={"today": "as_of"}))
    frame = liveliness(platform_frame(view.engine), view.standing_at)
    silent = set(frame.loc[frame["state"] == SILENT, "platform_code"])
    rule = RULES["platform_silent"].model_copy(update={"together": 40})
    found = standing_facts.silent_platforms(rule, look(view))
    assert {one.subject_code for one in found if one.fires} == silent
    assert silent


def test_many_silent_at_once_are_one_alert(tmp_path: Path) -> None:
    view = snapshot_of(tmp_path / "w", PLATFORMS)
    rule = RULES["platform_silent"].model_copy(update={"together": 9})
    found = standing_facts.silent_platforms(rule, look(view))
    assert [(one.subject_kind, one.fires) for one in found] == [("platform", False)] * 9 + [("city", True)]
    assert in_words(found[-1], "platform_silent")[:2] == ("多个平台同时无数据", "10 个平台中 9 个无数据，请先查本系统接收")
    alone = standing_facts.silent_platforms(rule.model_copy(update={"together": 10}), look(view))
    assert all(one.fires for one in alone)
    assert in_words(alone[0], "platform_silent")[:2] == ("平台0无数据", "最近送达 11-19 14:30，周期 60 分钟")
    assert alone[0].worth == pytest.approx(1440 / 780)
