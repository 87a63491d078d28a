"""All meetings, what asks to be spoken of now, the actions that follow from decisions, and the form that calls a meeting."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.acts.meeting_forms import A_MONTH
from dashboard.components import act_button, table
from dashboard.meeting_cards import words
from dashboard.meeting_cards.forms import about_fields, form, likely_time, scope_field
from dashboard.meetings.agenda import MOST, counted, propose
from dashboard.meetings.facts import facts_of
from dashboard.meetings.scope import MeetingScope
from dashboard.meetings.words import KIND_WORDS, number_words
from dashboard.store import decisions, meetings
from dashboard.store.decisions import ACTION_DONE, Action
from dashboard.store.meeting_tables import Meeting
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View


def title_of(view: View, meeting: Meeting) -> str:
    return " ".join(part for part in (meeting.label, number_words(meeting.number, view.language)) if part)


def state_of(view: View, meeting: Meeting) -> str:
    if meeting.closed_at:
        return view.say(words.SIGNED).format(by=meeting.signed_by)
    return view.say(words.RUNNING if meeting.begun_at else words.DRAFT)


def proposed_card(view: View, left: list[Action]) -> Component:
    """What a meeting called now would have on its agenda, counted."""
    on = likely_time(view).date()
    found = propose(facts_of(view.engine, MeetingScope().filters(view)), left, on, on + A_MONTH)
    first: dict[str, str] = {}
    for one in found:
        label = (one.facts.label_en if view.language == "en" else one.facts.label) if one.facts else one.item().label
        first.setdefault(one.kind, label)
    rows: list[list[Any]] = [[view.say(KIND_WORDS[kind]), f"{count:,}", first[kind]] for kind, count in counted(found).items()]
    newest = view.data_state("pilots").newest
    at = f"{newest:%Y-%m-%d %H:%M}" if newest is not None else MISSING
    note = view.say(words.PROPOSED_NOTE).format(at=at, on=on.isoformat(), next=(on + A_MONTH).isoformat(), most=MOST)
    return html.Section(
        [html.H2(view.say(words.PROPOSED)), table(words.PROPOSED_HEADINGS, rows, view, words.NOTHING), html.P(note, className="card-note")],
        className="card card-free meet-proposed",
    )


def meetings_card(view: View, store: Engine) -> Component:
    held, counts = meetings.meetings(store), meetings.counts(store)
    parts: list[Component] = []
    for title, some in ((words.UPCOMING, [m for m in held if not m.closed_at]), (words.HELD, [m for m in held if m.closed_at])):
        if some:
            parts += [html.H2([view.say(title), html.Small(f"{len(some)}")]), _meetings(view, some, counts)]
    return html.Section(parts or [html.P(view.say(words.NO_MEETINGS), className="none")], className="card card-free meet-list")


def _meetings(view: View, some: list[Meeting], counts: dict[int, tuple[int, int]]) -> Component:
    rows: list[list[Any]] = []
    for meeting in some:
        items, concluded = counts.get(meeting.meeting_id, (0, 0))
        link = html.A(title_of(view, meeting), href=f"{words.PATH}?meeting={meeting.meeting_id}")
        rows.append([link, f"{meeting.held_at:%Y-%m-%d %H:%M}", str(items), str(concluded), state_of(view, meeting)])
    return table(words.MEETING_HEADINGS, rows, view, words.NO_MEETINGS)


def new_card(view: View, store: Engine) -> Component:
    """The form that calls a meeting; its number follows that of the last."""
    held = meetings.meetings(store)
    numbers = [meeting.number for meeting in held if meeting.number]
    newest = view.data_state("pilots").newest
    at = f"{newest:%Y-%m-%d %H:%M}" if newest is not None else MISSING
    fields = [*about_fields(view, None, max(numbers) + 1 if numbers else 1, held[0] if held else None), scope_field(view)]
    return html.Section(
        [
            html.H2(view.say(words.NEW)),
            html.P(view.say(words.FREEZES).format(snapshot=view.snapshot.partition("-")[0], at=at), className="card-note"),
            form("create_meeting", fields, view, Text("创建并冻结数字", "Create and freeze the numbers")),
        ],
        className="card card-free meet-new",
    )


def actions_card(view: View, store: Engine) -> Component:
    """Open actions by their due date, those done after them."""
    held = sorted(decisions.actions(store), key=lambda one: one.action.state == ACTION_DONE)
    rows = [_action(view, one) for one in held]
    return html.Section(
        [html.H2(view.say(words.ACTIONS)), table(words.ACTION_HEADINGS, rows, view, words.NO_ACTIONS)],
        className="card card-free meet-actions",
    )


def _action(view: View, one: Action) -> list[Any]:
    action, decision, meeting = one
    what = [html.B(decision.text, className="meet-clamp"), html.Small(decision.label)]
    source = html.A(title_of(view, meeting), href=f"{words.PATH}?meeting={meeting.meeting_id}")
    due = action.due_on.isoformat() if action.due_on else MISSING
    ask = ("note", words.DONE_NOTE)
    button = act_button("finish_action", view, {"action_id": action.action_id, "version": action.version}, ask=ask)
    is_done = action.state == ACTION_DONE
    return [
        html.Div(what, className="meet-what"),
        decision.unit_label or MISSING,
        due,
        source,
        _action_state(view, one),
        "" if is_done else button,
    ]


def _action_state(view: View, one: Action) -> Component:
    action = one.action
    if action.state == ACTION_DONE and action.done_at:
        said = view.say(words.DONE_AT).format(at=f"{action.done_at:%Y-%m-%d}", note=action.done_note)
        return html.Span(f"✓ {said}", className="is-good meet-clamp", title=action.done_note)
    late = (view.today - action.due_on).days if action.due_on else 0
    if late > 0:
        return html.Span(f"▲ {view.say(words.IS_LATE).format(n=late)}", className="is-bad")
    return html.Span(f"○ {view.say(words.IS_OPEN)}")


def left_open(store: Engine) -> list[Action]:
    return decisions.actions(store, only_open=True)
