"""The handovers: written by the shift that leaves, taken over once by the one that comes, and never changed after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.on_duty import Turn
from dashboard.store.audit import plain
from dashboard.store.tables import Handover


@dataclass(frozen=True)
class Taken:
    """By whom a shift was taken over and when, and what was seen then."""

    by: str
    at: datetime
    snapshot: str
    seen: str


def handover(engine: Engine, since: datetime) -> Handover | None:
    """The handover of the shift that began at a moment."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Handover).where(Handover.shift_since == since)).one_or_none()


def between(engine: Engine, since: datetime, until: datetime) -> Sequence[Handover]:
    """The handovers of the shifts that began in a span, the latest first."""
    query = select(Handover).where(Handover.shift_since >= since, Handover.shift_since < until)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(Handover.shift_since.desc())).all()


def write(engine: Engine, turn: Turn, note: str, *, version: int, by: str, now: datetime) -> bool:
    """Put down what a shift has to say; False if somebody changed it since `version`, or it was taken over."""
    return _change(engine, turn, version, {"note": plain(note, 2000), "written_by": plain(by, 120), "written_at": now})


def take_over(engine: Engine, turn: Turn, taken: Taken, *, version: int) -> bool:
    """Freeze a handover as it was seen; False if somebody changed it since `version`, or it was taken over before."""
    values = {"taken_by": plain(taken.by, 40), "taken_at": taken.at, "snapshot_name": taken.snapshot, "seen": taken.seen}
    return _change(engine, turn, version, values)


def _change(engine: Engine, turn: Turn, version: int, values: dict[str, object]) -> bool:
    """Change the handover of a turn, or make it where there is none (version 0); two at once never overwrite each other."""
    who: dict[str, object] = {"leader": turn.leader, "officers": "、".join(turn.officers), "version": version + 1}
    if version:
        untouched = (Handover.shift_since == turn.since, Handover.version == version, Handover.taken_at.is_(None))
        with engine.begin() as connection:
            return bool(connection.execute(update(Handover).where(*untouched).values({**who, **values})).rowcount)
    shift = turn.shift
    made = Handover(
        shift_since=turn.since, shift_until=turn.until, shift_code=plain(shift.code, 40), shift_label=plain(shift.label, 80),
        shift_label_en=plain(shift.label_en, 80), **({"note": ""} | who | values),
    )  # fmt: skip
    try:
        with Session(engine) as session, session.begin():
            session.add(made)
    except IntegrityError:
        return False
    return True
