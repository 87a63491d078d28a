"""Files that are reconciled: Word, Excel, text; merged cells, several headers, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
import xlsxwriter
from docx.document import Document as WordDocument
from typer.testing import CliRunner

from dashboard.reports.__main__ import app
from dashboard.reports.checking.document import Unreadable
from dashboard.reports.checking.files import MOST_BYTES, OLE, read_file
from dashboard.reports.reconcile import check_file

TWO_LEVELS = (
    ("区域", "受理", "受理", "办结", "办结"),
    ("区域", "热线", "合计", "件数", "占比"),
    ("甲区", "10", "30", "20", "40.0%"),
    ("乙区", "20", "40", "30", "60.0%"),
    ("合计", "30", "70", "50", "100.0%"),
)


def word_table(book: WordDocument, rows: tuple[tuple[str, ...], ...]) -> None:
    """A table whose neighbouring cells of the same text are merged, as headers are."""
    table = book.add_table(len(rows), len(rows[0]))
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(place, column).text = text
    for first, last in (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))):
        kept = table.cell(*first).text
        table.cell(*first).merge(table.cell(*last)).text = kept


def word_file(path: Path, rows: tuple[tuple[str, ...], ...], *paragraphs: str) -> Path:
    book = docx.Document()
    for text in paragraphs:
        book.add_paragraph(text)
    word_table(book, rows)
    book.save(str(path))
    return path


def test_word_with_merged_headers(tmp_path: Path) -> None:
    assert check_file(word_file(tmp_path / "a.docx", TWO_LEVELS, "10月，满意率环比提高1.2个百分点。")) == []
    wrong = (*TWO_LEVELS[:-1], ("合计", "30", "70", "60", "100.0%"))
    found = check_file(word_file(tmp_path / "b.docx", wrong, "10月，满意率环比提高1.2%。"))
    assert {one.rule for one in found} >= {"total", "points"}
    assert any("办结/件数" in one.where.zh for one in found)


def test_word_with_merged_labels_and_what_was_struck_out(tmp_path: Path) -> None:
    book = docx.Document()
    rows = (("区域", "街道", "件数"), ("甲区", "一街", "10"), ("", "二街", "20"), ("乙区", "三街", "5"), ("合计", "", "35"))
    table = book.add_table(5, 3)
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(place, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(4, 0).merge(table.cell(4, 1))
    book.save(str(tmp_path / "a.docx"))
    assert check_file(tmp_path / "a.docx") == []


def sheet_file(path: Path, *, whole: float = 35, change: float = 0.5) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("受理")
        sheet.merge_range(0, 0, 0, 3, "10月受理情况")
        sheet.merge_range(2, 0, 3, 0, "区域")
        sheet.merge_range(2, 1, 2, 3, "受理")
        sheet.write_row(3, 1, ["本月", "上月", "环比"])
        percent = book.add_format({"num_format": "0.00%"})
        for place, row in enumerate((("甲", 30, 20), ("乙", 5, 4)), 4):
            sheet.write_row(place, 0, row)
            sheet.write_number(place, 3, (row[1] - row[2]) / row[2], percent)
        sheet.write_row(6, 0, ["合计", whole, 24])
        sheet.write_number(6, 3, change, percent)
        sheet.write(8, 0, "注：数据截至2026年10月31日。")
    return path


def test_a_workbook_with_titles_merged_headers_and_fractions(tmp_path: Path) -> None:
    assert check_file(sheet_file(tmp_path / "a.xlsx", change=11 / 24)) == []
    assert [one.rule for one in check_file(sheet_file(tmp_path / "b.xlsx", whole=36, change=0.5))] == ["total"]
    assert [one.rule for one in check_file(sheet_file(tmp_path / "c.xlsx", change=0.4))] == ["change"]


def test_text_in_an_old_encoding_and_a_csv(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("较上月同比上升3%。".encode("gb18030"))
    assert [one.rule for one in check_file(tmp_path / "a.txt")] == ["comparison"]
    (tmp_path / "b.csv").write_bytes('\ufeff类别,件数\n甲,"1,000"\n乙,2\n合计,"1,003"\n'.encode())
    assert [one.rule for one in check_file(tmp_path / "b.csv")] == ["total"]


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)


LOCKED = OLE + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
BYTES = {
    "empty.docx": (b"", "空"),
    "torn.docx": (b"PK\x03\x04 torn", "完好"),
    "words.docx": (b"not a document", "完好"),
    "locked.docx": (LOCKED, "加密"),
    "locked.xlsx": (LOCKED, "加密"),
    "old.doc": (OLE + b"\0" * 64, "旧版"),
    "torn.xlsx": (b"PK\x03\x04", "完好"),
    "picture.png": (b"\x89PNG", "无法校验"),
    "bytes.txt": (b"\0\1\2\xff\0", "文字"),
    "blank.txt": (b"\n\n", "没有文字"),
}


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_cannot_be_read_says_so(name: str, tmp_path: Path) -> None:
    held, why = BYTES[name]
    (tmp_path / name).write_bytes(held)
    with pytest.raises(Unreadable) as error:
        read_file(tmp_path / name)
    assert why in error.value.why.zh
    assert error.value.why.en.isascii()


def test_files_that_are_not_there_too_large_or_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        read_file(tmp_path / "gone.docx")
    huge(tmp_path / "huge.docx")
    with pytest.raises(Unreadable, match="too large"):
        read_file(tmp_path / "huge.docx")
    docx.Document().save(str(tmp_path / "blank.docx"))
    with pytest.raises(Unreadable, match="neither text nor tables"):
        read_file(tmp_path / "blank.docx")
    # Far more inside than it seems.
    monkeypatch.setattr("dashboard.reports.checking.files.MOST_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="too large"):
        read_file(tmp_path / "blank.docx")


def test_the_command_says_what_it_found(tmp_path: Path) -> None:
    clean, wrong = sheet_file(tmp_path / "a.xlsx", change=11 / 24), sheet_file(tmp_path / "b.xlsx", whole=36)
    done = CliRunner().invoke(app, ["check", str(clean)])
    assert (done.exit_code, "未发现不一致" in done.stdout) == (0, True)
    done = CliRunner().invoke(app, ["check", str(clean), str(wrong)])
    assert done.exit_code == 1
    assert "各分项之和 35" in done.stdout
    assert "阻断" in done.stdout
    done = CliRunner().invoke(app, ["check", str(tmp_path / "gone.docx"), "--lang", "en"])
    assert done.exit_code == 2
    assert "no such file" in done.stderr
