"""An edited Word file read back: what changed, in every way that Word changes it; and files that are refused."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from dashboard.reports.checking.document import Unreadable
from dashboard.reports.docx import render
from dashboard.reports.model import Paragraph, Run
from dashboard.reports.plates import Printable
from dashboard.reports.returned import Added, Returned, Rewording, returned
from dashboard.reports.word.comparing import CellChange, RowChange
from tests.dashboard.test_minutes import office as office  # noqa: PLC0414 the fixture
from tests.dashboard.test_report_docx import BLOCKS, PLATE, PRINTABLE, REPORT, with_blocks

FILE = render(PRINTABLE)


def edited(change: Callable[[Any], None], data: bytes = FILE) -> Returned:
    document = Document(io.BytesIO(data))
    change(document)
    held = io.BytesIO()
    document.save(held)
    return returned(REPORT, held.getvalue())


def holding(document: Any, text: str) -> Any:
    return next(one for one in document.paragraphs if text in "".join(part.text or "" for part in one._p.iter(qn("w:t"))))


def written(paragraph: Any, text: str) -> None:
    """As typed over the words, from behind the first sign to the last."""
    texts = list(paragraph._p.iter(qn("w:t")))
    texts[0].text = text
    for one in texts[1:]:
        one.text = ""


def new(text: str) -> Any:
    return parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r></w:p>")


RECEIVED = "共受理群众诉求6,149件，环比下降6.11%。"


def test_a_file_that_nobody_edited() -> None:
    assert returned(REPORT, FILE) == Returned({})
    assert returned(REPORT, FILE).is_unchanged
    assert edited(lambda _: None).is_unchanged


def test_words_that_were_typed_over() -> None:
    assert edited(lambda document: written(holding(document, "6.11"), "改了。")) == Returned({"appeals.received": "改了。"})
    # All signs of the paragraph marked and typed over: Word drops the bookmark.
    without = edited(lambda document: rewritten(holding(document, "6.11"), "全部重写了一遍。"))
    assert without == Returned({"appeals.received": "全部重写了一遍。"})


def rewritten(paragraph: Any, text: str) -> None:
    for child in list(paragraph._p):
        if child.tag != qn("w:pPr"):
            paragraph._p.remove(child)
    paragraph.add_run(text)


def test_what_people_were_asked_for() -> None:
    assert edited(lambda document: written(holding(document, "由起草单位"), "一是办理不及时。")).changed == {
        "people.problems": "一是办理不及时。"
    }

    def two(document: Any) -> None:
        held = holding(document, "由起草单位")
        rewritten(held, "一是办理不及时。")
        held._p.addnext(new("二是回访不到位。"))

    assert edited(two) == Returned({"people.problems": "一是办理不及时。\n二是回访不到位。"})


def test_a_paragraph_that_is_gone_or_new_or_elsewhere() -> None:
    gone = edited(lambda document: holding(document, "6.11")._p.getparent().remove(holding(document, "6.11")._p))
    assert gone == Returned({}, removed=("appeals.received",))
    emptied = edited(lambda document: written(holding(document, "6.11"), ""))
    assert emptied == Returned({}, removed=("appeals.received",))
    added = edited(lambda document: holding(document, "6.11")._p.addnext(new("补充一段。")))
    assert added == Returned({}, added=(Added("paragraph", "补充一段。", "appeals.received", "（一）受理总体"),))

    def moved(document: Any) -> None:
        holding(document, "由起草单位")._p.addprevious(holding(document, "6.11")._p)

    assert edited(moved).is_unchanged


def test_enter_in_the_middle_and_two_paragraphs_made_one() -> None:
    def split(document: Any) -> None:
        held = holding(document, "6.11")
        end = next(held._p.iter(qn("w:bookmarkEnd")))
        written(held, "共受理群众诉求6,149件。")
        second = new("环比下降6.11%。")
        second.append(end)
        held._p.addnext(second)

    assert edited(split) == Returned({"appeals.received": "共受理群众诉求6,149件。\n环比下降6.11%。"})

    def joined(document: Any) -> None:
        first, second = holding(document, "10月，受理"), holding(document, "同比：基数")
        for child in list(second._p):
            if child.tag != qn("w:pPr"):
                first._p.append(child)
        second._p.getparent().remove(second._p)

    assert edited(joined).is_unchanged


def test_tracked_changes_count_as_accepted() -> None:
    def tracked(document: Any) -> None:
        held = holding(document, "6.11")
        run = next(held._p.iter(qn("w:r")))
        for text in run.iter(qn("w:t")):
            text.tag = qn("w:delText")
        struck = parse_xml(f'<w:del {nsdecls("w")} w:id="900" w:author="审"/>')
        run.addprevious(struck)
        struck.append(run)
        struck.addnext(parse_xml(f'<w:ins {nsdecls("w")} w:id="901" w:author="审"><w:r><w:t>受理6,150件。</w:t></w:r></w:ins>'))

    assert edited(tracked) == Returned({"appeals.received": "受理6,150件。"})

    def struck_mark(document: Any) -> None:
        held = holding(document, "图中浅色")
        properties = held._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="902" w:author="审"/></w:rPr>'))
        for run in list(held._p.iter(qn("w:r"))):
            run.getparent().remove(run)

    assert edited(struck_mark) == Returned({}, rewordings=(Rewording("note", "", "图中浅色为去年同期。", ""),))


def test_bookmarks_that_stand_twice() -> None:
    def copied(document: Any) -> None:
        held = holding(document, "6.11")
        second = deepcopy(held._p)
        held._p.addprevious(second)
        next(second.iter(qn("w:t"))).text = "另写的一段，与原文不同。"

    assert edited(copied) == Returned({}, added=(Added("paragraph", "另写的一段，与原文不同。", "（一）受理总体", "（一）受理总体"),))


def test_cells_rows_and_tables() -> None:
    def cell(document: Any) -> None:
        written(document.tables[0].rows[1].cells[1].paragraphs[0], "1,221")

    assert edited(cell).cells == (CellChange("appeals.by_type", 0, 1, "城市管理", "受理量（件）", "1,220", "1,221"),)

    def row(document: Any) -> None:
        rows = document.tables[0].rows
        rows[1]._tr.getparent().remove(rows[1]._tr)

    assert edited(row) == Returned({}, rows=(RowChange("appeals.by_type", 0, ("城市管理", "1,220", "75.00"), is_added=False),))
    gone = edited(lambda document: document.tables[1]._tbl.getparent().remove(document.tables[1]._tbl))
    assert gone == Returned({}, tables_gone=("annex.keys",))

    def one_more(document: Any) -> None:
        document.add_table(1, 2).rows[0].cells[0].text = "新表"

    (added,) = edited(one_more).added
    assert (added.kind, added.text) == ("table", "新表\t")


def test_pictures_headings_and_the_head() -> None:
    def picture(document: Any) -> None:
        held = document.inline_shapes[0]._inline
        held.getparent().getparent().remove(held.getparent())

    assert edited(picture) == Returned({}, pictures_gone=("trend",))
    heading = edited(lambda document: written(holding(document, "（一）受理总体"), "（一）受理情况"))
    assert heading == Returned({}, rewordings=(Rewording("heading", "（一）受理总体", "（一）受理总体", "（一）受理情况"),))
    title = edited(lambda document: written(holding(document, "月报"), "某市治理月报"))
    assert title.rewordings == (Rewording("head", "title", REPORT.title, "某市治理月报"),)
    never = Printable(REPORT, (replace(PLATE, png=None),))
    assert returned(REPORT, render(never)).is_unchanged


def test_what_was_edited_once_is_printed_and_read_again() -> None:
    """Two paragraphs under one key stay two."""
    blocks = tuple(
        Paragraph("people.problems", (Run("一是。\n二是。"),)) if isinstance(one, Paragraph) and one.is_for_people else one
        for one in BLOCKS
    )
    again = replace(REPORT, blocks=blocks)
    data = render(Printable(again, (PLATE,)))
    assert returned(again, data).is_unchanged
    assert returned(REPORT, data).changed == {"people.problems": "一是。\n二是。"}


def packed(change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(FILE)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return made.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def plain_word() -> bytes:
    held = io.BytesIO()
    Document().save(held)
    return held.getvalue()


@pytest.mark.parametrize(("data", "said"), [
    (b"", "空"), (b"not a file", "不是完好的"), (FILE[: len(FILE) // 2], "不是完好的"), (b"%PDF-1.7", "无法校验"),
    (OLE + b"x" * 600, "旧版"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "加密"), (plain_word(), "不是本系统"),
    (packed(lambda held: held.update({"word/vbaProject.bin": b"x"})), "宏"),
    (packed(lambda held: held.update({"word/document.xml": b" " * (65 * 2**20)})), "大"),
    (packed(lambda held: held.update({"word/document.xml": b"<w:document"})), "不是完好的"),
    (packed(lambda held: held.pop("word/document.xml") and None), "不是完好的"),
])  # fmt: skip
def test_files_that_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        returned(REPORT, data)
    assert said in refused.value.why.zh
    assert refused.value.why.en.isascii() or "“" in refused.value.why.en


@pytest.mark.parametrize(("other", "said"), [
    (replace(REPORT, number="2026年第11期"), "期号"), (replace(REPORT, scope="某区"), "范围"), (replace(REPORT, kind="quarter"), "种类"),
    (replace(REPORT, snapshot="000002"), "快照"), (replace(REPORT, language="en"), "语言"),
])  # fmt: skip
def test_the_file_of_another_report_is_refused(other: Any, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        returned(other, FILE)
    assert said in refused.value.why.zh


def test_a_file_that_another_program_wrote_is_the_same(office: str, tmp_path: Path) -> None:
    (tmp_path / "r.docx").write_bytes(FILE)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        office,
        "--headless",
        profile,
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "r.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert returned(REPORT, (tmp_path / "out" / "r.docx").read_bytes()).is_unchanged


def test_an_empty_report_comes_back_empty() -> None:
    empty = with_blocks()
    assert returned(empty.report, render(empty)).is_unchanged
