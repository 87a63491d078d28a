"""The ledger as a file to take away, CSV or Excel: all rows of the reading asked for, with what it is, when and of what above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard import texts
from dashboard.chart_tables import city_of, data_time, filters_in_words, sources_in_words
from dashboard.filters import Filters
from dashboard.metrics import metric_of
from dashboard.pilot_cards.gates import STATES as GATE_STATES
from dashboard.pilot_cards.ledger import ADDED, LEFT_OUT, MEAN, NOTE, TITLE, WHOLE
from dashboard.pilot_cards.reading import DUE, LATEST, NO, PLACE, READINGS, SLOWEST, TASK, UNIT, Reading
from dashboard.pilot_cards.rows import Names, names_on
from dashboard.pilot_cards.words import NEVER, SHORT, block_name, gap, kind_name, measured_in, task_name
from dashboard.pilot_choices import STATES
from dashboard.pilot_ledger.gates import gates_of
from dashboard.pilot_ledger.parts import ORDER
from dashboard.pilot_ledger.rolled import ledger_rows, parts_behind_rows, totals_of
from dashboard.table_files import Cell, TableFile
from dashboard.texts import Text
from dashboard.view import View

DEFINED = ("task_count", "schedule_gap", "parts_behind")
FILTERS, NO_FILTER, REMARK, SOURCES = Text("筛选", "Filters"), Text("无", "none"), Text("说明", "Note"), Text("数据来源", "Sources")
READ, TAKEN_AT, GATES = Text("查看方式", "Reading"), Text("导出时间", "Taken at"), Text("负面清单", "Negative list")
NOW = Text("当前（截至数据时间）", "Now (as of the data time)")
CODE, BLOCK, KIND, MEASURE = Text("编号", "Code"), Text("板块", "Block"), Text("性质", "Kind"), Text("计量单位", "Measured in")
BASELINE, TARGET, ACTUAL = Text("基期值", "Baseline"), Text("目标值", "Target"), Text("实际值", "Actual")
VALUE_ON = Text("实际值所属期", "Actual is of")
WAY, TIME = Text("进度（%）", "Progress (%)"), Text("时间进度（%）", "Time elapsed (%)")
GAP, MEDIAN, LAMP = Text("序时差（百分点）", "Schedule gap (pp)"), Text("序时差中位（百分点）", "Median gap (pp)"), Text("灯", "Lamp")
BETTER = Text("方向", "Direction")
WAYS = {"up": Text("越高越好", "Higher is better"), "down": Text("越低越好", "Lower is better")}
PARTS, REPORTED, UNITS, PLACES = Text("责任条", "Parts"), Text("已填报", "Reported"), Text("单位数", "Units"), Text("地区数", "Places")
UNIT_OF_SLOWEST = Text("责任单位（最慢一条）", "Unit of the slowest part")
PLACE_OF_SLOWEST = Text("地区（最慢一条）", "Place of the slowest part")
TASKS = Text("承担任务（项）", "Tasks")
Make = Callable[[dict[str, Any]], Cell]


def ledger_file(view: View, wish: Filters, reading: Reading) -> TableFile:
    """The whole ledger in a reading, for a wish."""
    filters = view.scoped(wish, "pilots")
    frame = ledger_rows(view.engine, filters, reading.by, reading.sort)
    columns = _columns(view, reading.by, names_on(view))
    rows = [[place + 1, *(make(row) for make in columns.values())] for place, row in enumerate(_records(frame))]
    headings = [view.say(NO), *(view.say(text) for text in columns)]
    numbers = (BASELINE, TARGET, ACTUAL, WAY, TIME, GAP, MEDIAN)
    formats = {view.say(text): "#,##0.00" for text in numbers if text in columns}
    return TableFile(view.say(TITLE), _head(view, wish, reading, frame), headings, rows, formats)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _head(view: View, wish: Filters, reading: Reading, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The lines above the table, as the other files have them; totals with what they leave out, and the gates, which are no rows."""
    filters = view.scoped(wish, "pilots")
    parts = parts_behind_rows(view.engine, filters, frame, reading.by) if len(frame) else frame
    said = []
    if len(parts):
        totals = totals_of(view.engine, filters, parts)
        counts = {"tasks": f"{totals.tasks:,}", "parts": f"{totals.parts:,}", "units": totals.units, "places": totals.divisions}
        mean = view.say(MEAN).format(gap=gap(totals.gap), n=f"{totals.gap_parts:,}")
        out = view.say(LEFT_OUT).format(negative=totals.negative, unreported=totals.unreported, timeless=totals.timeless)
        said = [(view.say(WHOLE), "; ".join((view.say(ADDED).format(**counts), mean, out)))]
    metrics = [metric_of(code, filters.variants) for code in DEFINED]
    return [
        (view.say(TITLE), city_of(view)),
        (view.say(texts.DATA_TIME), data_time(view, "pilots", wish)),
        (view.say(texts.PERIOD), view.say(NOW)),
        (view.say(FILTERS), "; ".join(filters_in_words(view, wish)) or view.say(NO_FILTER)),
        (view.say(READ), view.say(READINGS[reading.by])),
        (view.say(SOURCES), sources_in_words(view, "pilots", wish)),
        *said,
        *_gates(view, wish),
        (view.say(REMARK), view.say(NOTE)),
        *((view.say(metric.label), view.say(metric.definition)) for metric in metrics),
        (view.say(TAKEN_AT), f"{view.now:%Y-%m-%d %H:%M}"),
    ]


