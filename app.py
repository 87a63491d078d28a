"""The application: create_app(settings) puts the parts together; `python app.py` serves it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import dash
from dash import Dash, html
from dash.development.base_component import Component
from waitress import serve

from dashboard import callbacks, request, routes
from dashboard.components import sorry
from dashboard.settings import Settings, read_city
from dashboard.texts import NO_SNAPSHOT, NO_SNAPSHOT_HINT
from dashboard.warehouse import NoSnapshot
from layouts import PAGES


def create_app(settings: Settings) -> Dash:
    """A Dash app on one city's warehouse; several may live in one process. Raises CityError."""
    city = read_city(settings.city_folder)
    app = Dash(
        __name__, use_pages=True, pages_folder="", assets_folder="dashboard/assets", use_async=False, serve_locally=True,
        update_title="", title=city.platform_label or city.label, meta_tags=[{"name": "viewport", "content": "width=device-width"}],
    )  # fmt: skip
    request.attach(app.server, settings)
    register_page: Any = dash.register_page
    for order, page in enumerate(page for page in PAGES if page.HAS in city.has):
        register_page(page.__name__, path=page.PATH, title=title_of(page), title_of=page.TITLE.in_, order=order, layout=layout_of(page))
    app.layout = html.Div(dash.page_container)
    callbacks.register(app)
    routes.register(app)
    return app


def title_of(page: ModuleType) -> Callable[..., str]:
    """A page's title in the language of the request."""
    return lambda **_: page.TITLE.in_(request.language())


def layout_of(page: ModuleType) -> Callable[..., Component]:
    """A page's layout for the request at work; without a snapshot, what to do about it."""

    def layout(**query: str) -> Component:
        try:
            made: Component = page.layout(request.current_view(), query)
        except NoSnapshot:
            made = sorry(request.language(), NO_SNAPSHOT, NO_SNAPSHOT_HINT)
        return made

    return layout


def main() -> None:
    settings = Settings()
    app = create_app(settings)
    sys.stdout.write(f"http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    serve(app.server, host=settings.host, port=settings.port, threads=settings.threads, ident=None)


if __name__ == "__main__":
    main()
