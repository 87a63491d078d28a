"""Appeals: where, what, how fast, and what is late; everything cross-filters, a filtered view is a link."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, filter_bar, key_card, page
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.view import View

PATH = "/tickets"
TITLE = Text("群众诉求", "Appeals")
HAS = "tickets"
FIGURES = (
    "reported_count",
    "received_count",
    "open_count",
    "overdue_open",
    "on_time_closure",
    "median_hours",
    "satisfaction_rate",
    "repeat_rate",
)
CHARTS = (
    ("division_map", "m"), ("categories", "m"), ("trend", "l"), ("backlog_age", "s"), ("flow", "m"), ("living_promise", "m"),
    ("resolution_survival", "m"), ("resolution_percentiles", "m"), ("stage_funnel", "m"), ("on_time_by_unit", "m"), ("events", "xl"),
)  # fmt: skip


def layout(view: View, query: dict[str, str]) -> Component:
    cards = html.Div([key_card(code, "tickets") for code in FIGURES], className="keys")
    charts = html.Div([chart_card(name, view, "tickets", size) for name, size in CHARTS], className="grid")
    guard = html.P(id=ids.GUARD, className="guard")
    return page(view, TITLE, [cards, charts, guard], path=PATH, bar=filter_bar(view, Filters.from_parts(query, view.city.period)))
