"""What a duty officer can do to the handover of a shift: write it, and take it over from the one that leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.alerts.handed_over import handed_over
from dashboard.handover.seen import seen, span_of
from dashboard.on_duty import Turn, turn_after, turn_from
from dashboard.profiles import DUTY_OFFICER
from dashboard.roster import RosterFault, roster_of
from dashboard.store import handovers
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot

# A shift can be taken over from so long before its end.
EARLY = timedelta(hours=1)
NO_SHIFT = Text("值班表中没有这个班次", "The roster has no such shift")
NOT_BEGUN = Text("该班尚未开始", "The shift has not begun")
TOO_EARLY = Text("下班前一小时起方可接班", "A shift can be taken over in its last hour, not before")
CHANGED = Text("交接记录已被他人修改或已交接，请刷新后再试", "Somebody changed the handover or took it over: load the page again")
Shift = Annotated[datetime, Field(description="when the shift began")]


class OfHandover(Form):
    shift: Shift
    version: Annotated[int, Field(ge=0, le=10**6)]


class WriteForm(OfHandover):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class TakeForm(OfHandover):
    taken_by: Annotated[str, Field(min_length=1, max_length=20)]
    # What the page showed: the snapshot, and up to when.
    snapshot: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    until: datetime


def write_handover(acting: Acting, form: WriteForm) -> Outcome:
    turn, _ = _turn(acting, form.shift)
    if not handovers.write(acting.store, turn, form.text, version=form.version, by=acting.profile.code, now=acting.view.now):
        raise ActRefused(409, CHANGED)
    return Outcome(Text("已保存", "Saved"))


def take_over(acting: Acting, form: TakeForm) -> Outcome:
    turn, following = _turn(acting, form.shift)
    if acting.view.standing_at < turn.until - EARLY:
        raise ActRefused(409, TOO_EARLY)
    view = _as_shown(acting.view, form.snapshot)
    until = min(form.until.replace(tzinfo=None), acting.view.standing_at)
    span = span_of(turn, following, until)
    found = seen(view, span, handed_over(view, acting.store, span.until))
    taken = handovers.Taken(form.taken_by, acting.view.now, view.snapshot, found.to_json())
    if not handovers.take_over(acting.store, turn, taken, version=form.version):
        raise ActRefused(409, CHANGED)
    return Outcome(Text("已接班，交接记录已固定", "Taken over; the handover is fixed"))


def _turn(acting: Acting, since: datetime) -> tuple[Turn, Turn | None]:
    """The turn that began at a moment and the one after it. Raises ActRefused."""
    folder = acting.view.city_folder
    try:
        roster = roster_of(folder) if folder else None
    except RosterFault:
        roster = None
    turn = turn_from(roster, since.replace(tzinfo=None)) if roster else None
    if roster is None or turn is None:
        raise ActRefused(409, NO_SHIFT)
    if turn.since > acting.view.standing_at:
        raise ActRefused(409, NOT_BEGUN)
    return turn, turn_after(roster, turn)


def _as_shown(view: View, snapshot: str) -> View:
    """The view on the snapshot the page showed; on that of now where it is gone."""
    shown = replace(view, snapshot=snapshot)
    try:
        _ = shown.engine
    except NoSnapshot:
        return view
    return shown


ACTS: dict[str, Act[Any]] = {
    "write_handover": Act(
        Text("保存", "Save"), DUTY_OFFICER, WriteForm, write_handover, lambda form: f"{form.shift:%Y-%m-%d %H:%M}",
    ),
    "take_over": Act(
        Text("确认接班", "Take over"), DUTY_OFFICER, TakeForm, take_over, lambda form: f"{form.shift:%Y-%m-%d %H:%M}: {form.taken_by}",
        Text(
            "确认后，交接记录连同此刻所见的数字一并固定，不能再改。",
            "The handover is fixed with the numbers as they are seen now; nobody can change it after that.",
        ),
    ),
}  # fmt: skip
