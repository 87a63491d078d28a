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
from dashboard.reports.printed_words import (
    DRAFT,
    annex_of,
    day_text,
    footnote_texts,
    numbers_of,
    remark_text,
    request_text,
    scope_line,
    signed_text,
)  # fmt: skip
from dashboard.texts import Text

POINTS = 72 / 25.4
# The width of the text on an upright page and on one on its side.
ACROSS, ALONG = 156 * POINTS, 225 * POINTS
TITLE_MOST, TITLE_LEAST = 36.0, 22.0
CONTENTS, CONTENTS_FROM = Text("目　录", "Contents"), 10
# How many signs of an entry stand in one line of a column of the contents.
CONTENTS_SIGNS = 15
# A table no higher than this, in points, is not broken over pages.
WHOLE = 190.0
NOT_DRAWN = Text("{why}，下列其数据。", "{why}; its numbers are listed.")
CUT = Text("仅列前{n}行，其余{m}行见 Excel 文件。", "The first {n} rows; {m} more are in the Excel file.")
MOST_NUMBERS = 40
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
    pictures = {f"{place}.png": plate.png for place, plate in enumerate(made.plates) if plate.png is not None}
    data = {
        "language": report.language, "name": " ".join(part for part in (title, written(report.number)) if part), "author": written(report.office),
        "made": {"year": day.year, "month": day.month, "day": day.day}, "mark": written(report.mark), "title": soft(title),
        "title-size": max(min(TITLE_MOST, ACROSS / max(signs(title), 1) * 0.98), TITLE_LEAST), "number": written(report.number),
        "office": written(report.office), "date": day_text(day, report.language),
        "signed": written(signed_text(report)), "period": soft(report.period.name),
        "scope": soft(scope_line(report)), "watermark": watermark,
        "watermark-width": signs(watermark), "draft": DRAFT.in_(report.language) if made.is_draft else "",
        "contents": _contents(report), "blocks": list(_sideways_together(_blocks(made))),
    }  # fmt: skip
    return Told(data, pictures)


def _blocks(made: Printable) -> Iterator[dict[str, Any]]:
    plates = iter(enumerate(made.plates))
    for block in made.report.blocks:
        if isinstance(block, Section):
            yield {"kind": "section", "level": block.level, "text": soft(block.heading), "annex": _annex(block)}
        elif isinstance(block, Paragraph):
            yield _paragraph(block, made.report)
        elif isinstance(block, Table):
            yield _table(block, made.report.language)
        elif isinstance(block, Figure):
            place, plate = next(plates)
            yield _figure(place, plate, made.report.language)
        elif isinstance(block, Note):
            yield {"kind": "note", "text": soft(block.text)}


def _contents(report: Report) -> dict[str, Any]:
    """The list of contents: from how many pages on, and how many lines its two columns have."""
    entries = [block for block in report.blocks if isinstance(block, Section) and block.level <= 2]
    lines = sum(ceil((signs(one.heading) + one.level) / CONTENTS_SIGNS) for one in entries)
    return {"title": CONTENTS.in_(report.language), "from": CONTENTS_FROM, "lines": ceil(lines / 2) + 1}


def _annex(section: Section) -> dict[str, str] | None:
    found = annex_of(section)
    return None if found is None else {"word": written(found[0]), "title": soft(found[1])}


def _paragraph(part: Paragraph, report: Report) -> dict[str, Any]:
    runs = [{"text": soft(run.text), "strong": run.is_strong} for run in part.runs if run.text]
    if part.is_for_people:
        runs = [{"text": soft(request_text(part, report.language)), "strong": False}]
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
        "kind": "table", "caption": soft(table.caption), "columns": columns, "rows": rows, "total": total, "note": soft(remark_text(table, language)),
        "size": size.size, "inset": INSET, "is-sideways": size.is_sideways, "is-whole": height(texts, size) <= WHOLE,
    }  # fmt: skip


def _figure(place: int, plate: Plate, language: str) -> dict[str, Any]:
    if plate.png is None:
        return _table(_first_numbers(plate, language), language)
    return {
        "kind": "figure", "path": f"{place}.png", "caption": soft(plate.figure.caption), "alt": written(plate.figure.alt),
        "width": plate.width_mm, "height": plate.height_mm,
    }  # fmt: skip


def _first_numbers(plate: Plate, language: str) -> Table:
    """What stands where a chart could not be drawn: its numbers, and why."""
    table = numbers_of(plate)
    more = CUT.in_(language).format(n=MOST_NUMBERS, m=len(table.rows) - MOST_NUMBERS) if len(table.rows) > MOST_NUMBERS else ""
    return replace(table, rows=table.rows[:MOST_NUMBERS], note=NOT_DRAWN.in_(language).format(why=plate.why.in_(language)) + more)


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
