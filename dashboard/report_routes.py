"""What the page of reports lets people take away: files of reports, each noted with who took it, and pictures of their pages."""

from __future__ import annotations

from flask import Flask, Response, abort, request, send_file

from dashboard.issuing.files import kept
from dashboard.issuing.previews import page_of
from dashboard.profiles import COMMITTEE, REPORT_CLERK, VISITOR
from dashboard.reports.formats import FORMATS
from dashboard.request import acting_device, current_settings, current_store, current_view
from dashboard.store import audit
from dashboard.store import reports as book
from dashboard.store.reports import ISSUED, By
from dashboard.view import View

LARGEST_NUMBER = 2**31 - 1


def register(server: Flask) -> None:
    server.add_url_rule("/reports/file/<int:number>", view_func=report_file)
    server.add_url_rule("/reports/<int:number>/page/<int:page>.png", view_func=report_page)


def may_see(view: View, state: str) -> bool:
    """Drafts are for those who write and review them; what was issued is for everybody at work."""
    return view.profile in (REPORT_CLERK, COMMITTEE) or (state == ISSUED and view.profile is not VISITOR)


def report_file(number: int) -> Response:
    """A file of a report; who takes it away stands in the books."""
    view, store = current_view(), current_store()
    held = book.file(store, number) if number <= LARGEST_NUMBER else None
    issue = book.issue(store, held.issue_id) if held else None
    if issue is not None and not may_see(view, issue.state):
        abort(403)
    path = kept(current_settings().reports, held.sha256) if held else None
    if held is None or issue is None or path is None:
        abort(403 if view.profile is VISITOR else 404)
    now = view.now.replace(microsecond=0)
    who = acting_device() or view.profile.code
    book.note_export(store, held, By(who, now), view.profile.code, request.remote_addr or "")
    audit.note(
        store, done_at=now, who=who, role_code=view.profile.code, address=request.remote_addr or "", act_code="download_report",
        subject=f"report {issue.issue_id}: {held.name}", outcome=audit.DONE, text=held.sha256,
    )  # fmt: skip
    mime = FORMATS[held.format].mime if held.format in FORMATS else "application/octet-stream"
    response = send_file(path, mimetype=mime, as_attachment=True, download_name=held.name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def report_page(number: int, page: int) -> Response:
    """The picture of a page of a report as it reads now; 404 while it is not drawn."""
    view = current_view()
    issue = book.issue(current_store(), number) if number <= LARGEST_NUMBER else None
    if issue is None or not may_see(view, issue.state):
        abort(403 if view.profile is VISITOR or issue is not None else 404)
    path = page_of(current_settings().previews, issue, page)
    if path is None:
        abort(404)
    response = send_file(path, mimetype="image/png", max_age=0)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
