"""The application: create_app(settings) puts the parts together; `python app.py` serves it."""

from __future__ import annotations

import sys

import dash
from dash import Dash, html
from waitress import serve

from dashboard import act_routes, alert_routes, callbacks, device_routes, error_pages, pages, posts, request, routes, submission_routes
from dashboard.metrics import variants_of
from dashboard.scenes import check_walls
from dashboard.settings import Settings, read_city
from layouts import PAGES


def create_app(settings: Settings) -> Dash:
    """A Dash app on one city's warehouse; several may live in one process. Raises ValueError if city.toml cannot be used."""
    city = read_city(settings.city_folder)
    variants_of(city.variants)
    check_walls(city.walls)
    app = Dash(
        __name__, use_pages=True, pages_folder="", assets_folder="dashboard/assets", use_async=False, serve_locally=True,
        update_title="", title=city.platform_label or city.label, meta_tags=[{"name": "viewport", "content": "width=device-width"}],
    )  # fmt: skip
    request.attach(app.server, settings)
    pages.register(app, PAGES, city)
    app.layout = html.Div(dash.page_container)
    callbacks.register(app)
    posts.register(app)
    routes.register(app)
    act_routes.register(app.server)
    alert_routes.register(app.server)
    device_routes.register(app.server)
    submission_routes.register(app.server)
    error_pages.register(app)
    return app


def main() -> None:
    settings = Settings()
    app = create_app(settings)
    sys.stdout.write(f"http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    # Walls keep their connections, up to six each, where waitress takes a hundred; so many need poll instead of select.
    serve(
        app.server, host=settings.host, port=settings.port, threads=settings.threads, ident=None,
        connection_limit=4000, asyncore_use_poll=True, max_request_body_size=request.LARGEST_UPLOAD,
    )  # fmt: skip


if __name__ == "__main__":
    main()
