"""The tables of reports that are drafted by themselves: each period of each entry once, and where its files went."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base


class ScheduledRun(Base):
    """One period of one entry of the schedule; `version` grows with every step, so that of two workers one takes it."""

    __tablename__ = "scheduled_runs"
    __table_args__ = (UniqueConstraint("entry", "since", "until", name="uq_scheduled_runs_period"),)

    run_id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    since: Mapped[date]
    until: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(index=True)
    # waiting | drafting | drafted | filing | delivering | done | failed | skipped
    state: Mapped[str] = mapped_column(String(12), index=True)
    version: Mapped[int]
    # It is looked at again from this moment on.
    next_at: Mapped[datetime]
    attempt_count: Mapped[int]
    issue_id: Mapped[int | None]
    job_id: Mapped[int | None]
    # Drafted before all data of its period were there.
    is_partial: Mapped[bool]
    # What it waits for, or why it did not go on, in both languages; empty where all is well.
    note: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ReportDelivery(Base):
    """The files of one run to one folder or one address: at most once."""

    __tablename__ = "report_deliveries"
    __table_args__ = (UniqueConstraint("run_id", "road", "addressee", name="uq_report_deliveries_addressee"),)

    delivery_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("scheduled_runs.run_id"), index=True)
    # folder | mail
    road: Mapped[str] = mapped_column(String(8))
    addressee: Mapped[str] = mapped_column(String(400))
    # waiting | sending | done | failed
    state: Mapped[str] = mapped_column(String(12), index=True)
    attempt_count: Mapped[int]
    next_at: Mapped[datetime]
    # The files that were delivered, a name in each line.
    files: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
