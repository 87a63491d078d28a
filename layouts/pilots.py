"""The committee's ledger: how pilot tasks stand, the gates of the negative list, every task with who carries it, and who lags where."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, filter_bar, key_card, page
from dashboard.filters import Filters
from dashboard.pending_line import pending_line
from dashboard.pilot_cards import gates, head
from dashboard.pilot_cards.ledger import ledger_card
from dashboard.pilot_cards.reading import reading_in
from dashboard.pilot_ledger.parts import responsible
from dashboard.texts import Text
from dashboard.view import View

PATH = "/pilots"
TITLE = Text("试点任务", "Pilot tasks")
HAS = "pilots"
CHOICES = ("blocks", "units", "divisions", "lamps", "dues", "kinds")
# How many tasks stand at what, and the gates, are told above them.
FIGURES = ("task_completion", "task_progress", "schedule_gap", "parts_behind", "reports_on_time", "reports_missing")
# Fewer units leave their table half empty.
FEW = 25
HEATS = ("pilot_unit_blocks", "pilot_place_blocks")
CHARTS = (("pilot_tiles", "m"), ("pilot_lamps", "m"), ("pilot_schedule", "s"), ("pilot_chances", "s"), ("pilot_reports", "s"))


def layout(view: View, query: dict[str, str]) -> Component:
    top = html.Section([head.links(view), html.Div(id=ids.part("pilot_head")), _scope("head")], className="pilot-head")
    keys = html.Div([_scope("keys"), html.Div([key_card(code, "pilots") for code in FIGURES], className="keys")], className="pilot-keys")
    note = html.P(view.say(gates.NOTE), className="card-note")
    list_head = html.Div(html.H2(view.say(gates.TITLE)), className="card-head")
    negative = html.Section([list_head, note, html.Div(id=ids.part("pilot_gates"))], className="card card-free")
    heats = html.Div(
        [chart_card(name, view, "pilots", above=[_scope(name)]) for name in HEATS],
        className=f"grid pilot-heats{'' if len(responsible(view.engine)) > FEW else ' is-few'}",
    )
    charts = html.Div([chart_card(name, view, "pilots", size, [_scope(name)]) for name, size in CHARTS], className="grid pilot-charts")
    bar = filter_bar(view, Filters.from_parts(query, view.city.period), CHOICES)
    inside = [top, pending_line(view), keys, negative, ledger_card(view, reading_in(query)), heats, charts]
    return page(view, TITLE, inside, path=PATH, bar=bar, kind="pilots")


def _scope(name: str) -> Component:
    """Where a card says what it is narrowed to."""
    return html.P(id=ids.scope(name), className="card-scope")
