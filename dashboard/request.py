"""The view of the request at work: what the web knows about who asks and in which language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from sqlalchemy import Engine

from dashboard.profiles import DUTY_OFFICER, PROFILES, VISITOR, Profile
from dashboard.reference import labels
from dashboard.settings import Settings, civic_time, read_city
from dashboard.store import store
from dashboard.store.devices import DUTY
from dashboard.store.tables import Device
from dashboard.texts import LANGUAGES
from dashboard.view import View, view_of
from dashboard.walls import walls_of

EXTENSION = "dashboard"
COOKIE = "lang"
PROFILE = "profile"
UNIT = "unit"
DEVICE = "device"
# A page of another site cannot send this header without asking first, and is told no.
MARK = "X-Act"
# Where Dash's renderer asks for answers of callbacks.
CALLBACKS = "/_dash-update-component"
LARGEST_REQUEST = 2**20
# A delivery sent by page; the largest exports go through the drop folder.
LARGEST_UPLOAD = 2**32
# A file of evidence, or a form that was filled in.
LARGEST_EVIDENCE = 20 * 2**20
A_YEAR = 365 * 86_400


def current_view(snapshot: str = "") -> View:
    """The view of this request. Raises NoSnapshot."""
    settings = current_settings()
    view = view_of(read_city(settings.city_folder), settings.city_warehouse, language(), snapshot)
    acts_as = profile()
    of = unit_among(view) if acts_as.of_unit else ""
    return replace(view, profile=acts_as, unit=of, chooses_profile=is_local(), city_folder=settings.city_folder)


def current_settings() -> Settings:
    settings: Settings = current_app.extensions[EXTENSION]
    return settings


def current_store() -> Engine:
    """The people's store of this server."""
    return store(current_settings().people_url)


def profile() -> Profile:
    """The profile chosen in this browser, if it runs on this machine; else that of its link; else a visitor, who can only read."""
    chosen = PROFILES.get(request.cookies.get(PROFILE, "")) if is_local() else None
    if chosen is not None:
        return chosen
    held = device()
    return DUTY_OFFICER if held is not None and held.kind == DUTY else VISITOR


def unit_among(view: View) -> str:
    """The unit chosen together with the profile, if the snapshot knows it and this is the machine itself; empty without one."""
    chosen = request.cookies.get(UNIT, "") if is_local() else ""
    return chosen if chosen and is_unit(view, chosen) else ""


def is_unit(view: View, code: str) -> bool:
    """Whether a snapshot has a unit of this code."""
    return code in labels(view.engine, "unit_code").index


def civic_now() -> datetime:
    """The city's wall-clock time, without reading all it says of itself."""
    return civic_time(_time_zone(current_settings().city_folder))


@lru_cache(maxsize=8)
def _time_zone(folder: Path) -> str:
    return read_city(folder).time_zone


def device() -> Device | None:
    """The device that asks, if it was opened by a link that still holds."""
    held = linked_device()
    return held if held is not None and held.revoked_at is None else None


def linked_device() -> Device | None:
    """The device whose link this browser once opened, even where that was revoked since."""
    token = request.cookies.get(DEVICE, "")
    if not token:
        return None
    walls = walls_of(current_store())
    held = walls.device(token)
    if held is not None and held.revoked_at is None:
        walls.touch(held, civic_now(), request.remote_addr or "")
    return held


def acting_device() -> str:
    """How the books call the device that acts, where the profile at work is its own."""
    held = device()
    is_its_own = held is not None and held.kind == DUTY and not (is_local() and request.cookies.get(PROFILE, "") in PROFILES)
    return f"{held.label} #{held.device_id}" if held is not None and is_its_own else ""


def must_be_ours() -> None:
    """Refuse what a page of another site makes a browser send."""
    origin = request.headers.get("Origin")
    if MARK not in request.headers or (origin and origin.rpartition("//")[2] != request.host):
        abort(403)


def is_local() -> bool:
    """Whether the request comes from this machine itself, without a proxy between, under a name of this machine.

    Until there are accounts nobody else may act: a page elsewhere that calls itself by another name is refused too.
    """
    through_proxy = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    names = [request.remote_addr or "", request.host.rpartition(":")[0] or request.host]
    return not through_proxy and all(map(_is_loopback, names))


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def language() -> str:
    """`?lang=en` of this address, else what was chosen before, else Chinese."""
    wanted = request.args.get("lang") or request.cookies.get(COOKIE) or "zh"
    return wanted if wanted in LANGUAGES else "zh"


def remember_language(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, request.args["lang"], max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def attach(server: Flask, settings: Settings) -> None:
    """Give a Flask server the settings its requests are answered with."""
    server.extensions[EXTENSION] = settings
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    server.after_request(remember_language)
