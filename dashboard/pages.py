"""Registers pages with Dash: each is laid out anew for the request at work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import dash
import flask
from dash import Dash
from dash.development.base_component import Component
from flask import Response

from dashboard import request
from dashboard.components import sorry
from dashboard.settings import City
from dashboard.texts import NO_SNAPSHOT, NO_SNAPSHOT_HINT, NOT_FOUND, NOT_FOUND_HINT
from dashboard.warehouse import NoSnapshot

NOWHERE = "/404"
# Dash's own name of the rule that answers every address nothing else answers.
ANY_ADDRESS = "/<path:path>"


def register(app: Dash, pages: Iterable[ModuleType], city: City) -> None:
    """Register the pages of what the city has, in order. Dash keeps one registry a process: what it holds knows no city."""
    register_page: Any = dash.register_page
    for order, page in enumerate(page for page in pages if not page.HAS or page.HAS in city.has):
        register_page(page.__name__, path=page.PATH, title=title_of(page), title_of=page.TITLE.in_, order=order, layout=layout_of(page))
    register_page("not_found_404", path=NOWHERE, title=city.label, layout=nowhere)
    app.server.after_request(not_found)


def is_page(path: str) -> bool:
    """Whether an address is that of a page."""
    paths = {entry["path"].strip("/") for entry in dash.page_registry.values()} - {NOWHERE.strip("/")}
    return path.strip("/") in paths


def not_found(response: Response) -> Response:
    """The shell of a page is answered for any address; where no page is, its status says so."""
    if flask.request.endpoint == ANY_ADDRESS and response.status_code == 200 and not is_page(flask.request.path):
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
            made: Component = page.layout(request.current_view(), query)
        except NoSnapshot:
            made = sorry(request.language(), NO_SNAPSHOT, NO_SNAPSHOT_HINT)
        return made

    return layout
