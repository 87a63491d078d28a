"""One small line for pages about pilot targets: what units reported that the numbers beside it do not show yet."""

from __future__ import annotations

from alembic.util import CommandError
from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import SQLAlchemyError

from dashboard.request import current_store
from dashboard.submissions.pending import pending
from dashboard.texts import Text
from dashboard.view import View

TO_LAND, TO_REVIEW, TO_CONFIRM = (
    Text("已审核 {n} 条，待入库", "{n} accepted, to be landed"),
    Text("待审核 {n} 条", "{n} to be reviewed"),
    Text("待单位确认 {n} 条", "{n} to be confirmed by units"),
)
PATH = "/pilots/report"


def pending_line(view: View, target: str = "", unit: str = "") -> Component:
    """What is on its way, of one target or unit or of all; nothing where nothing is, or the store does not answer."""
    if view.city_folder is None:  # A view outside a server knows no store.
        return html.Span()
    try:
        to_confirm, to_review, to_land = pending(current_store(), view.engine, unit).of(target)
    except (SQLAlchemyError, CommandError):
        return html.Span()
    parts = [(TO_LAND, to_land), (TO_REVIEW, to_review), (TO_CONFIRM, to_confirm)]
    said = [view.say(text).format(n=f"{count:,}") for text, count in parts if count]
    return html.P(html.A(" · ".join(said), href=PATH), className="pending-line") if said else html.Span()
