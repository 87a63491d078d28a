"""Targets, their versions and milestones: faults told by file, row and column, and what is taken and listed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.settings import Pilots, Settings, read_city
from etl.checks import uneven_weights
from etl.load import load
from etl.reference import ReferenceFault, warnings_of
from etl.source import source_named
from tests.deliveries import CITIES, NOW, asked, delivered

HEADER = "target_code,label,block,kind,better,baseline_value,target_value,start_on,due_on,weight,valid_from\n"
TARGETS = HEADER + (
    "T01,覆盖率,政治,target,up,70,95,2026-01-01,2026-12-31,60,2026-01-01\n"
    "T01,覆盖率,政治,target,up,70,98,2026-01-01,2027-03-31,60,2026-07-01\n"
    "T02,化解率,法治,target,up,80,95,2026-01-01,2026-12-31,40,2026-01-01\n"
)
MILESTONES = "target_code,milestone_code,label,due_on,progress_pct\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CITIES / "small", tmp_path / "cities" / "small"))
    (folder / "pilots" / "targets.csv").write_text(TARGETS, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("milestones", MILESTONES + "T09,M1,一,2026-06-30,50\n",
         "milestones.csv:2:target_code: there is no 'T09'; expected a code of pilots/targets"),
        ("milestones", MILESTONES + "T01,M1,一,2026-06-30,50\nT01,M1,二,2026-09-30,80\n",
         "milestones.csv:3:target_code: T01 M1 stands in row 2"),
        ("milestones", MILESTONES + "T01,M1,一,2027-04-01,50\n",
         "milestones.csv:2:due_on: 2027-04-01 is after T01 itself is due; expected 2027-03-31 or before"),
        ("milestones", MILESTONES + "T02,M1,一,2025-12-31,50\n",
         "milestones.csv:2:due_on: 2025-12-31 is before T02 begins; expected 2026-01-01"),
        ("milestones", MILESTONES + "T01,M2,二,2026-09-30,50\nT01,M1,一,2026-06-30,50\n",
         "milestones.csv:2:progress_pct: '50' of T01; expected more than the 50 of row 3, which is due before it"),
        ("milestones", MILESTONES + "T01,M1,一,2026-06-30,0\n",
         "milestones.csv:2:progress_pct: '0'; expected a percentage above 0 and up to 100"),
        ("milestones", MILESTONES + "T01,M1,一,2026-06-30,半\n",
         "milestones.csv:2:progress_pct: '半'; expected a number"),
        ("milestones", MILESTONES + "T01,M1,一,,50\n",
         "milestones.csv:2:due_on: is empty; expected a value"),
        ("milestones", MILESTONES + "T01,M1,一,6月底,50\n",
         "milestones.csv:2:due_on: '6月底'; expected a day such as 2026-10-01"),
        ("milestones", MILESTONES.replace("label", "label,stage_code") + "T01,M1,一,首,2026-06-30,50\n",
         "milestones.csv:2:stage_code: '首'; expected one of task, route, timetable"),
        ("targets", TARGETS + "T02,化解率,法治,target,up,80,95,2026-01-01,2026-12-31,40,2026-01-01\n",
         "targets.csv:5:target_code: T02 2026-01-01 stands in row 4"),
        ("peers", "target_code,figure_code\nT09,f\n",
         "peers.csv:2:target_code: there is no 'T09'"),
    ],
)  # fmt: skip
def test_a_fault_names_file_row_and_column(folder: Path, name: str, text: str, said: str) -> None:
    (folder / "pilots" / f"{name}.csv").write_text(text, "utf-8")
    with pytest.raises(ReferenceFault) as fault:
        warnings_of(folder, read_city(folder))
    assert f"pilots/{said}" in str(fault.value)


def test_a_target_without_time_to_run_is_counted_and_warned_of(folder: Path) -> None:
    more = "T03,无期限,自治,target,up,0,10,2026-01-01,,,\nT04,倒置,自治,target,up,0,10,2026-06-01,2026-05-31,0,\n"
    (folder / "pilots" / "targets.csv").write_text(TARGETS + more + "N01,门,综治,negative,down,0,0,2026-01-01,,1,\n", "utf-8")
    told = warnings_of(folder, read_city(folder))
    assert [line.split(";")[0] for line in told] == [
        "pilots/targets.csv:5:due_on: is empty",
        "pilots/targets.csv:6:due_on: 2026-05-31 is not after start_on",
        "pilots/targets.csv:5:weight: is empty",
        "pilots/targets.csv:7:weight: '1' of a negative-list item is not counted",
    ]
    settings = Settings(city="small", cities=folder.parent, warehouse=folder.parents[1] / "w")
    rows = [{"target_code": "T03", "observed_on": "2026-08-31", "unit": "城管局", "value": "5"}]
    load(settings, [(delivered(folder.parent / "a.csv", rows, header_of(folder)), "ledger")], received_at=NOW)
    query = "select progress_pct, elapsed_pct, gap_pct, lamp_code, is_due from pilot_standing where target_code = 'T03' and is_reported"
    assert asked(settings, query) == [(50.0, None, None, None, False)]
    assert asked(settings, "select count(*) from pilot_reports where target_code = 'T03'") == [(0,)]


def test_weights_that_do_not_add_up(folder: Path) -> None:
    city = read_city(folder)
    with duckdb.connect() as con:
        con.execute("create table pilot_standing (target_code text, block text, kind text, weight double)")
        # Three parts of one target weigh once; a gate has no weight.
        con.execute("insert into pilot_standing select 'T01', '政治', 'target', 60 from range(3)")
        con.execute("insert into pilot_standing values ('T02', '法治', 'target', 40), ('N01', '法治', 'negative', 9)")
        assert uneven_weights(con, city) == []
        con.execute("update pilot_standing set weight = 39 where target_code = 'T02'")
        assert uneven_weights(con, city) == ["pilots/targets.csv: the weights of all blocks add up to 99 (政治 60, 法治 39); expected 100"]
        named = city.model_copy(update={"pilots": Pilots(weights={"政治": 60, "法治": 40, "德治": 5})})
        assert [line.split(",")[0] for line in uneven_weights(con, named)] == [
            "pilots/targets.csv: the weights of block 法治 add up to 39; expected 40",
            "pilots/targets.csv: the weights of block 德治 add up to 0; expected 5",
        ]  # fmt: skip


def header_of(folder: Path) -> list[str]:
    return list(source_named(folder, "ledger").columns)


def test_what_is_written_beside_a_number_is_masked_and_odd_words_are_listed(folder: Path) -> None:
    settings = Settings(city="small", cities=folder.parent, warehouse=folder.parents[1] / "w")
    row = {"target_code": "T01", "unit": "城管局", "value": "90"}
    rows = [
        row | {"observed_on": "2026-08-31", "narrative": "已联系张三13812345678推进", "confidence": "high", "reviewed_by": "王小明",
               "submitted_at": "2026-09-01 09:00:00", "reviewed_at": "2026-09-03 10:00:00"},
        row | {"observed_on": "2026-09-30", "confidence": "八成"},
        # After the last due day of T02, and within that of T01, whose due day was moved.
        row | {"target_code": "T02", "observed_on": "2027-01-31"},
        row | {"observed_on": "2027-01-31", "confidence": "low"},
    ]  # fmt: skip
    later = NOW.replace(year=2027, month=3)
    load(settings, [(delivered(folder.parent / "a.csv", rows, header_of(folder)), "ledger")], received_at=later)
    columns = "narrative, confidence_code, reviewed_by, reviewed_at::varchar, updated_at::varchar"
    assert asked(settings, f"select {columns} from pilot_observations where observed_on = '2026-08-31'") == [
        ("已联系张三138****5678推进", "high", "王**", "2026-09-03 10:00:00", "2026-09-03 10:00:00")
    ]
    assert asked(settings, "select kind, column_name, name, row_count, first_row from contradictions order by 1") == [
        ("after_due", "observed_on", "2027-01-31", 1, 3), ("word_unknown", "confidence", "八成", 1, 2),
    ]  # fmt: skip
    assert asked(settings, "select count(*) from rejected_rows") == [(0,)]
    standing = "select confidence_code, confidence_on, due_on, valid_from from pilot_standing where target_code = 'T01' and is_reported"
    assert asked(settings, standing) == [("low", date(2027, 1, 31), date(2027, 3, 31), date(2026, 7, 1))]
    assert asked(settings, "select count(*) from pilot_targets where target_code = 'T01'") == [(2,)]
