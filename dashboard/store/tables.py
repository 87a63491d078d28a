"""The tables of the people's store that only the web knows; the queue is one table more, shared with the loader."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Double, String, Text, UniqueConstraint
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


class Alert(Base):
    """One thing somebody should know of: what a rule found of a subject, since when, and who took it up.

    There is one for a rule, a subject and the day it began; while it is true it is kept up to date, never repeated.
    """

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("rule_code", "subject_kind", "subject_code", "window", name="uq_alerts_subject"),)

    alert_id: Mapped[int] = mapped_column(primary_key=True)
    rule_code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_code: Mapped[str] = mapped_column(String(300))
    window: Mapped[str] = mapped_column(String(10))
    scene: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(12))
    # new | acknowledged | handled | closed
    state: Mapped[str] = mapped_column(String(12), index=True)
    # What was found, as JSON: numbers and names in both languages, put into words when they are read.
    facts: Mapped[str] = mapped_column(Text)
    # How bad it is, by the measure of its kind, and how bad it was when somebody was last told or took it up.
    worth: Mapped[float] = mapped_column(Double)
    told_worth: Mapped[float] = mapped_column(Double)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    # Since when it waits for somebody; later than first seen where it became new again.
    new_since: Mapped[datetime]
    untrue_since: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(120))
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None] = mapped_column(String(120))
    handled_note: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    # over: no longer true | withdrawn: its rule is gone
    closed_for: Mapped[str | None] = mapped_column(String(12))


class AlertRound(Base):
    """The one row that says how far looking after alerts has come; `revision` grows with every change people can see."""

    __tablename__ = "alert_rounds"

    round_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    # The rules in force: those of the last file that could be used.
    rules_text: Mapped[str] = mapped_column(Text)
    # What is wrong with the file or went wrong with a rule, as JSON, in both languages.
    faults: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str] = mapped_column(String(64))
    numbers_at: Mapped[datetime | None]
    times_at: Mapped[datetime | None]


class AlertBaseline(Base):
    """The first counts of a day that a rule compares later ones with."""

    __tablename__ = "alert_baselines"

    rule_code: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    measured_at: Mapped[datetime]
    counts: Mapped[str] = mapped_column(Text)


class Device(Base):
    """A screen or tablet that opens by a link: a wall, or what the duty officer holds. Only the hash of its token is kept."""

    __tablename__ = "devices"

    device_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    last_address: Mapped[str] = mapped_column(String(60), default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(120))

    @property
    def wall(self) -> str:
        """Its name among walls, which no `?wall=` can spell."""
        return f"device:{self.device_id}"


class WallSteering(Base):
    """What a wall was last told. It goes to `scene` when `scene_revision` is new to it, and renews when `renewal_revision` is."""

    __tablename__ = "wall_steering"

    wall: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int]
    scene: Mapped[str] = mapped_column(String(40), default="")
    scene_revision: Mapped[int] = mapped_column(default=0)
    renewal_revision: Mapped[int] = mapped_column(default=0)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False)
    division_code: Mapped[str] = mapped_column(String(20), default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))


class WallHealth(Base):
    """A wall as it was last seen, and what its black box said last; counts run since its page was opened."""

    __tablename__ = "wall_health"

    wall: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    scene: Mapped[str] = mapped_column(String(40), default="")
    last_picture_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    sampled_at: Mapped[datetime | None]
    refresh_count: Mapped[int] = mapped_column(default=0)
    missed_count: Mapped[int] = mapped_column(default=0)
    scene_change_count: Mapped[int] = mapped_column(default=0)
    renewal_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    opening_heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    node_count: Mapped[int | None]
    canvas_count: Mapped[int | None]
    webgl_count: Mapped[int | None]


class WallNight(Base):
    """One line per wall and night: its first sample after three, or the last before; with the least, most and sums of the day."""

    __tablename__ = "wall_nights"

    wall: Mapped[str] = mapped_column(String(60), primary_key=True)
    night_on: Mapped[date] = mapped_column(primary_key=True, index=True)
    taken_at: Mapped[datetime]
    heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    opening_heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    node_count: Mapped[int | None]
    canvas_count: Mapped[int | None]
    webgl_count: Mapped[int | None]
    least_heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    most_heap_bytes: Mapped[int | None] = mapped_column(BigInteger)
    least_node_count: Mapped[int | None]
    most_node_count: Mapped[int | None]
    sample_count: Mapped[int] = mapped_column(default=0)
    refresh_count: Mapped[int] = mapped_column(default=0)
    missed_count: Mapped[int] = mapped_column(default=0)
    scene_change_count: Mapped[int] = mapped_column(default=0)
    renewal_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)


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
