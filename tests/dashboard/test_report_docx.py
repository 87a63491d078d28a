"""Reports as Word files: official page, real headings and tables, contents list, hostile texts, and the pages as a printer gives them."""

from __future__ import annotations

import re
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from dashboard.filters import Filters
from dashboard.reports.docx import render
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Block, Column, Figure, Note, Paragraph, Period, Report, Run, Section, Table
from dashboard.reports.monthly import report_of
from dashboard.reports.plates import NO_BROWSER, Plate, Printable
from dashboard.reports.reconcile import check_file
from dashboard.reports.spans import span_holding
from dashboard.reports.word.grids import Grid, look_of
from dashboard.reports.word.names import block_names
from dashboard.reports.word.widths import longest_word, width
from dashboard.table_files import TableFile
from dashboard.texts import Text
from dashboard.view import View
from tests.dashboard.test_minutes import office as office  # noqa: PLC0414 the fixture


def png(wide: int = 780, high: int = 440) -> bytes:
    """A grey picture."""
    lines = (b"\0" + b"\xcc" * wide) * high

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


COUNTS = Table(
    "appeals.by_type", "表1　诉求类型",
    (Column("类型"), Column("受理量（件）", "count", metric="received_count", adds_up=True), Column("占比（%）", "percent")),
    (("城市管理", 1220, 75.0), ("住房物业", 407, 25.0)), ("合计", 1627, 100.0), "占比为占合计的比重。",
)  # fmt: skip
FIGURE = Figure("trend", Filters(), "图1　诉求量走势", "诉求量走势，2026年10月。")
NUMBERS = TableFile("诉求量走势", [], ["日期", "诉求量（件）"], [(date(2026, 10, 1), 200), (date(2026, 10, 2), None)])
PLATE = Plate(FIGURE, png(), Text("", ""), NUMBERS)
BLOCKS: tuple[Block, ...] = (
    Section(1, "本月要览"),
    Paragraph("digest.1", (Run("10月，受理群众诉求"), Run("6,149件", is_strong=True), Run("。")), ("同比：基数不足5件，不作比较。",)),
    Section(1, "一、群众诉求运行情况"),
    Section(2, "（一）受理总体"),
    Paragraph("appeals.received", (Run("共受理群众诉求6,149件，环比下降6.11%。"),)),
    COUNTS,
    FIGURE,
    Note("图中浅色为去年同期。"),
    Section(2, "（二）存在问题"),
    Paragraph("people.problems", (Run("（由起草单位填写）"),), is_for_people=True),
    Section(1, "附件1　主要指标一览"),
    replace(COUNTS, key="annex.keys", caption="表2　主要指标"),
)
REPORT = Report(
    kind="month", title="某市市域社会治理平台运行月报", number="2026年第10期（总第34期）", office="某市市域社会治理中心", issuer="李某某",
    made_on=date(2026, 11, 3), mark="内部资料 注意保存", period=Period("month", date(2026, 10, 1), date(2026, 10, 31), "2026年10月"),
    scope="某市", as_of=datetime(2026, 11, 3, 9, 10), snapshot="000001-20261103T091000", language="zh", blocks=BLOCKS,
)  # fmt: skip
PRINTABLE = Printable(REPORT, (PLATE,))


def with_blocks(*blocks: Block, **more: Any) -> Printable:
    return Printable(replace(REPORT, blocks=blocks), (), **more)


def parts(made: bytes) -> dict[str, ET.Element]:
    with ZipFile(BytesIO(made)) as archive:
        return {name: ET.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith((".xml", ".rels"))}  # noqa: S314


def styled(made: bytes, style: str) -> list[str]:
    return [one.text for one in Document(BytesIO(made)).paragraphs if one.style is not None and one.style.name == style]


@pytest.fixture(scope="module")
def made() -> bytes:
    return render(PRINTABLE)


def test_the_head_of_a_bulletin(made: bytes) -> None:
    lines = [one.text for one in Document(BytesIO(made)).paragraphs]
    assert lines[:4] == ["内部资料 注意保存\t签发：李某某", REPORT.title, REPORT.number, "某市市域社会治理中心\t2026年11月3日"]
    assert "某市　数据截至2026年11月3日9时10分" in lines
    assert not re.search("机密|秘密|绝密", "".join(lines))
    root = parts(made)["word/document.xml"]
    assert root.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}") is not None
    margins = root.find(f".//{qn('w:pgMar')}")
    assert margins is not None
    sides = {side: round(int(margins.get(qn(f"w:{side}"), "0")) / 1440 * 25.4) for side in ("top", "bottom", "left", "right")}
    assert sides == {"top": 37, "bottom": 35, "left": 28, "right": 26}


