"""The view of the request at work: what the web knows about who asks and in which language."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from flask import Flask, Response, current_app, request
from sqlalchemy import Engine

from dashboard.profiles import PROFILES, VISITOR, Profile
from dashboard.settings import Settings, read_city
from dashboard.store import store
from dashboard.texts import LANGUAGES
from dashboard.view import View, view_of

EXTENSION = "dashboard"
COOKIE = "lang"
PROFILE = "profile"
# Where Dash's renderer asks for answers of callbacks.
CALLBACKS = "/_dash-update-component"
LARGEST_REQUEST = 2**20
# A delivery sent by page; the largest exports go through the drop folder.
LARGEST_UPLOAD = 2**32
A_YEAR = 365 * 86_400


def current_view(snapshot: str = "") -> View:
    """The view of this request. Raises NoSnapshot."""
    settings = current_settings()
    view = view_of(read_city(settings.city_folder), settings.city_warehouse, language(), snapshot)
    return replace(view, profile=profile(), chooses_profile=is_local(), city_folder=settings.city_folder)


def current_settings() -> Settings:
    settings: Settings = current_app.extensions[EXTENSION]
    return settings


def current_store() -> Engine:
    """The people's store of this server."""
    return store(current_settings().people_url)


def profile() -> Profile:
    """The profile chosen in this browser; a visitor, who can only read, unless the browser runs on this machine."""
    return PROFILES.get(request.cookies.get(PROFILE, ""), VISITOR) if is_local() else VISITOR


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
