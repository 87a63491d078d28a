"""What happened to a report, the latest first; the same hand's edits one after another are one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard.report_cards import words
from dashboard.report_cards.hands import whose
from dashboard.report_cards.markup import aria
from dashboard.store.report_tables import ReportStep
from dashboard.store.reports import DRAFTED, EDITED, GENERATED
from dashboard.view import View


def history_card(view: View, steps: Sequence[ReportStep]) -> Component:
    """The card of steps."""
    lines = []
    told = [(named(steps, place), step) for place, step in enumerate(steps)]
    for (code, by), group in groupby(told, key=lambda one: (one[0], whose(view, one[1].done_by, one[1].person))):
        held = [step for _, step in group]
        count = f" ×{len(held)}" if len(held) > 1 else ""
        note = held[-1].note if code not in (EDITED, GENERATED) else ""
        lines.append(_line(held[-1].done_at, f"{view.say(words.STEPS[code])}{count}", by, note))
    title = view.say(words.HISTORY)
    body = html.Ul(lines[::-1], className="rp-history")
    return html.Section([html.H2(title), body], className="card card-free", **aria(label=title))


def named(steps: Sequence[ReportStep], place: int) -> str:
    """What a step is called: back to a draft is a return."""
    code = steps[place].step_code
    if code == DRAFTED and place:
        return "returned"
    return code if code in words.STEPS else EDITED


def _line(at: datetime, what: str, by: str, note: str) -> Component:
    parts = [html.Time(f"{at:%m-%d %H:%M}"), html.Span(f"{what} · {by}" if by else what)]
    return html.Li([*parts, *([html.Small(note)] if note else [])])
