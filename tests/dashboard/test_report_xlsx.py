"""The report as a workbook: every number as a number where it belongs, charts of the cells they are drawn from, no cell that computes."""

from __future__ import annotations

import math
import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard.reports import xlsx
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Cell
from dashboard.reports.monthly import report_of
from dashboard.reports.plates import Printable
from dashboard.reports.reconcile import check_file
from dashboard.reports.spans import span_holding
from dashboard.reports.workbook.names import sheet_names
from dashboard.reports.workbook.shapes import shape_of
from dashboard.view import View
from tests.dashboard.printables import hostile, printable

OCTOBER = span_holding("month", date(2026, 10, 1))
Rows = list[list[Any]]


@pytest.fixture(scope="module")
def october(demo_view: View) -> Printable:
    return printable(demo_view, report_of(demo_view, OCTOBER, office="市指挥中心", issue_in_all=46))


@pytest.fixture(scope="module")
def made(october: Printable) -> bytes:
    return FORMATS["xlsx"].render(october)


def sheets_of(made: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(BytesIO(made))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def parts_of(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(made)) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist() if name.endswith((".xml", ".rels"))}


def equal(cell: Cell, read: Any) -> bool:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return bool(read == "—")
    if isinstance(cell, int | float):
        return isinstance(read, int | float) and math.isclose(cell, read, rel_tol=1e-12)
    if isinstance(cell, datetime):
        return bool(abs((read - cell).total_seconds()) < 1)
    return bool(read == cell)


def test_every_cell_of_every_table_is_there_and_equal(october: Printable, made: bytes) -> None:
    sheets = sheets_of(made)
    for table in october.report.tables:
        ((name, at),) = [
            (name, place) for name, rows in sheets.items() for place, row in enumerate(rows) if row and row[0] == table.caption
        ]
        wanted = [*table.rows, *([table.total] if table.total else [])]
        for place, row in enumerate(wanted):
            read = sheets[name][at + 2 + place]
            assert all(equal(cell, one) for cell, one in zip(row, read, strict=False)), (table.key, row, read)


def test_a_sheet_for_each_chapter_and_a_cover_that_leads_to_them(october: Printable, made: bytes) -> None:
    names = list(sheets_of(made))
    assert names[0] == "封面"
    assert names[-1] == "图表数据"
    assert {"本月要览", "一、群众诉求运行情况", "附件2　全表", "附件4　勾稽校验结果"} <= set(names)
    links = re.findall(r'location="([^"]+)"', parts_of(made)["xl/worksheets/sheet1.xml"])
    assert {link.rpartition("!")[0].strip("'") for link in links} == set(names[1:])
    cover = " ".join(str(cell) for row in sheets_of(made)["封面"] for cell in row)
    assert all(word in cover for word in (october.report.title, october.report.snapshot, "市指挥中心", "2026-10-31"))


def test_charts_are_native_where_a_chart_can_say_it(october: Printable, made: bytes) -> None:
    parts = parts_of(made)
    charts = [text for name, text in parts.items() if name.startswith("xl/charts/chart")]
    assert len(charts) >= 8
    # Of the cells of the sheet of numbers, each of them held.
    for text in charts:
        assert set(re.findall(r"<c:f>'([^']+)'!", text)) == {"图表数据"}
        assert "<c:numCache>" in text
    drawings = "".join(text for name, text in parts.items() if name.startswith("xl/drawings/drawing"))
    assert drawings.count("<xdr:pic>") >= 2
    assert all(october.report.figures[0].alt[:12] in drawings for _ in [0])


def test_it_prints_on_a4(made: bytes) -> None:
    sheets = [text for name, text in parts_of(made).items() if name.startswith("xl/worksheets/sheet")]
    assert all('paperSize="9"' in text and 'fitToHeight="0"' in text for text in sheets)


def test_the_same_report_is_the_same_file(october: Printable, made: bytes) -> None:
    assert xlsx.render(october) == made
    assert b"".join(part.encode() for name, part in parts_of(made).items() if "core.xml" in name).count(b"2026-11-") == 2


def test_our_own_checks_find_nothing(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(made)
    assert check_file(path) == []


def test_nothing_computes_and_nothing_is_lost() -> None:
    made = xlsx.render(hostile())
    parts = parts_of(made)
    assert not any("<f>" in text for name, text in parts.items() if name.startswith("xl/worksheets"))
    assert not any(
        "http" in target and "External" in target
        for target in re.findall(r"<Relationship [^>]*>", "".join(parts.values()))
        if "hyperlink" in target
    )
    held = [cell for rows in sheets_of(made).values() for row in rows for cell in row]
    assert sum(isinstance(cell, str) and cell.startswith("=cmd|") for cell in held) > 170
    assert max(len(cell) for cell in held if isinstance(cell, str)) == 32_767
    assert not any(sign in "".join(cell for cell in held if isinstance(cell, str)) for sign in "\x00\x07")


def test_names_of_sheets() -> None:
    names = sheet_names(["一、受理", "一、受理", "a" * 40, "A" * 40, "x/y:[z]?*", "", "History", "'quoted'", "😀" * 20])
    assert names[:2] == ["一、受理", "一、受理~2"]
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(sign in name for name in names for sign in "[]:*?/\\'")
    assert "history" not in [name.casefold() for name in names]


DAY = [date(2026, 10, day) for day in range(1, 6)]


@pytest.mark.parametrize(("headings", "rows", "kind", "series"), [
    (["日期", "量（件）", "率（%）"], [[day, 1, 50.0] for day in DAY], "line", [1]),
    (["名称", "红（项）", "绿（项）", "任务（项）"], [["甲", 1, 2, 3], ["乙", 0, 4, 4]], "stacked", [1, 2]),
    (["名称", "分子", "分母", "率（%）"], [["甲", 1, 2, 50.0], ["乙", 1, 4, 25.0]], "column", [3]),
    (["名称", "量（件）", "累计占比（%）"], [["甲", 6, 60.0], ["乙", 3, 90.0], ["丙", 1, 100.0]], "column", [1, 2]),
    (["时期", "天数", "率"], [["本期", x, x * 2.0] for x in range(6)], "scatter", [2]),
    (["名称", "量（件）"], [[str(place), place] for place in range(20)], "bar", [1]),
])  # fmt: skip
def test_a_chart_by_the_shape_of_its_table(headings: list[str], rows: Rows, kind: str, series: list[int]) -> None:
    shape = shape_of(headings, rows)
    assert shape is not None
    assert (shape.kind, [one.column for one in shape.series]) == (kind, series)


@pytest.mark.parametrize("rows", [
    [[1, 2, 3], [2, 3, 4]], [["甲", "a", 1], ["甲", "a", 2]], [[str(place), place] for place in range(177)], [], [["甲", "乙"]] * 3,
])  # fmt: skip
def test_no_chart_of_what_none_can_say(rows: Rows) -> None:
    assert shape_of(["一", "二", "三"][: len(rows[0]) if rows else 2], rows) is None
