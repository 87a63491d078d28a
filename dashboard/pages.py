"""Registers pages with Dash: each is laid out anew for the request at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

import dash
import flask
from dash import Dash
from dash.development.base_component import Component
from flask import Response

from dashboard import request
from dashboard.components import sorry
from dashboard.settings import City, read_city
from dashboard.texts import NO_SNAPSHOT, NO_SNAPSHOT_HINT, NOT_FOUND, NOT_FOUND_HINT
from dashboard.warehouse import NoSnapshot

NOWHERE = "/404"
# Dash's own name of the rule that answers every address nothing else answers.
ANY_ADDRESS = "/<path:path>"
# Libraries of components that weigh more than the rest together.
LARGE = ("dash_ag_grid",)


def register(app: Dash, pages: Iterable[ModuleType], city: City) -> None:
    """Register the pages of what the city has, in order. Dash keeps one registry a process: what it holds knows no city."""
    register_page: Any = dash.register_page
    for order, page in enumerate(page for page in pages if not page.HAS or page.HAS in city.has):
        register_page(
            page.__name__, path=page.PATH, title=title_of(page), title_of=page.TITLE.in_, order=order, layout=layout_of(page),
            in_menu=getattr(page, "IN_MENU", True), knows=getattr(page, "knows", None),
            stands=getattr(page, "stands", None), libraries=getattr(page, "LIBRARIES", ()),
        )  # fmt: skip
    register_page("not_found_404", path=NOWHERE, title=city.label, layout=nowhere)
    app.server.after_request(not_found)
    only_needed_scripts(app)


def page_at(path: str) -> dict[str, Any] | None:
    """What is registered of the page at an address; None where there is none."""
    found = (entry for entry in dash.page_registry.values() if entry["path"] != NOWHERE and entry["path"].strip("/") == path.strip("/"))
    return next(found, None)


def is_page(path: str, query: Mapping[str, str] | None = None) -> bool:
    """Whether an address is that of a page, and asks it for something it knows."""
    entry = page_at(path)
    if entry is None or not (entry.get("stands") is None or entry["stands"](request.current_settings().city_folder)):
        return False
    knows = entry.get("knows")
    return knows is None or query is None or bool(knows(query, read_city(request.current_settings().city_folder)))


def only_needed_scripts(app: Dash) -> None:
    """Leave the scripts of a large library out of pages that do not name it in LIBRARIES: a wall need not load them."""
    whole: Any = app.interpolate_index

    def index(**parts: str) -> str:
        needed = (page_at(flask.request.path) or {}).get("libraries") or ()
        for library in set(LARGE) - set(needed):
            parts["scripts"] = re.sub(rf'<script src="[^"]*/_dash-component-suites/{library}/[^"]*"></script>', "", parts["scripts"])
        made: str = whole(**parts)
        return made

    held: Any = app
    held.interpolate_index = index


def not_found(response: Response) -> Response:
    """The shell of a page is answered for any address; where no page is, its status says so."""
    if flask.request.endpoint == ANY_ADDRESS and response.status_code == 200 and not is_page(flask.request.path, flask.request.args):
        response.status_code = 404
    return response


def nowhere(**_: str) -> Component:
    """What an address that leads nowhere shows."""
    return sorry(request.language(), NOT_FOUND, NOT_FOUND_HINT, again=False)


def title_of(page: ModuleType) -> Callable[..., str]:
    """A page's title in the language of the request."""

    def title(**_: str) -> str:
        text: str = page.TITLE.in_(request.language())
        return text

    return title


def layout_of(page: ModuleType) -> Callable[..., Component]:
    """A page's layout for the request at work; without a snapshot, what to do about it."""

    def layout(**query: str) -> Component:
        try:
            view = request.current_view()
            knows: Any = getattr(page, "knows", None)
            stands: Any = getattr(page, "stands", None)
            is_there = (stands is None or stands(view.city_folder)) and (knows is None or knows(query, view.city))
            made: Component = page.layout(view, query) if is_there else nowhere()
        except NoSnapshot:
            made = sorry(request.language(), NO_SNAPSHOT, NO_SNAPSHOT_HINT)
        return made

    return layout
