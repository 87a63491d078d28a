"""The book of slips: every slip with its state, by unit, kind and state, and the files of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.components import table
from dashboard.filters import one_of
from dashboard.reports.formats import FORMATS
from dashboard.store import supervision as book
from dashboard.store.supervision import ISSUED, KINDS, STATES
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.supervision_cards import words
from dashboard.texts import Text
from dashboard.view import View

PAGE_ROWS = 25
# In this order; those that are registered.
FILES = ("docx", "pdf", "xlsx", "txt")
CHOICES: tuple[tuple[str, Text, Text], ...] = (
    ("of_unit", words.UNIT, words.ALL_UNITS), ("of_kind", words.KIND, words.ALL_KINDS), ("state", words.STATE, words.ALL_STATES),
)  # fmt: skip


def log_card(view: View, store: Engine, query: dict[str, str]) -> Component:
    """One page of the book as its address asks; a unit sees its own."""
    chosen = chosen_of(view, query)
    wanted = one_of(query, "page", "1")
    page = max(int(wanted), 1) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 7 else 1
    held, total = book.slips(
        store, unit=chosen["of_unit"], kind=chosen["of_kind"], state=chosen["state"], count=PAGE_ROWS, skip=(page - 1) * PAGE_ROWS
    )
    listed = book.listed(store, [slip.slip_id for slip in held])
    rows = [_row(view, slip, len(listed.get(slip.slip_id, ()))) for slip in held]
    is_narrowed = any(chosen[name] for name in ("of_kind", "state")) or bool(chosen["of_unit"] and not view.unit)
    empty = words.NO_SUCH if is_narrowed else words.NO_SLIPS
    files = [_packed(view, chosen)] if len(held) > 1 and "docx" in FORMATS else []
    bar = [_bar(view, store, chosen)] if total or is_narrowed else []
    return html.Section(
        [
            html.Div([html.H2(view.say(words.LOG)), *files], className="card-head"),
            *bar,
            table(list(words.LOG_HEADINGS), rows, view, empty),
            *_pager(view, chosen, page, total),
        ],
        className="card card-free slip-log",
    )


def chosen_of(view: View, query: dict[str, str]) -> dict[str, str]:
    """Unit, kind and state an address asks for; of a unit's profile its own unit, whatever it asks."""
    kind, state = one_of(query, "of_kind"), one_of(query, "state")
    return {
        "of_unit": view.unit or one_of(query, "of_unit")[:200], "of_kind": kind if kind in KINDS else "",
        "state": state if state in STATES else "",
    }  # fmt: skip


def state_mark(view: View, slip: SupervisionSlip) -> Component:
    """A state by shape and word; of one that waits too long, how long."""
    late = (view.today - slip.reply_due_on).days
    if slip.state == ISSUED and late > 0:
        return html.Span(view.say(words.LATE).format(late), className="is-poor")
    tone = {"issued": "", "replied": "is-flat", "closed": "is-good"}[slip.state]
    return html.Span(f"{words.SHAPES[slip.state]} {view.say(words.STATES[slip.state])}", className=tone)


def files_of(slip: SupervisionSlip) -> Component:
    links = [html.A(f".{form}", href=f"{words.PATH}/{slip.slip_id}.{form}") for form in FILES if form in FORMATS]
    return html.Span(links, className="slip-files")


def _row(view: View, slip: SupervisionSlip, count: int) -> list[Any]:
    return [
        html.A(slip.number, href=f"{words.PATH}?slip={slip.slip_id}"), view.say(words.SHORT[slip.kind]), slip.unit_label, f"{count:,}",
        f"{slip.made_at:%Y-%m-%d %H:%M}", f"{slip.reply_due_on:%Y-%m-%d}", state_mark(view, slip), files_of(slip),
    ]  # fmt: skip


def _bar(view: View, store: Engine, chosen: dict[str, str]) -> Component:
    """A plain form: the address is the question."""
    offered: dict[str, list[tuple[str, str]]] = {
        "of_unit": [] if view.unit else book.units_written_to(store),
        "of_kind": [(kind, view.say(text)) for kind, text in words.SHORT.items()],
        "state": [(state, view.say(text)) for state, text in words.STATES.items()],
    }
    fields = [
        html.Label([html.Span(view.say(label)), _select(view, name, every, offered[name], chosen[name])])
        for name, label, every in CHOICES
        if offered[name]
    ]
    go = html.Button(view.say(words.SHOW), type="submit", className="act-button")
    return html.Form([*fields, go], action=words.PATH, method="get", className="slip-bar")


def _select(view: View, name: str, every: Text, offered: list[tuple[str, str]], chosen: str) -> Component:
    options = [html.Option(view.say(every), value=""), *(html.Option(text, value=code, selected=code == chosen) for code, text in offered)]
    return html.Select(options, name=name)


def _packed(view: View, chosen: dict[str, str]) -> Component:
    facts = {name: value for name, value in chosen.items() if value}
    return html.A(view.say(words.PACKED), href=f"{words.PATH}.zip?{urlencode(facts | {'form': 'docx'})}", className="slip-packed")


def _pager(view: View, chosen: dict[str, str], page: int, total: int) -> list[Component]:
    if total <= PAGE_ROWS:
        return []
    first, last = (page - 1) * PAGE_ROWS + 1, min(page * PAGE_ROWS, total)

    def link(text: Text, to: int) -> Component:
        facts = {name: value for name, value in chosen.items() if value}
        return html.A(view.say(text), href=f"{words.PATH}?{urlencode(facts | {'page': str(to)})}")

    newer, older = [link(words.NEWER, page - 1)] if page > 1 else [], [link(words.OLDER, page + 1)] if last < total else []
    place = view.say(words.PLACE).format(first=f"{first:,}", last=f"{last:,}", total=f"{total:,}") if first <= total else ""
    return [html.Div([*newer, html.Span(place), *older], className="pager")]
