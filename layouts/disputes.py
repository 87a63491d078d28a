"""Disputes: what they are about, where, who mediates, how they end and how long that takes; everything cross-filters."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, filter_bar, key_card, page
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.view import View

PATH = "/disputes"
TITLE = Text("矛盾纠纷", "Disputes")
HAS = "disputes"
FIGURES = (
    "disputes_received", "disputes_open", "mediation_success", "settled_low_level", "dispute_median_hours", "disputes_per_10k",
    "referral_count", "dispute_amount", "fulfilment", "judicial_confirmation",
)  # fmt: skip
CHOICES = ("divisions", "types", "organisations")
CHARTS = (
    ("disputes_map", "m"), ("disputes_by_type", "m"), ("disputes_flow", "l"), ("disputes_by_level", "s"), ("disputes_by_origin", "s"),
    ("disputes_outcome", "s"), ("disputes_survival", "s"), ("disputes_by_organisation", "xl"),
)  # fmt: skip


def layout(view: View, query: dict[str, str]) -> Component:
    cards = html.Div([key_card(code, "disputes") for code in FIGURES], className="keys keys-ten")
    charts = html.Div([chart_card(name, view, "disputes", size) for name, size in CHARTS], className="grid")
    guard = html.P(id=ids.guard("disputes"), className="guard")
    bar = filter_bar(view, Filters.from_parts(query, view.city.period), CHOICES)
    return page(view, TITLE, [cards, charts, guard], path=PATH, bar=bar, kind="disputes")
