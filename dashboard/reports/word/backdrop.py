"""What stands on every page behind or above the text: the watermark, and the word that this is a draft."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from dashboard.reports.ooxml import HEI, SIZE_5, TEXT_WIDTH, Face, cleaned, run
from dashboard.reports.word.widths import width

V, O = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"  # noqa: E741 the schema's own letter
PALE = "#dcdcdc"
LARGEST, LONGEST = 80.0, 60
# Along the diagonal of the text.
REACH = 0.92 * TEXT_WIDTH / 25.4 * 72

# How Word bends letters along a straight line.
FORMULAS = (
    "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0", "if @0 21600 @1", "if @0 0 @2",
    "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7", "sum @6 0 @5",
)  # fmt: skip


def write_backdrop(document: Any, watermark: str, draft: str) -> None:
    """On every page of every section: sections without headers of their own take the first one's."""
    section = document.sections[0]
    for place, (header, align) in enumerate(((section.header, ALIGN.RIGHT), (section.even_page_header, ALIGN.LEFT)), 1):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = align
        if draft:
            run(paragraph, draft, Face(HEI, SIZE_5))
        if said := " ".join(cleaned(watermark).split())[:LONGEST]:
            run(paragraph, "", Face(size=SIZE_5))._element.append(_picture(said, place))  # noqa: SLF001 pictures of VML have no name


def _picture(text: str, number: int) -> Any:
    """The text as Word's own watermarks are made: pale letters, turned, behind the words and in the middle of the page."""
    high = min(LARGEST, REACH / max(width(text), 1))
    style = ";".join((
        "position:absolute", "margin-left:0", "margin-top:0", f"width:{high * width(text):.1f}pt", f"height:{high:.1f}pt", "rotation:315",
        "z-index:-251658752", *(f"mso-position-{way}:center;mso-position-{way}-relative:margin" for way in ("horizontal", "vertical")),
    ))  # fmt: skip
    formulas = "".join(f'<v:f eqn="{said}"/>' for said in FORMULAS)
    return parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="{V}" xmlns:o="{O}"><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        f'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>{formulas}</v:formulas><v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" alt={quoteattr(text)} '
        f'style="{style}" o:allowincell="f" fillcolor="{PALE}" stroked="f"><v:fill opacity=".5"/>'
        f"<v:textpath style=\"font-family:'SimHei';font-size:1pt\" string={quoteattr(text)}/></v:shape></w:pict>"
    )
