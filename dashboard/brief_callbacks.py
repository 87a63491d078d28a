"""The callbacks of the brief: its sheet is made anew for other days or a new snapshot, and another unit or division is gone to."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.development.base_component import Component
from flask import abort

from dashboard import ids
from dashboard.briefs import brief_of, is_known
from dashboard.filters import Filters
from dashboard.request import current_view


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""

    @app.callback(Output(ids.BRIEF_SHEET, "children"), Input(ids.FILTERS, "data"), State(ids.BRIEF, "data"))
    def fill_brief(wish: object, of: object) -> list[Component]:
        return sheet_of(of, wish)

    in_browser: Any = app.clientside_callback
    in_browser(
        ClientsideFunction("brief", "go"), Output(ids.BRIEF_GONE, "children"), Input(ids.BRIEF_CHOICE, "value"), prevent_initial_call=True
    )


def sheet_of(of: object, wish: object) -> list[Component]:
    """The brief of what a page is about (`unit:WH-CGJ`), for a wish from the browser."""
    kind, _, code = of.partition(":") if isinstance(of, str) else ("", "", "")
    filters = Filters.from_json(wish)
    view = current_view(filters.snapshot)
    if not is_known(view, kind, code):
        abort(400, "no such unit or division")
    return brief_of(view, kind, code, filters)
