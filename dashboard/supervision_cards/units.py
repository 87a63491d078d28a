"""The units that have anything over its limit or soon due, to be chosen for slips."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.components import attributes, table
from dashboard.store import supervision as book
from dashboard.store.supervision import DUE_SOON, OVERDUE
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.supervising.drafting import Asked, drafts_of
from dashboard.supervising.finding import Late, late_tickets
from dashboard.supervision_cards import words
from dashboard.supervision_cards.log import state_mark
from dashboard.theme import MISSING
from dashboard.unit_choice import unit_name
from dashboard.view import View

# What a click chooses at once: units with at least so many.
PRESETS = (3, 10)
OTHER = {OVERDUE: DUE_SOON, DUE_SOON: OVERDUE}


def units_card(view: View, store: Engine, kind: str) -> Component:
    """Every unit that has anything of the kind, with what is needed to choose."""
    found, other = late_tickets(view, kind), late_tickets(view, OTHER[kind])
    at = view.data_state("tickets").newest
    note = view.say(words.UNITS_NOTE).format(
        at=f"{at:%Y-%m-%d %H:%M}" if at is not None else MISSING, days=view.city.supervision.again_days
    )
    fresh = {slip.unit_code: len(slip.tickets) for slip in drafts_of(view, Asked(kind), found, book.history(store, kind), view.now)}
    last, units = book.last_of_units(store), _order(found)
    rows = [_row(view, kind, code, found[code], len(other.get(code, ())), fresh.get(code, 0), last.get(code)) for code in units]
    homeless = len(found.get("", ()))
    foot = [html.P(view.say(words.WITHOUT_UNIT).format(homeless), className="card-note")] if homeless else []
    body = table(list(words.UNIT_HEADINGS[kind]), rows, view, words.NOBODY[kind])
    return html.Section(
        [html.H2(view.say(words.UNITS)), html.P(note, className="card-note"), *_tools(view, kind, found, units), body, *foot],
        className="card card-free slip-units", **attributes(kind=kind, path=words.PATH, picked=view.say(words.PICKED)),
    )  # fmt: skip


def tabs(view: View, kind: str) -> Component:
    """The kinds of slips, the one that is shown among them."""
    links = [
        html.A(view.say(text), href=f"{words.PATH}?kind={one}", className="is-here" if one == kind else "")
        for one, text in words.KINDS.items()
    ]
    return html.Nav(links, className="parts")


def _order(found: dict[str, list[Late]]) -> list[str]:
    return sorted((code for code in found if code), key=lambda code: (-len(found[code]), code))


def _tools(view: View, kind: str, found: dict[str, list[Late]], units: list[str]) -> list[Component]:
    """Buttons that choose many at once, and the way to the preview; a script keeps the address."""
    if not units:
        return []
    chooses = [html.Button(view.say(words.PICK_ALL).format(n=len(units)), className="act-button", **attributes(least="1"))]
    for least in PRESETS:
        many = sum(len(found[code]) >= least for code in units)
        if 0 < many < len(units):
            said = view.say(words.PICK_MANY).format(least=least, n=many)
            chooses.append(html.Button(said, className="act-button", **attributes(least=str(least))))
    chooses.append(html.Button(view.say(words.PICK_NONE), className="act-button", **attributes(least="0")))
    again = html.Button(view.say(words.AGAIN), className="slip-again", role="checkbox", **_aria(checked="false"), **attributes(again="1"))
    count = html.Span(view.say(words.PICKED).format(n=0), className="slip-picked", role="status")
    go = html.A(
        view.say(words.PREVIEW), href=f"{words.PATH}?kind={kind}&preview=1&at_least=1", className="slip-go", **_aria(disabled="true")
    )
    return [html.Div([*chooses, again, html.I(), count, go], className="card-tools slip-tools")]


def _row(
    view: View, kind: str, code: str, late: list[Late], other: int, fresh: int, last: SupervisionSlip | None
) -> list[Any]:  # fmt: skip
    name = unit_name(view, code)
    pick = html.Button(
        "", className="slip-pick", role="checkbox", title=name, **attributes(unit=code, count=str(len(late))),
        **_aria(checked="false", label=name),
    )  # fmt: skip
    counted = html.Span(f"{len(late):,}", className="is-poor" if kind == OVERDUE else "")
    link = html.A(last.number, href=f"{words.PATH}?slip={last.slip_id}") if last else MISSING
    told = [link, html.Span(f" {last.made_at:%m-%d}", className="faint")] if last else link
    return [
        pick, html.A(name, href=f"/brief?unit={quote(code)}"), counted,
        html.Span(f"{fresh:,}", className="" if fresh else "faint"), _extreme(view, kind, late),
        html.Span(f"{other:,}" if other else MISSING, className="" if other else "faint"), html.Span(told),
        state_mark(view, last) if last else "",
    ]  # fmt: skip


def _aria(**said: str) -> dict[str, Any]:
    return {f"aria-{name}": value for name, value in said.items()}


def _extreme(view: View, kind: str, late: list[Late]) -> str:
    """How long the worst is over, or when the first falls due."""
    if kind == OVERDUE:
        days = [one.ticket.over_days for one in late if one.ticket.over_days is not None]
        return view.say(words.DAYS).format(f"{max(days):,}") if days else MISSING
    due = [one.ticket.due_at for one in late if one.ticket.due_at]
    return f"{min(due):%m-%d %H:%M}" if due else MISSING
