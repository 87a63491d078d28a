"""Tables as files to take away."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from dashboard.filters import Filters
from dashboard.request import current_view
from dashboard.risk_register import FILE, register_csv


def register(server: Flask) -> None:
    server.add_url_rule(FILE, view_func=risks_file)


def risks_file() -> Response:
    """The register of risks for the wish its address says."""
    view = current_view()
    if "risks" not in view.city.has:
        abort(404)
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    text = register_csv(view, Filters.from_parts(query, view.city.period))
    response = Response(text.encode("utf-8"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="risks_{view.city.code}_{view.today:%Y%m%d}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
