"""Supervision slips: which units have what over its limit, what a slip to them says, and what was answered."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.supervision_cards import supervision_parts
from dashboard.texts import Text
from dashboard.view import View

PATH = "/reports/supervision"
TITLE = Text("督办与催办", "Supervision")
HAS = "tickets"
IN_MENU = False


def layout(view: View, query: dict[str, str]) -> Component:
    return page(view, TITLE, supervision_parts(view, query), path=PATH)
