"""Reports of pilot targets: a unit fills in, its head confirms, the committee reviews; everybody sees how many are how far."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.submission_cards import report_parts
from dashboard.texts import Text
from dashboard.view import View

PATH = "/pilots/report"
TITLE = Text("试点填报", "Pilot reports")
HAS = "pilots"
IN_MENU = False


def layout(view: View, query: dict[str, str]) -> Component:
    return page(view, TITLE, report_parts(view, query), path=PATH, kind="pilot_observations")
