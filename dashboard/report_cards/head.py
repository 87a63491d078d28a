"""The head of a report's desk: what it is, how far it is on its way, what the profile at work can do, what is lacking."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.issuing.drafting import Draft, provisional, span_of
from dashboard.issuing.numbering import number_of
from dashboard.reference import data_state
from dashboard.report_cards import words
from dashboard.report_cards.contents import marks_of
from dashboard.report_cards.files import offered
from dashboard.report_cards.hands import anchor, whose
from dashboard.report_cards.paper import Ink
from dashboard.report_cards.tools import PERSON, Field, act
from dashboard.reports.model import Paragraph
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import DISCARDED, DRAFTED, ISSUED, OPEN, REVIEWED, SUBMITTED
from dashboard.theme import MISSING
from dashboard.view import View

WAY = (DRAFTED, SUBMITTED, REVIEWED, ISSUED)
DONE_BY = {
    DRAFTED: ("drafted_at", "drafted_by", "drafted_person"), SUBMITTED: ("submitted_at", "submitted_by", "submitted_person"),
    REVIEWED: ("reviewed_at", "reviewed_by", "reviewed_person"), ISSUED: ("issued_at", "issued_by", "issued_person"),
}  # fmt: skip


def head_card(view: View, store: Any, issue: ReportIssue, draft: Draft | None, ink: Ink, is_idle: bool, told: list[Component]) -> Component:
    """The card at the top of the desk; `told` stands in it below all. While work is under way nothing else can be begun."""
    number = number_of(issue)
    given = number or view.say(words.WILL_BE_NUMBERED).format(provisional(store, issue)) if issue.state != DISCARDED else ""
    row = html.Div(
        [
            html.Div([html.A(view.say(words.BACK), href=words.PATH, className="rp-back"), html.H2([issue.title, html.Small(given)])]),
            html.Div(_tools(view, issue, draft) if is_idle else [], className="rp-tools"),
        ],
        className="rp-head-row",
    )  # fmt: skip
    lines = [row, html.P(_facts(view, issue), className="rp-facts"), _way(view, issue)]
    lacks = _lacks(view, issue, draft, ink)
    return html.Section([*lines, *([html.Ul(lacks, className="rp-lacks")] if lacks else []), *told], className="card card-free rp-head")


def _facts(view: View, issue: ReportIssue) -> list[Component]:
    at = f"{issue.as_of:%Y-%m-%d %H:%M}" if issue.as_of else MISSING
    said = [
        (words.PERIOD, span_of(issue).name(view.language)), (words.SCOPE, issue.scope), (words.AS_OF, at),
        (words.SNAPSHOT, issue.snapshot_name.partition("-")[0]), (words.OFFICE, issue.office), (words.ISSUER, issue.issuer),
        (words.LANGUAGE, view.say(words.LANGUAGES[issue.language]) if issue.language != view.language else ""),
        (words.HASH, issue.content_hash[:12] if issue.state == ISSUED else ""),
    ]  # fmt: skip
    return [html.Span([html.B(view.say(label)), " ", text]) for label, text in said if text]


def _tools(view: View, issue: ReportIssue, draft: Draft | None) -> list[Component]:
    """What the profile at work can do, the next step last."""
    form: dict[str, Any] = {"issue_id": issue.issue_id, "version": issue.version}
    reason = Field("reason", words.REASON, "area")
    if issue.state == ISSUED:
        again = {"kind": issue.kind, "on": str(issue.since), "until": str(issue.until) if issue.kind == "special" else ""}
        again |= {"product": issue.product, "language": issue.language}
        return [act(view, "draft_report", again | {"wish": json.loads(issue.wish)}, label=words.CORRECT)]
    if issue.state not in OPEN:
        return []
    found = [act(view, "discard_report", form, ask=[reason], look="is-plain")]
    if issue.state == DRAFTED:
        described = [
            Field("title", words.TITLE, value=issue.title), Field("office", words.OFFICE, is_needed=False, value=issue.office),
            Field("issuer", words.ISSUER, is_needed=False, value=issue.issuer),
        ]  # fmt: skip
        found += [
            *([act(view, "describe_report", form, ask=described, label=words.DESCRIBE)] if draft else []),
            act(view, "renew_draft", form, look="" if draft else "is-main"),
            *([act(view, "submit_report", form, ask=[PERSON], look="is-main")] if draft else []),
        ]
    if issue.state in (SUBMITTED, REVIEWED):
        found.append(act(view, "return_report", form, ask=[reason, PERSON]))
    if issue.state == SUBMITTED:
        found.append(act(view, "review_report", form, ask=[PERSON], look="is-main"))
    if issue.state == REVIEWED:
        numbers = [Field("number", words.NUMBER, is_needed=False), Field("number_in_all", words.NUMBER_IN_ALL, is_needed=False)]
        formats = {"formats": offered()}
        found.append(act(view, "issue_report", form | formats, ask=[PERSON, *numbers], look="is-main"))
    return found


def _way(view: View, issue: ReportIssue) -> Component:
    """The four steps, each with who took it and when."""
    here = WAY.index(issue.state) if issue.state in WAY else -1
    steps = []
    for place, state in enumerate(WAY):
        at, by, person = (getattr(issue, name) for name in DONE_BY[state])
        is_done = place <= here
        look = "is-end" if is_done and state == ISSUED else "is-here" if place == here else "is-done" if is_done else ""
        name = view.say((words.WAY if is_done else words.WAY_AHEAD)[state])
        when = _when(view, at, by, person) if is_done else ""
        more: dict[str, Any] = {"aria-current": "step"} if place == here else {}
        steps.append(html.Li([html.B(name), html.Small(when)], className=look, **more))
    return html.Ol(steps, className="rp-steps")


def _when(view: View, at: datetime | None, by: str | None, person: str | None) -> str:
    return "" if at is None else f"{at:%m-%d %H:%M} {whose(view, by or '', person)}"


def _lacks(view: View, issue: ReportIssue, draft: Draft | None, ink: Ink) -> list[Component]:
    """What is to be seen to before the next step, the gravest first."""
    if issue.state == DISCARDED:
        return [html.Li(f"× {view.say(words.DISCARDED).format(issue.reason)}", className="is-bad")]
    if issue.state == ISSUED or draft is None:
        return []
    said: list[Component] = []
    if issue.state == DRAFTED and issue.reason:
        said.append(html.Li(f"▲ {view.say(words.RETURNED).format(issue.reason)}", className="is-bad"))
    stopping = draft.standing.blocking_count
    if stopping:
        said.append(html.Li(html.A(f"▲ {view.say(words.STOPPING).format(stopping)}", href="#rp-checks"), className="is-bad"))
    waiting = [(block, marks_of(block, ink)) for block in draft.generated.blocks if isinstance(block, Paragraph)]
    for mark, sign, text in (("is-awaiting", "◇", words.WAITING), ("is-stale", "◆", words.STALE_COUNT)):
        keys = [block.key for block, marks in waiting if mark in marks]
        if keys:
            said.append(html.Li(html.A(f"{sign} {view.say(text).format(len(keys))}", href=f"#{anchor('par', keys[0])}")))
    gone = sum(one.state == "gone" for one in draft.edits)
    if gone:
        said.append(html.Li(html.A(f"◆ {view.say(words.GONE_COUNT).format(gone)}", href="#rp-gone")))
    if view.snapshot != issue.snapshot_name:
        newest = data_state(view.engine, "").newest
        until = f"{newest:%m-%d %H:%M}" if newest is not None else MISSING
        said.append(html.Li(f"◆ {view.say(words.NEWER).format(view.snapshot.partition('-')[0], until)}"))
    return said or [html.Li(f"✓ {view.say(words.NOTHING_LACKS)}", className="is-good")]
