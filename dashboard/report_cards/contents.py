"""The contents of a report at the left of its desk: each heading a link, with marks of what waits beneath it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.report_cards import words
from dashboard.report_cards.hands import anchor
from dashboard.report_cards.markup import aria
from dashboard.report_cards.paper import Ink
from dashboard.reports.model import Block, Paragraph, Section
from dashboard.view import View

# From the gravest; only the gravest is shown.
SIGNS = {
    "is-blocked": ("▲", "is-bad"), "is-awaiting": ("◇", "is-warn"), "is-stale": ("◆", "is-warn"), "has-finding": ("●", "is-warn"),
    "is-edited": ("✎", "is-accent"),
}  # fmt: skip


def contents(view: View, blocks: Sequence[Block], ink: Ink) -> Component:
    """The outline of a report."""
    lines = []
    for place, block in enumerate(blocks):
        if isinstance(block, Section):
            mark = _mark(view, blocks, place, ink)
            link = html.A([html.Span(block.heading), *mark], href=f"#{anchor('section', place)}")
            lines.append(html.Li(link, className="" if block.level == 1 else "is-part"))
    title = view.say(words.CONTENTS)
    head = html.H2(title)
    return html.Nav([head, html.Ol(lines)], className="card card-free rp-contents", **aria(label=title))


def _mark(view: View, blocks: Sequence[Block], place: int, ink: Ink) -> list[Component]:
    """The gravest mark of the paragraphs beneath a heading, up to the next."""
    held: set[str] = set()
    for block in blocks[place + 1 :]:
        if isinstance(block, Section):
            break
        if isinstance(block, Paragraph):
            held |= marks_of(block, ink)
    found = next((name for name in SIGNS if name in held), None)
    if found is None:
        return []
    sign, look = SIGNS[found]
    return [html.B(sign, className=look, title=view.say(words.MARKS[found]))]


def marks_of(block: Paragraph, ink: Ink) -> set[str]:
    """What is to be said of a paragraph."""
    hand = ink.hands.get(block.key)
    held = {ink.marks[block.key]} if block.key in ink.marks else set()
    if block.is_for_people and not (hand and hand.text.strip()):
        return held | {"is-awaiting"}
    if hand is None:
        return held
    return held | {"is-stale" if hand.is_stale else "is-edited"}
