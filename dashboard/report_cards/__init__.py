"""The page of reports: one of them on its desk, or the card to begin one and the archive."""

from __future__ import annotations

from alembic.util import CommandError
from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import SQLAlchemyError

from dashboard.filters import one_of
from dashboard.report_cards import words
from dashboard.report_cards.archive import archive_card
from dashboard.report_cards.choose import choose_card
from dashboard.report_cards.chosen import chosen_of
from dashboard.report_cards.desk import desk_parts
from dashboard.report_cards.markup import raw
from dashboard.report_cards.tools import may, progress, spoken
from dashboard.request import current_store
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.view import View

__all__ = ["issue_at", "report_parts"]

LARGEST_NUMBER = 2**31 - 1


def report_parts(view: View, query: dict[str, str]) -> list[Component]:
    """The parts of the page; where the store does not answer, that is said."""
    try:
        if not one_of(query, "issue"):
            return _home(view, query)
        held = issue_at(one_of(query, "issue"))
        if held is not None:
            return desk_parts(view, current_store(), held, one_of(query, "show"))
        return [html.P([view.say(words.NO_SUCH), " ", html.A(view.say(words.BACK), href=words.PATH)], className="none")]
    except (SQLAlchemyError, CommandError):
        return [html.P(view.say(words.AWAY), className="none", role="alert")]


def issue_at(number: str) -> ReportIssue | None:
    """The report an address names."""
    is_number = number.isascii() and number.isdigit() and int(number[:11]) <= LARGEST_NUMBER
    return book.issue(current_store(), int(number)) if is_number else None


def _home(view: View, query: dict[str, str]) -> list[Component]:
    """The card to begin a report, for who may, beside the archive."""
    archive = raw(archive_card(view, current_store(), query))
    if not may(view, "draft_report"):
        return [html.P(view.say(words.READ_ONLY), className="rp-reader"), html.Div([archive], className="rp-home")]
    said = html.P("", className="rp-told rp-said", role="status")
    return [spoken(view), said, progress(view), html.Div([choose_card(view, chosen_of(view, query)), archive], className="rp-home")]
