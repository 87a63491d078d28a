"""Meetings and their agendas: made, changed by whoever saw the latest version, stepped through, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, case, delete, func, select, update
from sqlalchemy.orm import Session

from dashboard.store import chain
from dashboard.store.meeting_tables import Meeting, MeetingDecision, MeetingItem

OPEN, DECIDED, NOTED, POSTPONED = "open", "decided", "noted", "postponed"


@dataclass(frozen=True)
class NewItem:
    """An item as it is put on an agenda."""

    kind: str
    label: str
    label_en: str
    target_code: str = ""
    facts: str = ""
    action_id: int | None = None
    # Not on the agenda yet: it stands by.
    is_dropped: bool = False


def make(engine: Engine, values: Mapping[str, Any], items: Sequence[NewItem], *, by: str, at: datetime) -> int:
    """A new meeting with its proposed agenda; returns its number in the store."""
    meeting = Meeting(**values, version=1, step_revision=0, made_at=at, made_by=by)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add(meeting)
        session.flush()
        session.add_all(_item(meeting.meeting_id, place, item) for place, item in enumerate(items))
    return meeting.meeting_id


def _item(meeting_id: int, place: int, item: NewItem) -> MeetingItem:
    return MeetingItem(
        meeting_id=meeting_id, sort_order=place, is_dropped=item.is_dropped, kind=item.kind, target_code=item.target_code,
        action_id=item.action_id, label=item.label, label_en=item.label_en, facts=item.facts, state=OPEN, version=1,
    )  # fmt: skip


def meeting(engine: Engine, meeting_id: int) -> Meeting | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(Meeting, meeting_id)


def meetings(engine: Engine) -> Sequence[Meeting]:
    """All meetings, the latest first."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Meeting).order_by(Meeting.held_at.desc(), Meeting.meeting_id.desc())).all()


def counts(engine: Engine) -> dict[int, tuple[int, int]]:
    """How many items each meeting has, and how many of them are not open any more."""
    done = func.sum(case((MeetingItem.state != OPEN, 1), else_=0))
    query = select(MeetingItem.meeting_id, func.count(), done).where(MeetingItem.is_dropped.is_(False)).group_by(MeetingItem.meeting_id)
    with engine.connect() as connection:
        return {row[0]: (int(row[1]), int(row[2] or 0)) for row in connection.execute(query)}


def items(engine: Engine, meeting_id: int) -> Sequence[MeetingItem]:
    """A meeting's items in order, those dropped at the end."""
    query = select(MeetingItem).where(MeetingItem.meeting_id == meeting_id)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(MeetingItem.is_dropped, MeetingItem.sort_order, MeetingItem.item_id)).all()


def edit(engine: Engine, meeting_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Change what a meeting says of itself; False if somebody changed it since `version`, or it is closed."""
    with engine.begin() as connection:
        return bool(connection.execute(_untouched(meeting_id, version).values(**values, version=version + 1)).rowcount)


def arrange(engine: Engine, meeting_id: int, version: int, order: Sequence[int]) -> bool:
    """Put the items in an order; those it leaves out are dropped, where nothing was decided on them. False as in `edit`."""
    with Session(engine) as session, session.begin():
        if not _touched(session, meeting_id, version):
            return False
        places = {item_id: place for place, item_id in enumerate(order)}
        for item in session.scalars(select(MeetingItem).where(MeetingItem.meeting_id == meeting_id)):
            item.is_dropped = item.item_id not in places and item.state == OPEN
            item.sort_order = places.get(item.item_id, len(places) + item.sort_order)
    return True


def add(engine: Engine, meeting_id: int, version: int, item: NewItem) -> int | None:
    """Put one more item at the end; its number, or None as in `edit`."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        if not _touched(session, meeting_id, version):
            return None
        last = session.scalar(select(func.max(MeetingItem.sort_order)).where(MeetingItem.meeting_id == meeting_id))
        made = _item(meeting_id, 0 if last is None else last + 1, item)
        session.add(made)
        session.flush()
        return made.item_id


def remove(engine: Engine, meeting_id: int, version: int) -> bool:
    """Delete a draft: a meeting on which nothing was decided. False as in `edit`, or if anything was."""
    with Session(engine) as session, session.begin():
        decided = session.scalar(select(func.count()).select_from(MeetingDecision).where(MeetingDecision.meeting_id == meeting_id))
        if decided or not _touched(session, meeting_id, version):
            return False
        session.execute(delete(MeetingItem).where(MeetingItem.meeting_id == meeting_id))
        session.execute(delete(Meeting).where(Meeting.meeting_id == meeting_id))
    return True


def pin_asked(engine: Engine, meeting_id: int, job_id: int) -> None:
    """Remember which job pins a meeting's snapshot."""
    with engine.begin() as connection:
        connection.execute(update(Meeting).where(Meeting.meeting_id == meeting_id).values(pin_job_id=job_id))


def step(engine: Engine, meeting_id: int, item_id: int, now: datetime) -> bool:
    """Let every window of a meeting show an item; the meeting begins with its first step. False if it is closed."""
    values = {
        "step_item_id": item_id, "step_revision": Meeting.step_revision + 1, "step_since": now,
        "begun_at": func.coalesce(Meeting.begun_at, now),
    }  # fmt: skip
    with engine.begin() as connection:
        query = update(Meeting).where(Meeting.meeting_id == meeting_id, Meeting.closed_at.is_(None))
        return bool(connection.execute(query.values(**values)).rowcount)


def close(engine: Engine, meeting_id: int, version: int, *, signed_by: str, by: str, at: datetime) -> bool:
    """Sign a meeting off: nothing of it changes after that. False as in `edit`."""
    with Session(engine) as session, session.begin():
        if not _touched(session, meeting_id, version):
            return False
        held = session.get_one(Meeting, meeting_id, populate_existing=True)
        decisions = session.scalars(select(MeetingDecision).where(MeetingDecision.meeting_id == meeting_id)).all()
        found = chain.verify(held, decisions)
        held.closed_at, held.closed_by, held.signed_by = at, by, signed_by
        held.closed_count, held.closed_hash = found.count, found.head
        held.step_revision += 1
    return True


def _untouched(meeting_id: int, version: int) -> Any:
    return update(Meeting).where(Meeting.meeting_id == meeting_id, Meeting.version == version, Meeting.closed_at.is_(None))


def _touched(session: Session, meeting_id: int, version: int) -> bool:
    """Take the meeting for this transaction, if nobody changed it since `version` and it is not closed."""
    # The row is held from here to the end: a decision at the same time waits, or makes this one wait.
    done: Any = session.execute(_untouched(meeting_id, version).values(version=version + 1))
    return bool(done.rowcount)


def meeting_of(engine: Engine, item_id: int) -> Meeting | None:
    """The meeting an item stands on."""
    query = select(Meeting).join(MeetingItem, MeetingItem.meeting_id == Meeting.meeting_id).where(MeetingItem.item_id == item_id)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).one_or_none()


def changes(engine: Engine, meeting: Meeting) -> int:
    """A number that grows with every change of a meeting's agenda and every decision, but not with its steps."""
    query = select(func.coalesce(func.sum(MeetingItem.version), 0)).where(MeetingItem.meeting_id == meeting.meeting_id)
    with engine.connect() as connection:
        return meeting.version + int(connection.execute(query).scalar_one())
