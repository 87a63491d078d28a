"""Workbooks as offices send them: titles, merged headers, several sheets, totals, and files that are no workbook at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import xlwt

from etl.errors import FileRefused
from etl.load import load
from etl.readers import Reading
from etl.source import Source
from tests.deliveries import CITIES, NOW, asked, tiny_in
from tests.etl.test_readers import rows_of, source
from tests.etl.test_readers import workbook as plain_workbook

Area = tuple[int, int, int, int]
FORMS: dict[str, Callable[..., Path]] = {}
TWO_LEVELS = [
    ["12345热线工单明细表", "", "", "", ""],
    ["制表时间：2026-10-01", "", "", "", ""],
    ["编号", "受理", "", "办结", ""],
    ["", "时间", "人员", "时间", "人员"],
    ["1", "t1", "甲", "t2", "乙"],
]
MERGED = [(0, 0, 0, 4), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 4)]


def xlsx(path: Path, sheets: dict[str, list[list[Any]]], merged: list[Area]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for area in merged:
                sheet.merge_range(*area, "")
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, datetime):
                        sheet.write_datetime(row, column, value, moment)
                    elif value != "":
                        sheet.write(row, column, value)
    return path


def xls(path: Path, sheets: dict[str, list[list[Any]]], merged: list[Area]) -> Path:
    book = xlwt.Workbook()
    moment = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        for first, left, last, right in merged:
            sheet.merge(first, last, left, right)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value != "":
                    sheet.write(row, column, value, moment if isinstance(value, datetime) else xlwt.Style.default_style)
    book.save(str(path))
    return path


def html(path: Path, sheets: dict[str, list[list[Any]]], merged: list[Area]) -> Path:
    spans = {(first, left): (last - first + 1, right - left + 1) for first, left, last, right in merged}
    hidden = {(r, c) for a, b, d, e in merged for r in range(a, d + 1) for c in range(b, e + 1)} - set(spans)
    text = '<html><head><meta charset="gb2312"><style>td {}</style></head><body>'
    for rows in sheets.values():
        text += "<table>"
        for row, cells in enumerate(rows):
            text += "<tr>"
            for column, value in enumerate(cells):
                down, right = spans.get((row, column), (1, 1))
                if (row, column) not in hidden:
                    text += f"<td rowspan={down} colspan='{right}'>{value}&nbsp;"
            text += "</tr>"
        text += "</table>"
    path.write_bytes(text.encode("gb18030"))
    return path


FORMS.update({".xlsx": xlsx, ".xls": xls, ".html.xls": html})


@pytest.fixture(params=FORMS)
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """Writes sheets (name -> rows) with merged areas in each form a workbook comes in."""
    return lambda sheets, merged=(): FORMS[request.param](tmp_path / f"a{request.param}", sheets, list(merged))


def excel(columns: dict[str, str] | None = None, **section: Any) -> Source:
    made = source(excel=section)
    return made.model_copy(update={"columns": columns}) if columns else made


GROUPED = {"number": "编号", "reported_at": "受理/时间", "resolved_at": "办结/时间"}


@pytest.mark.parametrize("section", [{}, {"header_row": 3, "header_rows": 2}, {"header_rows": 4}])
def test_a_merged_header_under_titles(book: Callable[..., Path], section: dict[str, Any]) -> None:
    rows, reading = rows_of(book({"工单": TWO_LEVELS}, MERGED), excel(GROUPED, **section))
    assert reading.columns == ["编号", "受理/时间", "受理/人员", "办结/时间", "办结/人员"]
    assert rows == [(1, "1", "t1", "甲", "t2", "乙")]


def test_the_last_header_row_suffices_where_it_is_clear(tmp_path: Path) -> None:
    lines = [["问题", "", "问题"], ["编号", "时间", "内容"], ["1", "t", "x"]]
    path = xlsx(tmp_path / "a.xlsx", {"工单": lines}, [(0, 0, 0, 1)])
    assert rows_of(path, excel())[1].columns == ["编号", "时间", "内容"]
    assert rows_of(path, excel({"number": "编号", "reported_at": "时间", "title": "问题/内容"}))[0] == [(1, "1", "t", "x")]


def test_a_group_title_without_merged_cells_spans_to_the_next(tmp_path: Path) -> None:
    lines = [["", "受理", "", "办结", ""], ["编号", "时间", "人员", "时间", "人员"], ["1", "t1", "甲", "t2", "乙"]]
    rows, reading = rows_of(xlsx(tmp_path / "a.xlsx", {"工单": lines}, []), excel(GROUPED))
    assert reading.columns == ["编号", "受理/时间", "受理/人员", "办结/时间", "办结/人员"]
    assert rows == [(1, "1", "t1", "甲", "t2", "乙")]


def test_a_name_that_stands_there_twice_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"missing 时间.*受理/时间.*办结/时间"):
        rows_of(xlsx(tmp_path / "a.xlsx", {"工单": TWO_LEVELS}, MERGED), excel(header_row=3, header_rows=2))


def test_a_line_break_in_a_name_is_none(tmp_path: Path) -> None:
    assert rows_of(plain_workbook(tmp_path / "a.xlsx", [["编\n号", " 时 间"], ["1", "t"]]), excel())[0] == [(1, "1", "t")]


def test_text_dates_among_real_dates_and_cells_in_error(tmp_path: Path) -> None:
    cells = [datetime(2026, 10, 12, 9), "2026/10/12 9:30", "二〇二六年"]
    book = xlwt.Workbook()
    sheet = book.add_sheet("工单")
    style = xlwt.easyxf(num_format_str="yyyy/m/d h:mm")
    for place, name in enumerate(["编号", "时间", "内容"]):
        sheet.write(0, place, name)
    for row, cell in enumerate(cells, 1):
        sheet.write(row, 0, f"{row}")
        sheet.write(row, 1, cell, style)
    book.save(str(tmp_path / "a.xls"))
    rows, _ = rows_of(tmp_path / "a.xls", excel())
    assert [row[2] for row in rows] == ["2026-10-12 09:00:00", "2026/10/12 9:30", "二〇二六年"]
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as other:
        page = other.add_worksheet()
        page.write_row(0, 0, ["编号", "时间", "内容"])
        for place, (formula, value) in enumerate([('="G"&1', "G1"), ("=A1", "t"), ("=1/0", "#DIV/0!")]):
            page.write_formula(1, place, formula, None, value)
    assert rows_of(tmp_path / "b.xlsx", excel())[0] == [(1, "G1", "t", None)]


MONTHS = {
    "说明": [["本表由系统导出"]],
    "一月": [["编号", "时间"], ["1", "t1"], ["", ""], ["2", "t2"]],
    "二月": [["标题", ""], ["编号", "时间"], ["3", "t3"]],
}


def sheet_of(reading: Reading) -> list[str]:
    return [line for line in reading.warnings if "of sheet" in line]


@pytest.mark.parametrize("sheets", ["*", ["一月", "二月"]])
def test_several_sheets_are_one_delivery_and_lead_back_to_their_rows(tmp_path: Path, sheets: Any) -> None:
    for form, suffix in ((xlsx, ".xlsx"), (xls, ".xls")):
        rows, reading = rows_of(form(tmp_path / f"a{suffix}", MONTHS, []), excel(sheets=sheets))
        assert rows == [(1, "1", "t1"), (3, "2", "t2"), (4, "3", "t3")]
        assert reading.warnings == ["sheets that were not read: 说明", "row 1 is row 2 of sheet 一月", "row 4 is row 3 of sheet 二月"]


def test_the_sheet_is_kept_in_landing_and_makes_no_row_another(tmp_path: Path) -> None:
    with_sheet = {"一月": [["编号", "时间"], ["1", "2026-10-01"]], "二月": [["编号", "时间"], ["1", "2026-10-01"], ["2", "2026-10-02"]]}
    settings = city_with(tmp_path, 'sheets = "*"')
    load(settings, [(xlsx(tmp_path / "a.xlsx", with_sheet, []), "book")], received_at=NOW)
    assert asked(settings, "select received_count, accepted_count, duplicate_count from load_batches") == [(3, 2, 1)]
    (landed,) = (settings.city_warehouse / "landing" / "rows").glob("*.parquet")
    found = duckdb.read_parquet(str(landed)).select("row_number, sheet_of_row").fetchall()
    assert found == [(1, "一月"), (2, "二月"), (3, "二月")]


def test_without_a_declared_sheet_the_first_that_fits_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    rows, reading = rows_of(xlsx(tmp_path / "a.xlsx", MONTHS, []), excel())
    assert [row[1] for row in rows] == ["1", "2"]
    (said,) = reading.warnings
    assert said == 'sheets that were not read: 说明, 二月; 二月 would fit: sheets = "*" in [excel] reads all that do'
    assert rows_of(tmp_path / "a.xlsx", excel(sheet="二月"))[1].warnings == []
    with pytest.raises(FileRefused, match="missing 编号, 时间; the header has 本表由系统导出"):
        rows_of(tmp_path / "a.xlsx", excel(sheets=["一月", "说明"]))


TOTALS = [
    (["合计", "", "2"], 2),
    (["", "合计：2件", ""], 2),
    (["总 计", "共2条", "7.5"], 2),
    (["", "合计", "3"], 3),
    (["合计", "", ""], None),
    (["小计", "", "2"], None),
    (["合计", "5", "2"], None),
]


@pytest.mark.parametrize(("total", "count"), TOTALS)
def test_a_total_is_no_row_and_its_count_is_compared(book: Callable[..., Path], total: list[str], count: int | None) -> None:
    lines = [["编号", "时间", "内容"], ["1", "t", "合计收费"], ["2", "t", "x"], total]
    rows, reading = rows_of(book({"工单": lines}), excel())
    assert [row[:2] for row in rows] == [(1, "1"), (2, "2")]
    assert reading.control_count == count
    assert any(line.startswith("row 4 of sheet ") and "is a total" in line for line in reading.warnings)


def test_a_total_that_does_not_meet_is_said_and_rejects_nothing(tmp_path: Path) -> None:
    settings = city_with(tmp_path)
    rows = [["编号", "时间"], ["1", "2026-10-01"], ["2", datetime(2026, 10, 2, 8)], ["合计", "3条"]]
    outcome = load(settings, [(xlsx(tmp_path / "a.xlsx", {"工单": rows}, []), "book")], received_at=NOW)
    assert list(outcome.counts.values()) == [(2, 2, 0, 0)]
    assert any("the sender counts 3 rows, 2 were received" in line for lines in outcome.warnings.values() for line in lines)


def city_with(folder: Path, section: str = "") -> Any:
    """The hand-worked city with one source more, which sends workbooks."""
    cities = folder / "cities"
    shutil.copytree(CITIES / "tiny", cities / "tiny")
    head = f'label = "表"\nkind = "tickets"\n[excel]\n{section}\n[values]\ndates = ["%Y/%m/%d"]\n'
    text = head + '[columns]\nnumber = "编号"\nreported_at = "时间"\n'
    (cities / "tiny" / "sources" / "book.toml").write_text(text, encoding="utf-8")
    return tiny_in(folder / "warehouse").model_copy(update={"cities": cities})


def test_a_row_is_named_by_its_row_of_the_sheet(tmp_path: Path) -> None:
    rows = [["某热线", ""], ["编号", "时间"], ["1", "2026/10/01"], ["", ""], ["", "2026/10/02"], ["2", "昨天"]]
    settings = city_with(tmp_path)
    load(settings, [(xlsx(tmp_path / "a.xlsx", {"表": rows}, []), "book")], received_at=NOW)
    found = asked(settings, "select row_number, line_number, reason_code from rejected_rows order by 1")
    assert found == [(3, 5, "no_number"), (4, 6, "unreadable_time")]


def test_a_sheet_filled_to_the_last_row_of_an_xls(tmp_path: Path) -> None:
    lines = [["编号", "时间"], *([f"{n}", "t"] for n in range(1, 65_536))]
    rows, _ = rows_of(xls(tmp_path / "a.xls", {"工单": lines}, []), excel())
    assert (len(rows), rows[-1]) == (65_535, (65_535, "65535", "t"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_A_WORKBOOK = [
    ("a.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "is protected by a password"),
    ("a.xls", OLE + b"\0" * 2_000, "is not a readable workbook"),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "is not a readable workbook: it is really a damaged file"),
    ("a.xls", b"%PDF-1.4", "is really a pdf file"),
    (
        "a.xls",
        b"<html><body>login</body></html>",
        "an HTML page without a table, as a page that asks to sign in",
    ),
    ("a.xls", b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>', "really an Excel 2003 XML sheet"),
    ("a.xlsx", "编号,别的\n1,2\n".encode(), "missing 时间"),
]


@pytest.mark.parametrize(("name", "content", "said"), NOT_A_WORKBOOK)
def test_what_is_no_workbook_is_said_to_be_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        rows_of(tmp_path / name, excel())


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-16", "\t"), ("gb18030", "\t"), ("utf-8", ",")])
def test_text_under_the_name_of_a_workbook_is_read_as_text(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(f"编号{delimiter}时间\n1{delimiter}春节\n".encode(encoding))
    rows, reading = rows_of(path, excel())
    assert rows == [(1, "1", "春节")]
    assert "the .xls is really" in reading.warnings[0]


def test_a_workbook_under_the_name_of_text_is_read_as_a_workbook(tmp_path: Path) -> None:
    path = plain_workbook(tmp_path / "a.xlsx", [["编号", "时间"], ["1", "t"]]).rename(tmp_path / "a.csv")
    assert rows_of(path, source(csv={}, excel={}))[0] == [(1, "1", "t")]
    with pytest.raises(FileRefused, match="it is really an Excel workbook"):
        rows_of(path, source(csv={}))


def test_a_damaged_workbook_never_ends_the_loader(tmp_path: Path) -> None:
    """Some damage makes the library that reads workbooks end its process."""
    whole = xls(tmp_path / "whole.xls", {"工单": [["编号", "时间"], ["1", "t"]]}, []).read_bytes()
    for seed in range(4):
        damaged = bytearray(whole)
        for place in range(512 + seed * 7, len(whole), 400):
            damaged[place] ^= 0xFF
        (tmp_path / "a.xls").write_bytes(damaged)
        with suppress(FileRefused):
            rows_of(tmp_path / "a.xls", excel())


def test_a_sheet_that_claims_every_cell_is_refused(tmp_path: Path) -> None:
    """Two cells in the corners make a sheet of 17,000,000,000 cells."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["编号", "时间"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(FileRefused, match="it is damaged, or larger than this machine can hold"):
        rows_of(tmp_path / "a.xlsx", excel())
    spans = "<table><tr><td>编号<td>时间<tr><td>1<td rowspan=999999999 colspan='99999'>t</table>" + "<table>" * 9_000
    (tmp_path / "b.xls").write_text(spans, encoding="utf-8")
    assert rows_of(tmp_path / "b.xls", excel())[0][0][:3] == (1, "1", "t")
