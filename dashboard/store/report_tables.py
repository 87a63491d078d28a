"""The tables of reports on their way from draft to archive: what was asked, what it says, who changed it, which files hold it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Double, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base


class ReportIssue(Base):
    """One report, from its draft to its place in the archive; `version` grows with every change. Times are naive civic times."""

    __tablename__ = "report_issues"
    # A number names one report; its corrections carry the same with their own count. One draft of the same report at a time.
    __table_args__ = (
        UniqueConstraint("series", "year", "number", "correction", name="uq_report_issues_number"),
        UniqueConstraint("series", "number_in_all", "correction", name="uq_report_issues_in_all"),
        UniqueConstraint("open_key", name="uq_report_issues_open"),
    )

    issue_id: Mapped[int] = mapped_column(primary_key=True)
    # By whom it is written (issuing.products), and over which kind of period.
    product: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[date] = mapped_column(index=True)
    until: Mapped[date]
    # Filters as JSON; and Scope as JSON, of who drafted it.
    wish: Mapped[str] = mapped_column(Text)
    seen_scope: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5))
    # Of what it speaks, in words.
    scope: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(40))
    # What it is counted with; and what is the same as long as two drafts would be drafts of one report.
    series: Mapped[str] = mapped_column(String(120), index=True)
    open_key: Mapped[str | None] = mapped_column(String(64))
    # drafted | submitted | reviewed | issued | discarded
    state: Mapped[str] = mapped_column(String(12), index=True)
    version: Mapped[int]
    snapshot_name: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[datetime | None]
    # The moment its days were reckoned from, so that it can be made again later.
    reckoned_at: Mapped[datetime]
    pin_job_id: Mapped[int | None]
    job_id: Mapped[int | None]
    # The issued report that this one replaces.
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("report_issues.issue_id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    number_in_all: Mapped[int | None]
    correction: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    finding_count: Mapped[int]
    blocking_count: Mapped[int]
    drafted_at: Mapped[datetime] = mapped_column(index=True)
    drafted_by: Mapped[str] = mapped_column(String(120))
    drafted_person: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(120))
    submitted_person: Mapped[str | None] = mapped_column(String(40))
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(120))
    reviewed_person: Mapped[str | None] = mapped_column(String(40))
    issued_at: Mapped[datetime | None] = mapped_column(index=True)
    issued_by: Mapped[str | None] = mapped_column(String(120))
    issued_person: Mapped[str | None] = mapped_column(String(40))
    # Of the latest return, until it is submitted again; or why it was discarded.
    reason: Mapped[str] = mapped_column(Text)


class ReportContent(Base):
    """What a report says, as JSON (issuing.content): as it was generated, what its snapshot's checks found, and as it was issued."""

    __tablename__ = "report_contents"

    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), primary_key=True)
    generated: Mapped[str] = mapped_column(Text)
    measured: Mapped[str] = mapped_column(Text)
    issued: Mapped[str | None] = mapped_column(Text)


class ReportEdit(Base):
    """What a person wrote in place of a paragraph, or after one (`after_key`); empty: the paragraph is left out."""

    __tablename__ = "report_edits"
    __table_args__ = (UniqueConstraint("issue_id", "key", name="uq_report_edits_key"),)

    edit_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    key: Mapped[str] = mapped_column(String(120))
    after_key: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    # What was generated when it was written.
    generated: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime]
    edited_by: Mapped[str] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(40))


class ReportWaiver(Base):
    """A finding that does not stop a report, and why; `finding` is the hash of all it says (issuing.checked.finding_key)."""

    __tablename__ = "report_waivers"
    __table_args__ = (UniqueConstraint("issue_id", "finding", name="uq_report_waivers_finding"),)

    waiver_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    finding: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    waived_at: Mapped[datetime]
    waived_by: Mapped[str] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(40))


class ReportFile(Base):
    """A file of a report, kept under the hash of its bytes; of a draft until it changes, of an issued one for good."""

    __tablename__ = "report_files"
    __table_args__ = (UniqueConstraint("issue_id", "format", "is_issued", "is_uploaded", name="uq_report_files_format"),)

    file_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    format: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    # What it was made of; a draft's file is old once this is no longer the draft's.
    content_hash: Mapped[str] = mapped_column(String(64))
    is_issued: Mapped[bool]
    is_uploaded: Mapped[bool]
    # What a reader should know of it, such as that its charts could not be drawn.
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))


class ReportNumber(Base):
    """A number that an issued report states, so that a later one can be compared with it."""

    __tablename__ = "report_numbers"

    number_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    # Of the paragraph or table it stands in.
    key: Mapped[str] = mapped_column(String(120))
    metric: Mapped[str] = mapped_column(String(80))
    by: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(200))
    # value | share | change
    what: Mapped[str] = mapped_column(String(12))
    against: Mapped[str] = mapped_column(String(20))
    value: Mapped[float] = mapped_column(Double)
    text: Mapped[str] = mapped_column(Text)


class ReportStep(Base):
    """One step of a report's life: written once, never changed."""

    __tablename__ = "report_steps"

    step_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    # drafted, submitted …, or generated | edited | waived | uploaded
    step_code: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    done_at: Mapped[datetime]
    done_by: Mapped[str] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)


class ReportExport(Base):
    """Who took which file away and when: written once, never changed."""

    __tablename__ = "report_exports"

    export_id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issues.issue_id"), index=True)
    format: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    is_issued: Mapped[bool]
    done_at: Mapped[datetime] = mapped_column(index=True)
    done_by: Mapped[str] = mapped_column(String(120))
    role_code: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(60))
