"""What the browser fetches besides pages: wall frames, outlines, the token, health."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from dash import Dash, html
from flask import Response, abort, request

from dashboard import file_routes, places
from dashboard.charts import CHARTS, Chart
from dashboard.components import skeleton
from dashboard.data_age import data_age
from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.platforms import platform_rows
from dashboard.request import current_view
from dashboard.rows import event_rows
from dashboard.scenes import SCENES
from dashboard.view import View
from dashboard.warehouse import CURRENT, NoSnapshot, current_snapshot

SMALLEST, LARGEST = 0.4, 4.0
FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
)


def token_of(view: View) -> str:
    """Changes when the picture must: another snapshot, another civic day."""
    return f"{view.snapshot}.{view.today:%Y%m%d}"


def register(app: Dash) -> None:
    """Add the routes and the headers every answer carries."""
    server = app.server

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
    server.add_url_rule("/wall/frame", view_func=frame_answer)
    server.add_url_rule("/geo/<snapshot>/<level>.json", view_func=outlines)
    server.add_url_rule("/token", view_func=token)
    server.add_url_rule("/age/<any(tickets, disputes, risks):kind>", view_func=age)
    file_routes.register(server)
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


def frame_answer() -> Response:
    """A scene's frame: figures, key numbers, events and platforms; only the token, if the wall already shows it."""
    view = view_or_404()
    name = request.args.get("scene", "overview")
    layout = request.args.get("layout", "16x9")
    scene = SCENES.get(name)
    if scene is None or layout not in scene.layouts:
        abort(404, f"no scene {name} {layout}")
    token = token_of(view)
    head = {"token": token, "now": view.now.isoformat(timespec="seconds")}
    if request.args.get("token") == token:
        return json_response(json.dumps(head))
    try:
        scale = min(max(float(request.args.get("scale", "1")), SMALLEST), LARGEST)
    except ValueError:
        scale = 1.0
    body = frame_body(Wanted(token, name, layout, round(scale, 2), view.language, view))
    return json_response(f"{json.dumps(head)[:-1]}, {body[1:]}")


@dataclass(frozen=True)
class Wanted:
    """What makes one frame differ from another; the view itself is only carried along."""

    token: str
    scene: str
    layout: str
    scale: float
    language: str
    view: View = field(compare=False)


@lru_cache(maxsize=64)
def frame_body(wanted: Wanted) -> str:
    """The costly part of a frame as JSON text, computed once for all walls that show the same."""
    view, scene = wanted.view, SCENES[wanted.scene]
    engine, look = view.engine, view.theme("wall", wanted.scale)
    filters = view.scoped(Filters(period=view.city.period))
    figures: dict[str, Any] = {}
    listings: dict[str, Any] = {}
    for name in scene.layouts[wanted.layout]:
        chart = CHARTS[name]
        if isinstance(chart, Chart):
            figures[name] = json.loads(chart.figure(engine, filters, look).to_json())
        else:
            listings[name] = event_rows(chart.ask(engine, filters), look, view.today)
    spans = [Filters.from_json({"period": period or view.city.period}) for _, period in scene.figures]
    keys = [key_figure(engine, code, view.scoped(span), look).to_json() for (code, _), span in zip(scene.figures, spans, strict=True)]
    state = view.data_state()
    body = {
        "figures": figures,
        "listings": listings,
        "keys": keys,
        "platforms": platform_rows(engine, view.language),
        "as_of": None if state.newest is None else state.newest.isoformat(),
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False)


def json_response(text: str) -> Response:
    """JSON, compressed where the browser takes it."""
    data = text.encode("utf-8")
    response = Response(data, mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", "") and len(data) > 1000:
        response.set_data(gzip.compress(data, 5))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "no-store"
    return response
