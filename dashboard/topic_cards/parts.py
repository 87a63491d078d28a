"""What the cards of hot topics share: their frame, links onward, small lines, names and times as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.filters import Filters
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

CATEGORY, PLACE_NAME, UNIT_NAME = Text("小类", "Minor category"), Text("地点", "Place"), Text("承办单位", "Unit")
OPEN, OVERDUE, PEOPLE = Text("在办", "Open"), Text("超期", "Overdue"), Text("人数", "People")
FIRST, LAST = Text("首件", "First"), Text("末件", "Last")
LISTED = Text("共 {total}，列出前 {shown}。", "{total} in all, the first {shown} listed.")


@dataclass(frozen=True)
class Topic:
    """A card with a table: `rule` says in one sentence what stands in it, `fill` gives its inside for a wish."""

    name: str
    title: Text
    rule: Callable[[View], str]
    fill: Callable[[View, Filters], list[Component]]
    # What else the city must have.
    needs: str = "tickets"


def topic_card(topic: Topic, view: View) -> Component:
    """The place for a card; its callback fills it."""
    head = html.Div(html.H2(view.say(topic.title)), className="card-head")
    rule = html.P(topic.rule(view), className="card-note")
    return html.Section([head, rule, html.Div(id=ids.part(topic.name), className="topic")], className=f"card card-free topic-{topic.name}")


def said(view: View, text: Text, **values: object) -> Component:
    """A sentence of findings above a table."""
    return html.P(view.say(text).format(**values), className="topic-said")


def none(view: View, text: Text, **values: object) -> Component:
    return html.P(view.say(text).format(**values), className="none")


def total_line(view: View, total: int, shown: int) -> list[Component]:
    """Says how many are not listed; nothing where all are."""
    return [said(view, LISTED, total=f"{total:,}", shown=f"{shown:,}")] if total > shown else []


def names_of(view: View, dimension: str) -> Callable[[object], str]:
    """What codes of a dimension are called; “—” for none."""
    held = labels(view.engine, dimension)["label_en" if view.language == "en" else "label"]
    return lambda code: str(held.get(code, code)) if is_known(code) else MISSING


def is_known(code: object) -> bool:
    return isinstance(code, str) and code != ""


def onward(text: Any, path: str, wish: Filters, **choices: object) -> Component:
    """A link to a page, narrowed as the wish is and further by `choices`."""
    return html.A(text, href=f"{path}?{wish.model_copy(update=choices).to_query()}")


def days(wish: Filters, since: date, until: date) -> Filters:
    """The wish over days of its own."""
    return wish.model_copy(update={"period": "custom", "since": since, "until": until})


def one_ticket(text: Any, key: str) -> Component:
    return html.A(text, href=f"/ticket?number={quote(key)}")


def day(at: datetime | pd.Timestamp) -> Component:
    return html.Span(f"{at:%Y-%m-%d}", title=f"{at:%Y-%m-%d %H:%M}")


def number(value: float, alarm: bool = False) -> Any:
    """A count as printed; one of what is late is red as soon as there is one, nothing is faint."""
    if not value > 0:
        return html.Span("0", className="faint")
    return html.B(f"{value:,.0f}", className="is-poor") if alarm else f"{value:,.0f}"


def small_line(values: Iterable[float], asked: int, expected: float, view: View) -> Component:
    """Weeks as bars, the `asked` last ones in the accent; a dotted line where the usual week lies."""
    look, held = view.theme("office"), list(values)
    most = max([*held, expected, 1.0])
    bars = "".join(
        f"<rect x='{place * 4}' y='{22 - 21 * value / most:.1f}' width='3' height='{21 * value / most + 1:.1f}'"
        f" fill='{look.accent if place >= len(held) - asked else look.context}'/>"
        for place, value in enumerate(held)
    )
    usual = 22 - 21 * expected / most
    line = f"<line x1='0' x2='{len(held) * 4}' y1='{usual:.1f}' y2='{usual:.1f}' stroke='{look.faint}' stroke-dasharray='2 2'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {len(held) * 4} 23'>{bars}{line}</svg>"
    return html.Img(src="data:image/svg+xml," + quote(svg), alt="", className="topic-line")
