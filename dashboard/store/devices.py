"""Devices that open by a link: made, opened, seen, revoked. A token is told once, when it is made, and kept nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from dashboard.store.audit import plain
from dashboard.store.tables import Device

WALL, DUTY = "wall", "duty"
TOKEN_BYTES = 32
# As secrets spells them; whatever is longer is no token and not worth a hash.
TOKEN_SIGNS = 43


def hash_of(token: str) -> str:
    """What is kept of a token: nothing that leads back to it."""
    return sha256(token.encode()).hexdigest()


def make(engine: Engine, kind: str, label: str, *, by: str, at: datetime) -> tuple[int, str]:
    """A new device of a kind; returns its number and its token, which nobody can ask for again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Device(kind=kind, label=plain(label, 60), token_hash=hash_of(token), made_at=at, made_by=plain(by, 120))
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add(made)
    return made.device_id, token


def revoke(engine: Engine, device_id: int, *, by: str, at: datetime) -> bool:
    """Let a device's link end for good; False if there is none or it has ended."""
    query = (
        update(Device).where(Device.device_id == device_id, Device.revoked_at.is_(None)).values(revoked_at=at, revoked_by=plain(by, 120))
    )
    with engine.begin() as connection:
        return bool(connection.execute(query).rowcount)


def devices(engine: Engine) -> Sequence[Device]:
    """All of them, revoked ones too, the newest first."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Device).order_by(Device.device_id.desc())).all()


def open_(engine: Engine, device_id: int, *, at: datetime, address: str) -> None:
    """Note that a link was opened: when first, and where last."""
    with Session(engine) as session, session.begin():
        device = session.get_one(Device, device_id)
        device.opened_at = device.opened_at or at
        device.last_seen_at, device.last_address = at, plain(address, 60)


def see(engine: Engine, seen: Mapping[int, tuple[datetime, str]]) -> None:
    """Note when and where devices asked last."""
    if not seen:
        return
    rows = [{"device_id": number, "last_seen_at": at, "last_address": plain(address, 60)} for number, (at, address) in seen.items()]
    with Session(engine) as session, session.begin():
        session.execute(update(Device), rows)
