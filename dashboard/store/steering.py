"""What walls are told: one row per wall, changed by whoever knows its latest revision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.audit import plain
from dashboard.store.tables import WallSteering


def all_told(engine: Engine) -> Sequence[WallSteering]:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(WallSteering)).all()


def tell(engine: Engine, wall: str, revision: int, *, by: str, at: datetime, **values: Any) -> bool:
    """Change what a wall is told if nobody else has since `revision`, which is 0 for one never told anything; False if somebody has."""
    facts = {"revision": revision + 1, "changed_at": at, "changed_by": plain(by, 120), **values}
    if revision == 0:
        try:
            with Session(engine) as session, session.begin():
                session.add(WallSteering(wall=wall, **facts))
        except IntegrityError:  # Somebody was first.
            return False
        return True
    with engine.begin() as connection:
        query = update(WallSteering).where(WallSteering.wall == wall, WallSteering.revision == revision)
        return bool(connection.execute(query.values(facts)).rowcount)
