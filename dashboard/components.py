"""The parts pages are put together from: cards, key figures, the filter bar, the frame of a page."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.charts import CHARTS, Chart
from dashboard.view import View

GRAPH_CONFIG = {
    "displayModeBar": False, "responsive": True, "showSendToCloud": False, "plotlyServerURL": "", "scrollZoom": False,
    "doubleClick": False,
}  # fmt: skip


def chart_card(name: str, view: View, at: str, size: str = "m") -> Component:
    """A card that holds one chart or listing of the registry; it is filled by the callback of its kind."""
    chart = CHARTS[name]
    body: Component
    if isinstance(chart, Chart):
        body = dcc.Graph(id=ids.chart(name, at), config=GRAPH_CONFIG, className="card-body", figure={"layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}})
    else:
        body = html.Div(id=ids.listing(name, at), className="card-body listing")
    return html.Section(
        [html.H2(view.say(chart.title)), body, html.Footer(id=ids.note(name, at), className="card-note")],
        className=f"card card-{size} chart-{name.replace('_', '-')}",
    )
