"""The callbacks of the ledger of pilot tasks: its rows in a reading, order and page, and the parts of a row that is opened."""

from __future__ import annotations

from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx
from flask import abort

from dashboard import ids
from dashboard.filters import Filters
from dashboard.pilot_cards.ledger import opened, shown
from dashboard.pilot_cards.reading import reading_of
from dashboard.pilot_cards.scope import scope_of
from dashboard.request import current_view


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""

    @app.callback(
        Output(ids.ledger("rows"), "children"), Output(ids.ledger("place"), "children"), Output(ids.ledger("back"), "disabled"),
        Output(ids.ledger("on"), "disabled"), Output(ids.ledger("csv"), "href"), Output(ids.ledger("xlsx"), "href"),
        Output(ids.ledger("state"), "data"),
        Input(ids.FILTERS, "data"), Input(ids.ledger("by"), "value"), Input(ids.ledger("sort"), "data"),
        Input(ids.ledger("back"), "n_clicks"), Input(ids.ledger("on"), "n_clicks"), State(ids.ledger("state"), "data"),
    )  # fmt: skip
    def leaf(wish: object, by: object, sort: object, _back: int, _on: int, held: object) -> Any:
        return leafed(wish, by, sort, held)

    @app.callback(
        Output(ids.ledger_parts(MATCH), "children"), Output(ids.ledger_open(MATCH), "aria-expanded"),
        Input(ids.ledger_open(MATCH), "n_clicks"), State(ids.ledger_open(MATCH), "id"), State(ids.FILTERS, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def open_row(clicks: object, button: dict[str, str], wish: object) -> Any:
        return parts_of_row(clicks, button.get("code"), wish)

    # A list of outputs: a post tells several cards from one.
    @app.callback([Output(ids.scope(ALL), "children")], Input(ids.FILTERS, "data"), State(ids.scope(ALL), "id"))
    def say_scopes(wish: object, cards: list[dict[str, str]]) -> list[list[str]]:
        filters = Filters.from_json(wish)
        view = current_view(filters.snapshot)
        return [[scope_of(view, filters, str(card.get("name"))) for card in cards]]

    in_browser: Any = app.clientside_callback
    in_browser(
        ClientsideFunction("ledger", "follow"), Output(ids.ledger("address"), "children"), Input(ids.ledger("by"), "value"),
        Input(ids.ledger("sort"), "data"),
    )  # fmt: skip


def leafed(wish: object, by: object, sort: object, held: object) -> tuple[Any, ...]:
    """The page of the ledger to show: another where a button was pressed, else the same as long as wish and reading are."""
    filters = Filters.from_json(wish)
    trigger: Any = ctx.triggered_id
    part = str(trigger.get("part")) if isinstance(trigger, dict) else ""
    step = {"back": -1, "on": 1}.get(part, 0)
    found = shown(current_view(filters.snapshot), filters, reading_of(by, sort), held, step)
    return found.table, found.place, found.is_first, found.is_last, found.files["csv"], found.files["xlsx"], found.state


def parts_of_row(clicks: object, code: object, wish: object) -> tuple[Any, str]:
    """The parts of a row at every other press of its button, else none."""
    if not isinstance(code, str) or not isinstance(clicks, int | None):
        abort(400, "no such row")
    if not (clicks or 0) % 2:
        return [], "false"
    filters = Filters.from_json(wish)
    return opened(current_view(filters.snapshot), filters, code), "true"
