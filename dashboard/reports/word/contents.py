"""The contents list of a Word report: a real field that Word can make again, already filled in, so that nobody is asked to update it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from dashboard.reports.ooxml import cleaned, element
from dashboard.texts import Text

TITLE = Text("目　录", "Contents")
# Pages from which on a report has one.
FROM_PAGES = 10
# All headings 1 and 2, and what fields say of the annexes; with links; not in the view for screens.
CODE = r' TOC \o "1-2" \f \h \z '
# The title and the room below it; the room of all entries together so that a list of some length still is one page.
ROOM = 19.5 * 28.95
LARGEST, SMALLEST = 28.95, 17.5


@dataclass(frozen=True)
class Entry:
    """A heading in the list: its level, its words, its bookmark."""

    level: int
    text: str
    name: str


def insert_contents(before: Any, entries: Sequence[Entry], pages: dict[str, int], language: str, *, on_new_page: bool) -> list[Any]:
    """Write the list before a paragraph; returns its paragraphs. Page numbers not known yet are left open."""
    title = _paragraph("TOCHeading")
    title.append(_run(TITLE.in_(language)))
    if on_new_page:
        title.pPr.append(element("w:pageBreakBefore"))
    made = [title]
    pitch = round(min(max(ROOM / max(len(entries), 1), SMALLEST), LARGEST) * 20)
    for place, entry in enumerate(entries):
        paragraph = _paragraph(f"TOC{entry.level}")
        paragraph.pPr.append(element("w:spacing", before=0, after=0, line=pitch, lineRule="exact"))
        if place == 0:
            for part in (_char("begin"), _code(CODE), _char("separate")):
                paragraph.append(part)
        paragraph.append(_link(entry, pages))
        if place == len(entries) - 1:
            paragraph.append(_char("end"))
        made.append(paragraph)
    for paragraph in made:
        before.addprevious(paragraph)
    return made


def fill_in(paragraphs: Sequence[Any], entries: Sequence[Entry], pages: dict[str, int]) -> None:
    """Page numbers into a list that stands."""
    for paragraph, entry in zip(paragraphs[1:], entries, strict=True):
        old = paragraph.find(qn("w:hyperlink"))
        old.getparent().replace(old, _link(entry, pages))


def hidden_entry(text: str, level: int) -> list[Any]:
    """The field by which an annex enters the list under its number, which stands in a line of its own."""
    said = cleaned(text).replace('"', "”").replace("\\", "＼").replace("\n", " ")
    return [_char("begin", hidden=True), _code(f' TC "{said}" \\f C \\l "{level}" ', hidden=True), _char("end", hidden=True)]


def _link(entry: Entry, pages: dict[str, int]) -> Any:
    link = element("w:hyperlink", anchor=entry.name, history=1)
    link.append(_run(entry.text))
    tab = _run("")
    tab.append(element("w:tab"))
    parts = [
        tab,
        _char("begin"),
        _code(f" PAGEREF {entry.name} \\h "),
        _char("separate"),
        _run(str(pages.get(entry.name, 0))),
        _char("end"),
    ]
    for part in parts:
        link.append(part)
    return link


def _paragraph(style: str) -> Any:
    return parse_xml(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>')


def _run(text: str, *, hidden: bool = False) -> Any:
    run = element("w:r")
    if hidden:
        properties = element("w:rPr")
        properties.append(element("w:vanish"))
        run.append(properties)
    if text:
        held = element("w:t")
        held.text = cleaned(text).replace("\n", " ").replace("\t", " ")
        held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(held)
    return run


def _char(kind: str, *, hidden: bool = False) -> Any:
    run = _run("", hidden=hidden)
    run.append(element("w:fldChar", fldCharType=kind))
    return run


def _code(code: str, *, hidden: bool = False) -> Any:
    run = _run("", hidden=hidden)
    held = element("w:instrText")
    held.text = code
    held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(held)
    return run
