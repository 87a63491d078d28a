"""What the page of reports lets people take away: the Excel form of their unit, and files of evidence."""

from __future__ import annotations

import io

from flask import Flask, Response, abort, request, send_file

from dashboard.pending_line import PATH
from dashboard.profiles import COMMITTEE
from dashboard.request import current_settings, current_store, current_view
from dashboard.store import submissions as book
from dashboard.submissions.computed import computed
from dashboard.submissions.evidence import kept_file
from dashboard.submissions.form_writing import form_bytes
from dashboard.submissions.parts import Place, observations, parts_of, period_of, periods
from dashboard.table_files import MIME, XLSX
from dashboard.unit_choice import unit_name

# Whatever it is, a browser only ever saves it.
UNKNOWN = "application/octet-stream"
LARGEST_NUMBER = 2**31 - 1


def register(server: Flask) -> None:
    server.add_url_rule(f"{PATH}/form.xlsx", view_func=report_form)
    server.add_url_rule(f"{PATH}/evidence/<int:number>", view_func=report_evidence)


def report_form() -> Response:
    """The form of the unit at work, for the period its address names."""
    view = current_view()
    if not (view.profile.of_unit and view.unit):
        abort(403)
    wanted = request.args.get("period", "")
    period_on = period_of(view, wanted)
    if period_on is None or (wanted and period_on.isoformat() != wanted) or period_on not in periods(view):
        abort(404)
    parts = parts_of(view, period_on, view.unit)
    held = {Place(row.target_code, row.unit_code, row.division_code): row for row in book.of_period(current_store(), period_on, view.unit)}
    counted = {place: found for place, part in parts.items() if (found := computed(view, part, period_on)) is not None}
    name = unit_name(view, view.unit)
    data = form_bytes(view, (view.unit, name), period_on, parts, held, observations(view.engine, view.unit), counted)
    called = f"{'试点填报表' if view.language == 'zh' else 'pilot_report'}_{name}_{period_on:%Y%m%d}.xlsx"
    return _kept_nowhere(send_file(io.BytesIO(data), mimetype=MIME[XLSX], as_attachment=True, download_name=called))


def report_evidence(number: int) -> Response:
    """The file of a report, for its unit and the committee; saved, never opened in the browser."""
    view = current_view()
    row = book.some(current_store(), [number]).get(number) if number <= LARGEST_NUMBER else None
    may_see = view.profile is COMMITTEE or (view.profile.of_unit and row is not None and view.unit == row.unit_code)
    if not may_see:
        abort(403)
    path = kept_file(current_settings().evidence, row.file_sha256) if row else None
    if row is None or path is None:
        abort(404)
    return _kept_nowhere(send_file(path, mimetype=UNKNOWN, as_attachment=True, download_name=row.file_name, max_age=0))


def _kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
