"""The callbacks of the page that takes a number apart: its facts, and the grid of the rows behind it."""

from __future__ import annotations

from typing import Any

from dash import MATCH, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from flask import abort

from dashboard import ids
from dashboard.filters import Filters
from dashboard.metrics import METRICS
from dashboard.number_page import facts as number_facts
from dashboard.number_rows import part_of, query_of, rows_answer, rows_table
from dashboard.request import current_view


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""

    @app.callback(Output(ids.NUMBER_FACTS, "children"), Input(ids.FILTERS, "data"), State(ids.NUMBER, "data"))
    def fill_number(wish: object, code: object) -> Any:
        return number_of(code, wish)

    @app.callback(
        Output(ids.NUMBER_ROWS, "children"), Output(ids.NUMBER_SHOWN, "data"), Input(ids.FILTERS, "data"), Input(ids.NUMBER_PART, "value"),
        State(ids.NUMBER, "data"), State(ids.NUMBER_SHOWN, "data"),
    )  # fmt: skip
    def list_rows(wish: object, part: object, code: object, held: object) -> Any:
        return listed_rows(code, wish, part, held)

    @app.callback(
        Output(ids.rows(MATCH), "getRowsResponse"), Input(ids.rows(MATCH), "getRowsRequest"), State(ids.rows(MATCH), "id"),
        State(ids.FILTERS, "data"), prevent_initial_call=True,
    )  # fmt: skip
    def fetch_rows(wanted: object, rows: object, wish: object) -> Any:
        return rows_for(rows.get("of") if isinstance(rows, dict) else "", wanted, wish)


def number_of(code: object, wish: object) -> list[Component]:
    """The anatomy of a metric for a wish from the browser."""
    if not isinstance(code, str) or code not in METRICS:
        abort(400, "no such number")
    filters = Filters.from_json(wish)
    return number_facts(current_view(filters.snapshot), code, filters)


def listed_rows(code: object, wish: object, part: object, held: object) -> tuple[Any, Any]:
    """The grid of a part of a number's rows; as it is where only the snapshot is another, so that nobody loses his place."""
    if not isinstance(code, str) or code not in METRICS:
        abort(400, "no such number")
    filters = Filters.from_json(wish)
    asked = query_of(code, filters, part_of(part))
    if held == asked:
        return no_update, no_update
    return rows_table(current_view(filters.snapshot), code, filters, part_of(part)), asked


def rows_for(asked: object, wanted: object, wish: object) -> Any:
    """The rows a grid asks for."""
    if not isinstance(wanted, dict):
        return no_update
    snapshot = Filters.from_json(wish).snapshot
    try:
        return rows_answer(current_view(snapshot), asked, wanted, snapshot)
    except KeyError:
        abort(400, "no such number")
