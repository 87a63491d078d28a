"""The files of a report: to be made and taken away, and the finished one a clerk sends back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.acts import ACTS
from dashboard.components import attributes
from dashboard.profiles import VISITOR
from dashboard.report_cards import words
from dashboard.report_cards.markup import aria
from dashboard.report_cards.tools import PERSON, act, may
from dashboard.reports.formats import FORMATS
from dashboard.store.report_tables import ReportFile, ReportIssue
from dashboard.store.reports import OPEN
from dashboard.view import View

# What officials take away, in order; plain text and data are for programs.
OFFERED = ("docx", "pdf", "xlsx")
UPLOAD_ACT = "upload_report"
A_KILOBYTE = 1024


def offered() -> list[str]:
    """The formats this program can make of those that are offered."""
    return [name for name in OFFERED if name in FORMATS]


def files_card(view: View, issue: ReportIssue, files: Sequence[ReportFile], *, is_made: bool) -> Component:
    """The card of files."""
    body: list[Component] = []
    if files:
        body.append(html.Ul([_line(view, issue, file) for file in files], className="rp-files-list"))
    if issue.state in OPEN and is_made:
        wanted = {"issue_id": issue.issue_id, "formats": offered()}
        if offered() and may(view, "make_files"):
            label = words.MAKE_AGAIN if files else words.MAKE
            body.append(html.P(act(view, "make_files", wanted, label=label), className="rp-make"))
        body += _upload(view, issue)
    if not body:
        body.append(html.P(view.say(words.NO_FILES), className="none"))
    title = view.say(words.FILES)
    return html.Section([html.H2(title), *body], className="card card-free rp-files-card", **aria(label=title))


def file_path(file: ReportFile) -> str:
    return f"/reports/file/{file.file_id}"


def _line(view: View, issue: ReportIssue, file: ReportFile) -> Component:
    is_old = not file.is_issued and file.content_hash != issue.content_hash
    remarks = [
        (view.say(words.UPLOADED) if file.is_uploaded else "", ""), (view.say(words.OLD_FILE) if is_old else "", "is-warn"),
        (file.note, "is-warn"),
    ]  # fmt: skip
    about = f"{size(file.size)} · {file.made_at:%m-%d %H:%M} · SHA-256 {file.sha256[:12]}"
    button: Component = html.Span()
    if view.profile is not VISITOR:
        button = html.A(file.format.upper(), href=file_path(file), className="rp-button", title=file.name, download=file.name)
    notes = [html.Small(f"{'◆ ' if look else ''}{text}", className=look) for text, look in remarks if text]
    drop: Component = html.Span()
    if file.is_uploaded and not file.is_issued:
        drop = act(view, "drop_upload", {"issue_id": issue.issue_id, "version": issue.version})
    return html.Li([html.Span(file.name), button, *notes, html.Small(about), drop])


def size(count: int) -> str:
    return f"{count / A_KILOBYTE:,.0f} KB" if count < A_KILOBYTE * A_KILOBYTE else f"{count / A_KILOBYTE / A_KILOBYTE:,.1f} MB"


def _upload(view: View, issue: ReportIssue) -> list[Component]:
    """The place to send back a finished .docx; the script puts the field into it."""
    if UPLOAD_ACT not in ACTS or not may(view, UPLOAD_ACT):
        return []
    fields = [{"name": PERSON.name, "label": view.say(PERSON.label), "kind": PERSON.kind, "needed": True, "value": ""}]
    said = {
        "issue": str(issue.issue_id), "version": str(issue.version), "label": view.say(words.UPLOAD), "act": UPLOAD_ACT,
        "title": view.say(words.UPLOAD), "text": view.say(ACTS[UPLOAD_ACT].confirm) or view.say(words.UPLOAD_HINT),
        "ask": json.dumps(fields, ensure_ascii=False),
    }  # fmt: skip
    return [html.Div([html.P("", className="rp-told", role="status")], className="rp-upload", **attributes(**said))]
