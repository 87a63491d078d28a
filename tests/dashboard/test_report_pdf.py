"""The report as PDF: official paper, every word and number of the report in it as text, faces embedded, nothing read as markup."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typst

from dashboard.reports import pdf
from dashboard.reports.column_widths import laid
from dashboard.reports.faces import faces_of
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Section
from dashboard.reports.monthly import report_of
from dashboard.reports.plain import rows_text
from dashboard.reports.plates import Printable
from dashboard.reports.spans import span_holding
from dashboard.reports.typeset import soft, told, written
from dashboard.view import View
from tests.dashboard.printables import HOSTILE, hostile, printable

OCTOBER = span_holding("month", date(2026, 10, 1))


def asked(tool: str, *more: str) -> str:
    """What one of poppler's tools says of a file; without it the test is not run."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not on this machine")
    return subprocess.run([tool, *more], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def october(demo_view: View) -> Printable:
    return printable(demo_view, report_of(demo_view, OCTOBER, office="市指挥中心", issuer="王某", issue_in_all=46))


@pytest.fixture(scope="module")
def file(october: Printable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(FORMATS["pdf"].render(october))
    return path


def bare(text: str) -> str:
    """A text without what lines and pages do to it."""
    return re.sub(r"[\s\u200b—0-9]+", "", text)


def test_every_word_and_number_is_there_as_text(october: Printable, file: Path) -> None:
    text = asked("pdftotext", "-raw", str(file), "-")
    words = bare(text)
    for block in october.report.blocks:
        if isinstance(block, Section) and "附件" not in block.heading:
            assert bare(block.heading) in words
    assert all(bare(part.text) in words for part in october.report.paragraphs if not part.is_for_people)
    numbers = set(re.findall(r"[+−]?[\d,]+(?:\.\d+)?", text))
    for table in october.report.tables:
        for row in rows_text(table)[1:]:
            for cell, column in zip(row, table.columns, strict=True):
                assert column.kind in ("text", "time", "date") or cell == "—" or cell in numbers, (table.key, cell)


def test_it_is_an_official_file(october: Printable, file: Path) -> None:
    said = asked("pdfinfo", str(file))
    assert october.report.title in said
    assert "市指挥中心" in said
    assert re.search(r"Tagged: +yes", said)
    assert "595.276 x 841.89 pts (A4)" in said
    held = file.read_bytes()
    assert b"pdfuaid" in held
    assert b"<pdfaid:part>2" in held
    # Nothing leads out of the file.
    assert b"/URI" not in held
    faces = [line.split() for line in asked("pdffonts", str(file)).splitlines()[2:]]
    assert faces
    assert all("yes yes yes" in " ".join(line) for line in faces)
    first = asked("pdftotext", "-l", "1", str(file), "-")
    assert all(word in first for word in ("内部资料 注意保存", "签发：王某", "第10期（总第46期）", "目", "附件1"))


def test_its_headings_are_bookmarks(october: Printable, file: Path) -> None:
    asked("pdftocairo", "-v")
    outline = len(re.findall(rb"/Dest", file.read_bytes()))
    assert outline >= sum(isinstance(block, Section) for block in october.report.blocks)


def test_the_same_report_is_the_same_file(october: Printable, file: Path) -> None:
    assert pdf.render(replace(october)) == file.read_bytes()


def test_pages_are_pictures(october: Printable) -> None:
    few = replace(october, report=replace(october.report, blocks=october.report.blocks[:3]), plates=())
    (page,) = pdf.pages(few, ppi=40)
    assert page.startswith(b"\x89PNG")


def test_nothing_said_is_markup(tmp_path: Path) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(pdf.render(hostile()))
    text = asked("pdftotext", "-raw", str(path), "-")
    assert all(word in text for word in ("#panic()", "$x$", "*b*", "@ref", "[x]", "<a&b>", "=cmd|'/c", "草稿", "〓", "W" * 20))
    sizes = re.findall(r"Page.* size: +(\S+) x (\S+)", asked("pdfinfo", "-l", "99", str(path)))
    assert ("841.89", "595.276") in sizes


def test_without_chinese_faces_it_says_so(october: Printable) -> None:
    with pytest.raises(pdf.NoFace) as error:
        pdf.render(october, typst.Fonts(include_system_fonts=False, include_embedded_fonts=True))
    assert "中文字体" in error.value.why.zh


def test_official_faces_come_first() -> None:
    open_ones = {"Noto Serif CJK SC", "Noto Sans CJK SC", "Libertinus Serif"}
    assert faces_of(open_ones).kai.names == ("Noto Serif CJK SC",)
    assert faces_of(open_ones).kai.bold
    assert faces_of({*open_ones, "KaiTi", "仿宋_GB2312"}).kai.names == ("KaiTi",)
    assert faces_of({*open_ones, "仿宋_GB2312", "FangSong"}).body.names == ("仿宋_GB2312",)
    assert faces_of(set()).latin == ()


def test_columns_fill_the_page_and_stay_on_it() -> None:
    narrow = laid([["类型", "件数（件）"], ["甲", "1,234"]], [False, True], 442, 638)
    assert (narrow.size, narrow.is_sideways) == (10.5, False)
    assert sum(narrow.widths) == pytest.approx(442)
    wide = laid([["很长的列名字"] * 16, ["1,234,567.89"] * 16], [True] * 16, 442, 638)
    assert wide.is_sideways
    assert sum(wide.widths) <= 638.01


def test_signs_that_cannot_be_printed() -> None:
    assert written("a\x00b\u202ec\ue000\td") == "abc〓 d"
    assert "\u200b" not in soft("12,345,678 short words")
    assert soft("x" * 21).count("\u200b") == 20
    assert pdf.missing_signs(r'error: the text `"\u{1f9ff}\""` could not be displayed with font') == {"\U0001f9ff", '"'}
    assert pdf.is_common("的")
    assert not pdf.is_common("〓")
    assert told(hostile()).data["title"].startswith(HOSTILE[:10])
