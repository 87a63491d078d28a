"""What walls ask for: a small token often, a frame when the token has changed."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, abort, request

from dashboard.alerts.book import revision_of
from dashboard.request import current_store, current_view
from dashboard.scenes import SCENES
from dashboard.view import View
from dashboard.wall_frames import Wanted, frame, hand_of, scale_of, token_of
from dashboard.wall_layouts import LAYOUTS
from dashboard.warehouse import NoSnapshot


def register(server: Flask) -> None:
    server.add_url_rule("/wall/token", view_func=token_answer)
    server.add_url_rule("/wall/frame", view_func=frame_answer)


def token_answer() -> Response:
    """What a wall polls: the server's time, and whether anything has changed."""
    view = _view()
    body = token_body(view) | {"alerts": revision_of(current_store(), view.city.now())}
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def token_body(view: View) -> dict[str, Any]:
    """Asked by every wall every few seconds: nothing in it may cost a query of a snapshot."""
    return {"now": view.now.isoformat(timespec="seconds"), "token": token_of(view)}


def frame_answer() -> Response:
    """A scene's frame for a layout, a scale, a language and a place in focus; always compressed, as every browser takes it."""
    view = _view()
    scene, layout, focus = (request.args.get(name, usual) for name, usual in (("scene", "overview"), ("layout", "16x9"), ("focus", "")))
    if scene not in SCENES or SCENES[scene].has not in view.city.has or layout not in LAYOUTS:
        abort(404, "no such scene")
    try:
        scale, hand = scale_of(request.args.get("scale", "1")), hand_of(request.args.get("hand", "1"))
        body = frame(view, Wanted(token_of(view), scene, layout, scale, view.language, focus, hand))
    except KeyError:
        abort(404, "no such division")
    response = Response(body, mimetype="application/json")
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "no-store"
    return response


def _view() -> View:
    try:
        view = current_view()
        _ = view.engine
    except NoSnapshot as error:
        abort(404, str(error))
    return view
