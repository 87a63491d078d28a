"""The start page: the city's day in one screen, with doors to the rest."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, door, key_card, page, wish_store
from dashboard.texts import DOOR_TICKETS, DOOR_WALL, Text
from dashboard.view import View

PATH = "/"
TITLE = Text("今日概览", "Today")
HAS = "tickets"
# With a period of its own, or the city's.
FIGURES = (
    ("reported_count", "today"), ("reported_count", ""), ("open_count", ""), ("overdue_open", ""), ("on_time_closure", ""),
    ("satisfaction_rate", ""),
)  # fmt: skip


def layout(view: View, _query: dict[str, str]) -> Component:
    cards = [key_card(code, "home", period) for code, period in FIGURES]
    charts = [
        chart_card("trend", view, "home", "l"), chart_card("backlog_age", view, "home", "s"),
        chart_card("categories", view, "home", "s"), chart_card("division_map", view, "home", "s"), chart_card("events", view, "home", "s"),
    ]  # fmt: skip
    doors = html.Div([door("/tickets", DOOR_TICKETS, view), door("/wall", DOOR_WALL, view)], className="doors")
    guard = html.P(id=ids.guard("tickets"), className="guard")
    return page(
        view, TITLE, [wish_store(view), html.Div(cards, className="keys"), html.Div(charts, className="grid"), guard, doors], path=PATH
    )
