"""One pilot target with all there is about it: basis, versions, milestones, parts, reports, narratives and published figures."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.components import page
from dashboard.dossier.page import every_target, is_known, target_parts
from dashboard.dossier.words import CODE, PATH, target_path
from dashboard.filters import Filters, one_of
from dashboard.pending_line import pending_line
from dashboard.settings import City
from dashboard.texts import Text
from dashboard.view import View

__all__ = ["HAS", "IN_MENU", "PATH", "TITLE", "knows", "layout"]

TITLE = Text("指标档案", "Target dossier")
HAS = "pilots"
IN_MENU = False


def knows(query: Mapping[str, str], _city: City) -> bool:
    """Whether an address asks for a target there is: none at all is the list of them."""
    return is_known(one_of(query, CODE))


def layout(view: View, query: dict[str, str]) -> Component:
    code, wish = one_of(query, CODE), Filters.from_parts(query, view.city.period)
    about = target_path(code, wish).partition("?")[2] if code else ""
    shown = target_parts(view, code, wish, query) if code else every_target(view, wish)
    parts = [pending_line(view, code), *shown]
    return page(view, TITLE, [html.Div(parts, className="dossier")], path=PATH, kind="pilots", about=about)
