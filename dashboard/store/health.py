"""How walls are: when each was seen last, what its black box said last, and one line per night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from dashboard.store.tables import WallHealth, WallNight, WallSteering

# The quiet hour by which the nights of different walls compare.
NIGHT_AT = time(3)
Count = Annotated[int, Field(ge=0, le=10**9)]
Seconds = Annotated[int, Field(ge=0, le=10**8)]
Bytes = Annotated[int, Field(ge=0, le=2**40)]
SUMS = ("refresh_count", "missed_count", "scene_change_count", "renewal_count", "error_count")
PAGE = ("heap_bytes", "opening_heap_bytes", "node_count", "canvas_count", "webgl_count")
EXTREMES = ("heap_bytes", "node_count")


class Sample(BaseModel):
    """What a wall's black box says of its page. Times are seconds ago: a wall's own clock may be wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    wall: Annotated[str, Field(max_length=60)] = ""
    scene: Annotated[str, Field(pattern=r"^[a-z_]{0,40}$")] = ""
    open_seconds: Seconds
    picture_seconds: Seconds | None = None
    refresh_count: Count = 0
    missed_count: Count = 0
    scene_change_count: Count = 0
    renewal_count: Count = 0
    error_count: Count = 0
    heap_bytes: Bytes | None = None
    opening_heap_bytes: Bytes | None = None
    node_count: Count | None = None
    canvas_count: Count | None = None
    webgl_count: Count | None = None


@dataclass(frozen=True)
class Sight:
    """A wall as it asked last."""

    at: datetime
    scene: str = ""
    picture_at: datetime | None = None
    # The newest of what it was told that it has carried out, and the name in its address; not written down.
    revision: int = 0
    name: str = "hall"


def walls(engine: Engine, since: datetime) -> Sequence[WallHealth]:
    """The walls seen since a moment, by their names."""
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(WallHealth).where(WallHealth.last_seen_at >= since).order_by(WallHealth.wall)).all()


def nights(engine: Engine, wall: str, since: date) -> Sequence[WallNight]:
    """A wall's nights since a day, the newest first."""
    query = select(WallNight).where(WallNight.wall == wall, WallNight.night_on >= since).order_by(WallNight.night_on.desc())
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


def see(engine: Engine, sights: Mapping[str, Sight]) -> None:
    """Write when walls were seen last, all in one step."""
    if not sights:
        return
    rows = [
        {"wall": wall, "last_seen_at": sight.at, "scene": sight.scene, "last_picture_at": sight.picture_at}
        for wall, sight in sights.items()
    ]
    with Session(engine) as session, session.begin():
        known = set(session.scalars(select(WallHealth.wall).where(WallHealth.wall.in_(sights))))
        if new := [row | dict.fromkeys(SUMS, 0) for row in rows if row["wall"] not in known]:
            session.execute(insert(WallHealth), new)
        if old := [row for row in rows if row["wall"] in known]:
            session.execute(update(WallHealth), old)


def sample(engine: Engine, wall: str, said: Sample, at: datetime) -> None:
    """Keep what a wall's black box says: as its last word, and in the line of the night."""
    with Session(engine) as session, session.begin():
        held = session.get(WallHealth, wall)
        if held is None:
            held = WallHealth(wall=wall, last_seen_at=at, scene="", **dict.fromkeys(SUMS, 0))
            session.add(held)
        opened_at = at - timedelta(seconds=said.open_seconds)
        gained = _gained(held, said, opened_at)
        _keep_night(session, wall, said, gained, at)
        held.last_seen_at, held.sampled_at, held.opened_at = at, at, opened_at
        held.scene = said.scene or held.scene
        if said.picture_seconds is not None:
            held.last_picture_at = at - timedelta(seconds=said.picture_seconds)
        for name in (*SUMS, *PAGE):
            setattr(held, name, getattr(said, name))


def _gained(held: WallHealth, said: Sample, opened_at: datetime) -> dict[str, int]:
    """How much each count grew since the last sample; a page that was opened since then began at nothing."""
    is_new = held.sampled_at is None or opened_at > held.sampled_at
    return {name: max(getattr(said, name) - (0 if is_new else getattr(held, name)), 0) for name in SUMS}


def _keep_night(session: Session, wall: str, said: Sample, gained: dict[str, int], at: datetime) -> None:
    night = session.get(WallNight, (wall, at.date()))
    if night is None:
        night = WallNight(wall=wall, night_on=at.date(), taken_at=at, sample_count=0, **dict.fromkeys(SUMS, 0))
        session.add(night)
    if night.sample_count == 0 or night.taken_at.time() < NIGHT_AT:
        night.taken_at = at
        for name in PAGE:
            setattr(night, name, getattr(said, name))
    night.sample_count += 1
    for name in SUMS:
        setattr(night, name, getattr(night, name) + gained[name])
    for name in EXTREMES:
        for which, pick in (("least", min), ("most", max)):
            setattr(night, f"{which}_{name}", _of(pick, getattr(night, f"{which}_{name}"), getattr(said, name)))


def _of(pick: Any, held: int | None, said: int | None) -> int | None:
    """The least or most of what is known."""
    known = [value for value in (held, said) if value is not None]
    return pick(known) if known else None


def forget(engine: Engine, before: datetime) -> int:
    """Delete the nights before a day, and walls not seen since then with what they were told. Returns how many nights."""
    gone = select(WallHealth.wall).where(WallHealth.last_seen_at < before)
    with engine.begin() as connection:
        nights_gone = connection.execute(delete(WallNight).where(WallNight.night_on < before.date()))
        connection.execute(delete(WallSteering).where(WallSteering.wall.in_(gone)))
        connection.execute(delete(WallHealth).where(WallHealth.last_seen_at < before))
    return int(nights_gone.rowcount)
