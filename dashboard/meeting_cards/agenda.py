"""One meeting as its clerk sees it: what it stands on, the agenda to be arranged, what was decided, what was restated since."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.components import act_button, attributes, table
from dashboard.meeting_cards import words
from dashboard.meeting_cards.forms import about_fields, form
from dashboard.meeting_cards.listing import state_of, title_of
from dashboard.meetings.facts import Facts, facts_of
from dashboard.meetings.opening import frozen, pinning
from dashboard.meetings.restated import Restated, restated
from dashboard.meetings.scope import MeetingScope
from dashboard.meetings.stage import Stage, stage_of
from dashboard.meetings.words import STATE_SHAPES, STATE_WORDS, lamp_words, measured, number, signed
from dashboard.profiles import COMMITTEE
from dashboard.store import chain, decisions
from dashboard.store.meeting_tables import Meeting, MeetingDecision, MeetingItem
from dashboard.store.meetings import OPEN
from dashboard.theme import MISSING
from dashboard.view import View


def meeting_cards(view: View, store: Engine, meeting: Meeting) -> list[Component]:
    stage = stage_of(store, meeting, view.language)
    pinned = pinning(view, store, meeting)
    differing = _restated(view, stage) if meeting.snapshot_name != view.snapshot else None
    return [_head(view, meeting, stage, pinned), _agenda(view, stage, differing), *_edit(view, meeting, pinned)]


def _head(view: View, meeting: Meeting, stage: Stage, pinned: str) -> Component:
    base = f"{words.PATH}?meeting={meeting.meeting_id}"
    form_: dict[str, str | int] = {"meeting_id": meeting.meeting_id, "version": meeting.version}
    tools: list[Component] = [
        html.A(view.say(words.START), href=f"{base}&view=show", className="act-button meet-start"),
        html.A(view.say(words.PRESENT), href=f"{base}&view=presenter", target="_blank", className="act-button"),
        html.A(view.say(words.MINUTES), href=f"/meeting/{meeting.meeting_id}/minutes.docx", className="act-button"),
    ]
    if not meeting.closed_at:
        tools.append(act_button("close_meeting", view, form_, ask=("signed_by", words.SIGN_AS), more={"value": meeting.chair[:40]}))
        if not stage.decisions:
            tools.append(act_button("delete_meeting", view, form_))
    if pinned == "failed":
        tools.append(act_button("pin_meeting", view, {"meeting_id": meeting.meeting_id}))
    facts = [f"{meeting.held_at:%Y-%m-%d %H:%M}", meeting.place, meeting.chair, state_of(view, meeting)]
    return html.Section(
        [
            html.Div(
                [html.A(view.say(words.BACK), href=words.PATH), html.Span(" · ".join(part for part in facts if part))],
                className="meet-facts",
            ),
            html.Div([html.H2(title_of(view, meeting)), html.Div(tools, className="meet-tools")], className="card-head"),
            html.Ul(_standing(view, meeting, stage, pinned), className="meet-standing"),
        ],
        className="card card-free meet-head",
    )


def _standing(view: View, meeting: Meeting, stage: Stage, pinned: str) -> list[Component]:
    """On what the meeting stands: its snapshot, and whether its decisions are as they were written."""
    at = f"{meeting.as_of:%Y-%m-%d %H:%M}" if meeting.as_of else MISSING
    frozen_at = view.say(words.FROZEN_AT).format(snapshot=meeting.snapshot_name.partition("-")[0], at=at)
    states = {"pinned": ("✓", "is-good"), "waiting": ("○", ""), "failed": ("▲", "is-bad"), "gone": ("▲", "is-bad")}
    shape, look = states[pinned]
    found = chain.verify(meeting, stage.decisions)
    lines: list[Component] = [html.Li(frozen_at), html.Li(f"{shape} {view.say(words.PINS[pinned])}", className=f"meet-pin {look}")]
    if found.count or not found.holds:
        lines.append(_chain(view, found))
    return lines


def _chain(view: View, found: chain.Chain) -> Component:
    if found.holds:
        said = f"✓ {view.say(words.CHAIN_HOLDS).format(n=found.count, head=found.head[:12])}"
    else:
        what = [view.say(words.CHAIN_CHANGED).format(n=n) for n in found.changed]
        what += [view.say(words.CHAIN_MISSING).format(n=n) for n in found.missing]
        said = f"▲ {view.say(words.CHAIN_BROKEN).format(what=('；' if view.language == 'zh' else '; ').join(what))}"
    return html.Li(said, className="meet-chain is-good" if found.holds else "meet-chain is-bad", title=found.head)


def _restated(view: View, stage: Stage) -> dict[str, Restated]:
    """The targets of the agenda as the snapshot of now has them."""
    seen = [facts for item in stage.items if (facts := Facts.from_json(item.facts)) and not item.is_dropped]
    if not seen:
        return {}
    scope = MeetingScope.from_json(stage.meeting.scope).filters(view)
    now = facts_of(view.engine, scope, sorted({facts.code for facts in seen}))
    return {one.seen.code: one for one in restated(seen, now)}


def _agenda(view: View, stage: Stage, differing: dict[str, Restated] | None) -> Component:
    meeting, stands = stage.meeting, decisions.standing(stage.decisions)
    may = view.profile is COMMITTEE and not meeting.closed_at
    kept = [item for item in stage.items if not item.is_dropped]
    headings = [*words.AGENDA_HEADINGS, *([words.NOW_HEADING] if differing is not None else []), *([words.MOVE_HEADING] if may else [])]
    rows = []
    for place, item in enumerate(kept, 1):
        row = _row(view, stage, place, item, stands.get(item.item_id))
        if differing is not None:
            row.append(_now(view, differing.get(item.target_code)))
        if may:
            row.append(_moves(view, item))
        rows.append(row)
    changed = sum(bool(one.differing) for one in differing.values()) if differing is not None else 0
    said = words.RESTATED if changed else words.NOT_RESTATED
    notes = [
        html.P(
            view.say(said).format(snapshot=view.snapshot.partition("-")[0], n=changed),
            className=f"meet-restated{' is-bad' if changed else ''}",
        )
    ]
    return html.Section(
        [
            html.H2([view.say(words.AGENDA), html.Small(f"{len(kept)}")]), *(notes if differing is not None else []),
            table(headings, rows, view, words.NO_ITEMS), *(_arranging(view, stage) if may else []),
        ],
        className="card card-free meet-agenda",
        **attributes(meeting=str(meeting.meeting_id), version=str(meeting.version)),
    )  # fmt: skip


def _row(view: View, stage: Stage, place: int, item: MeetingItem, decision: MeetingDecision | None) -> list[Any]:
    facts = Facts.from_json(item.facts)
    label = item.label_en if view.language == "en" else item.label
    link = html.A(label, href=f"/pilots/target?code={item.target_code}") if item.target_code else html.B(label)
    more = [html.Small(line) for line in _carried(stage, item)]
    numbers: list[Any] = [MISSING] * 4
    if facts is not None:
        code, shape, word = lamp_words(facts, view.language)
        values = f"{facts.hit_count}" if facts.kind == "negative" else _against(facts, view.language)
        lamp = html.Span([html.I(shape, className=f"lamp-{code}"), f" {word}"])
        numbers = [values, signed(facts.gap), lamp, facts.due_on or MISSING]
    outcome: list[Component] = [
        html.Span(f"{STATE_SHAPES[item.state]} {view.say(STATE_WORDS[item.state])}", className=f"meet-state-{item.state}")
    ]
    if decision is not None and decision.state != OPEN:
        outcome += [html.Span(decision.text, className="meet-clamp"), html.Small(_by(view, decision))]
    number = html.Span(str(place), className="meet-place", **attributes(item=str(item.item_id)))
    return [
        number,
        stage.why(item, facts),
        html.Div([link, *more], className="meet-what"),
        *numbers,
        html.Div(outcome, className="meet-what"),
    ]


def _against(facts: Facts, language: str) -> str:
    """The value beside its target; progress alone of what is measured by milestones."""
    if facts.value is None and facts.progress is not None:
        return f"{number(facts.progress)}%"
    return f"{measured(facts.value, facts, language)} / {measured(facts.target, facts, language)}"


def _by(view: View, decision: MeetingDecision) -> str:
    if not (decision.unit_label or decision.due_on):
        return ""
    return view.say(words.DUE_BY).format(unit=decision.unit_label, day=decision.due_on or "").strip("　, ")


def _carried(stage: Stage, item: MeetingItem) -> list[str]:
    """What an earlier meeting asked for, whether it is late, and whether its number moved."""
    if item.action_id is None:
        return []
    held = stage.carried_over(item) or {}
    return [part for part in (held.get("text"), held.get("by"), held.get("late"), held.get("moved")) if part]


def _now(view: View, one: Restated | None) -> Any:
    """The numbers of now where they differ from those seen."""
    if one is None:
        return MISSING
    if not one.differing:
        return html.Span(view.say(words.SAME), className="faint")
    if one.now is None:
        return html.B(view.say(words.TARGET_GONE), className="is-bad")
    _, shape, word = lamp_words(one.now, view.language)
    value = str(one.now.hit_count) if one.now.kind == "negative" else measured(one.now.value, one.now, view.language)
    texts = {"value": value, "gap": signed(one.now.gap), "lamp": f"{shape} {word}"}
    parts = [
        html.B(text, className="is-restated") if name in one.differing else html.Span(text)
        for name, text in texts.items()
        if text != MISSING
    ]
    return html.Div(parts, className="meet-now")


def _moves(view: View, item: MeetingItem) -> Component:
    keys = [("up", "↑", words.UP), ("down", "↓", words.DOWN), *([("drop", "×", words.DROP)] if item.state == OPEN else [])]
    buttons = [html.Button(sign, title=view.say(text), **attributes(move=name)) for name, sign, text in keys]
    return html.Div(buttons, className="meet-moves")


def _arranging(view: View, stage: Stage) -> list[Component]:
    """What was dropped, to be restored; and more targets or other items to be added."""
    meeting = stage.meeting
    dropped = [item for item in stage.items if item.is_dropped]
    back = [
        html.Li(
            [
                html.Small(stage.why(item, Facts.from_json(item.facts))),
                html.Span(item.label_en if view.language == "en" else item.label),
                html.Button(view.say(words.RESTORE), **attributes(restore=str(item.item_id))),
            ]
        )
        for item in dropped
    ]
    on = {item.target_code for item in stage.items}
    rest = (
        [html.Details([html.Summary(view.say(words.DROPPED).format(n=len(dropped))), html.Ul(back)], className="meet-dropped", open=True)]
        if dropped
        else []
    )
    held = frozen(view, meeting)
    targets = facts_of(held.engine, MeetingScope.from_json(meeting.scope).filters(held)) if held is not None else []
    options = [[one.code, f"{one.code} {one.label_en if view.language == 'en' else one.label}"] for one in targets if one.code not in on]
    fields: list[dict[str, Any]] = [
        {
            "name": "target_code",
            "label": view.say(words.ADD_TARGET),
            "type": "select",
            "options": [["", view.say(words.CHOOSE)], *options],
            "value": "",
        },
        {"name": "label", "label": view.say(words.ADD_FREE), "type": "text", "value": ""},
    ]
    told = html.P(className="meet-told", role="status")
    bulk = [
        html.Button(view.say(text), className="act-button", **attributes(**{name: "all"}))
        for name, text, some in (("restore", words.TAKE_ALL, dropped), ("move", words.DROP_ALL, len(dropped) < len(stage.items)))
        if some
    ]
    return [
        told,
        html.Div(bulk, className="meet-row"),
        *rest,
        form("add_item", fields, view, words.ADD, {"meeting_id": meeting.meeting_id, "version": meeting.version}),
    ]


def _edit(view: View, meeting: Meeting, _pinned: str) -> list[Component]:
    """Title, people and places; read only once the meeting is signed off."""
    fields = about_fields(view, meeting)
    if meeting.closed_at or view.profile is not COMMITTEE:
        rows = [html.Div([html.Dt(field["label"]), html.Dd(field["value"] or MISSING)]) for field in fields]
        return [html.Section([html.H2(view.say(words.EDIT)), html.Dl(rows, className="meet-about")], className="card card-free")]
    fixed = {"meeting_id": meeting.meeting_id, "version": meeting.version}
    return [
        html.Section(
            [html.H2(view.say(words.EDIT)), form("edit_meeting", fields, view, words.SAVE, fixed)], className="card card-free meet-edit"
        )
    ]
