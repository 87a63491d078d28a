"""Appeals: where, what, how fast, and what is late."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import chart_card
from dashboard.texts import Text
from dashboard.view import View

PATH = "/tickets"
TITLE = Text("群众诉求", "Appeals")


def layout(view: View) -> Component:
    return html.Div([chart_card("trend", view, "tickets")], className="grid")
