"""The brief of a unit or a division: how it stands, on one screen and on one sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import briefs, ids
from dashboard.components import BRIEF_PATH, filter_bar, page
from dashboard.filters import Filters
from dashboard.request import current_view
from dashboard.settings import City
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot

PATH = BRIEF_PATH
TITLE = Text("一页通", "On one page")
HAS = ""
IN_MENU = False


def knows(query: Mapping[str, str], _city: City) -> bool:
    """Whether an address asks for one unit or division there is: none at all is the list of them."""
    asked = briefs.named_in(query)
    if not asked:
        return True
    try:
        view = current_view()
    except NoSnapshot:  # The page itself says so.
        return True
    return len(asked) == 1 and briefs.is_known(view, *asked[0])


def layout(view: View, query: dict[str, str]) -> Component:
    wish, asked = Filters.from_parts(query, view.city.period), briefs.named_in(query)
    of = ":".join(asked[0]) if asked else ""
    kind = next((kind for kind in ("tickets", "pilots", "disputes", "risks") if kind in view.city.has), "tickets")
    parts: list[Component] = [html.Div(briefs.chooser(view), className="brief-bar")]
    if not asked:
        return page(view, TITLE, [*parts, *briefs.every_brief(view, wish)], path=PATH, kind=kind)
    parts += [dcc.Store(id=ids.BRIEF, data=of), html.Div(id=ids.BRIEF_SHEET, className="brief-sheet")]
    return page(view, TITLE, parts, path=PATH, bar=filter_bar(view, briefs.days_of(wish), ()), kind=kind)
