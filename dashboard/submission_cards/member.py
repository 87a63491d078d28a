"""What a unit owes for a period, a row with its inputs for each part; what was returned stands first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.filters import one_of
from dashboard.pending_line import PATH
from dashboard.request import current_store
from dashboard.store import submissions as book
from dashboard.store.submission_tables import Submission, SubmissionStep
from dashboard.store.submissions import ACCEPTED, CONFIRMED, DRAFT, RETURNED, SUBMITTED, WRITABLE
from dashboard.submission_cards import words
from dashboard.submission_cards.parts import (
    button,
    evidence,
    field,
    flag_list,
    goal,
    history,
    in_unit,
    line,
    measured,
    number,
    state_mark,
    target_cell,
    tools,
    waiting_to_land,
)
from dashboard.submissions.computed import Computed, computed
from dashboard.submissions.flags import FLAGS, flags_of
from dashboard.submissions.parts import Part, Place, Seen, before, begin_of, last_day, observations, parts_of, place_name, within
from dashboard.submissions.rules import CONFIDENCE, FIELDS
from dashboard.texts import Text
from dashboard.view import View

ROWS = 40
HEADINGS: tuple[tuple[Text, str], ...] = (
    (words.TARGET, "text"), (words.LAST, "num"), (words.GOAL, "num"), (words.NOW, "num report-now"), (FIELDS["narrative"], "text"),
    (FIELDS["confidence_code"], "text"), (FIELDS["evidence"], "text"), (words.STATE, "when"),
)  # fmt: skip
SHOWN = {"todo": (DRAFT, RETURNED, "none"), "sent": (SUBMITTED, CONFIRMED), "done": (ACCEPTED, "ledger")}


@dataclass(frozen=True)
class Held:
    """A part with its report for the period, if there is one."""

    part: Part
    row: Submission | None

    @property
    def state(self) -> str:
        return self.row.state if self.row else "ledger" if self.part.is_reported else "none"


@dataclass(frozen=True)
class Known:
    """What is known of all rows: what was reported before, their history, which of them wait to be landed."""

    seen: Mapping[Place, tuple[Seen, ...]]
    steps: Mapping[int, list[SubmissionStep]]
    waiting: set[Place]


def member_parts(view: View, query: dict[str, str], period_on: date) -> list[Component]:
    """The list of a unit's member."""
    parts = parts_of(view, period_on, view.unit)
    rows = {Place(row.target_code, row.unit_code, row.division_code): row for row in book.of_period(current_store(), period_on, view.unit)}
    held = [Held(part, rows.get(place)) for place, part in parts.items()]
    if not held:
        return [html.P(view.say(words.NOTHING_DUE), className="none")]
    show, target = one_of(query, "show", "all"), one_of(query, "target")
    # What was returned waits longest.
    chosen = sorted(
        (one for one in held if one.state in SHOWN.get(show, (one.state,)) and target in ("", one.part.place.target_code)),
        key=lambda one: one.state != RETURNED,
    )
    page, pages = _page(one_of(query, "page"), len(chosen))
    shown = chosen[(page - 1) * ROWS : page * ROWS]
    listed = _table(view, shown, period_on) if shown else html.P(view.say(words.NOTHING_HERE), className="none")
    return [
        _tools(view, period_on),
        _switches(view, period_on, held, show, target),
        listed,
        *_pager(view, {"period": str(period_on), "show": show, "target": target}, page, pages, len(chosen)),
    ]


