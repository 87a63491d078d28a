"""The schedule of reports: what is drafted by itself and when, how each period stands, and where its files went."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.schedule_cards import schedule_parts
from dashboard.texts import Text
from dashboard.view import View

PATH = "/reports/schedule"
TITLE = Text("自动编报", "Reports by themselves")
HAS = ""
IN_MENU = False


def layout(view: View, _query: dict[str, str]) -> Component:
    return page(view, TITLE, schedule_parts(view), path=PATH, kind="")
