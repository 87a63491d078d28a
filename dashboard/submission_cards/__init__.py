"""The page of reports: how many are in which state, and what the profile at work has to do."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from alembic.util import CommandError
from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import SQLAlchemyError

from dashboard.filters import one_of
from dashboard.pending_line import PATH, pending_line
from dashboard.profiles import COMMITTEE, UNIT_HEAD, UNIT_MEMBER
from dashboard.request import current_store
from dashboard.store import submissions as book
from dashboard.submission_cards import words
from dashboard.submission_cards.member import member_parts
from dashboard.submission_cards.review import review_parts
from dashboard.submissions.parts import Place, parts_of, period_of, periods
from dashboard.unit_choice import unit_name
from dashboard.view import View

__all__ = ["report_parts"]

PERIODS_SHOWN = 6


def report_parts(view: View, query: dict[str, str]) -> list[Component]:
    """The parts of the page; where the store does not answer, that is said."""
    period_on = _period(view, one_of(query, "period"))
    if period_on is None:
        return [html.P(view.say(words.NO_PERIOD), className="none")]
    if view.city_folder is None:  # A view outside a server knows no store.
        return [_periods(view, period_on), html.P(view.say(words.VISITOR), className="none")]
    try:
        told = html.P("", className="report-said", role="status")
        return [
            _periods(view, period_on),
            _counts(view, period_on),
            told,
            pending_line(view, unit=view.unit),
            *_own(view, query, period_on),
        ]
    except (SQLAlchemyError, CommandError):
        return [_periods(view, period_on), html.P(view.say(words.AWAY), className="none", role="alert")]


def _period(view: View, wanted: str) -> date | None:
    """The period an address names; else the latest in which something waits for the reader, else the last that has ended."""
    waits = {COMMITTEE: book.CONFIRMED, UNIT_HEAD: book.SUBMITTED}.get(view.profile)
    if not wanted and waits and view.city_folder is not None and (view.unit or not view.profile.of_unit):
        with suppress(SQLAlchemyError, CommandError):
            held = set(periods(view))
            waiting = (day for day, states in book.counts(current_store(), view.unit).items() if states[waits] and day in held)
            wanted = next((day.isoformat() for day in waiting), "")
    return period_of(view, wanted)


def _own(view: View, query: dict[str, str], period_on: date) -> list[Component]:
    """What the profile at work has to do."""
    if view.profile.of_unit and not view.unit:
        return [html.P(view.say(words.NO_UNIT), className="none")]
    if view.profile is UNIT_MEMBER:
        return [html.Section(member_parts(view, query, period_on), className="card card-free report-card")]
    if view.profile in (UNIT_HEAD, COMMITTEE):
        return [html.Section(review_parts(view, period_on), className="card card-free report-card")]
    return [html.P(view.say(words.VISITOR), className="none")]


def _periods(view: View, period_on: date) -> Component:
    shown = periods(view)[:PERIODS_SHOWN]
    links = [
        html.A(period_name(view, day), href=f"{PATH}?{urlencode({'period': day})}", className="is-here" if day == period_on else "")
        for day in (shown if period_on in shown else [*shown, period_on])
    ]
    return html.Nav(links, className="parts")


def period_name(view: View, day: date) -> str:
    """A month by its name; a longer period by its last day."""
    if view.city.pilots.report_months == 1:
        return f"{day:%Y-%m}" if view.language == "en" else f"{day.year}年{day.month}月"
    return str(day)


def _counts(view: View, period_on: date) -> Component:
    """How many reports of the period are in which state."""
    parts = parts_of(view, period_on, view.unit)
    rows = {
        Place(row.target_code, row.unit_code, row.division_code): row.state for row in book.of_period(current_store(), period_on, view.unit)
    }
    states = [rows.get(place) or ("ledger" if part.is_reported else "none") for place, part in parts.items()]
    counts = {state: states.count(state) for state in words.STATES}
    due = next((part.report_due_at for part in parts.values() if part.report_due_at), None)
    head = [unit_name(view, view.unit) if view.unit else view.say(words.ALL_UNITS)]
    if due is not None:
        head.append(view.say(words.REPORT_DUE).format(f"{due:%Y-%m-%d}") + (f" · {view.say(words.LEFT)}" if due < view.now else ""))
    tiles = [
        html.Div(
            [
                html.Span(f"{words.SHAPES[state]} {view.say(text)}", className=words.COLOURS[state] if counts[state] else "faint"),
                html.B(f"{counts[state]:,}"),
            ]
        )
        for state, text in words.STATES.items()
    ]
    return html.Div([html.P(" · ".join(head), className="report-whose"), html.Div(tiles, className="report-counts")])
