"""The styles of an official paper in Word: real headings in Chinese faces, nothing of the empty document's colours."""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from dashboard.reports.ooxml import FANG, HEI, KAI, LATIN, SIGN, SONG_TITLE, TEXT_WIDTH

# What is kept of the empty document's 164 styles.
KEPT = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header", "Footer")
HEADING_FACES = {1: HEI, 2: KAI, 3: FANG, 4: FANG}
TWO_SIGNS = f'<w:ind w:firstLineChars="200" w:firstLine="{round(2 * SIGN * 20)}"/>'
RIGHT_TAB = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{round(TEXT_WIDTH / 25.4 * 1440)}"/></w:tabs>'


def faces(chinese: str) -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{chinese}" w:cs="{LATIN}"/>'


def _style(ident: str, name: str, paragraph: str, letters: str, *, based: str = "Normal", following: str = "", quick: bool = True) -> str:
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="{ident}"><w:name w:val="{name}"/><w:basedOn w:val="{based}"/>{after}'
        f'<w:uiPriority w:val="9"/>{"<w:qFormat/>" if quick else ""}<w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>'
    )


def _exactly(points: float) -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{round(points * 20)}" w:lineRule="exact"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _written(pitch: float) -> list[str]:
    headings = [
        _style(f"Heading{level}", f"heading {level}", f'<w:keepNext/><w:keepLines/>{TWO_SIGNS}<w:jc w:val="left"/>'
               f'<w:outlineLvl w:val="{level - 1}"/>', faces(face), following="Normal")
        for level, face in HEADING_FACES.items()
    ]  # fmt: skip
    centred = '<w:jc w:val="center"/>'
    picture = '<w:keepNext/><w:spacing w:before="60" w:after="0" w:line="240" w:lineRule="auto"/>'
    second = f'<w:ind w:leftChars="200" w:left="{round(2 * SIGN * 20)}"/>'
    return [
        *headings,
        _style("Title", "Title", centred, faces(SONG_TITLE) + _size(22), following="Normal"),
        # An annex: its number at the edge, its title in the middle; a first heading for all that reads headings.
        _style("AnnexNumber", "附件序号", "<w:keepNext/><w:pageBreakBefore/>" + '<w:jc w:val="left"/>', faces(HEI)),
        _style("AnnexTitle", "附件标题", '<w:ind w:firstLineChars="0" w:firstLine="0"/>' + centred, faces(SONG_TITLE) + _size(22),
               based="Heading1", following="Normal"),
        _style("Caption", "caption", f'<w:keepLines/>{_exactly(19)}{centred}', faces(HEI) + _size(12)),
        _style("SmallPrint", "小字", f'{_exactly(16)}<w:jc w:val="left"/>', faces(FANG) + _size(10.5)),
        _style("Picture", "图片", picture + centred, _size(10.5)),
        _style("TOCHeading", "TOC Heading", f'<w:spacing w:after="{round(pitch * 20)}"/>{centred}', faces(SONG_TITLE) + _size(22)),
        _style("TOC1", "toc 1", RIGHT_TAB, faces(HEI) + _size(14), quick=False),
        _style("TOC2", "toc 2", RIGHT_TAB + second, faces(FANG) + _size(12), quick=False),
    ]  # fmt: skip


def write_styles(document: Any, pitch: float, language: str = "zh") -> None:
    """Own styles instead of the empty document's, no theme, and the language that spelling is checked in."""
    root = document.styles.element
    for style in list(root.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in KEPT:
            root.remove(style)
    for held in list(root.iter(qn("w:link"))):
        held.getparent().remove(held)
    for xml in _written(pitch):
        root.append(parse_xml(xml))
    defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    plain = "en-US" if language == "en" else "zh-CN"
    new = parse_xml(f'<w:rPr {nsdecls("w")}>{faces(FANG)}{_size(10.5)}<w:lang w:val="en-US" w:eastAsia="{plain}" w:bidi="ar-SA"/></w:rPr>')
    defaults.getparent().replace(defaults, new)
    spacing = root.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}/{qn('w:spacing')}")
    if spacing is not None:
        spacing.getparent().remove(spacing)
    _newest_layout(document)


def _newest_layout(document: Any) -> None:
    """Word lays it out by its own rules of today, not by those of an old version; nothing is updated when it is opened."""
    settings = document.settings.element
    for held in settings.iter(qn("w:compatSetting")):
        if held.get(qn("w:name")) == "compatibilityMode":
            held.set(qn("w:val"), "15")
    for held in settings.findall(qn("w:themeFontLang")):
        held.set(qn("w:eastAsia"), "zh-CN")
    for name in ("w:rsids", "w:zoom", "w:proofState", "w:savePreviewPicture"):
        for held in settings.findall(qn(name)):
            settings.remove(held)
