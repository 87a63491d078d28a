"""The desk of one report: its head; contents, paper or pages, and checks with files and history beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard import ids, jobs
from dashboard.components import attributes
from dashboard.issuing import asking
from dashboard.issuing.drafting import Draft, draft_of, read
from dashboard.issuing.edited import EditState
from dashboard.issuing.previews import page_count
from dashboard.profiles import COMMITTEE, REPORT_CLERK, VISITOR
from dashboard.report_cards import words
from dashboard.report_cards.checks import checks_card
from dashboard.report_cards.contents import contents
from dashboard.report_cards.files import files_card
from dashboard.report_cards.hands import hands_of, pointed, shown_blocks
from dashboard.report_cards.head import head_card
from dashboard.report_cards.history import history_card
from dashboard.report_cards.markup import aria, markup
from dashboard.report_cards.paper import Ink, paper
from dashboard.report_cards.sheets import sheets
from dashboard.report_cards.tools import act, may, progress, spoken
from dashboard.reports.model import Report
from dashboard.request import current_settings
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import DRAFTED, ISSUED
from dashboard.view import View

PANES = ("text", "pages", "changes")


def desk_parts(view: View, store: Engine, issue: ReportIssue, show: str) -> list[Component]:
    """The parts of the page of one report; what shows it is renewed by the tick. `show` is the pane an address asks for."""
    is_to_read = issue.state != DRAFTED or view.profile is not REPORT_CLERK
    has_pages = is_to_read and view.profile is not VISITOR and page_count(current_settings().previews, issue) > 0
    pane = show if show in PANES else "pages" if has_pages else "text"
    return [
        dcc.Store(id=ids.REPORT, data=issue.issue_id),
        dcc.Interval(id=ids.REPORT_TICK, disabled=True),
        dcc.Interval(id=ids.REPORT_COMPARE, disabled=True),
        html.Div(id=ids.REPORT_CHANGES, hidden=True),
        spoken(view),
        html.P("", className="rp-told rp-said", role="status"),
        html.Div(id=ids.REPORT_DESK, className="rp-desk rp-raw", **attributes(show=pane, html=desk(view, store, issue))),
    ]


@dataclass(frozen=True)
class Desk:
    """What stands on a desk: the report as it reads, its draft where it is one, and what is shown beside it."""

    issue: ReportIssue
    report: Report
    draft: Draft | None
    ink: Ink

    @property
    def blocks(self) -> tuple[Any, ...]:
        return shown_blocks(self.draft) if self.draft is not None and self.ink.may_edit else self.report.blocks


def desk(view: View, store: Engine, issue: ReportIssue) -> str:
    """All that is on the desk, as the store has it now."""
    return markup(_desk(view, store, issue))


def may_read(view: View, issue: ReportIssue) -> bool:
    """Drafts are for those who write and review them; what was issued is read by everybody."""
    return view.profile in (REPORT_CLERK, COMMITTEE) or issue.state == ISSUED


def _desk(view: View, store: Engine, issue: ReportIssue) -> list[Component]:
    if not may_read(view, issue):
        return [html.P([view.say(words.NOT_YOURS), " ", html.A(view.say(words.BACK), href=words.PATH)], className="none")]
    job = asking.job_of(store, issue)
    is_idle = not asking.is_at_work(store, issue)
    told = _work(view, job)
    draft = draft_of(store, issue)
    report = read(store, issue)
    ink = Ink()
    if draft is not None:
        may_edit = issue.state == DRAFTED and may(view, "edit_paragraph") and is_idle
        ink = Ink(hands_of(view, draft, book.edits(store, issue.issue_id)), pointed(draft.found), may_edit)
    head = head_card(view, store, issue, draft, ink, is_idle, [_correction(view, store, issue)])
    if draft is None or report is None:
        return [head, told, _not_made(view, job), _side(view, store, issue, is_made=False)]
    held = Desk(issue, report, draft if issue.state != ISSUED else None, ink)
    areas = [
        contents(view, held.blocks, ink),
        _middle(view, held),
        html.Aside(
            [checks_card(view, issue, report, draft.found), *_gone(view, issue, draft.edits, ink), _side(view, store, issue, is_made=True)],
            className="rp-right",
        ),
    ]
    state = attributes(version=str(issue.version), issue=str(issue.issue_id), edits="yes" if ink.may_edit else "")
    return [head, told, html.Div(areas, className="rp-areas", **state)]


def _work(view: View, job: jobs.Job | None) -> Component:
    """Work under way, or how the last of it failed."""
    if job is None or job.state in (jobs.DONE, jobs.CANCELLED):
        return progress(view)
    return progress(view, job.job_id, is_ours=job.requested_by == view.profile.code)


def _not_made(view: View, job: jobs.Job | None) -> Component:
    is_under_way = job is not None and job.state not in jobs.ENDED
    said = words.IN_THE_MAKING if is_under_way else words.NOT_MADE
    return html.Section([html.Div(html.B(view.say(said)), className="rp-empty")], className="card card-free")


def _side(view: View, store: Engine, issue: ReportIssue, *, is_made: bool) -> Component:
    cards = [history_card(view, book.steps(store, issue.issue_id))]
    if is_made:
        cards.insert(0, files_card(view, issue, book.files(store, issue.issue_id), is_made=True))
    return html.Div(cards, className="rp-side")


def _correction(view: View, store: Engine, issue: ReportIssue) -> Component:
    """That it corrects another, or was corrected by one."""
    said = []
    if issue.supersedes:
        said.append(html.A(view.say(words.CORRECTS), href=f"{words.PATH}?issue={issue.supersedes}"))
    later = book.superseded_by(store, issue.issue_id)
    if later is not None:
        said.append(html.A(f"▲ {view.say(words.CORRECTED)}", href=f"{words.PATH}?issue={later.issue_id}", className="is-bad"))
    return html.P(said, className="rp-corrections")


def _middle(view: View, held: Desk) -> Component:
    panes: dict[str, list[Component]] = {
        "text": [paper(view, held.report, held.blocks, held.ink)],
        "pages": sheets(view, held.issue),
        "changes": [html.P(view.say(words.COMPARING), className="rp-pages-note")],
    }
    tabs = [
        html.Button(
            view.say(words.PANES[name]), role="tab", type="button", id=f"rp-tab-{name}",
            **attributes(pane=name), **aria(controls=f"rp-pane-{name}"),
        )
        for name, parts in panes.items() if parts
    ]  # fmt: skip
    zoom = html.Div(
        [
            html.Span("", className="rp-at"),
            *[html.Button(sign, type="button", title=view.say(text), **attributes(zoom=step), **aria(label=view.say(text)))
              for sign, step, text in (("−", "-1", words.SMALLER), ("+", "1", words.LARGER))],
        ],
        className="rp-zoom",
    )  # fmt: skip
    shown = [
        html.Div(parts, className=f"rp-pane-{name}", id=f"rp-pane-{name}", role="tabpanel", **aria(labelledby=f"rp-tab-{name}"))
        for name, parts in panes.items() if parts
    ]  # fmt: skip
    bar = html.Div([html.Div(tabs, className="rp-tabs", role="tablist"), zoom], className="rp-switch")
    return html.Div([bar, html.Div(shown, className="rp-panes")], className="rp-middle")


def _gone(view: View, issue: ReportIssue, edits: Sequence[EditState], ink: Ink) -> list[Component]:
    """Edits whose paragraph is no longer generated: what was written is not lost without a word."""
    lost = [one for one in edits if one.state == "gone" and one.edit.text]
    if not lost:
        return []
    form = {"issue_id": issue.issue_id, "version": issue.version}
    lines = []
    for one in lost:
        forget = act(view, "restore_paragraph", form | {"key": one.edit.key}, label=words.FORGET)
        lines.append(html.Li([html.P(one.edit.text), *([forget] if ink.may_edit else [])]))
    return [html.Section([html.H2(view.say(words.GONE)), html.Ul(lines, className="rp-gone")], className="card card-free", id="rp-gone")]
