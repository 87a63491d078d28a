"""What the committee can do: call a meeting on frozen numbers, arrange its agenda, step, decide, close, and follow up."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.acts.base import Act, Acting, ActRefused, Outcome
from dashboard.acts.meeting_forms import (
    AddForm,
    ArrangeForm,
    CloseForm,
    CreateForm,
    DecideForm,
    EditForm,
    FinishForm,
    OfMeeting,
    PinForm,
    StepForm,
)
from dashboard.meetings.agenda import ADDED, FREE, new_items, propose
from dashboard.meetings.facts import facts_of
from dashboard.meetings.opening import PIN, UNPIN, ask_pin, frozen, pinning
from dashboard.meetings.owner import owners
from dashboard.meetings.scope import MeetingScope
from dashboard.profiles import COMMITTEE
from dashboard.reference import labels
from dashboard.store import decisions, meetings
from dashboard.store.decisions import Decision
from dashboard.store.meeting_tables import Meeting
from dashboard.store.meetings import DECIDED, NewItem
from dashboard.texts import Text

PAGE = "/pilots/meeting"
UNKNOWN = Text("没有这次会议", "There is no such meeting")
NO_TARGETS = Text("所选范围内没有试点任务", "There are no targets in this scope")
CHANGED = Text("他人刚刚修改过，您看到的已不是最新内容；请刷新后再试", "Somebody has changed this since you saw it: load the page again")
CLOSED = Text("会议已签署结束，不能再改", "The meeting was signed off; nothing can be changed")
DECIDED_ALREADY = Text(
    "他人刚刚就此议题作出结论；请查看后再决定是否更正", "Somebody has just decided on this item: look at it before you correct it"
)
GONE = Text("该议题已不在议程中", "The item is no longer on the agenda")
SNAPSHOT_GONE = Text("会议所用快照已不在，不能再添加任务", "The snapshot of this meeting is gone: no target can be added")
HAS_TARGET = Text("该任务已在议程或备选中", "The target is on the agenda or stands by already")
NO_TARGET = Text("会议范围内没有这项任务", "The meeting's scope has no such target")
NO_UNIT = Text("没有这样的责任单位：{written}。请从列表中选择", "No unit is called {written}: choose one from the list")
MANY_UNITS = Text("“{written}”可指多个单位：{names}", "{written} may mean several units: {names}")
MOST_UNITS = 8
TEXT_NEEDED = Text("请写明议定内容", "Say what was decided")
TOO_EARLY = Text("完成时限不能早于会议日期", "The due date cannot be before the meeting")
HAS_DECISIONS = Text("已有结论的会议不能删除", "A meeting that has decided something cannot be deleted")


def create_meeting(acting: Acting, form: CreateForm) -> Outcome:
    view, values = acting.view, form.values()
    scope = MeetingScope(form.blocks, form.units, form.divisions)
    targets = facts_of(view.engine, scope.filters(view))
    if not targets:
        raise ActRefused(409, NO_TARGETS)
    for name in ("blocks", "units", "divisions"):
        values.pop(name)
    newest = view.data_state("pilots").newest
    values |= {"scope": scope.to_json(), "snapshot_name": view.snapshot, "as_of": newest.to_pydatetime() if newest is not None else None}
    left = decisions.actions(acting.store, before=values["held_at"], only_open=True)
    items = new_items(propose(targets, left, values["held_at"].date(), values["next_on"]))
    number = meetings.make(acting.store, values, items, by=acting.by, at=view.now.replace(microsecond=0))
    meetings.pin_asked(acting.store, number, ask_pin(acting.store, number, view.snapshot, PIN, view))
    return Outcome(Text("已创建，数字已冻结", "Made; its numbers are frozen"), link=f"{PAGE}?meeting={number}", note=f"meeting {number}")


def pin_meeting(acting: Acting, form: PinForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    if pinning(acting.view, acting.store, held) == "failed":
        job = ask_pin(acting.store, held.meeting_id, held.snapshot_name, PIN, acting.view)
        meetings.pin_asked(acting.store, held.meeting_id, job)
    return Outcome(Text("已再次请求固定快照", "Asked again for the snapshot to be pinned"))


def edit_meeting(acting: Acting, form: EditForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    values = {name: value for name, value in form.values().items() if name not in ("meeting_id", "version")}
    _must(acting, held, done=meetings.edit(acting.store, held.meeting_id, form.version, values))
    return Outcome(Text("已保存", "Saved"))


def delete_meeting(acting: Acting, form: OfMeeting) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    if decisions.decisions(acting.store, held.meeting_id):
        raise ActRefused(409, HAS_DECISIONS)
    _must(acting, held, done=meetings.remove(acting.store, held.meeting_id, form.version))
    ask_pin(acting.store, held.meeting_id, held.snapshot_name, UNPIN, acting.view)
    return Outcome(Text("已删除", "Deleted"), link=PAGE)


def arrange_agenda(acting: Acting, form: ArrangeForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    _must(acting, held, done=meetings.arrange(acting.store, held.meeting_id, form.version, form.order))
    return Outcome(Text("议程已保存", "Agenda saved"))


def add_item(acting: Acting, form: AddForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    item = _target_item(acting, held, form.target_code) if form.target_code else NewItem(FREE, form.label, form.label)
    if not item.label:
        raise ActRefused(422, Text("请填写议题名称或选择任务", "Name the item or choose a target"))
    _must(acting, held, done=meetings.add(acting.store, held.meeting_id, form.version, item) is not None)
    return Outcome(Text("已加入议程", "On the agenda"))


def _target_item(acting: Acting, held: Meeting, code: str) -> NewItem:
    there = [one for one in meetings.items(acting.store, held.meeting_id) if one.target_code == code]
    if there:
        raise ActRefused(409, HAS_TARGET)
    view = frozen(acting.view, held)
    if view is None:
        raise ActRefused(409, SNAPSHOT_GONE)
    found = facts_of(view.engine, MeetingScope.from_json(held.scope).filters(view), [code])
    if not found:
        raise ActRefused(409, NO_TARGET)
    return NewItem(ADDED, found[0].label, found[0].label_en, code, found[0].to_json())


def step_meeting(acting: Acting, form: StepForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    if form.item_id not in {one.item_id for one in meetings.items(acting.store, held.meeting_id) if not one.is_dropped}:
        raise ActRefused(409, GONE)
    if not meetings.step(acting.store, held.meeting_id, form.item_id, acting.view.now.replace(microsecond=0)):
        raise ActRefused(409, CLOSED)
    return Outcome(Text("已切换", "Turned"))


def decide(acting: Acting, form: DecideForm) -> Outcome:
    if form.state == DECIDED and not form.text:
        raise ActRefused(422, TEXT_NEEDED)
    code, unit = _owner(acting, form.unit)
    if form.due_on is not None and form.due_on < _held_on(acting, form.item_id):
        raise ActRefused(422, TOO_EARLY)
    said = Decision(form.state, form.text, code, unit, form.due_on, form.comment)
    written = decisions.decide(acting.store, form.item_id, form.version, said, by=acting.by, at=acting.view.now)
    if written != "written":
        why = {"changed": DECIDED_ALREADY, "closed": CLOSED, "gone": GONE}[written]
        raise ActRefused(404 if written == "gone" else 409, why)
    return Outcome(Text("已记录", "Recorded"))


def _owner(acting: Acting, written: str) -> tuple[str, str]:
    """The code and name of the unit somebody wrote; where several may be meant they are told."""
    found = owners(acting.view.engine, written)
    if len(found) == 1 or not written.strip():
        return found[0] if found else ("", "")
    if not found:
        raise ActRefused(422, _filled(NO_UNIT, written=written))
    more = "…" if len(found) > MOST_UNITS else ""
    english = labels(acting.view.engine, "unit_code")["label_en"]
    named = found[:MOST_UNITS]
    zh, en = "、".join(label for _, label in named) + more, "; ".join(str(english[code]) for code, _ in named) + more
    raise ActRefused(422, Text(MANY_UNITS.zh.format(written=written, names=zh), MANY_UNITS.en.format(written=written, names=en)))


def _filled(text: Text, **values: str) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))


def _held_on(acting: Acting, item_id: int) -> date:
    """The day of the meeting an item belongs to; any day where there is no such item, which is told later."""
    held = meetings.meeting_of(acting.store, item_id)
    return held.held_at.date() if held else date.min


def close_meeting(acting: Acting, form: CloseForm) -> Outcome:
    held = _meeting(acting, form.meeting_id)
    done = meetings.close(
        acting.store, held.meeting_id, form.version, signed_by=form.signed_by, by=acting.by, at=acting.view.now.replace(microsecond=0)
    )
    _must(acting, held, done=done)
    return Outcome(Text("会议已签署结束", "The meeting is signed off"))


def finish_action(acting: Acting, form: FinishForm) -> Outcome:
    at = acting.view.now.replace(microsecond=0)
    if not decisions.finish(acting.store, form.action_id, form.version, form.note, by=acting.by, at=at):
        raise ActRefused(409, CHANGED)
    return Outcome(Text("已记为办结", "Recorded as done"))


def _meeting(acting: Acting, meeting_id: int) -> Meeting:
    held = meetings.meeting(acting.store, meeting_id)
    if held is None:
        raise ActRefused(404, UNKNOWN)
    return held


def _must(acting: Acting, held: Meeting, *, done: bool) -> None:
    """Refuse what came too late, and say why."""
    if not done:
        latest = meetings.meeting(acting.store, held.meeting_id)
        raise ActRefused(409, CLOSED if latest is not None and latest.closed_at else CHANGED)


ACTS: dict[str, Act[Any]] = {
    "create_meeting": Act(
        Text("创建会议并冻结数字", "Create and freeze the numbers"), COMMITTEE, CreateForm, create_meeting, lambda form: form.label,
    ),
    "pin_meeting": Act(
        Text("重新固定快照", "Pin again"), COMMITTEE, PinForm, pin_meeting, lambda form: f"meeting {form.meeting_id}",
        Text("请装载程序保留本次会议所用的快照。", "The loader is asked to keep the snapshot this meeting stands on."),
    ),
    "edit_meeting": Act(Text("保存", "Save"), COMMITTEE, EditForm, edit_meeting, lambda form: f"meeting {form.meeting_id}"),
    "delete_meeting": Act(
        Text("删除草稿", "Delete the draft"), COMMITTEE, OfMeeting, delete_meeting, lambda form: f"meeting {form.meeting_id}",
        Text("删除后议程不再保留，快照不再固定。", "The agenda is gone for good and its snapshot is no longer held."),
    ),
    "arrange_agenda": Act(
        Text("保存议程", "Save the agenda"), COMMITTEE, ArrangeForm, arrange_agenda, lambda form: f"meeting {form.meeting_id}",
    ),
    "add_item": Act(
        Text("加入议程", "Add"), COMMITTEE, AddForm, add_item, lambda form: f"meeting {form.meeting_id}: {form.target_code or form.label}",
    ),
    "step_meeting": Act(
        Text("切换", "Turn to"), COMMITTEE, StepForm, step_meeting, lambda form: f"meeting {form.meeting_id}: item {form.item_id}",
    ),
    "decide": Act(Text("记录结论", "Record"), COMMITTEE, DecideForm, decide, lambda form: f"item {form.item_id}: {form.state}"),
    "close_meeting": Act(
        Text("签署并结束会议", "Sign off"), COMMITTEE, CloseForm, close_meeting,
        lambda form: f"meeting {form.meeting_id}: {form.signed_by}",
        Text(
            "签署后本次会议的议程和结论不能再改；交办事项仍可办结。",
            "After that neither the agenda nor any decision can be changed; actions can still be marked as done.",
        ),
    ),
    "finish_action": Act(
        Text("办结", "Mark as done"), COMMITTEE, FinishForm, finish_action, lambda form: f"action {form.action_id}: {form.note}",
        Text("写明完成情况。", "Say what was done."),
    ),
}  # fmt: skip
