"""Tables to be taken away: what a spreadsheet reads in them is what was written, and nothing in them computes."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dashboard.table_files import Cell, TableFile, csv_bytes, file_bytes, xlsx_bytes

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "https://example.org", '=HYPERLINK("x")']
ROWS: list[list[Cell]] = [
    ["000123", 12, -0.5, datetime(2026, 11, 20, 14, 30), date(2026, 11, 20)],
    ["=1+1", None, float("nan"), pd.NaT, None],
]
TABLE = TableFile(
    "诉求量：清单 [1/2]", [("指标", "诉求量"), ("口径", "=1+1")], ["编号", "件数", "变化", "时间", "日期"], ROWS, {"变化": "0.00"},
)  # fmt: skip


def sheet(data: bytes) -> tuple[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.sheet_names[0], book.get_sheet_by_index(0).to_python()


def test_csv_has_its_mark_its_head_and_no_formula() -> None:
    data = csv_bytes(TABLE)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert lines[:4] == [["指标", "诉求量"], ["口径", "'=1+1"], [], ["编号", "件数", "变化", "时间", "日期"]]
    assert lines[4:] == [["000123", "12", "-0.5", "2026-11-20 14:30:00", "2026-11-20"], ["'=1+1", "", "", "", ""]]


def test_excel_holds_texts_numbers_and_times_as_such() -> None:
    name, rows = sheet(xlsx_bytes(TABLE))
    assert name == "诉求量 清单  1 2"
    assert rows[0][:2] == ["指标", "诉求量"]
    assert rows[3] == ["编号", "件数", "变化", "时间", "日期"]
    assert rows[4] == ["000123", 12.0, -0.5, datetime(2026, 11, 20, 14, 30), date(2026, 11, 20)]
    assert rows[5] == ["=1+1", "", "", "", ""]


@pytest.mark.parametrize("text", EVIL)
def test_excel_never_holds_a_formula_or_a_link(text: str) -> None:
    data = xlsx_bytes(TableFile("t", [(text, text)], [text], [[text]]))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        inside = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        assert "<f>" not in inside
        assert "hyperlink" not in inside.lower().replace("=hyperlink", "")
    assert sheet(data)[1][-1][0] == text


@pytest.mark.parametrize("text", EVIL[:7])
def test_csv_neutralises_what_could_begin_a_formula(text: str) -> None:
    row = list(csv.reader(io.StringIO(csv_bytes(TableFile("t", [], ["x"], [[text]])).decode("utf-8-sig"))))[-1]
    assert row == [f"'{text}"]


def test_many_rows_are_all_written_whatever_was_looked_at_for_widths() -> None:
    many = TableFile("t", [], ["n"], ([n] for n in range(1_000)))
    assert [row[0] for row in sheet(file_bytes(many, "xlsx"))[1][1:]] == list(range(1_000))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        file_bytes(TABLE, "exe")
