"""What the browser fetches besides pages: wall frames, outlines, the token, health."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from functools import cache
from threading import Event, Lock
from typing import Any

from dash import Dash, html
from flask import Response, abort, request

from dashboard import file_routes, meeting_routes, places, report_routes, wall_routes
from dashboard.components import skeleton
from dashboard.data_age import data_age
from dashboard.request import current_view
from dashboard.view import View
from dashboard.wall_frames import token_of
from dashboard.warehouse import CURRENT, NoSnapshot, current_snapshot

FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)


def first_alone(answer: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Answer the first request alone: Dash sets its pages up within it, and would answer another meanwhile without their script."""
    alone, is_set_up = Lock(), Event()

    def answer_in_turn(question: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if is_set_up.is_set():
            return answer(question, start)
        with alone:
            made = answer(question, start)
            is_set_up.set()
        return made

    return answer_in_turn


def register(app: Dash) -> None:
    """Add the routes and the headers every answer carries."""
    server: Any = app.server
    server.wsgi_app = first_alone(server.wsgi_app)

    @cache
    def policy() -> str:
        # Known only once the first request has set the pages up: they bring a script of their own.
        return POLICY.format(scripts=" ".join(app.csp_hashes()))

    def outlines(snapshot: str, level: str) -> Response:
        view = view_or_404(snapshot)
        if level not in places.LEVELS:
            abort(404)
        response = json_response(places.geojson(view.engine, level))
        response.headers["Cache-Control"] = FOREVER
        return response

    def token() -> Response:
        view = view_or_404()
        return json_response(json.dumps({"token": token_of(view), "snapshot": view.snapshot}))

    def age(kind: str) -> Response:
        return json_response(json.dumps(data_age(view_or_404(), kind).to_json()))

    def health() -> Response:
        view = view_or_404()
        newest = view.data_state().newest
        facts = {"snapshot": view.snapshot, "as_of": None if newest is None else newest.isoformat()} | fault_of(view)
        return json_response(json.dumps(facts))

    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    whole: Any = html.Div([app.layout, skeleton()])

    def know_every_id() -> None:
        # Dash would take the ids from whatever the first request could show, which is nothing before the first load.
        app.validation_layout = whole

    server.before_request(know_every_id)
    server.after_request(guard)
    server.register_error_handler(NoSnapshot, gone)
    wall_routes.register(server)
    server.add_url_rule("/geo/<snapshot>/<level>.json", view_func=outlines)
    server.add_url_rule("/token", view_func=token)
    server.add_url_rule("/age/<any(tickets, disputes, risks):kind>", view_func=age)
    file_routes.register(server)
    meeting_routes.register(server)
    report_routes.register(server)
    server.add_url_rule("/health", view_func=health)


def fault_of(view: View) -> dict[str, str]:
    """What /health adds where the snapshot in use cannot be read and an older one is shown."""
    try:
        named = current_snapshot(view.folder)
    except NoSnapshot:
        named = CURRENT
    if named == view.snapshot:
        return {}
    return {"fault": f"{named} cannot be read: an older snapshot is shown until the next `python -m etl load` mends it"}


def gone(error: Exception) -> Response:
    """The answer where what was asked stands in a snapshot that can no longer be read."""
    return Response(str(error), 404, mimetype="text/plain")


def view_or_404(snapshot: str = "") -> View:
    try:
        view = current_view(snapshot)
        _ = view.engine
    except NoSnapshot as error:
        abort(404, str(error))
    return view


def json_response(text: str) -> Response:
    """JSON, compressed where the browser takes it."""
    data = text.encode("utf-8")
    response = Response(data, mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(data) > 1000:
        response.set_data(gzip.compress(data, 5))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "no-store"
    return response
