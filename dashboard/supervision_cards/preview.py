"""What slips would say, to be read before they are issued."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.components import act_button
from dashboard.filters import one_of
from dashboard.reports.supervision import supervision_report
from dashboard.store import supervision as book
from dashboard.supervising.drafting import Asked, drafts
from dashboard.supervision_cards import words
from dashboard.supervision_cards.paper import sheet
from dashboard.view import View

# So many stand there whole; of the rest the units are named.
MOST_SHOWN, MOST_UNITS = 5, 1000


def asked_of(query: Mapping[str, str | list[str]], kind: str) -> Asked:
    """Which slips an address asks to preview."""
    held = query.get("unit") or []
    units = tuple(dict.fromkeys([held] if isinstance(held, str) else held))[:MOST_UNITS]
    least = one_of(query, "at_least", "1")
    is_number = least.isascii() and least.isdecimal() and 0 < len(least) < 6
    return Asked(kind, units, max(int(least), 1) if is_number else 1, again=one_of(query, "again") == "1")


def preview_card(view: View, store: Engine, query: dict[str, str], kind: str) -> list[Component]:
    asked = asked_of(query, kind)
    made = drafts(view, asked, book.history(store, kind), view.now)
    back = html.A(view.say(words.BACK), href=f"{words.PATH}?kind={kind}", className="slip-back")
    if not made:
        return [back, html.P(view.say(words.NOTHING_LEFT), className="none")]
    form: dict[str, object] = {
        "kind": kind, "units": list(asked.units), "at_least": asked.at_least, "again": asked.again, "snapshot": view.snapshot,
    }  # fmt: skip
    title = view.say(words.PREVIEWS).format(n=len(made), m=f"{sum(len(slip.tickets) for slip in made):,}")
    rest = [slip.unit_label for slip in made[MOST_SHOWN:]]
    more = [html.P(view.say(words.MORE).format(len(rest), "、".join(rest)), className="card-note")] if rest else []
    head = html.Div([html.H2(title), act_button("issue_slips", view, form)], className="card-head slip-head")
    note = html.P(view.say(words.PREVIEW_NOTE).format(snapshot=view.snapshot), className="card-note")
    sheets = [sheet(supervision_report(view, slip)) for slip in made[:MOST_SHOWN]]
    return [back, html.Section([head, note, html.Div(sheets, className="slip-sheets"), *more], className="card card-free slip-preview")]
