"""What the template of the PDF is told: a report's words and cells as plain data, with the sizes they are printed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from dashboard.reports.column_widths import INSET, LONGEST_WORD, height, laid, signs
from dashboard.reports.model import Figure, Note, Paragraph, Report, Section, Table
from dashboard.reports.ooxml import cleaned
from dashboard.reports.plain import rows_text
from dashboard.reports.plates import Plate, Printable
from dashboard.reports.printed_words import numbers_of, picture_of, plates_by_figure, signed_text
from dashboard.reports.word.contents import FROM_PAGES, TITLE
from dashboard.reports.word.wording import (
    DRAFT,
    MORE_ROWS,
    MOST_ROWS,
    NO_PICTURE,
    annex_of,
    footnote_texts,
    made_on_text,
    paragraph_text,
    remark_text,
    scope_line,
    why_of,
)  # fmt: skip

POINTS = 72 / 25.4
# The width of the text on an upright page and on one on its side.
ACROSS, ALONG = 156 * POINTS, 225 * POINTS
TITLE_MOST, TITLE_LEAST = 36.0, 22.0
# How many signs of an entry stand in one line of a column of the contents.
CONTENTS_SIGNS = 15
# A table no higher than this, in points, is not broken over pages.
WHOLE = 190.0
TOO_LONG = re.compile(rf"[^\s\u2e80-\uffff]{{{LONGEST_WORD + 1},}}")
# A day and its time stay in one line.
A_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)")
BREAK = "\u200b"
UNKNOWN_SIGN = "〓"


@dataclass(frozen=True)
class Told:
    """The template's data, and the pictures by the names it calls them."""

    data: dict[str, Any]
    pictures: dict[str, bytes]


def told(made: Printable) -> Told:
    """All that is printed. Nothing in it is markup."""
    report = made.report
    day = report.made_on
    title, watermark = written(report.title), written(made.watermark)
    pictures = {f"{place}.png": png for place, plate in enumerate(made.plates) if (png := picture_of(plate)) is not None}
    size = max(min(TITLE_MOST, ACROSS / max(signs(title), 1) * 0.98), TITLE_LEAST)
    data = {
        "language": report.language, "name": f"{title} {written(report.number)}".strip(), "author": written(report.office),
        "made": {"year": day.year, "month": day.month, "day": day.day}, "date": made_on_text(report),
        "mark": written(report.mark), "signed": written(signed_text(report)), "title": soft(title), "title-size": size,
        "number": written(report.number), "office": written(report.office), "period": soft(report.period.name),
        "scope": soft(scope_line(report)),
        "watermark": watermark, "watermark-width": signs(watermark), "draft": DRAFT.in_(report.language) if made.is_draft else "",
        "contents": _contents(report), "blocks": list(_sideways_together(_blocks(made))),
    }  # fmt: skip
    return Told(data, pictures)


def _blocks(made: Printable) -> Iterator[dict[str, Any]]:
    figures = enumerate(plates_by_figure(made))
    for block in made.report.blocks:
        if isinstance(block, Section):
            yield {"kind": "section", "level": block.level, "text": soft(block.heading), "annex": _annex(block)}
        elif isinstance(block, Paragraph):
            yield _paragraph(block, made.report)
        elif isinstance(block, Table):
            yield _table(block, made.report.language)
        elif isinstance(block, Figure):
            place, (figure, plate) = next(figures)
            yield _figure(place, figure, plate, made.report.language)
        elif isinstance(block, Note):
            yield {"kind": "note", "text": soft(block.text)}


def _contents(report: Report) -> dict[str, Any]:
    """The list of contents: from how many pages on, and how many lines its two columns have."""
    entries = [block for block in report.blocks if isinstance(block, Section) and block.level <= 2]
    lines = sum(ceil((signs(one.heading) + one.level) / CONTENTS_SIGNS) for one in entries)
    return {"title": TITLE.in_(report.language), "from": FROM_PAGES, "lines": ceil(lines / 2) + 1}


def _annex(section: Section) -> dict[str, str] | None:
    found = annex_of(section)
    return None if found is None else {"word": written(found[0]), "title": soft(found[1])}


def _paragraph(part: Paragraph, report: Report) -> dict[str, Any]:
    runs = [{"text": soft(run.text), "strong": run.is_strong} for run in part.runs if run.text]
    if part.is_for_people:
        runs = [{"text": soft(paragraph_text(part, report.language)), "strong": False}]
    return {"kind": "paragraph", "runs": runs, "notes": [soft(note) for note in footnote_texts(part, report.language)]}


def _table(table: Table, language: str) -> dict[str, Any]:
    texts = [[A_TIME.sub("\\1\u00a0\\2", written(cell)) for cell in row] for row in rows_text(table)]
    size = laid(texts, [column.kind != "text" for column in table.columns], ACROSS, ALONG)
    heads, *rows = [[soft(cell) for cell in row] for row in texts]
    total = rows.pop() if table.total else None
    columns = [
        {"title": head, "align": column.align, "width": width}
        for head, column, width in zip(heads, table.columns, size.widths, strict=True)
    ]
    return {
        "kind": "table", "caption": soft(table.caption), "columns": columns, "rows": rows, "total": total,
        "note": soft(remark_text(table, language)), "size": size.size, "inset": INSET,
        "is-sideways": size.is_sideways, "is-whole": height(texts, size) <= WHOLE,
    }  # fmt: skip


def _figure(place: int, figure: Figure, plate: Plate | None, language: str) -> dict[str, Any]:
    """A picture; where there is none its numbers, and why."""
    if plate is not None and picture_of(plate) is not None:
        return {
            "kind": "figure", "path": f"{place}.png", "caption": soft(figure.caption),
            "alt": written(figure.alt) or written(figure.caption), "width": plate.width_mm, "height": plate.height_mm,
        }  # fmt: skip
    why = NO_PICTURE.in_(language).format(why=why_of(plate).in_(language))
    if plate is None or not plate.table.headings:
        return {"kind": "note", "text": soft(f"{figure.caption} {why}")}
    table = numbers_of(plate)
    count = len(table.rows)
    more = MORE_ROWS.in_(language).format(n=count, m=MOST_ROWS) if count > MOST_ROWS else ""
    return _table(replace(table, caption=figure.caption, rows=table.rows[:MOST_ROWS], note=f"{why}{more}"), language)


def _sideways_together(blocks: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Wide tables that follow one another stand on the same pages, and with them the headings right before them."""
    held: list[dict[str, Any]] = []
    for block in blocks:
        if block.get("is-sideways") or (block["kind"] == "section" and block["annex"] is None):
            held.append(block)
            continue
        yield from _parted(held)
        held = []
        yield block
    yield from _parted(held)


def _parted(held: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Headings and wide tables: from the first heading that a wide table follows to the last table, pages on their side."""
    tables = [place for place, block in enumerate(held) if block["kind"] == "table"]
    if tables:
        yield {"kind": "sideways", "blocks": held[: tables[-1] + 1]}
    yield from held[tables[-1] + 1 :] if tables else held


def written(text: str) -> str:
    """A text as it can be printed: without signs that control, hide or turn others; private ones are unknown ones."""
    kept = (UNKNOWN_SIGN if unicodedata.category(sign) == "Co" else sign for sign in cleaned(text) if unicodedata.category(sign) != "Cf")
    return "".join(kept).replace("\t", " ")


def soft(text: str) -> str:
    """A text that fits any line: words too long for one may break anywhere."""
    return TOO_LONG.sub(lambda match: BREAK.join(match[0]), written(text))
