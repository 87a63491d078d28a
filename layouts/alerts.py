"""Alerts: what somebody should see to now, made for a phone; what closed of late; and the rules they come from."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.alert_cards import alerts_place
from dashboard.components import page
from dashboard.texts import Text
from dashboard.view import View

PATH = "/alerts"
TITLE = Text("预警", "Alerts")
HAS = ""


def layout(view: View, _query: dict[str, str]) -> Component:
    return page(view, TITLE, alerts_place(), path=PATH)
