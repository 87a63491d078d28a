"""The duty page: who is on duty, the roster of the week, and the handover of the running shift or of any past one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.acts.duty import EARLY
from dashboard.alerts.handed_over import handed_over
from dashboard.components import table
from dashboard.duty_cards.behind import LISTED, behind_card
from dashboard.duty_cards.sheet import Sheet, sheet_card
from dashboard.duty_cards.standing import day_name, faults_card, hours, shift_name, standing_card, week_card
from dashboard.duty_cards.words import shift_path
from dashboard.filters import one_of
from dashboard.handover.counts import Span
from dashboard.handover.seen import Seen, seen, span_of
from dashboard.on_duty import OnDuty, Turn, names_in_words, on_duty, turn_after, turn_before, turn_from, turns_of
from dashboard.request import current_store
from dashboard.roster import Roster, RosterFault, Shift, roster_of
from dashboard.store import handovers
from dashboard.store.tables import Handover
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PAST_DAYS = 7
NO_ROSTER = Text("城市资料中没有值班表（duty_shifts.csv、duty.csv）", "The city's folder has no roster (duty_shifts.csv, duty.csv)")
NO_SUCH = Text("没有这个班次：值班表和交接记录中都没有", "There is no such shift, neither on the roster nor among the handovers")
PAST = Text("近期交接记录", "Recent handovers")
PAST_HEADINGS = [
    (Text("日期", "Day"), "when"), (Text("班次", "Shift"), "when"), (Text("带班领导", "Leader"), "text"),
    (Text("值班员", "Officers"), "text"),
    (Text("交接事项", "Note"), "text"), (Text("状态", "State"), "when"),
]  # fmt: skip
TAKEN, WRITTEN, OPEN = (
    Text("{by} 已接班 {at}", "taken over by {by} {at}"),
    Text("已填写，未接班", "written, not taken over"),
    Text("未交接", "not handed over"),
)
RUNNING = Text("进行中", "running")


def duty_parts(view: View, query: dict[str, str]) -> list[Component]:
    """The cards of the page; a faulty roster says what is wrong, and what was handed over can be read all the same."""
    if view.city_folder is None:
        return [html.P(view.say(NO_ROSTER), className="none")]
    moment = view.standing_at.replace(tzinfo=None)
    wanted = _moment_of(one_of(query, "shift"))
    try:
        roster, standing = roster_of(view.city_folder), on_duty(view.city_folder, moment)
    except RosterFault as fault:
        kept = _kept(wanted) if wanted else None
        return [faults_card(view, fault.faults), *([_sheet(view, kept, None, moment)] if kept else [])]
    if roster is None or standing is None:
        return [html.P(view.say(NO_ROSTER), className="none")]
    top = html.Div([standing_card(view, standing), week_card(view, roster, moment)], className="duty-top")
    turn = _wanted(roster, standing, wanted, moment)
    return [top, *_handover(view, query, turn, roster, moment), _past(view, roster, moment)]


def _wanted(roster: Roster, standing: OnDuty, wanted: datetime | None, moment: datetime) -> Turn | None:
    """The shift asked for, or else the one that runs or, between two, the last; none that has not begun."""
    if wanted is None:
        return standing.turn or turn_before(roster, moment)
    turn = turn_from(roster, wanted) if wanted <= moment else None
    return turn or _kept(wanted)


def _kept(since: datetime) -> Turn | None:
    """A shift as it was kept with its handover, whatever the roster says now."""
    held = handovers.handover(current_store(), since)
    return None if held is None else _turn_of(held)


def _turn_of(held: Handover) -> Turn:
    begins, lasts = held.shift_since, held.shift_until - held.shift_since
    shift = Shift(
        held.shift_code, held.shift_label, held.shift_label_en, begins.hour * 60 + begins.minute, lasts // timedelta(minutes=1), ""
    )
    return Turn(shift, begins, held.shift_until, held.leader, tuple(filter(None, held.officers.split("、"))))


def _handover(view: View, query: dict[str, str], turn: Turn | None, roster: Roster, moment: datetime) -> list[Component]:
    if turn is None:
        return [html.P(view.say(NO_SUCH), className="none")]
    listed = one_of(query, "list")
    span = span_of(turn, turn_after(roster, turn), moment)
    behind = [behind_card(view, listed, span)] if listed in LISTED else []
    return [*behind, _sheet(view, turn, roster, moment)]


def _sheet(view: View, turn: Turn, roster: Roster | None, moment: datetime) -> Component:
    held = handovers.handover(current_store(), turn.since)
    after = turn_after(roster, turn) if roster else None
    is_taken = held is not None and held.taken_at is not None
    # What was taken over is read as it was, people and numbers alike.
    shown = replace(_turn_of(held), shift=replace(_turn_of(held).shift, phone=turn.phone)) if held is not None and is_taken else turn
    found = Seen.from_json(held.seen) if held is not None and held.seen else _seen_now(view, span_of(turn, after, moment))
    return sheet_card(
        view,
        Sheet(
            shown, found, held.note if held else "", held.version if held else 0, held.written_at if held else None,
            (held.taken_by or "") if held else "", held.taken_at if held else None,
            roster is not None and not is_taken and moment >= turn.until - EARLY, turn_before(roster, turn.since) if roster else None,
            after if after and after.since <= moment else None, after.officers if after else (),
        ),
    )  # fmt: skip


def _seen_now(view: View, span: Span) -> Seen:
    return seen(view, span, handed_over(view, current_store(), span.until))


def _past(view: View, roster: Roster, moment: datetime) -> Component:
    """The shifts of the last days, the latest first, and whether each was handed over."""
    first = moment.date() - timedelta(days=PAST_DAYS)
    turns = [turn for ahead in range(PAST_DAYS + 1) for turn in turns_of(roster, first + timedelta(days=ahead)) if turn.since <= moment]
    since = datetime.combine(first, time.min)
    held = {row.shift_since: row for row in handovers.between(current_store(), since, moment + timedelta(days=1))}
    # A handover stays on the list though the roster has other shifts now.
    turns += [_turn_of(row) for row in held.values() if row.shift_since not in {turn.since for turn in turns}]
    turns.sort(key=lambda turn: turn.since, reverse=True)
    rows = [_past_row(view, turn, held.get(turn.since), moment) for turn in turns]
    return html.Section([html.H2(view.say(PAST)), table(PAST_HEADINGS, rows, view, NO_ROSTER)], className="card card-free duty-past")


def _past_row(view: View, turn: Turn, held: Handover | None, moment: datetime) -> list[Any]:
    note = held.note if held else ""
    return [
        day_name(view, turn.since.date()),
        html.A(f"{shift_name(view, turn)} {hours(view, turn)}", href=shift_path(turn.since)),
        turn.leader or MISSING, names_in_words(turn.officers, view.language) or MISSING,
        html.Span(note or MISSING, className="duty-brief", title=note), _state(view, turn, held, moment),
    ]  # fmt: skip


def _state(view: View, turn: Turn, held: Handover | None, moment: datetime) -> Component:
    if held is not None and held.taken_at is not None:
        return html.Span(view.say(TAKEN).format(by=held.taken_by, at=f"{held.taken_at:%m-%d %H:%M}"), className="is-good")
    if turn.until > moment:
        return html.Span(view.say(RUNNING))
    return html.Span(view.say(WRITTEN if held is not None and held.note else OPEN), className="faint" if held is None else "")


def _moment_of(text: str) -> datetime | None:
    """The moment an address names, to the minute; None if it names none."""
    try:
        return datetime.strptime(text[:16], "%Y-%m-%dT%H:%M")
    except ValueError:
        return None
