"""The minutes: words by hand, the page by GB/T 9704 in the file itself, hostile texts, and the pages as a printer gives them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from docx import Document

from dashboard.meetings.agenda import CARRIED, FREE, NEGATIVE, RED
from dashboard.meetings.facts import Part
from dashboard.meetings.minutes import Concluded, Minutes, concluded, document, mark_of, opening, reported
from dashboard.reports.paper import chinese, ordinal
from dashboard.store.meetings import DECIDED, NOTED, POSTPONED
from tests.dashboard.test_meetings import facts
from tests.dashboard.word_rules import faults

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PART = Part("市教委", "Education", "万州", "Wanzhou", 17.9, 62.0, -27.4, "red", "2026-10-31", "佐证.pdf")
BEHIND = facts(
    "T1", label="法治课", measure_unit="课时", baseline=8.0, target=24.0, value=17.93, progress=62.0, elapsed=89.45, gap=-27.4, lamp="red",
    part_count=41, reported_count=40, lamps={"red": 2, "yellow": 1, "green": 37}, due_on="2026-12-31", lagging=[PART],
)  # fmt: skip
GATE = facts("N1", label="重特大事故", kind="negative", is_hit=True, hit_count=1, hit_on="2025-06-30", gap=None, lamp="", lagging=[PART])
ITEMS = (
    Concluded(NEGATIVE, "重特大事故", GATE, NOTED, number=1),
    Concluded(RED, "法治课", BEHIND, DECIDED, "逐校补课。", "市教委", date(2026, 12, 5), "按周报送", 2),
    Concluded(CARRIED, "综治中心", None, POSTPONED, carried="第10次会议议定：完成验收。", number=3),
    Concluded(FREE, "未研究的一项", None),
)
MINUTES = Minutes(
    "试点工作调度会", 11, "重庆市委政法委", datetime(2026, 11, 4, 9, 30), "三楼会议室", "李某某", "王某某",
    ["李某某　政法委书记", "张某某　副书记"], ["钱某某（出差）"], ["孙某某"], "各区县委政法委。", ITEMS, "000001-20261120T143000",
    datetime(2026, 11, 3, 2, 0), 3, "ab12" * 16, True, "李某某", datetime(2026, 11, 4, 11, 5),
)  # fmt: skip


def xml(made: bytes, part: str = "word/document.xml") -> ET.Element:
    with ZipFile(BytesIO(made)) as archive:
        return ET.fromstring(archive.read(part))  # noqa: S314 our own file


def paragraphs(made: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(made)).paragraphs]


def test_sentences_by_hand() -> None:
    assert opening(MINUTES) == (
        "2026年11月4日上午，李某某在三楼会议室主持召开试点工作调度会第11次会议，研究议题3项，议定1项。"
        "会议所用数字截至2026年11月3日2时，详见附件。现将会议情况纪要如下。"
    )
    assert reported(BEHIND) == (
        "基期8课时，目标24课时，2026年12月31日到期；最慢责任方现值17.93课时；进度62%，时间进度89.45%，慢于序时进度27.4个百分点，亮红灯。"
        "41条责任中3条慢于序时，落后较多的有万州（市教委）。1条责任尚未填报。"
    )
    assert reported(GATE) == "截至2026年10月31日，该项负面清单已触发1次，最近一次为2025年6月30日，涉及万州（市教委）。"
    assert concluded(ITEMS[1]) == "会议议定：逐校补课。由市教委负责，2026年12月5日前完成。按周报送。"
    assert concluded(ITEMS[0]) == "会议听取了有关情况。"
    assert concluded(ITEMS[2]) == "会议决定延后研究。"
    assert [mark_of(label) for label in ("调度会", "工作会议", "试点专题", "某某纪要")] == [
        "调度会纪要",
        "工作会议纪要",
        "试点专题会议纪要",
        "某某纪要",
    ]


def test_figures_are_written_as_official_papers_do() -> None:
    assert [chinese(number) for number in (1, 10, 11, 20, 21, 99, 100)] == ["一", "十", "十一", "二十", "二十一", "九十九", "100"]
    assert [ordinal(level, 2) for level in (1, 2, 3, 4)] == ["二、", "（二）", "2.", "（2）"]


def test_the_page_is_that_of_the_standard() -> None:
    made = document(MINUTES)
    section = xml(made).find(f".//{W}sectPr")
    assert section is not None
    margins, size, grid = (section.find(f"{W}{name}") for name in ("pgMar", "pgSz", "docGrid"))
    assert margins is not None
    assert size is not None
    assert grid is not None
    millimetres = {side: round(int(margins.get(f"{W}{side}", "0")) / 1440 * 25.4) for side in ("top", "bottom", "left", "right")}
    assert millimetres == {"top": 37, "bottom": 35, "left": 28, "right": 26}
    assert [round(int(size.get(f"{W}{side}", "0")) / 1440 * 25.4) for side in ("w", "h")] == [210, 297]
    assert grid.get(f"{W}type") == "linesAndChars"
    pitch = int(grid.get(f"{W}linePitch", "0"))
    assert 22 * pitch <= 225 / 25.4 * 1440 < 23 * pitch, "22 lines"
    styles = xml(made, "word/styles.xml")
    normal = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal")
    spacing, face = normal.find(f".//{W}pPr/{W}spacing"), normal.find(f".//{W}rFonts")
    assert spacing is not None
    assert face is not None
    assert (spacing.get(f"{W}lineRule"), spacing.get(f"{W}line"), face.get(f"{W}eastAsia")) == ("exact", "579", "仿宋_GB2312")
    assert xml(made, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    with ZipFile(BytesIO(made)) as archive:
        footers = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/footer")]
        assert 'altName w:val="仿宋' in archive.read("word/fontTable.xml").decode()
    assert len(footers) == 2
    assert all("PAGE" in one and one.count("—") == 2 for one in footers)
    assert {re.search(r'w:jc w:val="(\w+)"', one)[1] for one in footers} == {"right", "left"}  # type: ignore[index]


def test_faces_follow_the_levels() -> None:
    faces: dict[str, str] = {}
    for run in xml(document(MINUTES)).iter(f"{W}r"):
        font, said = run.find(f".//{W}rFonts"), "".join(text.text or "" for text in run.iter(f"{W}t"))
        if font is not None and said:
            faces[said] = font.get(f"{W}eastAsia", "")
    assert faces["试点工作调度会纪要"] == "方正小标宋简体"
    assert faces["一、负面清单触发事项"] == faces["出席："] == "黑体"
    assert faces["（一）重特大事故"] == "楷体_GB2312"
    assert faces[concluded(ITEMS[1])] == "仿宋_GB2312"


def test_the_form_of_minutes() -> None:
    made = document(MINUTES)
    said = paragraphs(made)
    assert said[:2] == ["试点工作调度会纪要", "（第11次）"]
    heads = [text for text in said if re.match(r"[一二三四五]、", text)]
    assert heads == ["一、负面清单触发事项", "二、以往会议交办事项", "三、红灯任务", "四、未及研究的议题"]
    assert said.index("出席：李某某　政法委书记") > said.index(f"附件：{'议定事项及所依据数字一览表'}") > said.index(heads[-1])
    assert "请假：钱某某（出差）" in said
    assert "列席：孙某某" in said
    assert not any("主送" in text for text in said)
    assert "2026年11月4日" in said[2]
    assert "2026年11月04日" not in "".join(said)
    assert "ab12" * 16 in said
    annex, imprint = Document(BytesIO(made)).tables
    assert [len(annex.rows), len(annex.columns)] == [4, 8]
    assert [cell.text for cell in annex.rows[2].cells][1:4] == ["法治课", "8课时／24课时", "17.93课时"]
    assert imprint.rows[0].cells[0].text == "分送：各区县委政法委。"
    flags = xml(made)
    assert len(list(flags.iter(f"{W}tblHeader"))) == 1
    assert len(list(flags.iter(f"{W}cantSplit"))) == 4
    assert len(Document(BytesIO(document(replace(MINUTES, sent_to="")))).tables) == 1
    assert "未研究的一项" not in "".join(said)
    assert "议程中另有1项未及研究，留待以后会议研究。" in said
    assert imprint.rows[1].cells[0].text.endswith("印发") or "印发" in "".join(cell.text for cell in imprint.rows[1].cells)


def test_unsigned_minutes_are_a_draft() -> None:
    made = document(replace(MINUTES, signed_by="", signed_at=None))
    assert paragraphs(made)[0] == "草稿　未签发"
    assert "".join(paragraphs(made)).count("草稿") == 1
    assert any(text.endswith("　　年　　月　　日") for text in paragraphs(made))
    assert "印发" not in "".join(text for part in parts(made) for text in ET.fromstring(part).itertext())  # noqa: S314 our own file
    assert "草稿" not in "".join(paragraphs(document(MINUTES)))


def test_nothing_in_it_is_out_of_words_order() -> None:
    assert faults(document(MINUTES)) == []
    made = BytesIO()
    with ZipFile(BytesIO(document(MINUTES))) as good, ZipFile(made, "w") as bad:
        for name in good.namelist():
            text = good.read(name)
            if name == "word/document.xml":
                text = re.sub(rb"(<w:rFonts[^>]*/>)(.*?)</w:rPr>", rb"\2\1</w:rPr>", text, count=1)
            bad.writestr(name, text)
    assert any("rPr in the order" in fault for fault in faults(made.getvalue()))


HOSTILE = "坏\x00字\x1b符\ud800😀" + "A" * 400 + "很长" * 700 + "\n第二行\t<b>&amp;"


def test_hostile_texts_do_not_break_it() -> None:
    bad = Concluded(
        FREE, HOSTILE, facts("X", label=HOSTILE, measure_unit=HOSTILE[:30]), DECIDED, HOSTILE, HOSTILE[:80], date(2026, 12, 5), HOSTILE
    )
    made = document(replace(MINUTES, label=HOSTILE[:80], items=[bad], chair=HOSTILE[:60], attended=[HOSTILE[:200]], sent_to=HOSTILE[:300]))
    assert "😀" in "".join(paragraphs(made))
    assert faults(made) == []
    assert all(ET.fromstring(part) is not None for part in parts(made))  # noqa: S314 our own file
    empty = replace(MINUTES, number=None, place="", chair="", recorder="", attended=[], excused=[], observing=[], sent_to="", items=[])
    assert opening(empty).startswith("2026年11月4日上午，召开试点工作调度会，研究议题0项")
    assert document(empty)


def parts(made: bytes) -> list[bytes]:
    with ZipFile(BytesIO(made)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]


@pytest.fixture(scope="session")
def office() -> str:
    """LibreOffice. Without it and poppler pages are not rendered; under CI that is a failure."""
    found = shutil.which("soffice")
    if found is None or shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a renderer: install libreoffice-writer-nogui and poppler-utils")
        pytest.skip("no LibreOffice or poppler on this machine: pages are not rendered")
    return found


def test_the_pages_as_printed(office: str, tmp_path: Path) -> None:
    long = replace(ITEMS[1], text="压实责任逐区县建立整改清单" * 70)
    (tmp_path / "m.docx").write_bytes(document(replace(MINUTES, items=[*ITEMS, long])))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "m.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    printed = subprocess.run(["pdftotext", "-bbox-layout", tmp_path / "m.pdf", "-"], check=True, capture_output=True, text=True).stdout
    pages: list[list[dict[str, Any]]] = []
    for page in printed.split("<page ")[1:]:
        lines = re.findall(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>', page, re.DOTALL)
        pages.append([{"left": float(x), "top": float(y), "right": float(r), "text": "".join(re.findall(r">([^<]+)</word>", held))}
                      for x, y, r, _, held in lines])  # fmt: skip
    assert 3 <= len(pages) <= 6
    body = [line for line in pages[1] if 37 / 25.4 * 72 - 8 < line["top"] < (297 - 35) / 25.4 * 72]
    tops = sorted({round(line["top"]) for line in body})
    assert len(tops) == 22, "a full page has 22 lines"
    widest = max(len(line["text"]) for line in body if not re.search(r"[ -~，。]", line["text"]))
    assert widest == 28, "a full line has 28 signs"
    for place, lines in enumerate(pages, 1):
        (number,) = [line for line in lines if re.fullmatch(rf"—{place}—", line["text"])]
        assert (number["left"] > 300) == (place % 2 == 1), "odd pages have their number on the right, even ones on the left"
    assert "附件" in "".join(line["text"] for line in pages[-1] + pages[-2])
