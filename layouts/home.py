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
HAS = ""
# Metric, the period it speaks of, and what a city must have for it; then the platforms.
FIGURES = (
    ("reported_count", "today", "tickets"), ("reported_count", "yesterday", "tickets"), ("completed_count", "yesterday", "tickets"),
    ("open_count", "", "tickets"), ("overdue_open", "", "tickets"), ("on_time_closure", "yesterday", "tickets"),
    ("satisfaction_rate", "last_7_days", "tickets"), ("disputes_received", "yesterday", "disputes"), ("risks_high_open", "", "risks"),
)  # fmt: skip
# What stands there in a city without tickets.
OTHER_FIGURES = (
    ("task_count", "", "pilots"), ("task_completion", "", "pilots"), ("tasks_red", "", "pilots"), ("negative_hits", "", "pilots"),
    ("disputes_received", "yesterday", "disputes"), ("disputes_open", "", "disputes"), ("mediation_success", "", "disputes"),
    ("risks_open", "", "risks"), ("risks_high_open", "", "risks"),
)  # fmt: skip
OTHER_CHARTS = (("disputes_flow", "disputes"), ("disputes_map", "disputes"), ("risk_months", "risks"))


def layout(view: View, _query: dict[str, str]) -> Component:
    has, has_tickets = view.city.has, "tickets" in view.city.has
    keys = [key_card(code, "home", period) for code, period, needed in (FIGURES if has_tickets else OTHER_FIGURES) if needed in has]
    cards = [part_of_day("attention", "card")]
    if has_tickets:
        cards += [chart_card("trend", view, "home"), part_of_day("places", "card"), chart_card("division_map", view, "home")]
    else:
        cards += [chart_card(name, view, "home") for name, needed in OTHER_CHARTS if needed in has]
    guard = html.P(id=ids.guard("tickets"), className="guard") if has_tickets else html.P(className="guard")
    figures = html.Div([*keys, part_of_day("platforms", "key-card")], className="keys keys-ten")
    screen = html.Div([doors(view), figures, html.Div(cards, className="day"), guard], className="one-screen")
    kind = next((kind for kind in ("tickets", "disputes", "risks") if kind in has), "tickets")
    return page(view, TITLE, [wish_store(view), screen], path=PATH, kind=kind)
