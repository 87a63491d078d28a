"""The small parts the lists of reports share: numbers, states, history, the line of a target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.pending_line import PATH
from dashboard.request import current_store
from dashboard.store import submissions as book
from dashboard.store.submission_tables import Submission, SubmissionStep
from dashboard.store.submissions import ACCEPTED
from dashboard.submission_cards import words
from dashboard.submissions.flags import FLAGS
from dashboard.submissions.parts import Part, Place, Seen, place_name
from dashboard.submissions.pending import not_landed
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View


def number(value: float | None) -> str:
    """As it was reported, with thousands separators and no more decimals than it has."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def measured(part: Part, seen: Seen | None) -> float | None:
    """What a report of a part is compared by."""
    return None if seen is None else seen.value if part.is_counted else seen.progress_pct


def in_unit(part: Part, value: float | None) -> str:
    unit = part.measure_unit if part.is_counted else "%"
    return MISSING if value is None else f"{number(value)}{'' if unit == '%' else ' '}{unit}"


def change(view: View, part: Part, new: float | None, old: float | None) -> Component:
    """How far a value moved, coloured by whether that is the way it should go."""
    if new is None or old is None:
        return html.Span(MISSING)
    moved = round(new - old, 6)
    if not moved:
        return html.Span(view.say(words.SAME), className="faint")
    is_good = (moved > 0) == (part.better == "up" or not part.is_counted)
    return html.Span(f"{'+' if moved > 0 else ''}{number(moved)}", className="is-good" if is_good else "is-poor")


def state_mark(view: View, state: str, *, waits: bool = False) -> Component:
    """A state by shape and word; of what was accepted, whether the numbers show it already."""
    mark = html.Span(f"{words.SHAPES[state]} {view.say(words.STATES[state])}", className=f"report-state {words.COLOURS[state]}")
    return html.Span([mark, html.Small(view.say(words.TO_LAND if waits else words.LANDED))]) if state == ACCEPTED else mark


def waiting_to_land(view: View, period_on: date) -> set[Place]:
    """The parts whose accepted report of a period the snapshot does not hold yet."""
    return {Place(*key[:3]) for key in not_landed(view.engine, book.accepted(current_store())) if key.period_on == period_on}


def target_cell(view: View, part: Part, unit: str = "") -> Component:
    """A target's name, its place (and unit), when it is due and how much of its time has passed."""
    facts = [unit, part.place.division_code and place_name(view, part.place.division_code)]
    if part.due_on is None:
        facts.append(view.say(words.NO_DUE))
    else:
        facts.append(view.say(words.OVERDUE if part.due_on < view.today else words.DUE).format(part.due_on))
    if part.elapsed_pct is not None and not part.is_negative:
        facts.append(view.say(words.ELAPSED).format(part.elapsed_pct))
    name = html.A([html.B(part.place.target_code), " ", view.say(part.label)], href=f"/pilots/target?code={quote(part.place.target_code)}")
    return html.Div([name, html.Small(" · ".join(filter(None, facts)))], className="report-target")


def goal(part: Part) -> str:
    return "0" if part.is_negative and part.target_value is None else in_unit(part, part.target_value)


def evidence(view: View, row: Submission | None) -> list[Component]:
    """The reference and the file of a report."""
    found: list[Component] = [html.Span(row.evidence)] if row is not None and row.evidence else []
    if row is not None and row.file_sha256:
        found.append(html.A(row.file_name or view.say(words.FILE), href=f"{PATH}/evidence/{row.submission_id}", className="report-file"))
    return found


def flag_list(view: View, flags: Sequence[str]) -> Component:
    """What to look at twice, each a line."""
    return html.Ul([html.Li(view.say(FLAGS[flag])) for flag in flags], className="report-flags")


def history(view: View, steps: list[SubmissionStep]) -> list[Component]:
    """Every step of a report, the latest first, folded away."""
    if not steps:
        return []
    lines = [
        html.Li(
            [
                html.Time(f"{step.done_at:%m-%d %H:%M}"),
                html.Span(" ".join(filter(None, (view.say(words.STEPS[step.step_code]), step.person)))),
                html.Span(number(step.value) if step.value is not None else "", className="num"),
                *([html.Q(step.note)] if step.note else []),
            ]
        )
        for step in reversed(steps)
    ]
    return [html.Details([html.Summary(view.say(words.HISTORY)), html.Ol(lines)], className="report-history")]


def tools(view: View, period_on: date, parts: list[Component]) -> Component:
    """The row of buttons, with what the script says."""
    said = {name: view.say(text) for name, text in words.SCRIPT.items()}
    told = html.P("", className="report-told", role="status")
    return html.Div([html.Div(parts, className="report-row"), told], className="report-tools", **attributes(period=str(period_on), **said))


def line(view: View, cells: Sequence[Any], headings: Sequence[tuple[Text, str]], state: str, facts: dict[str, str]) -> Component:
    """A row; each cell knows its heading, for phones."""
    made = [html.Td(cell, className=kind, **attributes(head=view.say(text))) for cell, (text, kind) in zip(cells, headings, strict=True)]
    return html.Tr(made, className=f"report-line is-{state}", **attributes(**facts))


def field(name: str, kind: str, label: str, value: str = "", **more: str) -> Component:
    """A place the script puts an input into."""
    return html.Span(className="report-field", **attributes(name=name, kind=kind, label=label, value=value, **more))


def button(view: View, act: str, *, is_main: bool = False) -> Component:
    texts = {
        "save": words.SAVE, "submit": words.SUBMIT, "upload": words.UPLOAD, "confirm": words.CONFIRM, "accept": words.ACCEPT,
        "return": words.RETURN,
    }  # fmt: skip
    return html.Button(view.say(texts[act]), className="report-button is-main" if is_main else "report-button", **attributes(report=act))
