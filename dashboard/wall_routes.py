"""What walls ask for: a small token often, a frame when the token has changed."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, abort, request

from dashboard.alerts.book import revision_of
from dashboard.on_duty import duty_line
from dashboard.request import current_store, current_view
from dashboard.scenes import SCENES
from dashboard.view import View
from dashboard.wall_asking import is_revoked, wall_told
from dashboard.wall_frames import Wanted, frame, hand_of, scale_of, token_of
from dashboard.wall_layouts import LAYOUTS
from dashboard.warehouse import NoSnapshot


def register(server: Flask) -> None:
    server.add_url_rule("/wall/token", view_func=token_answer)
    server.add_url_rule("/wall/frame", view_func=frame_answer)


def token_answer() -> Response:
    """What a wall polls: the server's time, whether anything has changed, and what a tablet told it."""
    view, told = _view(), wall_told()
    body = token_body(view) | {"alerts": revision_of(current_store(), view.city.now())} | told
    if told["revoked"]:  # It is told when to ask again, and nothing of the city.
        body = {name: body[name] for name in ("now", "token", "revoked")}
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def token_body(view: View) -> dict[str, Any]:
    """Asked by every wall every few seconds: nothing in it may cost a query of a snapshot."""
    moment = view.standing_at if view.city.today == "as_of" else view.now
    duty = duty_line(view.city_folder, moment.replace(tzinfo=None), view.language) if view.city_folder else None
    return {"now": view.now.isoformat(timespec="seconds"), "token": token_of(view), "duty": duty}


def frame_answer() -> Response:
    """A scene's frame for a layout, a scale, a language and a place in focus; always compressed, as every browser takes it."""
    if is_revoked():
        abort(403)
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
