"""Decisions of meetings, which are only ever added, and the actions that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from dashboard.store.chain import Chain, beginning, content_hash, verify
from dashboard.store.meeting_tables import Meeting, MeetingAction, MeetingDecision, MeetingItem
from dashboard.store.meetings import DECIDED

ACTION_OPEN, ACTION_DONE, ACTION_REPLACED = "open", "done", "replaced"
Written = Literal["written", "changed", "closed", "gone"]


@dataclass(frozen=True)
class Decision:
    """What a meeting decides on one item."""

    state: str
    text: str = ""
    unit_code: str = ""
    unit_label: str = ""
    due_on: date | None = None
    comment: str = ""


class Action(NamedTuple):
    """An action with the decision it follows from and the meeting that took it."""

    action: MeetingAction
    decision: MeetingDecision
    meeting: Meeting


def decide(engine: Engine, item_id: int, version: int, decision: Decision, *, by: str, at: datetime) -> Written:
    """Add a decision to the chain; one on the same item before is superseded. Two at once never overwrite each other.

    The numbers seen are those frozen with the item. `changed`: somebody decided on the item since `version`.
    """
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            item, meeting = _taken(session, item_id, version, decision.state)
            _append(session, meeting, item, decision, by, at.replace(microsecond=0))
    except _NotTaken as refusal:
        return refusal.why
    return "written"


class _NotTaken(Exception):  # noqa: N818 it ends the transaction and is told as an answer
    def __init__(self, why: Written) -> None:
        super().__init__(why)
        self.why: Written = why


def _taken(session: Session, item_id: int, version: int, state: str) -> tuple[MeetingItem, Meeting]:
    """Take an item and its meeting for this transaction. Whoever comes second waits and reads what the first wrote: a chain has one end."""
    held = select(MeetingItem.meeting_id).where(MeetingItem.item_id == item_id, MeetingItem.is_dropped.is_(False)).scalar_subquery()
    is_there = Meeting.meeting_id == held
    stepped: Any = session.execute(
        update(Meeting).where(is_there, Meeting.closed_at.is_(None)).values(step_revision=Meeting.step_revision + 1)
    )
    if not stepped.rowcount:
        raise _NotTaken("closed" if session.scalar(select(func.count()).select_from(Meeting).where(is_there)) else "gone")
    changed: Any = session.execute(
        update(MeetingItem)
        .where(MeetingItem.item_id == item_id, MeetingItem.version == version, MeetingItem.is_dropped.is_(False))
        .values(version=version + 1, state=state)
    )
    if not changed.rowcount:
        raise _NotTaken("changed")
    item = session.get_one(MeetingItem, item_id)
    return item, session.get_one(Meeting, item.meeting_id)


def _append(session: Session, meeting: Meeting, item: MeetingItem, decision: Decision, by: str, at: datetime) -> None:
    rows = select(MeetingDecision).where(MeetingDecision.meeting_id == meeting.meeting_id).order_by(MeetingDecision.number.desc())
    last = session.scalars(rows.limit(1)).one_or_none()
    before = session.scalars(rows.where(MeetingDecision.item_id == item.item_id).limit(1)).one_or_none()
    made = MeetingDecision(
        meeting_id=meeting.meeting_id, item_id=item.item_id, number=last.number + 1 if last else 1,
        supersedes=before.number if before else None, target_code=item.target_code, label=item.label, state=decision.state,
        text=decision.text, unit_code=decision.unit_code, unit_label=decision.unit_label, due_on=decision.due_on,
        comment=decision.comment, snapshot_name=meeting.snapshot_name, seen=item.facts, decided_at=at, decided_by=by,
        previous_hash=last.content_hash if last else beginning(meeting),
    )  # fmt: skip
    made.content_hash = content_hash(made)
    session.add(made)
    session.flush()
    replaced = update(MeetingAction).where(MeetingAction.item_id == item.item_id, MeetingAction.state == ACTION_OPEN)
    session.execute(replaced.values(state=ACTION_REPLACED, version=MeetingAction.version + 1))
    # Without owner or due date too: what was decided is not lost from sight.
    if decision.state == DECIDED:
        session.add(_action(made))


def _action(made: MeetingDecision) -> MeetingAction:
    return MeetingAction(
        meeting_id=made.meeting_id, decision_id=made.decision_id, item_id=made.item_id, state=ACTION_OPEN, due_on=made.due_on, version=1
    )


def decisions(engine: Engine, meeting_id: int) -> Sequence[MeetingDecision]:
    """A meeting's decisions in the order they were taken, those superseded among them."""
    query = select(MeetingDecision).where(MeetingDecision.meeting_id == meeting_id).order_by(MeetingDecision.number)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


def standing(rows: Sequence[MeetingDecision]) -> dict[int, MeetingDecision]:
    """The decision that stands on each item: the last one."""
    return {row.item_id: row for row in sorted(rows, key=lambda row: row.number)}


def read_chain(engine: Engine, meeting: Meeting) -> Chain:
    """The chain of a meeting, verified against what is in the store now."""
    return verify(meeting, decisions(engine, meeting.meeting_id))


def last_on(engine: Engine, codes: Sequence[str], before: Meeting) -> dict[str, tuple[MeetingDecision, Meeting]]:
    """The last decision that an earlier meeting took on each target."""
    query = (
        select(MeetingDecision, Meeting)
        .join(Meeting, Meeting.meeting_id == MeetingDecision.meeting_id)
        .where(MeetingDecision.target_code.in_(codes), MeetingDecision.target_code != "", Meeting.held_at < before.held_at)
        .order_by(Meeting.held_at, Meeting.meeting_id, MeetingDecision.number)
    )
    with Session(engine, expire_on_commit=False) as session:
        return {row[0].target_code: (row[0], row[1]) for row in session.execute(query).all()}


def actions(engine: Engine, *, before: datetime | None = None, only_open: bool = False) -> list[Action]:
    """Actions of all meetings but those replaced, the earliest due first; or of those held before a moment, or the open ones alone."""
    query = (
        select(MeetingAction, MeetingDecision, Meeting)
        .join(MeetingDecision, MeetingDecision.decision_id == MeetingAction.decision_id)
        .join(Meeting, Meeting.meeting_id == MeetingAction.meeting_id)
        .where(MeetingAction.state != ACTION_REPLACED)
        .order_by(func.coalesce(MeetingAction.due_on, date.max), MeetingAction.action_id)
    )
    if before is not None:
        query = query.where(Meeting.held_at < before)
    if only_open:
        query = query.where(MeetingAction.state == ACTION_OPEN)
    with Session(engine, expire_on_commit=False) as session:
        return [Action(*row) for row in session.execute(query).all()]


def action_of(engine: Engine, action_id: int) -> Action | None:
    return next((one for one in actions(engine) if one.action.action_id == action_id), None)


def finish(engine: Engine, action_id: int, version: int, note: str, *, by: str, at: datetime) -> bool:
    """Say that an action is done, and how; False if somebody changed it since `version`."""
    query = update(MeetingAction).where(
        MeetingAction.action_id == action_id, MeetingAction.version == version, MeetingAction.state == ACTION_OPEN
    )
    values = {"state": ACTION_DONE, "version": version + 1, "done_at": at, "done_by": by, "done_note": note}
    with engine.begin() as connection:
        return bool(connection.execute(query.values(**values)).rowcount)
