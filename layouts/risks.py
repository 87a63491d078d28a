"""Risks: what is under control, how grave, where and whose, what is late; and the register itself."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import chart_card, filter_bar, key_card, page
from dashboard.filters import Filters
from dashboard.risk_register import register_card
from dashboard.texts import Text
from dashboard.view import View

PATH = "/risks"
TITLE = Text("风险防控", "Risks")
HAS = "risks"
CHOICES = ("divisions", "units", "levels", "risk_types")
FIGURES = ("risks_open", "risks_high_open", "risks_overdue", "risks_registered", "risks_closed", "risks_closed_rate")
CHARTS = (("risk_matrix", "s"), ("risk_types", "s"), ("risk_months", "s"), ("risk_places", "m"), ("risk_units", "m"))


def layout(view: View, query: dict[str, str]) -> Component:
    cards = html.Div([key_card(code, "risks") for code in FIGURES], className="keys")
    charts = html.Div([chart_card(name, view, "risks", size) for name, size in CHARTS], className="grid")
    bar = filter_bar(view, Filters.from_parts(query, view.city.period), CHOICES)
    return page(view, TITLE, [cards, charts, register_card(view)], path=PATH, bar=bar, kind="risks")
