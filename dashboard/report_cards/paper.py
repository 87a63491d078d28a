"""A report as a sheet to be read in the browser: headings, paragraphs, tables, charts by their words, notes; paragraphs can be edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.report_cards import words
from dashboard.report_cards.hands import Hand, anchor
from dashboard.report_cards.markup import aria
from dashboard.reports.model import Block, Column, Figure, Note, Paragraph, Report, Section, Table
from dashboard.reports.plain import cell_text
from dashboard.reports.spans import days_zh
from dashboard.view import View

# A table longer than this shows its first rows; the others open.
ROWS_SHOWN = 20


@dataclass(frozen=True)
class Ink:
    """What is shown on the paper beside what was generated: hands on paragraphs, where checks point, and whether one may write."""

    hands: Mapping[str, Hand] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    may_edit: bool = False

    def after(self, key: str) -> list[tuple[str, Hand]]:
        return [(name, hand) for name, hand in self.hands.items() if hand.after == key]


def paper(view: View, report: Report, blocks: Iterable[Block], ink: Ink) -> Component:
    """The whole report on one sheet."""
    return html.Article([*_head(report), *on_paper(view, blocks, ink)], className="rp-paper", lang=report.language)


def _head(report: Report) -> list[Component]:
    made = f"{report.made_on.year}年{days_zh(report.made_on, report.made_on)}" if report.language == "zh" else f"{report.made_on:%Y-%m-%d}"
    line = [report.office, f"{report.period.name}　{report.scope}", made]
    return [
        html.P(report.mark, className="rp-mark"),
        html.P(report.title, className="rp-title"),
        *([html.P(report.number, className="rp-number")] if report.number else []),
        html.P([html.Span(part) for part in line if part], className="rp-line"),
    ]


def on_paper(view: View, blocks: Iterable[Block], ink: Ink) -> list[Component]:
    """Blocks of a report, or of a part of one, as they stand on paper."""
    made: list[Component] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Section):
            tag = html.H2 if block.level == 1 else html.H3
            made.append(tag(block.heading, id=anchor("section", place), tabIndex=-1))
        elif isinstance(block, Paragraph):
            hand = ink.hands.get(block.key) or Hand("" if block.is_for_people else block.text, block.text)
            made.append(_paragraph(view, block, hand, ink))
            made += [_paragraph(view, Paragraph(key, ()), more, ink) for key, more in ink.after(block.key)]
        elif isinstance(block, Table):
            made.append(_table(view, block))
        elif isinstance(block, Figure):
            made.append(_figure(view, block))
        elif isinstance(block, Note):
            made.append(html.P(block.text, className="rp-note"))
    return made


def _paragraph(view: View, block: Paragraph, hand: Hand, ink: Ink) -> Component:
    awaits = block.is_for_people and not hand.text.strip()
    if not ink.may_edit and hand.is_left_out:
        return html.Span(id=anchor("par", block.key))
    look = {
        "is-awaiting": awaits, "is-people": block.is_for_people, "is-out": hand.is_left_out and not awaits, "is-stale": hand.is_stale,
        "is-edited": hand.is_edited and not awaits, ink.marks.get(block.key, ""): block.key in ink.marks,
    }  # fmt: skip
    text = view.say(words.AWAITS) if awaits else hand.generated if hand.is_left_out else hand.text
    body: list[Component] = [html.P(line, className="rp-words") for line in text.split("\n")]
    notes = [html.P(f"{view.say(words.FOOTNOTE)}{note}", className="rp-note") for note in block.footnotes]
    said: dict[str, Any] = {}
    if ink.may_edit:
        kept = {"key": block.key, "text": hand.text, "generated": "" if block.is_for_people else hand.generated, "after": hand.after}
        kept |= {"edited": "yes" if hand.is_edited else "", "stale": "yes" if hand.is_stale else "", "was": hand.was}
        kept |= {"own": "yes" if block.is_for_people or hand.after else ""}
        said = attributes(**kept)
        name = view.say(words.WRITE if awaits else words.EDIT)
        called = f"{name}：{text[:20]}" if view.language == "zh" else f"{name}: {text[:20]}"
        body.append(html.Button(name, className="rp-edit", **aria(label=called)))
    classes = " ".join(["rp-par", *(name for name, is_so in look.items() if is_so)])
    return html.Div(
        [*body, *_marks(view, hand, awaits=awaits), *notes], id=anchor("par", block.key), className=classes, tabIndex=-1, **said
    )


def _marks(view: View, hand: Hand, *, awaits: bool) -> list[Component]:
    """Who wrote a paragraph, and whether what is generated there has changed since."""
    if awaits or not hand.is_edited:
        return []
    by = f" · {hand.by}" if hand.by else ""
    told = words.LEFT_OUT if hand.is_left_out else words.ADDED if hand.after else words.EDITED
    said = [html.Span(f"✎ {view.say(told)}{by}", className="is-accent")]
    if hand.is_stale:
        said.append(html.Span(f"◆ {view.say(words.STALE)}", className="is-warn"))
    return [html.P(said, className="rp-marks")]


def _table(view: View, block: Table) -> Component:
    head = html.Thead(html.Tr([html.Th(column.title, className=column.align, scope="col") for column in block.columns]))
    rows = [_row(block.columns, row) for row in block.rows]
    total = [_row(block.columns, block.total, "rp-total")] if block.total else []
    shown, rest = rows[:ROWS_SHOWN], rows[ROWS_SHOWN:]
    held: list[Component] = [html.P(block.caption, className="rp-caption"), _sheet(block, [head, html.Tbody([*shown, *total])])]
    if rest:
        count = view.say(words.MORE_ROWS).format(f"{len(rest):,}")
        held.append(html.Details([html.Summary(count), _sheet(block, [head, html.Tbody(rest)])], className="rp-more"))
    if block.note:
        held.append(html.P(block.note, className="rp-note"))
    return html.Div(held, id=anchor("table", block.key), className="rp-block", tabIndex=-1)


def _sheet(block: Table, rows: list[Component]) -> Component:
    """A table that scrolls sideways within the paper, by keys too."""
    return html.Div(html.Table(rows), className="rp-table", tabIndex=0, role="region", **aria(label=block.caption))


def _row(columns: tuple[Column, ...], row: tuple[Any, ...], look: str = "") -> Component:
    cells = [html.Td(cell_text(column, cell), className=column.align) for column, cell in zip(columns, row, strict=True)]
    return html.Tr(cells, className=look)


def _figure(view: View, block: Figure) -> Component:
    """A chart is drawn on the pages; here it is what it shows, in words."""
    said = [html.P(block.alt, className="rp-alt"), html.P(block.caption, className="rp-caption")]
    return html.Div(said, id=anchor("figure", block.chart), className="rp-block rp-figure", title=view.say(words.ON_PAGES))
