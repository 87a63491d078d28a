"""The Word file that people finished as it is issued: no mark of a draft, the number and the day it was given."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import docx
from docx.oxml.ns import qn

from dashboard.reports.model import Report
from dashboard.reports.word.wording import DRAFT, made_on_text

# The number and the day stand in the head of the first page.
HEAD = 20
WATERMARK = "PowerPlusWaterMarkObject"


def as_issued(data: bytes, draft: Report, issued: Report) -> bytes:
    """The file of a draft as it is issued."""
    document = docx.Document(io.BytesIO(data))
    mark = DRAFT.in_(draft.language)
    for paragraph in _headers(document):
        held = paragraph._p  # noqa: SLF001 pictures behind the text have no name of their own
        for run in [one for one in held.iter(qn("w:r")) if _is_watermark(one)]:
            run.getparent().remove(run)
        _replace(paragraph, {mark: ""})
    words = {made_on_text(draft): made_on_text(issued), draft.number: issued.number}
    for paragraph in document.paragraphs[:HEAD]:
        _replace(paragraph, {was: now for was, now in words.items() if was})
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _is_watermark(run: Any) -> bool:
    """However Word keeps it: as VML, or as a drawing with VML for older programs."""
    return any(WATERMARK in str(value) for part in run.iter() for value in part.attrib.values())


def _headers(document: Any) -> Iterator[Any]:
    for section in document.sections:
        for header in (section.header, section.even_page_header, section.first_page_header):
            if not header.is_linked_to_previous:
                yield from header.paragraphs


def _replace(paragraph: Any, words: Mapping[str, str]) -> None:
    """Words in a paragraph by others, in the hand they are written in; Word may have cut them into several runs."""
    text = paragraph.text
    for was, now in words.items():
        if was not in text or was == now:
            continue
        for run in paragraph.runs:
            if was in run.text:
                run.text = run.text.replace(was, now)
        if was in paragraph.text and paragraph.runs:
            first, *others = [run for run in paragraph.runs if run.text]
            first.text = paragraph.text.replace(was, now)
            for run in others:
                run.text = ""