def _gates(view: View, wish: Filters) -> list[tuple[str, str]]:
    gates = gates_of(view.engine, view.scoped(wish, "pilots"))
    told = [f"{gate.label_en if view.language == 'en' else gate.label}: {view.say(GATE_STATES[gate.state][1])}" for gate in gates]
    return [(view.say(GATES), "; ".join(told))] if told else []


def _columns(view: View, by: str, names: Names) -> Mapping[Text, Make]:
    """What stands in a row of a reading, under its heading."""
    counts: dict[Text, Make] = {STATES[state]: lambda row, state=state: int(row[state]) for state in ORDER}  # type: ignore[misc]
    last: dict[Text, Make] = {DUE: lambda row: _day(row["due_on"]), LATEST: lambda row: _day(row["observed_on"])}
    if by in ("unit", "division"):
        name = names.unit if by == "unit" else names.division
        return {
            UNIT if by == "unit" else PLACE: lambda row: name(row["code"]), CODE: lambda row: row["code"] or None,
            TASKS: lambda row: int(row["tasks"]), PARTS: lambda row: int(row["parts"]), REPORTED: lambda row: int(row["reported"]),
            **counts, MEDIAN: lambda row: _number(row["median_gap"]), SLOWEST: lambda row: task_name(view, row),
            GAP: lambda row: _number(row["gap_pct"]), LAMP: lambda row: _lamp(view, row), **last,
        }  # fmt: skip
    several: dict[Text, Make] = {
        UNITS: lambda row: int(row["units"]), PLACES: lambda row: int(row["divisions"]), PARTS: lambda row: int(row["parts"]),
        REPORTED: lambda row: int(row["reported"]), **counts, MEDIAN: lambda row: _number(row["median_gap"]),
    }  # fmt: skip
    unit, place = (UNIT_OF_SLOWEST, PLACE_OF_SLOWEST) if by == "target" else (UNIT, PLACE)
    return {
        CODE: lambda row: row["target_code"], TASK: lambda row: task_name(view, row), BLOCK: lambda row: block_name(view, row["block"]),
        KIND: lambda row: kind_name(view, row["kind"]), unit: lambda row: names.unit(row["unit_code"]),
        place: lambda row: names.division(row["division_code"]), BETTER: lambda row: _way(view, row),
        BASELINE: lambda row: _number(row["baseline_value"]), TARGET: lambda row: _number(row["target_value"]),
        ACTUAL: lambda row: _number(row["value"]), VALUE_ON: lambda row: _day(row["value_on"]),
        MEASURE: lambda row: measured_in(view, row) or None,
        WAY: lambda row: _number(row["progress_pct"]), TIME: lambda row: _number(row["elapsed_pct"]),
        GAP: lambda row: _number(row["gap_pct"]), LAMP: lambda row: _lamp(view, row), **(several if by == "target" else {}), **last,
    }  # fmt: skip


def _lamp(view: View, row: dict[str, Any]) -> str:
    return view.say(SHORT[row["state"]] if row["reported"] else NEVER)


def _way(view: View, row: dict[str, Any]) -> Cell:
    return view.say(WAYS[row["better"]]) if row["better"] in WAYS and not pd.isna(row["target_value"]) else None


def _number(value: Any) -> Cell:
    return None if pd.isna(value) else round(float(value), 4)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
