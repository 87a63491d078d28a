"""Hot topics: what rose, where appeals cluster, who has to repeat them, what became a dispute; which differences exceed chance."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import chart_card, filter_bar, page
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.topic_cards import TOPICS, topic_card
from dashboard.view import View

PATH = "/topics"
TITLE = Text("热点研判", "Hot topics")
HAS = "tickets"
CHOICES = ("divisions", "majors", "categories", "units", "channels")
CHARTS = (("per_10k_funnel", "m"), ("on_time_by_unit", "m"))


def layout(view: View, query: dict[str, str]) -> Component:
    cards = [topic_card(topic, view) for topic in TOPICS.values() if topic.needs in view.city.has]
    charts = html.Div([chart_card(name, view, "topics", size) for name, size in CHARTS], className="grid topic-charts")
    bar = filter_bar(view, Filters.from_parts(query, view.city.period), CHOICES)
    return page(view, TITLE, [*cards[:-1], charts, cards[-1]], path=PATH, bar=bar)
