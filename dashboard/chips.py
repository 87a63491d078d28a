"""What a page is filtered to, as chips under its filter bar: each says one choice, and takes it off when pressed."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import brief_path
from dashboard.filter_words import NAMES, name_of, word
from dashboard.filters import Filters
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View

OFF = Text("去掉筛选：{}", "Take off: {}")
SAID = Text("{name}：{value}", "{name}: {value}")
# More are told as a number: a bar of chips is no list.
MOST = 12
BRIEFS = {"units": ("unit", "unit_code"), "divisions": ("division", "division_code")}
BRIEF = Text("一页通 →", "On one page →")
MORE = Text("另有 {} 项", "{} more")


def chips(view: View, wish: Filters) -> list[Component]:
    """A button for each code chosen, in the order of the choices; nothing where nothing is chosen."""
    chosen = [(choice, code) for choice in NAMES for code in getattr(wish, choice)]
    made: list[Component] = [_chip(view, choice, code) for choice, code in chosen[:MOST]]
    made += _briefs(view, wish)
    return [*made, html.Span(view.say(MORE).format(len(chosen) - MOST))] if len(chosen) > MOST else made


def _chip(view: View, choice: str, code: str) -> Component:
    said = view.say(SAID).format(name=view.say(name_of(choice, code)), value=word(view, choice, code))
    off = view.say(OFF).format(said)
    label: dict[str, Any] = {"aria-label": off}
    return html.Button([said, html.Span("×")], id=ids.chip(choice, code), n_clicks=0, className="filter-chip", title=off, **label)


def _briefs(view: View, wish: Filters) -> list[Component]:
    """The way to the brief of the unit, or of the division, that alone is chosen."""
    one = [(kind, getattr(wish, choice)[0], dimension) for choice, (kind, dimension) in BRIEFS.items() if len(getattr(wish, choice)) == 1]
    known = [(kind, code) for kind, code, dimension in one if code in labels(view.engine, dimension).index][:1]
    return [html.A(view.say(BRIEF), href=brief_path(kind, code, wish), className="filter-brief") for kind, code in known]


def without(wish: Filters, choice: str, code: str) -> Filters:
    """The wish with one code of a choice let go."""
    if choice not in NAMES:
        return wish
    return wish.model_copy(update={choice: tuple(held for held in getattr(wish, choice) if held != code)})
