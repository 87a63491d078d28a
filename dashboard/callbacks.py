"""The handful of callbacks that serves every page: choose filters, draw any chart, fill any key figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort
from sqlalchemy import Engine

from dashboard import alert_callbacks, brief_callbacks, ids, number_callbacks, pilot_callbacks, report_callbacks
from dashboard.breadcrumb import crumbs
from dashboard.charts import CHARTS, Chart, Listing
from dashboard.charts.heat_table import NO_CODE
from dashboard.chips import chips, without
from dashboard.components import key_figure as key_figure_inside
from dashboard.components import listing_list, number_path
from dashboard.day import DAY
from dashboard.filters import Filters
from dashboard.guard import guard_text
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.periods import PERIODS
from dashboard.picking import picked
from dashboard.pilot_cards import PILOTS
from dashboard.reference import category_level
from dashboard.request import current_view
from dashboard.risk_register import shown
from dashboard.rows import listing_rows
from dashboard.topic_cards import TOPICS
from dashboard.view import View

# What stands on pages beside charts and key figures, by name.
TOPIC_PARTS = {name: topic.fill for name, topic in TOPICS.items()}
PARTS: dict[str, Callable[[View, Filters], list[Component]]] = {"crumbs": crumbs, **DAY, **TOPIC_PARTS, **PILOTS}


def register(app: Dash) -> None:
    """Attach the callbacks to one app."""
    number_callbacks.register(app)
    alert_callbacks.register(app)
    pilot_callbacks.register(app)
    brief_callbacks.register(app)
    report_callbacks.register(app)

    @app.callback(Output(ids.chart(MATCH, MATCH), "figure"), Input(ids.FILTERS, "data"), State(ids.chart(MATCH, MATCH), "id"))
    def draw_chart(wish: object, chart: dict[str, str]) -> Any:
        return figure_of(chart["name"], wish)

    @app.callback(Output(ids.listing(MATCH, MATCH), "children"), Input(ids.FILTERS, "data"), State(ids.listing(MATCH, MATCH), "id"))
    def fill_listing(wish: object, listing: dict[str, str]) -> Any:
        return rows_of(listing["name"], wish)

    @app.callback(Output(ids.key_figure(MATCH, MATCH), "children"), Input(ids.FILTERS, "data"), State(ids.key_figure(MATCH, MATCH), "id"))
    def fill_key_figure(wish: object, card: dict[str, str]) -> Any:
        return key_figure_of(card["code"], card["at"].partition(":")[2], wish)

    @app.callback(
        Output(ids.register(MATCH, "rows"), "children"), Output(ids.register(MATCH, "place"), "children"),
        Output(ids.register(MATCH, "back"), "disabled"), Output(ids.register(MATCH, "on"), "disabled"),
        Output(ids.register(MATCH, "csv"), "href"), Output(ids.register(MATCH, "xlsx"), "href"),
        Output(ids.register(MATCH, "state"), "data"),
        Input(ids.FILTERS, "data"), Input(ids.register(MATCH, "back"), "n_clicks"), Input(ids.register(MATCH, "on"), "n_clicks"),
        State(ids.register(MATCH, "state"), "data"),
    )  # fmt: skip
    def leaf(wish: object, _back: int, _on: int, held: object) -> Any:
        return leafed(wish, held)

    @app.callback(Output(ids.part(MATCH), "children"), Input(ids.FILTERS, "data"), State(ids.part(MATCH), "id"))
    def fill_part(wish: object, part: dict[str, str]) -> list[Component]:
        return part_of(part["name"], wish)

    @app.callback(Output(ids.guard(MATCH), "children"), Input(ids.FILTERS, "data"), State(ids.guard(MATCH), "id"))
    def fill_guard(wish: object, guard: dict[str, str]) -> str:
        filters, kind = Filters.from_json(wish), guard["kind"]
        view = current_view(filters.snapshot)
        return guard_text(view.engine, view.scoped(filters, kind), view.theme("office"), kind)

    @app.callback(
        Output(ids.FILTERS, "data"), Output(ids.choice(ALL), "value"), Output(ids.DAYS, "start_date"), Output(ids.DAYS, "end_date"),
        Input(ids.choice(ALL), "value"), Input(ids.DAYS, "start_date"), Input(ids.DAYS, "end_date"),
        Input(ids.chart(ALL, ALL), "clickData"), Input(ids.RESET, "n_clicks"), Input(ids.chip(ALL, ALL), "n_clicks"),
        State(ids.FILTERS, "data"), State(ids.choice(ALL), "id"),
        prevent_initial_call=True,
    )  # fmt: skip
    def choose(
        values: list[Any],
        since: str,
        until: str,
        _clicks: list[Any],
        _reset: int,
        _off: list[Any],
        wish: object,
        controls: list[dict[str, str]],
    ) -> Any:
        return chosen(controls_of(controls, values), since, until, wish)

    @app.callback(Output(ids.CHIPS, "children"), Input(ids.FILTERS, "data"))
    def show_chips(wish: object) -> list[Component]:
        filters = Filters.from_json(wish)
        return chips(current_view(filters.snapshot), filters)

    in_browser: Any = app.clientside_callback
    in_browser(ClientsideFunction("address", "follow"), Output(ids.ADDRESS, "children"), Input(ids.FILTERS, "data"))
    in_browser(
        ClientsideFunction("address", "renew"), Output(ids.FILTERS, "data", allow_duplicate=True), Input(ids.CLOCK, "n_intervals"),
        State(ids.FILTERS, "data"), prevent_initial_call=True,
    )  # fmt: skip


def figure_of(name: str, wish: object) -> Any:
    """The figure of a chart for a wish from the browser."""
    filters = Filters.from_json(wish)
    view, chart = current_view(filters.snapshot), CHARTS.get(name)
    if not isinstance(chart, Chart):
        abort(400, "no such chart")
    return chart.figure(view.engine, view.scoped(filters, chart.kind), view.theme("office"))


def rows_of(name: str, wish: object) -> Component:
    filters = Filters.from_json(wish)
    view, chart = current_view(filters.snapshot), CHARTS.get(name)
    if not isinstance(chart, Listing):
        abort(400, "no such listing")
    frame = chart.asked(view.engine, view.scoped(filters, chart.kind))
    return listing_list(name, listing_rows(chart, frame, view.theme("office"), view.today))


def key_figure_of(code: str, period: str, wish: object) -> list[Component]:
    if code not in METRICS or period not in ("", *PERIODS[:-1]):
        abort(400, "no such key figure")
    filters = Filters.from_json(wish)
    if period:
        filters = filters.model_copy(update={"period": period})
    view = current_view(filters.snapshot)
    figure = key_figure(view.engine, code, view.scoped(filters, METRICS[code].table.name), view.theme("office"))
    return key_figure_inside(figure, number_path(code, filters))


def part_of(name: str, wish: object) -> list[Component]:
    """A part of a page that is no chart, over the snapshot the page shows."""
    if name not in PARTS:
        abort(400, "no such part")
    filters = Filters.from_json(wish)
    return PARTS[name](current_view(filters.snapshot), filters)


def leafed(wish: object, held: object) -> tuple[Any, ...]:
    """The page of the register to show: another where a button was pressed, else the same as long as the wish is."""
    filters = Filters.from_json(wish)
    trigger: Any = ctx.triggered_id
    part = str(trigger.get("part")) if isinstance(trigger, dict) else ""
    step = {"back": -1, "on": 1}.get(part, 0)
    found = shown(current_view(filters.snapshot), filters, held, step)
    return found.rows, found.place, found.is_first, found.is_last, *found.files.values(), found.state


def controls_of(controls: list[Any], values: list[Any]) -> dict[str, Any]:
    """The controls' values by the field of Filters each sets."""
    names = [control.get("name") if isinstance(control, dict) else None for control in controls]
    if not len(names) == len(values) == len(ctx.outputs_list[1]) or not {*map(str, names)} <= {*Filters.model_fields}:
        abort(400, "no such control")
    return dict(zip(map(str, names), values, strict=True))


