"""The view of the request at work: what the web knows about who asks and in which language."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from dashboard.settings import Settings, read_city
from dashboard.texts import LANGUAGES
from dashboard.view import View, view_of

EXTENSION = "dashboard"
COOKIE = "lang"
LARGEST_REQUEST = 2**20
A_YEAR = 365 * 86_400


def current_view(snapshot: str = "") -> View:
    """The view of this request. Raises NoSnapshot."""
    settings: Settings = current_app.extensions[EXTENSION]
    return view_of(read_city(settings.city_folder), settings.city_warehouse, language(), snapshot)


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
