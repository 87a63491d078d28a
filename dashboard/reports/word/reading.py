"""Reads the body of an edited Word file: paragraphs with the bookmarks in them, tables, pictures; tracked changes count as accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WRAPPERS = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
# What was struck out, and what is shown in place of something newer.
GONE = {qn("w:del"), qn("w:moveFrom"), f"{MC}Fallback", qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:txbxContent")}
PICTURES = {qn("w:drawing"), qn("w:pict"), qn("w:object")}
# Where entries of a contents list lead: to headings of ours, or to what Word and LibreOffice make of them.
ANCHORS = ("S_", "_Toc", "__RefHeading")
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


@dataclass
class Read:
    """One paragraph: its words, where in them bookmarks begin, which end in it, the names of its pictures."""

    text: str = ""
    starts: list[tuple[int, str]] = field(default_factory=list)
    ends: set[str] = field(default_factory=set)
    pictures: list[str] = field(default_factory=list)
    # It belongs to a contents list.
    is_listed: bool = False
    # Its mark was struck out: it runs on into the next paragraph.
    runs_on: bool = False


@dataclass
class ReadTable:
    """One table: its cells, the bookmarks in them, and the title it carries."""

    rows: list[list[str]]
    names: list[str]
    caption: str


def read_body(document: Any) -> list[Read | ReadTable]:
    """Everything in the order it stands."""
    found: list[Read | ReadTable] = []
    known: dict[str, str] = {}
    waiting: list[str] = []
    for element in _blocks(document.element.body):
        if element.tag == qn("w:bookmarkStart"):
            known[element.get(qn("w:id"), "")] = element.get(qn("w:name"), "")
            waiting.append(element.get(qn("w:name"), ""))
        elif element.tag == qn("w:bookmarkEnd"):
            last = next((one for one in reversed(found) if isinstance(one, Read)), None)
            if last is not None and (name := known.get(element.get(qn("w:id"), ""))):
                last.ends.add(name)
        elif element.tag == qn("w:tbl"):
            found.append(_table(element, [*waiting]))
            waiting = []
        else:
            made = _paragraph(element, known)
            made.starts = [*((0, name) for name in waiting), *made.starts]
            waiting = []
            before = found[-1] if found else None
            if isinstance(before, Read) and before.runs_on:
                found[-1] = _joined(before, made)
            else:
                found.append(made)
    return found


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag in (qn("w:p"), qn("w:tbl"), qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            yield child
        elif child.tag in WRAPPERS:
            yield from _blocks(child)


def _paragraph(element: Any, known: dict[str, str]) -> Read:
    made = Read()
    _gather(element, made, known)
    mark = element.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    made.runs_on = mark is not None and (mark.find(qn("w:del")) is not None or mark.find(qn("w:moveFrom")) is not None)
    return made


def _gather(parent: Any, made: Read, known: dict[str, str]) -> None:
    for child in parent.iterchildren():
        tag = child.tag
        if tag in GONE or not isinstance(tag, str):
            continue
        if tag == qn("w:t"):
            made.text += child.text or ""
        elif tag in SIGNS:
            made.text += SIGNS[tag]
        elif tag == qn("w:bookmarkStart"):
            known[child.get(qn("w:id"), "")] = child.get(qn("w:name"), "")
            made.starts.append((len(made.text), child.get(qn("w:name"), "")))
        elif tag == qn("w:bookmarkEnd"):
            made.ends.add(known.get(child.get(qn("w:id"), ""), ""))
        elif tag in PICTURES:
            made.pictures.append(next((one.get("name", "") for one in child.iter(qn("wp:docPr"))), ""))
        elif tag == qn("w:instrText"):
            made.is_listed = made.is_listed or "PAGEREF" in (child.text or "") or (child.text or "").strip().startswith("TOC")
        else:
            made.is_listed = made.is_listed or (tag == qn("w:hyperlink") and child.get(qn("w:anchor"), "").startswith(ANCHORS))
            _gather(child, made, known)


def _joined(first: Read, second: Read) -> Read:
    moved = [(at + len(first.text), name) for at, name in second.starts]
    return Read(first.text + second.text, first.starts + moved, first.ends | second.ends, first.pictures + second.pictures,
                first.is_listed or second.is_listed, second.runs_on)  # fmt: skip


def _table(element: Any, names: list[str]) -> ReadTable:
    title = element.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}")
    rows = [_row(row) for row in _parts(element, "w:tr") if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None]
    names = [*names, *(one.get(qn("w:name"), "") for one in element.iter(qn("w:bookmarkStart")))]
    return ReadTable(rows, names, title.get(qn("w:val"), "") if title is not None else "")


def _row(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in _parts(row, "w:tc"):
        lines: list[Read] = []
        for paragraph in cell.iter(qn("w:p")):
            made = _paragraph(paragraph, {})
            if lines and lines[-1].runs_on:
                lines[-1] = _joined(lines[-1], made)
            else:
                lines.append(made)
        cells.append("\n".join(line.text for line in lines))
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        wide = span.get(qn("w:val"), "1") if span is not None else "1"
        cells += [""] * (min(int(wide), 63) - 1 if wide.isdigit() else 0)
    return cells


def _parts(parent: Any, name: str) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag == qn(name):
            yield child
        elif child.tag in WRAPPERS:
            yield from _parts(child, name)
