"""The application: create_app(settings) puts the parts together; `python app.py` serves it."""

from __future__ import annotations

import sys

import dash
from dash import Dash, dcc, html
from waitress import serve

from dashboard import callbacks, ids, request
from dashboard.filters import Filters
from dashboard.settings import Settings
from layouts import PAGES


def create_app(settings: Settings) -> Dash:
    """A Dash app on one city's warehouse; several may live in one process."""
    app = Dash(
        __name__, use_pages=True, pages_folder="", assets_folder="dashboard/assets", use_async=False,
        serve_locally=True, update_title="", title="市域社会治理指挥中心",
    )  # fmt: skip
    request.attach(app.server, settings)
    for order, page in enumerate(PAGES):
        dash.register_page(page.__name__, path=page.PATH, title=page.TITLE.zh, order=order, layout=page_layout(page))
    app.layout = html.Div([dcc.Location(id=ids.URL), dcc.Store(id=ids.FILTERS, data=Filters().to_json()), dash.page_container])
    callbacks.register(app)
    return app


def page_layout(page):
    def layout(**_: str):
        return page.layout(request.current_view())

    return layout


def main() -> None:
    settings = Settings()
    app = create_app(settings)
    sys.stdout.write(f"http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    serve(app.server, host=settings.host, port=settings.port, threads=settings.threads)


if __name__ == "__main__":
    main()
