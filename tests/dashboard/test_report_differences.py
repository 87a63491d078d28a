"""What changed since the last issue: two snapshots made by the real loader, every difference worked by hand, to the last row."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.queries import total
from dashboard.reports.__main__ import app
from dashboard.reports.changed_rows import CAUSES, FIELDS, _target_cause, value_of
from dashboard.reports.difference_words import difference_blocks, moved_blocks, reprint_blocks
from dashboard.reports.differences import Difference, Reprint, Stated, reprinted, stated_of
from dashboard.reports.edition import Edition
from dashboard.reports.model import Note, Paragraph, Table
from dashboard.reports.monthly import report_of
from dashboard.reports.spans import Span, span_holding
from dashboard.settings import read_city
from dashboard.view import View, view_of
from dashboard.warehouse import current_snapshot, metadata
from etl.load import load
from tests.deliveries import delivered, ten_in

# Accepted on these days as first told: T05, T06, T08, T09; done: T02, T04, T05. T10 repeats T08.
DAYS = Span("special", date(2026, 10, 1), date(2026, 10, 13))
LATER = datetime(2026, 10, 20, 9, 0)
T05 = {"工单编号": "T05", "上报时间": "2026-10-09 09:00:00", "受理时间": "2026-10-09 09:20:00", "派遣时间": "2026-10-09 09:40:00",
       "签收时间": "2026-10-09 10:00:00", "办结时间": "2026-10-10 09:00:00", "渠道": "12345", "小类": "路灯", "街道": "河东街道",
       "社区": "和平社区", "承办单位": "住建局", "满意度": "3", "评价时间": "2026-10-10 10:00:00"}  # fmt: skip
T06 = {"工单编号": "T06", "上报时间": "2026-10-12 08:00:00", "受理时间": "2026-10-12 08:05:00", "渠道": "12345", "小类": "路灯",
       "街道": "河东街道", "社区": "和平社区", "承办单位": "住建局"}  # fmt: skip
T09 = {"工单编号": "T09", "上报时间": "2026-10-13 09:30:00", "受理时间": "2026-10-13 09:40:00", "渠道": "12345", "小类": "外星人"}
# One whose category was mended, one done in time and told late, one that repeats another, and two that come late.
NEWS = [
    T05 | {"小类": "占道经营", "更新时间": "2026-10-19 09:00:00"},
    T06 | {"办结时间": "2026-10-13 18:00:00", "更新时间": "2026-10-19 09:00:00"},
    T09 | {"重复于": "T08", "更新时间": "2026-10-19 09:00:00"},
    T06 | {"工单编号": "T11", "小类": "占道经营", "办结时间": "2026-10-16 10:00:00", "更新时间": "2026-10-16 10:00:00"},
    T06 | {"工单编号": "T12", "小类": "占道经营", "办结时间": "2026-10-12 10:00:00", "更新时间": "2026-10-16 10:00:00"},
]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[View, str]:
    """The city as it is now, and the snapshot that its last issue was printed from."""
    folder = tmp_path_factory.mktemp("pair")
    settings = ten_in(folder)
    earlier = current_snapshot(settings.city_warehouse)
    load(settings, [(delivered(folder / "news.csv", NEWS), "appeals")], received_at=LATER)
    return view_of(read_city(settings.city_folder), settings.city_warehouse, "zh"), earlier


def number(view: View, code: str, **chosen: tuple[str, ...]) -> float:
    _, filters = Edition(view, DAYS, Filters()).counted_by(code)
    return total(view.engine, code, filters.only(**chosen)).value


def again(pair: tuple[View, str], *stated: Stated) -> Reprint:
    view, earlier = pair
    return reprinted(view, DAYS, Filters(), earlier, stated)


def said(code: str, value: float, by: str = "", group: str = "") -> Stated:
    return Stated(code, by, group, "value", "", value)


def causes(one: Difference) -> dict[str, tuple[int, float]]:
    return {cause.code: (cause.row_count, cause.effect) for cause in one.causes}


def test_late_rows_duplicates_and_late_closures_by_hand(pair: tuple[View, str]) -> None:
    found = again(pair, said("received_count", 4), said("completed_count", 3))
    received, completed = found.differences
    assert (received.now, causes(received)) == (5, {"arrived": (2, 2.0), "duplicate": (1, -1.0)})
    assert (completed.now, causes(completed)) == (5, {"arrived": (1, 1.0), "late_closure": (1, 1.0)})
    # T11 and T12 in the one delivery that came since.
    assert [(one.source, one.received_at, one.row_count) for one in found.arrivals] == [("诉求平台", pd.Timestamp(LATER), 2)]


def test_a_mended_category_moves_a_row_from_one_group_to_another(pair: tuple[View, str]) -> None:
    lamps, streets = again(pair, said("received_count", 2, "major_code", "02"), said("received_count", 1, "major_code", "01")).differences
    assert (lamps.now, causes(lamps)) == (1, {"category": (1, -1.0)})
    assert (streets.now, causes(streets)) == (4, {"arrived": (2, 2.0), "category": (1, 1.0)})


def test_what_is_printed_alike_is_no_difference(pair: tuple[View, str]) -> None:
    view, earlier = pair
    before = number(replace(view, snapshot=earlier), "satisfaction_rate")
    assert again(pair, said("satisfaction_rate", before)).differences == ()
    assert again(pair, said("received_count", 5), Stated("received_count", "", "", "change", "previous", 7.0)).compared == 1


def test_the_parts_of_every_number_are_its_whole_difference(pair: tuple[View, str]) -> None:
    """Counts, rates and means alike; only lengths of time are no sum over rows."""
    view, earlier = pair
    old = replace(view, snapshot=earlier)
    codes = [code for code, metric in METRICS.items() if metric.table.name == "tickets" and value_of(metric, 0, 1) is not None]
    stated = [said(code, value) for code in codes if not math.isnan(value := number(old, code))]
    found = again(pair, *stated).differences
    assert {"received_count", "completed_count", "open_count", "closure_rate"} <= {one.stated.metric for one in found}
    for one in found:
        assert sum(cause.effect for cause in one.causes) == pytest.approx(one.change), one
        if not math.isnan(one.now):
            assert "rest" not in causes(one), one
    durations = again(pair, said("median_hours", 1.0)).differences
    assert set(causes(durations[0])) <= {"definition", "rest"}


def test_a_number_that_was_counted_otherwise_says_so(pair: tuple[View, str]) -> None:
    # Printed as 10 by a definition of then; the same rows make 4 by that of today, and 5 with what came since.
    (one,) = again(pair, said("received_count", 10)).differences
    assert causes(one) == {"definition": (0, -6.0), "arrived": (2, 2.0), "duplicate": (1, -1.0)}


def test_without_the_earlier_snapshot_the_numbers_stand_unexplained(pair: tuple[View, str]) -> None:
    view, _ = pair
    found = reprinted(view, DAYS, Filters(), "000009-20260101T000000", [said("received_count", 4)])
    assert not found.is_earlier_there
    assert causes(found.differences[0]) == {"rest": (0, 1.0)}
    said_so = [block.text for block in reprint_blocks(Edition(view, DAYS, Filters()), found) if isinstance(block, Note)]
    assert any("快照已不在" in text for text in said_so)


def test_in_words_and_tables(pair: tuple[View, str]) -> None:
    view, _ = pair
    made = reprint_blocks(Edition(view, DAYS, Filters()), again(pair, said("received_count", 4), said("completed_count", 3)))
    texts = [block.text for block in made if isinstance(block, Paragraph)]
    assert texts == [
        "受理量原载4件，现为5件，增加1件；其中，后到数据增加2件（来自诉求平台），关联为重复件减少1件。",
        "办结量原载3件，现为5件，增加2件；其中，后到数据增加1件（来自诉求平台），期内办结、后来报知增加1件。",
    ]
    numbers = next(block for block in made if isinstance(block, Table) and block.key == "differences.numbers")
    assert [row[3:] for row in numbers.rows] == [(4, 5, 1, 1.0, 0), (3, 5, 2, 2.0, 0)]
    english = reprint_blocks(Edition(replace(view, language="en"), DAYS, Filters()), again(pair, said("received_count", 4)))
    heads = [column.title for block in english if isinstance(block, Table) for column in block.columns]
    assert heads
    assert all(head.isascii() for head in heads)
    same = again(pair, said("received_count", 5))
    assert [block.text for block in reprint_blocks(Edition(view, DAYS, Filters()), same) if isinstance(block, Note)][
        -1
    ] == "所载数字均未变化。"


def test_of_a_unit_alone_its_rows_are_told(pair: tuple[View, str]) -> None:
    view, earlier = pair
    found = reprinted(view, DAYS, Filters(units=("ZJ",)), earlier, [said("received_count", 2)])
    # T11 and T12 are the lamp unit's too.
    assert [(one.now, causes(one)) for one in found.differences] == [(4, {"arrived": (2, 2.0)})]


def test_the_command_holds_two_snapshots_against_each_other(pair: tuple[View, str], monkeypatch: pytest.MonkeyPatch) -> None:
    view, earlier = pair
    monkeypatch.setenv("WAREHOUSE", str(view.folder.parent))
    monkeypatch.setenv("CITIES", str(Path(__file__).parents[1] / "cities"))
    words = ["differences", "special", "2026-10-01..2026-10-13", "--city", "tiny", "--from", earlier]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "受理量原载4件，现为5件" in told.stdout
    gone = CliRunner().invoke(app, [*words[:-1], "000009-20260101T000000"])
    assert gone.exit_code != 0


def test_what_moved_since_the_issue_before(demo_view: View) -> None:
    october = span_holding("month", date(2026, 10, 1))
    report = report_of(demo_view, october, about="disputes")
    edition = Edition(demo_view, october, Filters(), ("disputes",))
    made = moved_blocks(edition, report)
    (words,) = [block for block in made if isinstance(block, Paragraph)]
    assert "数量变化较大的：" in words.text
    (table,) = [block for block in made if isinstance(block, Table)]
    assert table.total is not None
    for place in (1, 2, 3):
        assert sum(row[place] for row in table.rows) == table.total[place]  # type: ignore[misc]
    # Those with too little before them carry no growth.
    assert all(row[4] is None for row in table.rows if row[1] < 5)  # type: ignore[operator]
    moved = [abs(int(str(row[3]))) for row in table.rows]
    assert moved == sorted(moved, reverse=True)
    whole = difference_blocks(demo_view, report, october, Filters(), demo_view.snapshot, stated_of(report))
    assert any(isinstance(block, Note) and "所载数字均未变化" in block.text for block in whole)


def standing(**changed: Any) -> pd.DataFrame:
    row = {"unit_code": "A", "division_code": None, "target_value": 90.0, "baseline_value": 50.0, "weight": 1.0,
           "start_on": None, "due_on": None, "valid_from": None, "kind": "target", "observed_on": date(2026, 9, 30),
           "value": 70.0, "progress_pct": 50.0}  # fmt: skip
    return pd.DataFrame([row | changed])


@pytest.mark.parametrize(("changed", "cause"), [
    ({}, "passed"), ({"value": 71.0}, "corrected"), ({"observed_on": date(2026, 10, 31), "value": 71.0}, "reported"),
    ({"target_value": 95.0}, "targets"),
])  # fmt: skip
def test_why_a_pilot_task_stands_otherwise(changed: dict[str, Any], cause: str) -> None:
    assert _target_cause(standing(), standing(**changed)) == cause


def test_every_cause_has_words_and_every_field_is_one_of_the_contract() -> None:
    for table, spec in FIELDS.items():
        columns = metadata.tables[table].c
        assert all(name in columns for name in [spec.key, *([spec.closed] if spec.closed else []), *(name for name, _ in spec.causes)])
        assert {cause for _, cause in spec.causes} <= set(CAUSES)