def test_headings_are_headings_in_the_faces_of_their_levels(made: bytes) -> None:
    assert styled(made, "Heading 1") == ["本月要览", "一、群众诉求运行情况"]
    assert styled(made, "Heading 2") == ["（一）受理总体", "（二）存在问题"]
    assert (styled(made, "附件序号"), styled(made, "附件标题")) == (["附件1"], ["主要指标一览"])
    styles = {one.get(qn("w:styleId")): one for one in parts(made)["word/styles.xml"].iter(qn("w:style"))}
    faces = {name: styles[name].find(f".//{qn('w:rFonts')}") for name in ("Heading1", "Heading2", "AnnexTitle")}
    assert [face.get(qn("w:eastAsia")) for face in faces.values() if face is not None] == ["黑体", "楷体_GB2312", "方正小标宋简体"]
    assert [styles[f"Heading{level}"].find(f".//{qn('w:outlineLvl')}").get(qn("w:val")) for level in (1, 2)] == ["0", "1"]  # type: ignore[union-attr]
    assert styles["AnnexTitle"].find(qn("w:basedOn")).get(qn("w:val")) == "Heading1"  # type: ignore[union-attr]
    with ZipFile(BytesIO(made)) as archive:
        assert b"Theme=" not in archive.read("word/styles.xml")
        assert b"themeColor" not in archive.read("word/styles.xml")


def test_tables_are_tables(made: bytes) -> None:
    first, second = Document(BytesIO(made)).tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["类型", "受理量（件）", "占比（%）"], ["城市管理", "1,220", "75.00"], ["住房物业", "407", "25.00"], ["合计", "1,627", "100.00"],
    ]  # fmt: skip
    xml = first._tbl
    rows = list(xml.iter(qn("w:tr")))
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [True, False, False, False]
    assert [one.get(qn("w:val")) for one in rows[1].iter(qn("w:jc"))] == ["left", "right", "right"]
    assert [one.get(qn("w:fill")) for one in rows[3].iter(qn("w:shd"))] == ["F2F2F2"] * 3
    assert all(cell.find(qn("w:p")) is not None for cell in xml.iter(qn("w:tc")))
    caption = xml.getprevious()
    assert "表1" in "".join(caption.itertext())
    assert caption.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
    assert "注：占比为占合计的比重。" in "".join(xml.getnext().itertext())
    assert len(second.rows) == 4


def test_pictures_say_what_they_show(made: bytes) -> None:
    (shape,) = Document(BytesIO(made)).inline_shapes
    held: Any = shape._inline.docPr
    assert (held.get("descr"), held.get("name")) == (FIGURE.alt, "F_trend_1")
    assert abs(shape.width.mm - 156) < 0.01
    lines = [one.text for one in Document(BytesIO(made)).paragraphs]
    assert lines.index("图1　诉求量走势") == next(at for at, text in enumerate(lines) if "6.11" in text) + 4, "below its picture"


@pytest.mark.parametrize("plates", [(replace(PLATE, png=None, why=NO_BROWSER),), (replace(PLATE, png=b"no picture"),), ()])
def test_a_picture_that_is_missing_says_why_and_gives_its_numbers(plates: tuple[Plate, ...]) -> None:
    document = Document(BytesIO(render(Printable(REPORT, plates))))
    text = "\n".join(one.text for one in document.paragraphs)
    assert ("图片无法识别" if plates and plates[0].png else NO_BROWSER.zh) in text
    if plates:
        assert [[cell.text for cell in row.cells] for row in document.tables[1].rows] == [
            ["日期", "诉求量（件）"], ["2026-10-01", "200"], ["2026-10-02", "—"],
        ]  # fmt: skip


def test_what_people_write_is_asked_for(made: bytes) -> None:
    assert "［由起草单位填写］" in "".join(parts(made)["word/document.xml"].itertext())
    tag = parts(made)["word/document.xml"].find(f".//{qn('w:sdtPr')}/{qn('w:tag')}")
    assert tag is not None
    assert tag.get(qn("w:val")) == "people.problems"


def test_the_same_report_gives_the_same_file(made: bytes) -> None:
    assert render(PRINTABLE) == made
    properties = Document(BytesIO(made)).core_properties
    assert (properties.created, properties.modified) == (properties.modified, properties.created)
    assert properties.created is not None
    assert properties.created.date() == REPORT.made_on
    assert render(replace(PRINTABLE, report=replace(REPORT, number="2026年第11期"))) != made


