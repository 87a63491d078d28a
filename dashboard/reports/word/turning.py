"""Pages turned on their side within a Word report, for tables too wide to be read upright."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Pt

from dashboard.reports.ooxml import element, order


class Turning:
    """Ends a section where the page turns, and once more where it turns back."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.upright = deepcopy(document.element.body.sectPr)
        self.is_turned = False

    def to(self, is_turned: bool) -> None:
        if is_turned != self.is_turned:
            self._close()
            self.is_turned = is_turned
            self._open()

    def end(self) -> None:
        self.to(is_turned=False)

    def _close(self) -> None:
        """What was written so far becomes a section of its own: its last paragraph says so. Headings go with what they head."""
        body = self.document.element.body
        place = len(body) - 2
        while self.is_turned is False and place > 0 and _is_heading(body[place]):
            place -= 1
        last = body[place]
        if last.tag != qn("w:p") or last.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            paragraph = self.document.add_paragraph(style="小字")
            paragraph.paragraph_format.line_spacing = Pt(2)
            last.addnext(paragraph._p)  # noqa: SLF001
            last = paragraph._p  # noqa: SLF001
        properties = last.get_or_add_pPr()
        properties.append(deepcopy(body.sectPr))
        order(properties)

    def _open(self) -> None:
        """The section from here on."""
        body = self.document.element.body
        section = deepcopy(self.upright)
        if self.is_turned:
            size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
            wide, high = size.get(qn("w:w")), size.get(qn("w:h"))
            turned = element("w:pgSz", w=high, h=wide, orient="landscape")
            size.getparent().replace(size, turned)
            sides = {side: margins.get(qn(f"w:{side}")) for side in ("top", "bottom", "left", "right")}
            # Turned to the left: what was the upper edge is the left one's opposite, and the fold stays at the fold.
            for side, was in (("top", "left"), ("bottom", "right"), ("left", "bottom"), ("right", "top")):
                margins.set(qn(f"w:{side}"), sides[was])
        body.replace(body.sectPr, section)


def _is_heading(element: Any) -> bool:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") if element.tag == qn("w:p") else None
    return style is not None and style.get(qn("w:val"), "").startswith("Heading")
