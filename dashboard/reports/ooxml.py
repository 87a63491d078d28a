"""The parts of Office Open XML that python-docx has no words for: Chinese faces, indents in signs, borders, frames, fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

# The official faces cannot be bundled: they are named.
FANG, LATIN = "仿宋_GB2312", "Times New Roman"
SONG_TITLE, HEI, KAI, SONG = "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
# Sizes of print by their Chinese numbers, in points.
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22.0, 16.0, 14.0, 10.5
TEXT_WIDTH, SIGNS_A_LINE = 156.0, 28
# The width of one sign of the grid, in points.
SIGN = TEXT_WIDTH / 25.4 * 72 / SIGNS_A_LINE
RED = RGBColor(0xE6, 0x00, 0x12)
# What XML cannot hold, or would read as something else; and the signs that make other signs be read in another order.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class Face:
    """How a run of signs looks; its size in points."""

    name: str = FANG
    size: float = SIZE_3
    bold: bool = False
    red: bool = False


def cleaned(text: str) -> str:
    """A text as XML can hold it."""
    return UNWRITABLE.sub("", text)


def run(paragraph: Any, text: str, face: Face, *, tabs: bool = False) -> Any:
    made = paragraph.add_run(cleaned(text) if tabs else cleaned(text).replace("\t", " "))
    made.font.size, made.font.bold = Pt(face.size), face.bold
    if face.red:
        made.font.color.rgb = RED
    fonts(made._element.get_or_add_rPr(), face.name)  # noqa: SLF001 the Chinese face has no name in python-docx
    return made


def fonts(properties: Any, name: str) -> None:
    """The face of Chinese signs and of Latin ones; setting the font's name alone does nothing to Chinese."""
    held = properties.get_or_add_rFonts()
    for old in list(held.attrib):
        del held.attrib[old]
    for place, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", name), ("cs", LATIN)):
        held.set(qn(f"w:{place}"), value)


def indent(paragraph: Any, first: float, *, hanging: float = 0, left: float = 0, right: float = 0) -> None:
    """Indents in signs, as the grid counts them: of the first line, of the further lines beyond it, of all lines, from the right."""
    signs = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001 indents by signs have no name in python-docx
    for old in list(signs.attrib):
        del signs.attrib[old]
    shares = {"left": left + first + hanging, "hanging": hanging} if hanging else {"left": left, "firstLine": first}
    for name, count in {**shares, "right": right}.items():
        # By signs for Word, in twips for who does not know signs.
        signs.set(qn(f"w:{name}Chars"), str(round(count * 100)))
        signs.set(qn(f"w:{name}"), str(round(count * SIGN * 20)))


def border(paragraph: Any, side: str, colour: str, eighths: int) -> None:
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 borders of paragraphs have no name in python-docx
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("w:pBdr")
        properties.append(borders)
    borders.append(element(f"w:{side}", val="single", sz=eighths, space="1", color=colour))
    order(properties)


def narrow(table: Any) -> None:
    """Cells that leave their text the room."""
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=57, type="dxa"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001 margins of cells have no name in python-docx
    look.addprevious(margins)


def at_the_foot(table: Any) -> None:
    """A table at the lower edge of its page's text, between rules."""
    properties = table._tbl.tblPr  # noqa: SLF001 floating tables have no name in python-docx
    place = {
        "leftFromText": 0,
        "rightFromText": 0,
        "vertAnchor": "margin",
        "horzAnchor": "margin",
        "tblpXSpec": "left",
        "tblpYSpec": "bottom",
    }
    at = 1 if properties.find(qn("w:tblStyle")) is not None else 0
    properties.insert(at, element("w:tblpPr", **place))
    borders = element("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 4)):
        borders.append(element(f"w:{side}", val="single", sz=eighths, space=0, color="000000"))
    look = properties.find(qn("w:tblLook"))
    look.addprevious(borders) if look is not None else properties.append(borders)


# Word takes a paragraph's properties in this order alone.
IN_ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs",
    "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd",
    "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "jc", "textAlignment", "outlineLvl", "rPr", "sectPr",
)  # fmt: skip


def order(properties: Any) -> None:
    """Put a paragraph's properties into the order Word asks for."""
    ranks = {qn(f"w:{name}"): place for place, name in enumerate(IN_ORDER)}
    properties[:] = sorted(properties, key=lambda one: ranks.get(one.tag, len(ranks)))


def flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(element(name))  # noqa: SLF001 flags of rows have no name in python-docx


def field(paragraph: Any, code: str, face: Face) -> None:
    """A field that Word counts by itself."""
    for part in (element("w:fldChar", fldCharType="begin"), code, element("w:fldChar", fldCharType="end")):
        held = run(paragraph, "", face)
        if isinstance(part, str):
            text = element("w:instrText")
            text.text = part
            held._element.append(text)  # noqa: SLF001 fields have no name in python-docx
        else:
            held._element.append(part)  # noqa: SLF001


def element(name: str, /, **attributes: object) -> Any:
    made: Any = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made
