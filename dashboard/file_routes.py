"""Tables as files to take away."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, abort, request

from dashboard.filters import Filters, one_of
from dashboard.metrics import METRICS
from dashboard.number_rows import FILES, PART, part_of, rows_file
from dashboard.request import current_view
from dashboard.risk_register import FILE, register_csv
from dashboard.table_files import MIME, file_bytes


def register(server: Flask) -> None:
    server.add_url_rule(FILE, view_func=risks_file)
    for kind, path in FILES.items():
        server.add_url_rule(path, f"number_{kind}", partial(number_file, kind))


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


def number_file(kind: str) -> Response:
    """The rows behind a number, for the metric, the part and the wish its address says."""
    view = current_view()
    query: dict[str, str | list[str]] = dict(request.args.to_dict(flat=False))
    code = one_of(query, "metric")
    if code not in METRICS or METRICS[code].table.name not in {*view.city.has, "tickets"}:
        abort(404)
    part = part_of(one_of(query, PART))
    table = rows_file(view, code, Filters.from_parts(query, view.city.period), part)
    response = Response(file_bytes(table, kind), mimetype=MIME[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{code}_{part}_{view.city.code}_{view.today:%Y%m%d}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response
