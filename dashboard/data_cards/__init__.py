"""The Data page's parts: platforms, batches, what was not taken, definitions, published figures, walls."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.data_cards.batches import batches
from dashboard.data_cards.figures import definitions, published
from dashboard.data_cards.platforms import platforms
from dashboard.data_cards.refused import refused
from dashboard.data_cards.walls import walls
from dashboard.filters import one_of
from dashboard.texts import Text
from dashboard.view import View

__all__ = ["PARTS", "data_parts"]

PARTS: dict[str, tuple[Text, Callable[[View, dict[str, str]], list[Component]]]] = {
    "platforms": (Text("平台与质量", "Platforms"), platforms),
    "batches": (Text("装载批次", "Batches"), batches),
    "refused": (Text("退回与待认", "Not taken"), refused),
    "definitions": (Text("指标口径", "Definitions"), definitions),
    "published": (Text("公开数字", "Published figures"), published),
    "walls": (Text("大屏设备", "Walls"), walls),
}


def data_parts(view: View, query: dict[str, str], path: str) -> list[Component]:
    """The row of parts to choose from, and the chosen one."""
    chosen = one_of(query, "part")
    chosen = chosen if chosen in PARTS else "platforms"
    links = [
        html.A(view.say(text), href=f"{path}?{urlencode({'part': name})}", className="is-here" if name == chosen else "")
        for name, (text, _) in PARTS.items()
    ]
    return [html.Nav(links, className="parts"), *PARTS[chosen][1](view, query)]
