"""The tables of the people's store that only the web knows; the queue is one table more, shared with the loader."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard.jobs import metadata as shared


class Base(DeclarativeBase):
    """All tables of the store, the queue among them."""

    metadata = shared


class AuditLine(Base):
    """Who did what to what, and how it ended: written once, never changed. Times are naive civic times."""

    __tablename__ = "audit_lines"

    audit_id: Mapped[int] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(120))
    role_code: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(60))
    act_code: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text)


class Handover(Base):
    """What one shift hands over to the next: its note until somebody takes over, from then on with the numbers as they were seen.

    Who was on duty is kept with it: a roster is changed later. `version` grows with every change.
    """

    __tablename__ = "handovers"

    handover_id: Mapped[int] = mapped_column(primary_key=True)
    shift_since: Mapped[datetime] = mapped_column(unique=True)
    shift_until: Mapped[datetime]
    shift_code: Mapped[str] = mapped_column(String(40))
    shift_label: Mapped[str] = mapped_column(String(80))
    shift_label_en: Mapped[str] = mapped_column(String(80))
    leader: Mapped[str] = mapped_column(String(40))
    officers: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    written_by: Mapped[str | None] = mapped_column(String(120))
    written_at: Mapped[datetime | None]
    taken_by: Mapped[str | None] = mapped_column(String(40))
    taken_at: Mapped[datetime | None]
    snapshot_name: Mapped[str | None] = mapped_column(String(64))
    # What was seen (handover.Seen), as JSON.
    seen: Mapped[str | None] = mapped_column(Text)
