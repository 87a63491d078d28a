"""One slip: as it was issued, what has become of what it lists, its answer, and what may be done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.components import act_button, table
from dashboard.reports.supervision import slip_of, supervision_report
from dashboard.store import supervision as book
from dashboard.store.supervision import CLOSED, Listed
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.supervision_cards import words
from dashboard.supervision_cards.log import files_of, state_mark
from dashboard.supervision_cards.paper import sheet
from dashboard.theme import MISSING
from dashboard.view import View
from dashboard.warehouse import tickets

LARGEST_NUMBER = 2**31 - 1
LONGEST_ANSWER = "2000"


def slip_card(view: View, store: Engine, wanted: str) -> list[Component]:
    """A slip by its number in the store; a unit sees its own."""
    back = html.A(view.say(words.BACK), href=words.PATH, className="slip-back")
    held = slip_asked(view, store, wanted)
    if held is None:
        return [back, html.P(view.say(words.UNKNOWN), className="none")]
    listed = book.listed(store, [held.slip_id]).get(held.slip_id, [])
    report = supervision_report(view, slip_of(held, listed), number=held.number, made_on=held.made_at.date())
    return [
        back,
        html.Div(
            [html.Div(sheet(report), className="slip-sheets"), html.Div([_answer(view, held), _now(view, listed)], className="slip-side")],
            className="slip-whole",
        ),
    ]


def slip_asked(view: View, store: Engine, wanted: str) -> SupervisionSlip | None:
    """The slip of a number, if there is one and whoever asks may see it."""
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 11 and 0 < int(wanted) <= LARGEST_NUMBER
    held = book.slip(store, int(wanted)) if is_number else None
    return None if held is None or (view.profile.of_unit and held.unit_code != view.unit) else held


def _answer(view: View, held: SupervisionSlip) -> Component:
    """Its state, the answer, and the acts."""
    form: dict[str, object] = {"slip_id": held.slip_id, "version": held.version}
    acts = [] if held.state == CLOSED else [
        act_button("reply_slip", view, form, ask=("text", words.REPLY_ASK), more={"long": LONGEST_ANSWER}),
        act_button("close_slip", view, form, ask=("text", words.CLOSE_ASK), more={"long": LONGEST_ANSWER}),
    ]  # fmt: skip
    parts: list[Component] = [
        html.Div([html.H2(held.number), state_mark(view, held)], className="card-head"),
        html.P([view.say(words.ANSWER_DUE).format(f"{held.reply_due_on:%Y-%m-%d}"), " · ", files_of(held)], className="slip-facts"),
        html.H3(view.say(words.REPLY)),
    ]
    if held.reply and held.replied_at:
        parts += [html.P(held.reply, className="slip-words"), _by(view, held.replied_by, f"{held.replied_at:%Y-%m-%d %H:%M}")]
    else:
        parts.append(html.P(view.say(words.NO_REPLY), className="faint"))
    if held.close_note and held.closed_at:
        parts += [
            html.H3(view.say(words.CLOSE_NOTE)),
            html.P(held.close_note, className="slip-words"),
            _by(view, held.closed_by, f"{held.closed_at:%Y-%m-%d %H:%M}"),
        ]
    return html.Section([*parts, html.Div(acts, className="card-tools")], className="card card-free slip-answer")


def _by(view: View, who: str | None, at: str) -> Component:
    return html.P(view.say(words.BY_AT).format(by=who or MISSING, at=at), className="faint slip-by")


def _now(view: View, listed: list[Listed]) -> Component:
    """Each listed ticket beside what the newest data say of it."""
    t = tickets.c
    query = select(t.ticket_key, t.is_open, t.completed_at).where(t.ticket_key.in_([one.ticket_key for one in listed]))
    known = {row["ticket_key"]: row for row in fetch(view.engine, query).to_dict("records")}
    rows: list[list[Any]] = []
    done = left = 0
    for one in listed:
        row = known.get(one.ticket_key)
        is_open = row is not None and bool(row["is_open"])
        is_done = row is not None and not is_open
        done, left = done + is_done, left + is_open
        link = html.A(one.ticket_number, href=f"/ticket?number={quote(one.ticket_key)}")
        rows.append([link, one.category, one.stage or MISSING, _become(view, row, is_open=is_open)])
    count = view.say(words.NOW_COUNT).format(done=done, open=left)
    head = [html.H2(view.say(words.NOW_TITLE)), html.P(count, className="card-note")]
    return html.Section([*head, table(list(words.NOW_HEADINGS), rows, view, words.NOTHING_LEFT)], className="card card-free slip-now")


def _become(view: View, row: dict[Any, Any] | None, *, is_open: bool) -> Component:
    if row is None:
        return html.Span(view.say(words.GONE), className="faint")
    if is_open:
        return html.Span(view.say(words.STILL_OPEN), className="is-poor")
    at = "" if pd.isna(row["completed_at"]) else f"{row['completed_at']:%m-%d}"
    return html.Span(view.say(words.DONE).format(at), className="is-good")
