"""The audit: one line for every act, whether it was done, refused or failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from dashboard.store.tables import AuditLine

DONE, REFUSED, FAILED = "done", "refused", "failed"


def note(
    engine: Engine, *, done_at: datetime, who: str, role_code: str, address: str, act_code: str, subject: str, outcome: str, text: str = ""
) -> None:
    """Write one line; `subject` names what was acted on, `text` says why it was refused or what came of it."""
    line = AuditLine(
        done_at=done_at, who=plain(who, 120), role_code=role_code, address=plain(address, 60), act_code=plain(act_code, 60),
        subject=plain(subject, 2000), outcome=outcome, note=plain(text, 2000),
    )  # fmt: skip
    with Session(engine) as session, session.begin():
        session.add(line)


def plain(text: str, longest: int) -> str:
    """What every database can hold: some take no NUL."""
    return text.replace("\0", "")[:longest]


def latest(engine: Engine, count: int = 50) -> Sequence[AuditLine]:
    """The newest lines first."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(AuditLine).order_by(AuditLine.audit_id.desc()).limit(count)).all()
