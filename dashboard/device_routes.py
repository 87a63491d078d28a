"""What devices fetch and send: the link that opens them, the black box's word, the state of walls for monitors and tablets."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from dashboard.profiles import DUTY_OFFICER
from dashboard.remote import state_of
from dashboard.request import (
    A_YEAR,
    DEVICE,
    civic_now,
    current_settings,
    current_store,
    current_view,
    device,
    must_be_ours,
    profile,
)
from dashboard.settings import City, read_city
from dashboard.store import devices
from dashboard.store.health import Sample
from dashboard.wall_asking import address_name, is_revoked, wall_asking
from dashboard.walls import Standing, label_of, walls_of

LARGEST_SAMPLE = 4096
OPENS = {devices.WALL: "/wall", devices.DUTY: "/wall/remote"}
MEGABYTE = 2**20


def register(server: Flask) -> None:
    server.add_url_rule("/d/<token>", view_func=open_device)
    server.add_url_rule("/wall/health", view_func=sampled, methods=["POST"])
    server.add_url_rule("/wall/health", view_func=health_of_walls, methods=["GET"])
    server.add_url_rule("/wall/remote/state", view_func=remote_state)
    server.after_request(keep_device)


def open_device(token: str) -> Response:
    """Make this browser the device a link was made for; to a guess it does not tell whether the link ever held."""
    held = walls_of(current_store()).device(token)
    if held is None or held.revoked_at is not None:
        abort(410)
    devices.open_(current_store(), held.device_id, at=civic_now(), address=request.remote_addr or "")
    # A link may say which of the city's walls it is for: `/d/…?wall=lobby`.
    name = request.args.get("wall", "")
    which = f"?{urlencode({'wall': address_name(name)})}" if name and held.kind == devices.WALL else ""
    response = redirect(OPENS[held.kind] + which, 303)
    _remember(response, token)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def keep_device(response: Response) -> Response:
    """The cookie of a device in use never ends: each opening of its page makes it a year again."""
    if request.method == "GET" and request.path in OPENS.values() and request.cookies.get(DEVICE) and device() is not None:
        _remember(response, request.cookies[DEVICE])
    return response


def _remember(response: Response, token: str) -> None:
    response.set_cookie(DEVICE, token, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)


def sampled() -> Response:
    """Take what a wall's black box says of its page."""
    must_be_ours()
    request.max_content_length = LARGEST_SAMPLE
    if is_revoked():
        abort(403)
    try:
        said = Sample.model_validate_json(request.get_data())
    except ValidationError:
        abort(422)
    is_kept = walls_of(current_store()).sample(wall_asking(said.wall), said, civic_now())
    return _answer({}, 200 if is_kept else 429)


def health_of_walls() -> Response:
    """How the walls are, for those who watch over machines; of one wall (`?wall=`) with status 503 where it is not alive."""
    now, city = civic_now(), read_city(current_settings().city_folder)
    standing = walls_of(current_store()).standing(now)
    wanted = request.args.get("wall")
    if wanted is None:
        return _answer({"now": now.isoformat(), "walls": [_facts(wall, city, now) for wall in standing]})
    for wall in standing:
        if wall.wall == wanted:
            return _answer(_facts(wall, city, now), 200 if wall.is_alive else 503)
    return _answer({"wall": wanted[:60], "is_alive": False}, 404)


def _facts(wall: Standing, city: City, now: datetime) -> dict[str, Any]:
    """One wall, in plain numbers."""
    row, sight = wall.health, wall.sight
    facts: dict[str, Any] = {
        "wall": wall.wall, "label": label_of(wall, city).zh, "is_alive": wall.is_alive,
        "last_seen_at": _iso(sight.at), "scene": sight.scene,
        "last_picture_at": _iso(sight.picture_at),
        "picture_age_seconds": None if sight.picture_at is None else max(int((now - sight.picture_at).total_seconds()), 0),
    }  # fmt: skip
    if row is None or row.sampled_at is None:
        return facts | {"sampled_at": None}
    return facts | {
        "sampled_at": _iso(row.sampled_at), "opened_at": _iso(row.opened_at), "refresh_count": row.refresh_count,
        "missed_count": row.missed_count, "scene_change_count": row.scene_change_count, "renewal_count": row.renewal_count,
        "error_count": row.error_count, "heap_mb": _megabytes(row.heap_bytes),
        "opening_heap_mb": _megabytes(row.opening_heap_bytes), "node_count": row.node_count, "canvas_count": row.canvas_count,
        "webgl_count": row.webgl_count,
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _megabytes(size: int | None) -> float | None:
    return None if size is None else round(size / MEGABYTE, 1)


def remote_state() -> Response:
    """The walls as a tablet shows them."""
    if profile() is not DUTY_OFFICER:
        abort(403)
    view = current_view()
    return _answer(state_of(view, walls_of(current_store()).standing(civic_now()), civic_now()))


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
