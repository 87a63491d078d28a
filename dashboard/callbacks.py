"""The handful of callbacks that serves every page: choose filters, draw any chart, fill any key figure."""

from __future__ import annotations

from typing import Any

from dash import MATCH, Dash, Input, Output, State

from dashboard import ids
from dashboard.charts import CHARTS, Chart
from dashboard.filters import Filters
from dashboard.request import current_view


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""

    @app.callback(Output(ids.chart(MATCH, MATCH), "figure"), Input(ids.FILTERS, "data"), State(ids.chart(MATCH, MATCH), "id"))
    def draw_chart(wish: object, chart: dict[str, str]) -> Any:
        return figure_of(chart["name"], wish)


def figure_of(name: str, wish: object) -> Any:
    """The figure of a chart for a wish from the browser."""
    filters = Filters.from_json(wish)
    view, chart = current_view(filters.snapshot), CHARTS[name]
    assert isinstance(chart, Chart)
    return chart.figure(view.engine, view.scoped(filters), view.theme("office"))
