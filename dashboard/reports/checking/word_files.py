"""Reads a .docx into lines and grids, with merged cells; what was struck out by a reviewer is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from dashboard.reports.checking.document import Grid, Line, Unreadable
from dashboard.texts import Text

NOT_DOCX = Text("不是完好的 .docx 文件", "not a sound .docx file")
# What holds blocks besides the body: content controls and tracked insertions.
WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")}


def read_word(path: Path) -> list[Line | Grid]:
    """The paragraphs and tables of a .docx in order. Raises Unreadable."""
    try:
        body = docx.Document(str(path)).element.body
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError, OSError) as error:
        raise Unreadable(NOT_DOCX) from error
    parts: list[Line | Grid] = []
    lines = tables = 0
    for block in _blocks(body):
        if block.tag == qn("w:tbl"):
            tables += 1
            parts.append(Grid(Text(f"表{tables}", f"Table {tables}"), tuple(_rows(block))))
            continue
        text = _text(block).strip()
        if text:
            lines += 1
            parts.append(Line(Text(f"第{lines}段", f"Paragraph {lines}"), text))
    return parts


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in WRAPPERS:
            yield from _blocks(child)


def _text(element: Any) -> str:
    """The words of a paragraph or cell as a reader sees them."""
    said: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:p")):
        if node.tag == qn("w:t"):
            said.append(node.text or "")
        elif node.tag == qn("w:p"):
            said.append("\n" if said else "")
        else:
            said.append("\t" if node.tag == qn("w:tab") else "\n")
    return "".join(said)


def _rows(table: Any) -> Iterator[tuple[str | None, ...]]:
    for row in table.iterchildren(qn("w:tr")):
        cells: list[str | None] = [""] * _number(row, "w:trPr/w:gridBefore")
        for cell in _cells(row):
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            continues = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
            cells.append(None if continues else _text(cell))
            cells += [None] * (max(_number(cell, "w:tcPr/w:gridSpan"), 1) - 1)
        yield tuple(cells)


def _cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren():
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in WRAPPERS:
            yield from _cells(child)


def _number(element: Any, path: str) -> int:
    found = element.find("/".join(qn(name) for name in path.split("/")))
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return int(value) if value.isdigit() else 0