def test_every_block_has_a_bookmark_of_its_own(made: bytes) -> None:
    marks = [one.get(qn("w:name"), "") for one in parts(made)["word/document.xml"].iter(qn("w:bookmarkStart"))]
    assert {name for name in block_names(REPORT) if name[0] != "F"} <= set(marks)
    assert len(marks) == len(set(marks))
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name, re.ASCII) for name in marks)
    keys = ["a.b", "a_b", "a__b", "很长的" * 30, "x" * 80, "", "a.b"]
    names = block_names(replace(REPORT, blocks=tuple(Paragraph(key, ()) for key in keys)))
    assert len(set(names)) == len(names)
    assert all(len(name) <= 36 for name in names)


def test_drafts_and_watermarks_stand_on_every_page() -> None:
    held = parts(render(replace(PRINTABLE, watermark='张某<b>&"', is_draft=True)))
    headers = [root for name, root in held.items() if name.startswith("word/header")]
    assert len(headers) == 2
    assert all("草稿　未签发" in "".join(root.itertext()) for root in headers)
    strings = [one.get("string") for root in headers for one in root.iter("{urn:schemas-microsoft-com:vml}textpath") if one.get("string")]
    assert strings == ['张某<b>&"'] * 2
    plain = parts(render(PRINTABLE))
    assert not any("草稿" in "".join(root.itertext()) for root in plain.values())


LONG = tuple(
    block for place in range(12)
    for block in (Section(1 + (place % 3 > 0), f"第{place}章"), Paragraph(f"p.{place}", (Run("压实责任逐区县建立整改清单，" * 50),)))
)  # fmt: skip


def test_a_long_report_has_its_contents_list_filled_in() -> None:
    made = render(with_blocks(*LONG))
    listed = styled(made, "toc 1") + styled(made, "toc 2")
    assert len(listed) == 12
    root = parts(made)["word/document.xml"]
    codes = "".join(one.text or "" for one in root.iter(qn("w:instrText")))
    assert r'TOC \o "1-2"' in codes
    assert codes.count("PAGEREF") == 12
    anchors = {one.get(qn("w:anchor")) for one in root.iter(qn("w:hyperlink"))}
    assert anchors <= {one.get(qn("w:name")) for one in root.iter(qn("w:bookmarkStart"))}
    settings = parts(made)["word/settings.xml"]
    assert settings.find(qn("w:updateFields")) is None
    assert not any(one.get(qn("w:dirty")) for one in root.iter())
    assert not styled(render(PRINTABLE), "toc 1")


def test_a_wide_table_turns_its_page() -> None:
    columns = tuple(Column(f"第{place}项主要指标", "number") for place in range(16))
    wide = Table("wide", "表1　很宽", columns, (tuple(1_234_567_890.5 for _ in columns),) * 3)
    made = render(with_blocks(Section(1, "一、总体"), wide, Section(1, "二、其他")))
    sizes = [one.get(qn("w:orient")) for one in parts(made)["word/document.xml"].iter(qn("w:pgSz"))]
    assert sizes == [None, "landscape", None]
    look = look_of(Grid([["列"] * 3, ["一", "二", "三"]], ["left"] * 3))
    assert (look.size, look.is_turned) == (10.5, False)
    assert abs(sum(look.widths) - 156) < 0.01


def test_widths_of_signs() -> None:
    assert width("汉字，") == 3
    assert longest_word("中2026-10-01 17:30文") == width("2026-10-01 17:30")
    assert longest_word("") == 0


HOSTILE = "坏\x00字\x1b符\ud800😀" + "A" * 400 + "\u202e=1+1\n第二行\t<b>&amp;]]>" + "很长" * 300
ORDERS = {
    "w:pPr": ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "tabs", "wordWrap", "snapToGrid", "spacing",
              "ind", "jc", "outlineLvl", "rPr", "sectPr"),
    "w:rPr": ("rStyle", "rFonts", "b", "bCs", "vanish", "color", "spacing", "sz", "szCs", "lang"),
    "w:tblPr": ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption"),
    "w:tcPr": ("tcW", "shd", "vAlign"), "w:trPr": ("cantSplit", "tblHeader"),
    # Headers and footers first, in any order among themselves.
    "w:sectPr": ("Reference", "type", "pgSz", "pgMar", "cols", "titlePg", "docGrid"),
}  # fmt: skip


