"""The start page: the day in one screen, what needs attention first; every line leads to a filtered view."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, doors, key_card, page, part_of_day, wish_store
from dashboard.texts import Text
from dashboard.view import View

PATH = "/"
TITLE = Text("今日概览", "Today")
HAS = "tickets"
# Metric, the period it speaks of, and what a city must have for it; then the platforms.
FIGURES = (
    ("reported_count", "today", "tickets"), ("reported_count", "yesterday", "tickets"), ("completed_count", "yesterday", "tickets"),
    ("open_count", "", "tickets"), ("overdue_open", "", "tickets"), ("on_time_closure", "yesterday", "tickets"),
    ("satisfaction_rate", "last_7_days", "tickets"), ("disputes_received", "yesterday", "disputes"), ("risks_high_open", "", "risks"),
)  # fmt: skip


def layout(view: View, _query: dict[str, str]) -> Component:
    keys = [key_card(code, "home", period) for code, period, needed in FIGURES if needed in view.city.has]
    cards = [
        part_of_day("attention", "card"), chart_card("trend", view, "home"), part_of_day("places", "card"),
        chart_card("division_map", view, "home"),
    ]  # fmt: skip
    guard = html.P(id=ids.guard("tickets"), className="guard")
    figures = html.Div([*keys, part_of_day("platforms", "key-card")], className="keys keys-ten")
    screen = html.Div([doors(view), figures, html.Div(cards, className="day"), guard], className="one-screen")
    return page(view, TITLE, [wish_store(view), screen], path=PATH)
