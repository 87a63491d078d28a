"""Data: which platform is late, what was delivered, what was not taken, what every number means."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.data_cards import data_parts
from dashboard.texts import Text
from dashboard.view import View

PATH = "/data"
TITLE = Text("数据管理", "Data")
HAS = ""


def layout(view: View, query: dict[str, str]) -> Component:
    return page(view, TITLE, data_parts(view, query, PATH), path=PATH)