def _page(wanted: str, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // ROWS))
    return (min(max(int(wanted), 1), pages) if wanted.isdecimal() and len(wanted) < 6 else 1), pages


def _tools(view: View, period_on: date) -> Component:
    form = html.A(view.say(words.FORM), href=f"{PATH}/form.xlsx?period={period_on}", className="report-button")
    name = field("name", "text", view.say(words.NAME), longest="20")
    row: list[Component] = [name, button(view, "save"), button(view, "submit", is_main=True), html.I(), form, button(view, "upload")]
    return tools(view, period_on, row)


def _switches(view: View, period_on: date, held: list[Held], show: str, target: str) -> Component:
    """Which rows are shown: by state, and of a long list by target."""
    counts = {name: sum(one.state in SHOWN.get(name, (one.state,)) for one in held) for name in words.SHOW}
    links = [
        html.A(
            [view.say(text), html.Small(f"{counts[name]:,}")],
            href=f"{PATH}?{urlencode({'period': period_on, 'show': name, 'target': target})}", className="is-here" if name == show else "",
        )
        for name, text in words.SHOW.items()
    ]  # fmt: skip
    if len(held) <= ROWS:
        return html.Nav(links, className="report-switch")
    targets = {one.part.place.target_code: one.part for one in held}
    every = html.A(
        view.say(words.ALL_TARGETS), href=f"{PATH}?{urlencode({'period': period_on, 'show': show})}", className="" if target else "is-here"
    )
    by_target = [
        html.A(
            code, href=f"{PATH}?{urlencode({'period': period_on, 'show': show, 'target': code})}", title=view.say(part.label),
            className="is-here" if code == target else "",
        )
        for code, part in targets.items()
    ]  # fmt: skip
    return html.Nav([*links, html.I(), every, *by_target], className="report-switch")


def _table(view: View, shown: list[Held], period_on: date) -> Component:
    seen = observations(view.engine, view.unit)
    steps = book.steps(current_store(), [one.row.submission_id for one in shown if one.row])
    head = html.Thead(html.Tr([html.Th(view.say(text), className=kind, scope="col") for text, kind in HEADINGS]))
    waiting = waiting_to_land(view, period_on)
    known = Known(seen, steps, waiting)
    body = [_row(view, one, known, period_on) for one in shown]
    return html.Div(html.Table([head, html.Tbody(body)]), className="table report-list")


def _row(view: View, one: Held, known: Known, period_on: date) -> Component:
    part, row = one.part, one.row
    seen = known.seen.get(part.place, ())
    earlier = before(seen, begin_of(view, period_on))
    counted = computed(view, part, period_on)
    is_open = row is None or row.state in WRITABLE
    sure = row.confidence_code if row else ""
    flags = flags_of(part, Seen(row.observed_on, row.value, row.progress_pct), earlier) if row else []
    cells = [
        target_cell(view, part),
        in_unit(part, measured(part, earlier[-1] if earlier else None)),
        goal(part),
        html.Div(_now(view, part, row, counted, period_on)),
        field("narrative", "area", view.say(FIELDS["narrative"]), row.narrative if row else "", longest="2000"),
        field("confidence_code", "choice", view.say(FIELDS["confidence_code"]), sure, choices=_confidence(view)),
        html.Div(
            [
                field("evidence", "text", view.say(FIELDS["evidence"]), row.evidence if row else "", longest="500"),
                field("file", "file", view.say(words.FILE)), *(evidence(view, row)[-1:] if row and row.file_sha256 else []),
            ]
        ),
        html.Div([*_state(view, one, known, within(seen, begin_of(view, period_on), period_on)), flag_list(view, flags)]),
    ]  # fmt: skip
    place = part.place
    written = [step for step in known.steps.get(row.submission_id, []) if step.step_code == DRAFT] if row else []
    facts = {
        "target": place.target_code, "division": place.division_code, "version": str(row.version if row else 0), "state": one.state,
        "open": "yes" if is_open and one.state != ACCEPTED else "", "counted": "yes" if counted and period_on <= view.today else "",
        "called": " ".join(filter(None, (place.target_code, place.division_code and place_name(view, place.division_code)))),
        "writer": written[-1].person if written else "", "flags": _in_brackets(view, [view.say(FLAGS[flag]) for flag in flags]),
    }  # fmt: skip
    return line(view, cells, HEADINGS, one.state, facts)


def _in_brackets(view: View, said: list[str]) -> str:
    """Remarks behind a name; nothing where there are none."""
    if not said:
        return ""
    return f"（{'，'.join(said)}）" if view.language == "zh" else f" ({', '.join(said)})"


def _now(view: View, part: Part, row: Submission | None, counted: Computed | None, period_on: date) -> list[Component]:
    """The inputs of a value, or the value the snapshot tells; and the day it is of."""
    day = row.observed_on if row else last_day(view, period_on)
    if counted:
        return [
            html.B(in_unit(part, counted.value), className="report-counted"),
            html.Small(counted.said(view, is_short=True), title=counted.said(view)),
            field("observed_on", "held", "", str(counted.until)),
        ]
    name = "value" if part.is_counted else "progress_pct"
    held = (row.value if part.is_counted else row.progress_pct) if row else None
    unit = part.measure_unit if part.is_counted else "%"
    span = {"least": str(begin_of(view, period_on)), "most": str(last_day(view, period_on))}
    bounds = {"least": "0"} if part.is_negative or unit == "%" else {}
    bounds |= {} if part.is_counted else {"most": "100"}
    told = "" if held is None else f"{held:.10g}"
    return [
        html.Div([field(name, "number", view.say(FIELDS[name]), told, **bounds), html.Span(unit)], className="report-value"),
        field("observed_on", "day", view.say(FIELDS["observed_on"]), str(day), **span),
    ]


def _state(view: View, one: Held, known: Known, stands: Seen | None) -> list[Component]:
    row, found = one.row, [state_mark(view, one.state, waits=one.part.place in known.waiting)]
    if row is None and stands is not None:
        found.append(html.Small(in_unit(one.part, measured(one.part, stands))))
    if row is not None and row.state == RETURNED:
        at = f"{row.returned_at:%m-%d %H:%M}" if row.returned_at else ""
        found.append(html.P(view.say(words.RETURNED).format(row.returned_reason, row.returned_by, at), className="report-why"))
    if row is not None and row.state == ACCEPTED:
        found.append(html.Button(view.say(words.AMEND), className="report-button", **attributes(report="amend")))
    return [*found, *history(view, known.steps.get(row.submission_id, []) if row else [])]


def _confidence(view: View) -> str:
    return json.dumps([["", "—"], *([code, view.say(text)] for code, text in CONFIDENCE.items())], ensure_ascii=False)


def _pager(view: View, wish: dict[str, str], page: int, pages: int, count: int) -> list[Component]:
    if pages == 1:
        return []

    def link(text: Text, to: int) -> Component:
        return html.A(view.say(text), href=f"{PATH}?{urlencode({**wish, 'page': to})}") if 1 <= to <= pages else html.Span(view.say(text))

    said = html.Span(view.say(words.PAGE).format(number(page), number(pages), number(count)))
    return [html.Nav([link(words.OLDER, page - 1), said, link(words.NEWER, page + 1)], className="pager")]
