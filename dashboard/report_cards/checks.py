"""What the checks found in a report, the gravest first, each with its place; what blocks can be waived with a reason that is printed."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.issuing.checked import Found
from dashboard.report_cards import words
from dashboard.report_cards.hands import place_of, where_in_words
from dashboard.report_cards.markup import aria
from dashboard.report_cards.tools import Field, act
from dashboard.reports.checking.finding import BLOCKING, RULES, SEVERITIES
from dashboard.reports.model import Report
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import DRAFTED
from dashboard.view import View


def checks_card(view: View, issue: ReportIssue, report: Report, found: Sequence[Found]) -> Component:
    """The card of checks."""
    stopping = sum(one.is_stopping for one in found)
    waived = sum(bool(one.reason) for one in found)
    counted = view.say(words.CHECK_COUNT).format(n=len(found), m=stopping, w=waived) if found else ""
    ordered = sorted(found, key=lambda one: (not one.is_stopping, bool(one.reason), one.finding.severity != BLOCKING))
    body: list[Component] = [html.Ul([_line(view, issue, report, one) for one in ordered])]
    if not found:
        body = [html.P(f"✓ {view.say(words.CLEAN).format(n=len(RULES))}", className="rp-clean")]
    title = view.say(words.CHECKS)
    return html.Section(
        [html.H2([title, html.Small(counted)]), *body], className="card card-free rp-checks", id="rp-checks", **aria(label=title)
    )


def _line(view: View, issue: ReportIssue, report: Report, one: Found) -> Component:
    finding, at = one.finding, place_of(report, one.finding)
    look = "is-waived" if one.reason else "is-blocking" if finding.severity == BLOCKING else "is-warning"
    sign = "✓" if one.reason else "▲" if finding.severity == BLOCKING else "◆"
    state = view.say(words.WAIVED) if one.reason else view.say(SEVERITIES[finding.severity])
    where = where_in_words(view, report, finding)
    link = html.A(where, href=f"#{at}") if at else html.Span(where)
    facts = html.Dl(
        [
            html.Dt(view.say(words.EXPECTED)), html.Dd(view.say(finding.expected)),
            html.Dt(view.say(words.FOUND)), html.Dd(view.say(finding.found)),
        ]
    )  # fmt: skip
    said: list[Component] = [
        html.P([html.B(f"{sign} {state}"), f" · {view.say(RULES[finding.rule])}"]),
        html.P(link, className="rp-where"),
        facts,
    ]
    if one.reason:
        said.append(
            html.P(f"{view.say(words.REASON)}：{one.reason}" if view.language == "zh" else f"{view.say(words.REASON)}: {one.reason}")
        )
    if issue.state == DRAFTED and finding.severity == BLOCKING:
        said.append(_waiving(view, issue, one))
    return html.Li(said, className=f"rp-check {look}")


def _waiving(view: View, issue: ReportIssue, one: Found) -> Component:
    """The button that waives a finding, or takes that back."""
    form: dict[str, str | int] = {"issue_id": issue.issue_id, "version": issue.version, "finding": one.key}
    if one.reason:
        return act(view, "waive_finding", form | {"reason": ""}, label=words.UNWAIVE)
    return act(view, "waive_finding", form, ask=[Field("reason", words.WAIVER_REASON, "area")], label=words.WAIVE)
