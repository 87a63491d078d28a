"""The page of supervision slips: units with what is late, the preview, the book of slips, and one slip with its answer."""

from __future__ import annotations

from alembic.util import CommandError
from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import SQLAlchemyError

from dashboard.acts.supervision import WRITERS
from dashboard.filters import one_of
from dashboard.request import current_store
from dashboard.store.supervision import KINDS, OVERDUE
from dashboard.supervision_cards import words
from dashboard.supervision_cards.log import log_card
from dashboard.supervision_cards.preview import preview_card
from dashboard.supervision_cards.slip import slip_card
from dashboard.supervision_cards.units import tabs, units_card
from dashboard.view import View

__all__ = ["supervision_parts"]


def supervision_parts(view: View, query: dict[str, str]) -> list[Component]:
    """The parts of the page for the profile at work; where the store does not answer, that is said."""
    writes = view.profile in WRITERS
    if view.city_folder is None or not (writes or view.profile.of_unit):  # A view outside a server knows no store.
        return [html.P(view.say(words.NOT_YOURS), className="none")]
    if view.profile.of_unit and not view.unit:
        return [html.P(view.say(words.NO_UNIT), className="none")]
    try:
        return _parts(view, query, writes=writes)
    except (SQLAlchemyError, CommandError):
        return [html.P(view.say(words.AWAY), className="none", role="alert")]


def _parts(view: View, query: dict[str, str], *, writes: bool) -> list[Component]:
    store = current_store()
    wanted = one_of(query, "slip")
    if wanted:
        return slip_card(view, store, wanted)
    log = log_card(view, store, query)
    if not writes:
        return [log]
    kind = one_of(query, "kind", OVERDUE)
    kind = kind if kind in KINDS else OVERDUE
    try:
        if one_of(query, "preview"):
            return [*preview_card(view, store, query, kind), log]
        return [tabs(view, kind), html.Div([units_card(view, store, kind), log], className="slip-desk")]
    except ValueError:
        return [html.P(view.say(words.CLOCK_OUT), className="none", role="alert"), log]
