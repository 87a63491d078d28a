"""What waits for the head of a unit or for the committee: each report beside what was reported before, and what to look at twice."""

from __future__ import annotations

from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.folding import folded
from dashboard.profiles import COMMITTEE
from dashboard.request import current_store
from dashboard.store import submissions as book
from dashboard.store.submission_tables import Submission, SubmissionStep
from dashboard.store.submissions import CONFIRMED, SUBMITTED
from dashboard.submission_cards import words
from dashboard.submission_cards.parts import (
    button,
    change,
    evidence,
    field,
    flag_list,
    goal,
    history,
    in_unit,
    line,
    measured,
    state_mark,
    target_cell,
    tools,
    waiting_to_land,
)
from dashboard.submissions.flags import flags_of
from dashboard.submissions.parts import Part, Place, Seen, before, begin_of, observations, parts_of
from dashboard.submissions.rules import CONFIDENCE, FIELDS
from dashboard.texts import Text
from dashboard.unit_choice import unit_name
from dashboard.view import View

MOST = 300
# Of all that is on its way or through; drafts are their unit's own affair.
SEEN_BY = {True: ("confirmed", "accepted"), False: ("submitted", "confirmed", "returned", "accepted")}
HEADINGS: tuple[tuple[Text, str], ...] = (
    (words.CHOOSE, "when"), (words.TARGET, "text"), (words.LAST, "num"), (words.NOW, "num"), (words.CHANGE, "num"), (words.GOAL, "num"),
    (words.FLAGS, "text"), (FIELDS["narrative"], "text"), (FIELDS["confidence_code"], "when"), (FIELDS["evidence"], "text"),
    (words.WHO, "when"), (words.STATE, "when"),
)  # fmt: skip


def review_parts(view: View, period_on: date) -> list[Component]:
    """The list of the profile at work, what waits for it first."""
    is_committee = view.profile is COMMITTEE
    waits = CONFIRMED if is_committee else SUBMITTED
    rows = [row for row in book.of_period(current_store(), period_on, view.unit) if row.state in SEEN_BY[is_committee]]
    rows.sort(key=lambda row: (row.state != waits, row.unit_code, row.target_code, row.division_code))
    if not rows:
        return [html.P(view.say(words.NOTHING_TO_REVIEW), className="none")]
    steps = book.steps(current_store(), [row.submission_id for row in rows[:MOST]])
    parts, seen = parts_of(view, period_on, view.unit), observations(view.engine, view.unit)
    listed, waiting = [], waiting_to_land(view, period_on)
    for row in rows[:MOST]:
        part = parts.get(Place(row.target_code, row.unit_code, row.division_code))
        if part is not None:
            earlier = before(seen.get(part.place, ()), begin_of(view, period_on))
            listed.append(
                _row(view, part, row, earlier, steps.get(row.submission_id, []), can_choose=row.state == waits, waits=part.place in waiting)
            )
    head = html.Thead(html.Tr([_heading(view, text, kind) for text, kind in HEADINGS]))
    table = html.Div(html.Table([head, html.Tbody(listed)]), className="table report-list report-review")
    some_wait = any(row.state == waits for row in rows)
    return [*([_tools(view, period_on, is_committee=is_committee)] if some_wait else []), table]


def _heading(view: View, text: Text, kind: str) -> Component:
    inside = field("all", "check", view.say(words.CHOOSE)) if text is words.CHOOSE else view.say(text)
    return html.Th(inside, className=kind, scope="col")


def _tools(view: View, period_on: date, *, is_committee: bool) -> Component:
    name = field("name", "text", view.say(words.NAME), longest="20")
    reason = field("reason", "text", view.say(words.REASON), longest="500")
    parts = [name, button(view, "accept" if is_committee else "confirm", is_main=True), html.I(), reason, button(view, "return")]
    return tools(view, period_on, parts)


def _row(
    view: View, part: Part, row: Submission, earlier: tuple[Seen, ...], steps: list[SubmissionStep], *, can_choose: bool, waits: bool
) -> Component:
    said = Seen(row.observed_on, row.value, row.progress_pct)
    new, old = measured(part, said), measured(part, earlier[-1] if earlier else None)
    flags = flags_of(part, said, earlier, row.submitted_at.date() if row.submitted_at else None)
    by = " / ".join(filter(None, (row.submitted_by, row.confirmed_by)))
    at = f"{row.submitted_at:%m-%d %H:%M}" if row.submitted_at else ""
    cells = [
        field("chosen", "check", view.say(words.CHOOSE)) if can_choose else "",
        target_cell(view, part, "" if view.unit else unit_name(view, row.unit_code)),
        in_unit(part, old),
        html.Div([html.B(in_unit(part, new)), html.Small(str(row.observed_on))]),
        change(view, part, new, old),
        goal(part),
        flag_list(view, flags),
        folded(view, row.narrative),
        view.say(CONFIDENCE[row.confidence_code]) if row.confidence_code in CONFIDENCE else "—",
        html.Div(evidence(view, row)),
        html.Div([html.Span(by), html.Small(at)]),
        html.Div([state_mark(view, row.state, waits=waits), *history(view, steps)]),
    ]
    facts = {"id": str(row.submission_id), "version": str(row.version)}
    return line(view, cells, HEADINGS, row.state, facts)
