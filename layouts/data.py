"""The Data page: what was delivered, what was not taken, and what can be done about it."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.data_cards import batches_card
from dashboard.texts import Text
from dashboard.view import View

PATH = "/data"
TITLE = Text("数据管理", "Data")
HAS = ""


def layout(view: View, query: dict[str, str]) -> Component:
    return page(view, TITLE, [batches_card(view, query)], path=PATH)