def out_of_order(root: ET.Element) -> Iterator[str]:
    """What stands where Word does not look for it, or is not known here at all."""
    for name, wanted in ORDERS.items():
        for held in root.iter(qn(name)):
            found = [re.sub("(header|footer)(?=R)", "", child.tag.rpartition("}")[2]) for child in held]
            places = [wanted.index(one) if one in wanted else -1 for one in found]
            if -1 in places or places != sorted(places) or (name != "w:sectPr" and len(set(places)) != len(places)):
                yield f"{name}: {found}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_texts_do_not_break_it(language: str) -> None:
    bad = Table("bad", HOSTILE, (Column(HOSTILE), Column("数", "count")), ((HOSTILE, 1),) * 177, (HOSTILE, 177), HOSTILE)
    blocks = (
        Section(1, HOSTILE),
        Paragraph("a", (Run(HOSTILE),), (HOSTILE,)),
        bad,
        replace(FIGURE, caption=HOSTILE, alt=HOSTILE),
        Note(HOSTILE),
    )
    report = replace(REPORT, title=HOSTILE, office=HOSTILE, issuer=HOSTILE, scope=HOSTILE, number=HOSTILE, language=language, blocks=blocks)
    made = render(Printable(report, (PLATE,), watermark=HOSTILE, is_draft=True))
    held = parts(made)
    assert "😀" in "".join(held["word/document.xml"].itertext())
    assert "\u202e" not in "".join(held["word/document.xml"].itertext())
    for root in held.values():
        assert list(out_of_order(root)) == []
    ids = [one.get("id") for one in held["word/document.xml"].iter(qn("wp:docPr"))]
    assert len(ids) == len(set(ids)) == 1
    assert len(Document(BytesIO(made)).tables[0].rows) == 179


def test_a_report_of_nothing_is_a_file_too() -> None:
    empty = Printable(replace(REPORT, blocks=(), number="", office="", issuer="", as_of=None), ())
    assert Document(BytesIO(render(empty))).paragraphs[0].text == REPORT.mark
    assert FORMATS["docx"].render is render


def test_english_reports_speak_english() -> None:
    english = replace(
        REPORT, language="en", blocks=(Section(1, "Annex 1: Key figures"), replace(BLOCKS[9], runs=(Run("(to be written)"),)), FIGURE)
    )  # type: ignore[type-var]
    words = "".join(parts(render(Printable(english, ())))["word/document.xml"].itertext())
    assert all(
        said in words for said in ("Annex 1", "Key figures", "[to be written]", "Signed by: ", "3 November 2026", "could not be drawn")
    )


@pytest.fixture(scope="module")
def october(demo_view: View) -> Printable:
    report = report_of(demo_view, span_holding("month", date(2026, 10, 1)), office="某市市域社会治理中心")
    # Every fourth chart could not be drawn.
    plates = [replace(PLATE, figure=one, **({} if at % 4 else {"png": None, "why": NO_BROWSER})) for at, one in enumerate(report.figures)]
    return Printable(report, tuple(plates), "内部使用", is_draft=True)


def test_our_own_file_passes_the_checks(october: Printable, tmp_path: Path) -> None:
    (tmp_path / "october.docx").write_bytes(render(october))
    assert check_file(tmp_path / "october.docx") == []


def test_the_pages_as_printed(october: Printable, office: str, tmp_path: Path) -> None:
    made = render(october)
    (tmp_path / "r.docx").write_bytes(made)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "r.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    printed = subprocess.run(["pdftotext", "-layout", tmp_path / "r.pdf", "-"], check=True, capture_output=True, text=True).stdout
    pages = [re.sub(r"\s", "", page) for page in printed.split("\f")[:-1]]
    assert "目录" in pages[1]
    assert all(f"—{place}—" in page and "未签发" in page for place, page in enumerate(pages, 1))
    listed = styled(made, "toc 1") + styled(made, "toc 2")
    assert len(listed) > 25
    for line in listed:
        said, _, number = line.rpartition("\t")
        words = re.sub(r"\s", "", re.sub(r"^附件\d+", "", said))
        stands = [place for place, page in enumerate(pages, 1) if words in page and place != 2]
        assert any(abs(place - int(number)) <= 1 for place in stands), f"{line}: {stands}"
    for page in pages:
        # No heading is the last line of its page, no caption is parted from its table.
        assert not re.search(r"(（[一二三四五六七]）\w{2,12}|表\d+\w+)—\d+—$", page)
