"""The callbacks of the page of reports: the card by which one is begun, and the desk of one after something was done to it."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort

from dashboard import ids
from dashboard.report_cards import issue_at
from dashboard.report_cards.changes import changes_paper
from dashboard.report_cards.choose import form_of, kind_options, parts_of, period_options, says, shape_of
from dashboard.report_cards.chosen import chosen_of
from dashboard.report_cards.desk import desk, may_read
from dashboard.report_cards.markup import markup
from dashboard.request import current_store, current_view
from dashboard.store.report_tables import ReportIssue


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""

    @app.callback(
        Output(ids.report_choice("kind"), "options"), Output(ids.report_choice("kind"), "value"),
        Output(ids.report_choice("period"), "options"), Output(ids.report_choice("period"), "value"),
        Output(ids.REPORT_CHOOSE, "className"), Output(ids.REPORT_SAYS, "children"), Output(ids.REPORT_DRAFT, "data-form"),
        Output(ids.REPORT_ASKED, "data"),
        Input(ids.report_choice(ALL), "value"), Input(ids.REPORT_DAY, "date"), Input(ids.REPORT_DAYS, "start_date"),
        Input(ids.REPORT_DAYS, "end_date"), State(ids.report_choice(ALL), "id"), prevent_initial_call=True,
    )  # fmt: skip
    def choose(values: list[Any], day: object, first: object, last: object, controls: list[dict[str, str]]) -> Any:
        trigger: Any = ctx.triggered_id
        is_new_kind = isinstance(trigger, dict) and trigger.get("name") in ("kind", "product")
        held = {control.get("name", ""): value for control, value in zip(controls, values, strict=False)}
        return rechosen(held, (day, first, last), is_new_kind=is_new_kind)

    @app.callback(
        Output(ids.REPORT_DESK, "data-html"), Input(ids.REPORT_TICK, "n_intervals"), State(ids.REPORT, "data"), prevent_initial_call=True
    )
    def renew_desk(_tick: object, issue: object) -> str:
        return desk_of(issue)

    @app.callback(
        Output(ids.REPORT_CHANGES, "data-changes"), Input(ids.REPORT_COMPARE, "n_intervals"), State(ids.REPORT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def compare(_tick: object, issue: object) -> str:
        return changes_of(issue)

    in_browser: Any = app.clientside_callback
    in_browser(ClientsideFunction("reports", "follow"), Output(ids.REPORT_ADDRESS, "children"), Input(ids.REPORT_ASKED, "data"))


def desk_of(issue: object) -> str:
    """The desk of a report as the store has it now."""
    return desk(current_view(), current_store(), _held(issue))


def changes_of(issue: object) -> str:
    """What changed since the last issue of a report."""
    view, held = current_view(), _held(issue)
    if not may_read(view, held):
        abort(403)
    return markup(changes_paper(view, current_store(), held))


def _held(issue: object) -> ReportIssue:
    held = issue_at(str(issue)) if isinstance(issue, int) else None
    if held is None:
        abort(400, "no such report")
    return held


def rechosen(held: dict[str, Any], days: tuple[Any, Any, Any], *, is_new_kind: bool) -> tuple[Any, ...]:
    """What the card shows after a choice: periods of the kind, what the report will be, and its address."""
    view = current_view()
    chosen = chosen_of(view, parts_of(held, days, is_new_kind=is_new_kind))
    said: list[Component] = says(view, chosen)
    after = shape_of(chosen.kind), said, form_of(chosen), chosen.query(view.language)
    if not is_new_kind:
        return (no_update,) * 4 + after
    kinds, listed = kind_options(view, chosen.product), period_options(view, chosen.kind)
    return kinds, chosen.kind, listed, str(chosen.span.since), *after