def chosen(values: dict[str, Any], since: str, until: str, wish: object) -> tuple[Any, ...]:
    """The new wish after a control was set, a chart clicked or all was reset; and the controls that show it."""
    before = Filters.from_json(wish)
    trigger: Any = ctx.triggered_id
    if trigger == ids.RESET:
        after = Filters(period=current_view(before.snapshot).city.period, snapshot=before.snapshot)
    elif trigger == ids.DAYS:
        after = Filters.from_json(before.to_json() | {"period": "custom", "since": since, "until": until})
    elif not isinstance(trigger, dict):
        abort(400, "no such trigger")
    elif trigger.get("type") == "chart" and trigger.get("name") in CHARTS:
        chart, click = CHARTS[trigger["name"]], ctx.triggered[0]["value"]
        told = picked(before, chart, click) if isinstance(chart, Chart) else None
        after = told or clicked(before, chart, click, current_view(before.snapshot).engine)
    elif trigger.get("type") == "chip":
        # Chips that only appear are told as triggers too: nobody has pressed them.
        pressed = bool(ctx.triggered[0]["value"])
        after = without(before, str(trigger.get("choice")), str(trigger.get("code"))) if pressed else before
    elif trigger.get("name") in values:
        after = controlled(before, trigger["name"], values[trigger["name"]])
    else:
        abort(400, "no such trigger")
    if after == before:
        return no_update, [no_update] * len(values), no_update, no_update
    first, last = after.resolved(current_view(after.snapshot).today)
    shown = [after.period if name == "period" else list(getattr(after, name)) for name in values]
    return after.to_json(), shown, first.isoformat(), last.isoformat()


