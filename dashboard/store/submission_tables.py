"""The tables of what units report of their pilot targets: each report as it stands, and every step it took."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Double, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base


class Submission(Base):
    """What a unit reports of one part of a target for one period; `version` grows with every change. Times are naive civic times.

    A division is empty where a part has none.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("target_code", "unit_code", "division_code", "period_on", name="uq_submissions_part"),)

    submission_id: Mapped[int] = mapped_column(primary_key=True)
    target_code: Mapped[str] = mapped_column(String(80))
    unit_code: Mapped[str] = mapped_column(String(80), index=True)
    division_code: Mapped[str] = mapped_column(String(40))
    # The last day of the period it is for, and the day its value is of.
    period_on: Mapped[date] = mapped_column(index=True)
    observed_on: Mapped[date]
    value: Mapped[float | None] = mapped_column(Double)
    progress_pct: Mapped[float | None] = mapped_column(Double)
    narrative: Mapped[str] = mapped_column(Text)
    # How sure the unit is to deliver in time: high | medium | low, or empty.
    confidence_code: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_size: Mapped[int]
    # The metric it was computed by; empty where a person stated it.
    metric_code: Mapped[str] = mapped_column(String(60))
    # One of submissions.STATES.
    state: Mapped[str] = mapped_column(String(12), index=True)
    version: Mapped[int]
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(String(40))
    submitted_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
    confirmed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(40))
    reviewed_at: Mapped[datetime | None]
    returned_by: Mapped[str | None] = mapped_column(String(40))
    returned_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None] = mapped_column(Text)


class SubmissionStep(Base):
    """One step of a report, with what it said then: written once, never changed. Accepted ones are what the loader lands."""

    __tablename__ = "submission_steps"

    step_id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.submission_id"), index=True)
    step_code: Mapped[str] = mapped_column(String(12), index=True)
    version: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(index=True)
    # The account, and the name its person gave.
    done_by: Mapped[str] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    observed_on: Mapped[date]
    value: Mapped[float | None] = mapped_column(Double)
    progress_pct: Mapped[float | None] = mapped_column(Double)
    narrative: Mapped[str] = mapped_column(Text)
    confidence_code: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[str | None] = mapped_column(String(40))
    submitted_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
