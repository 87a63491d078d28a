"""The tables of supervision slips (督办单、催办清单): each slip to a unit, and the tickets it listed as they then stood."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base


class SupervisionSlip(Base):
    """One slip to one unit. It keeps all it says, so that it is printed alike for ever; `version` grows with every step."""

    __tablename__ = "supervision_slips"
    __table_args__ = (UniqueConstraint("kind", "year", "serial", name="uq_supervision_slips_serial"),)

    slip_id: Mapped[int] = mapped_column(primary_key=True)
    # overdue (督办单: open past their limit) | due_soon (催办清单)
    kind: Mapped[str] = mapped_column(String(12))
    year: Mapped[int]
    serial: Mapped[int]
    # As printed: 督〔2026〕12号.
    number: Mapped[str] = mapped_column(String(40))
    unit_code: Mapped[str] = mapped_column(String(200), index=True)
    unit_label: Mapped[str] = mapped_column(String(200))
    snapshot_name: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[datetime | None]
    # How many tickets the unit had then; some of them may be left out: under secrecy, or urged a short time ago.
    found_count: Mapped[int]
    secret_count: Mapped[int]
    urged_count: Mapped[int]
    reply_due_on: Mapped[date]
    # issued | replied | closed
    state: Mapped[str] = mapped_column(String(12), index=True)
    version: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_by: Mapped[str] = mapped_column(String(120))
    reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[str | None] = mapped_column(String(120))
    close_note: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))


class SupervisionTicket(Base):
    """A ticket as a slip listed it; `urging` says how often slips of that kind had listed it, this one among them."""

    __tablename__ = "supervision_tickets"

    listed_id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("supervision_slips.slip_id"), index=True)
    sort_order: Mapped[int]
    ticket_key: Mapped[str] = mapped_column(String(300), index=True)
    ticket_number: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(200))
    # The citizen's words, masked before they came into the snapshot.
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(200))
    stage: Mapped[str] = mapped_column(String(60))
    reported_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    # Working days over the limit; none of a ticket that is not over it.
    over_days: Mapped[int | None]
    urging: Mapped[int]