def controlled(before: Filters, name: str, value: Any) -> Filters:
    """What setting a control means."""
    if name != "period":
        value = tuple(value or ()) if isinstance(value, (list, type(None))) else value
    elif value == "custom":  # Nothing to do until days are chosen.
        value = before.period
    return Filters.from_json(before.to_json() | {name: value})


def clicked(before: Filters, chart: Chart | Listing, click: Any, engine: Engine) -> Filters:
    """What a click on a mark means: choose its code or codes, or let them go if they alone were chosen."""
    field = chart.selects if isinstance(chart, Chart) else ""
    second = chart.selects_too if isinstance(chart, Chart) else ""
    codes = codes_of(click, is_cell=bool(second))
    codes = codes if second else (codes[0], None)
    if not field or not any(codes):
        return before
    shows_minor = field == "majors" and second != "categories" and category_level(engine, before.majors) == "category_code"
    fields = ("categories" if shows_minor else field, second)
    wish = {name: (code,) if code else () for name, code in zip(fields, codes, strict=True) if name and code is not None}
    same = all(getattr(before, name) == chosen for name, chosen in wish.items())
    return before.model_copy(update=dict.fromkeys(wish, ()) if same else wish)


def codes_of(click: Any, is_cell: bool = False) -> tuple[str | None, str | None]:
    """The code or two codes behind the mark that was clicked; None where there is none."""
    points = click.get("points") if isinstance(click, dict) else None
    point = points[0] if isinstance(points, list) and points else None
    found = (point.get("customdata") or point.get("location")) if isinstance(point, dict) else None
    if is_cell and not found and isinstance(point, dict):  # A cell of a table stands at its codes: the browser tells no more of it.
        found = [point.get("y"), point.get("x")]
    codes = [*found, None, None][:2] if isinstance(found, list) else [found, None]
    first, second = (code if isinstance(code, str) and not code.startswith(NO_CODE) else None for code in codes)
    return first, second
