"""The tables of the committee's meetings: what is on the agenda, what was decided on which numbers, and what follows from it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base


class Meeting(Base):
    """One meeting and the snapshot its numbers are frozen at; `version` grows with every change of it or its agenda."""

    __tablename__ = "meetings"

    meeting_id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    number: Mapped[int | None]
    held_at: Mapped[datetime] = mapped_column(index=True)
    # What falls due before this day is proposed for the agenda.
    next_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(80))
    chair: Mapped[str] = mapped_column(String(80))
    recorder: Mapped[str] = mapped_column(String(80))
    # Free text, a name and post in each line.
    attended: Mapped[str] = mapped_column(Text)
    excused: Mapped[str] = mapped_column(Text)
    observing: Mapped[str] = mapped_column(Text)
    sent_to: Mapped[str] = mapped_column(Text)
    # Which targets it is about, as JSON: blocks, units, divisions; all empty is the whole city.
    scope: Mapped[str] = mapped_column(Text)
    snapshot_name: Mapped[str] = mapped_column(String(64))
    # Up to when the ledger was known in it.
    as_of: Mapped[datetime | None]
    pin_job_id: Mapped[int | None]
    version: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    # The item all windows show now; the revision grows with every step and every decision.
    step_item_id: Mapped[int | None]
    step_revision: Mapped[int]
    step_since: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    signed_by: Mapped[str | None] = mapped_column(String(40))
    # How many decisions there were then and the hash of the last: what is cut off a chain's end shows.
    closed_count: Mapped[int | None]
    closed_hash: Mapped[str | None] = mapped_column(String(64))


class MeetingItem(Base):
    """One item of an agenda with the numbers as they were frozen; `version` grows with every decision on it."""

    __tablename__ = "meeting_items"

    item_id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.meeting_id"), index=True)
    sort_order: Mapped[int]
    is_dropped: Mapped[bool]
    # negative | red | yellow | due | unreported | carried | added | free
    kind: Mapped[str] = mapped_column(String(12))
    target_code: Mapped[str] = mapped_column(String(200), index=True)
    # The action of an earlier meeting that is carried over.
    action_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(Text)
    label_en: Mapped[str] = mapped_column(Text)
    # meetings.facts.Facts as JSON; empty for a free item.
    facts: Mapped[str] = mapped_column(Text)
    # open | decided | noted | postponed: that of the latest decision.
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]


class MeetingDecision(Base):
    """One decision: written once, never changed. Each carries the hash of the one before it and of its own content."""

    __tablename__ = "meeting_decisions"
    # A chain cannot fork: of two that follow the same one only the first is written.
    __table_args__ = (
        UniqueConstraint("meeting_id", "number", name="uq_meeting_decisions_number"),
        UniqueConstraint("meeting_id", "previous_hash", name="uq_meeting_decisions_previous"),
    )

    decision_id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.meeting_id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.item_id"), index=True)
    # From 1 within its meeting.
    number: Mapped[int]
    # The number of the decision this one replaces.
    supersedes: Mapped[int | None]
    target_code: Mapped[str] = mapped_column(String(200), index=True)
    label: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(String(200))
    unit_label: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    comment: Mapped[str] = mapped_column(Text)
    snapshot_name: Mapped[str] = mapped_column(String(64))
    # The numbers as they were shown, as JSON.
    seen: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(120))
    previous_hash: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))


class MeetingAction(Base):
    """What somebody has to do by a day because of a decision; open until somebody says that it is done."""

    __tablename__ = "meeting_actions"

    action_id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.meeting_id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("meeting_decisions.decision_id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.item_id"), index=True)
    # open | done | replaced (by the action of a correction)
    state: Mapped[str] = mapped_column(String(12), index=True)
    due_on: Mapped[date | None]
    version: Mapped[int]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(120))
    done_note: Mapped[str | None] = mapped_column(Text)
