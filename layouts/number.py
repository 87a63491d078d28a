"""The anatomy of a number: what it means, what it is made of, how it divides, and the rows behind it; reached from any key figure."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import NUMBER_PATH, filter_bar, number_path, page, table
from dashboard.filters import Filters, one_of
from dashboard.metrics import METRICS, is_counted, kind_of_rows, metric_of
from dashboard.number_page import controls_of
from dashboard.number_rows import PART, rows_card
from dashboard.settings import City
from dashboard.texts import Text
from dashboard.view import View

PATH = NUMBER_PATH
TITLE = Text("数字拆解", "Anatomy of a number")
HAS = ""
IN_MENU = False
LIBRARIES = ("dash_ag_grid",)
CHOOSE = Text("选择一个指标，看它由哪些记录组成。", "Choose an indicator to see which rows it is made of.")
HEADINGS = [(Text("指标", "Indicator"), "text"), (Text("口径", "Definition"), "text")]
NONE = Text("没有指标", "No indicators")


def knows(query: Mapping[str, str], city: City) -> bool:
    """Whether an address asks for a number there is: no metric at all is the list of them."""
    code = one_of(query, "metric")
    return not code or (code in METRICS and is_counted(METRICS[code], city.has))


def layout(view: View, query: dict[str, str]) -> Component:
    code = one_of(query, "metric")
    wish = Filters.from_parts(query, view.city.period)
    if not code:
        return page(view, TITLE, _every(view, wish), path=PATH)
    metric = metric_of(code, view.scoped(wish).variants)
    parts = [
        dcc.Store(id=ids.NUMBER, data=code),
        html.Div(id=ids.NUMBER_FACTS, className="number-facts"),
        rows_card(view, code, one_of(query, PART)),
    ]
    bar = filter_bar(view, wish, controls_of(metric))
    return page(view, TITLE, parts, path=PATH, bar=bar, kind=kind_of_rows(metric))


def _every(view: View, wish: Filters) -> list[Component]:
    """All indicators of what the city has, each a link to its anatomy."""
    rows = [
        [html.A(view.say(metric.label), href=number_path(code, wish)), view.say(metric.definition)]
        for code, metric in ((code, metric_of(code, view.scoped(wish).variants)) for code in METRICS)
        if is_counted(metric, view.city.has)
    ]
    return [html.P(view.say(CHOOSE), className="card-note"), html.Section([table(HEADINGS, rows, view, NONE)], className="card card-free")]
