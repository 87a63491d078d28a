"""Meetings of the committee: agenda on frozen numbers, shown step by step, decided, and put into minutes."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.meeting_cards import meeting_parts, window
from dashboard.texts import Text
from dashboard.view import View

PATH = "/pilots/meeting"
TITLE = Text("工作会议", "Meetings")
HAS = "pilots"
IN_MENU = False


def layout(view: View, query: dict[str, str]) -> Component:
    return window(view, query) or page(view, TITLE, meeting_parts(view, query), path=PATH, kind="pilots")
