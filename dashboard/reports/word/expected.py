"""What the Word file of a report says when nobody edited it, bookmark by bookmark: what an edited file is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dashboard.reports.model import Block, Figure, Note, Paragraph, Report, Section, Table
from dashboard.reports.word import wording
from dashboard.reports.word.names import annex_name, block_names, caption_name, head_name, remark_name

What = Literal["paragraph", "request", "heading", "caption", "note", "head"]


@dataclass(frozen=True)
class Expected:
    """The words under one bookmark; `key` is the block's own, or its heading, caption or chart where it has none."""

    name: str
    what: What
    key: str
    text: str


def expected_words(report: Report) -> list[Expected]:
    """All words in their order; tables and pictures apart."""
    head = {"mark": report.mark, "title": report.title, "number": report.number, "period": report.period.name,
            "scope": wording.scope_line(report)}  # fmt: skip
    found = [Expected(head_name(part), "head", part, text) for part, text in head.items() if text]
    found.insert(len(found) - 2, Expected(head_name("issued"), "head", "issued", f"{report.office}\t{wording.made_on_text(report)}"))
    if report.issuer:
        signed = wording.SIGNED_BY.in_(report.language).format(report.issuer)
        found[0] = Expected(head_name("mark"), "head", "mark", f"{report.mark}\t{signed}")
    for block, name in zip(report.blocks, block_names(report), strict=True):
        found += _of_block(block, name, report.language)
    return found


def _of_block(block: Block, name: str, language: str) -> Iterator[Expected]:
    if isinstance(block, Section):
        annex = wording.annex_of(block)
        if annex:
            yield Expected(annex_name(name), "heading", block.heading, annex[0])
        yield Expected(name, "heading", block.heading, annex[1] if annex else block.heading)
    elif isinstance(block, Paragraph):
        yield Expected(name, "request" if block.is_for_people else "paragraph", block.key, wording.paragraph_text(block, language))
        for place, text in enumerate(wording.footnote_texts(block, language)):
            yield Expected(remark_name(name, place), "note", block.key, text)
    elif isinstance(block, Table):
        yield Expected(caption_name(name), "caption", block.key, block.caption)
        if block.note:
            yield Expected(remark_name(name), "note", block.key, wording.remark_text(block, language))
    elif isinstance(block, Figure):
        yield Expected(caption_name(name), "caption", block.chart, block.caption)
    elif isinstance(block, Note):
        yield Expected(name, "note", "", block.text)
