"""The walls that stand: which device asks, what each wall shows and was told. Answered from memory, written once a minute for all."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.settings import City
from dashboard.store import devices, health, steering
from dashboard.store.health import Sample, Sight
from dashboard.store.tables import Device, WallHealth, WallSteering
from dashboard.texts import Text

HALL = "hall"
# Walls without a link are known by the name in their address; nobody may fill the store with names.
NAME = re.compile(r"[\w-]{1,40}")
MOST_NAMES = 50
# How long what another process changed may stay unnoticed; what this one changes is noticed at once.
READ_SECONDS = 10
WRITTEN_EVERY, SAMPLED_EVERY = timedelta(minutes=1), timedelta(seconds=30)
ALIVE, REMEMBERED = timedelta(minutes=2), timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """One wall now: what it is called, how it was seen, what it was told. A wall without a link has no device."""

    wall: str
    device: Device | None
    sight: Sight
    told: WallSteering | None
    health: WallHealth | None
    is_alive: bool

    @property
    def scene(self) -> str:
        """What it shows, or is about to."""
        ahead = self.told is not None and self.told.scene_revision > self.sight.revision
        return self.told.scene if self.told is not None and ahead else self.sight.scene

    @property
    def revision(self) -> int:
        return self.told.revision if self.told else 0


class Walls:
    """What is known of the walls of one store."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._lock = Lock()
        self._read_until = 0.0
        self._devices: dict[str, Device] = {}
        self._told: dict[str, WallSteering] = {}
        self._sights: dict[str, Sight] | None = None
        self._sampled: dict[str, datetime] = {}
        self._unwritten: dict[str, Sight] = {}
        self._asked: dict[int, tuple[datetime, str]] = {}
        self._written_at: datetime | None = None

    def device(self, token: str) -> Device | None:
        """The device a token opens, revoked ones too; found by its hash, so that no comparison tells how near a guess came."""
        if len(token) != devices.TOKEN_SIGNS or not token.isascii():
            return None
        self._read()
        return self._devices.get(devices.hash_of(token))

    def told(self, wall: str) -> WallSteering | None:
        self._read()
        return self._told.get(wall)

    def read_anew(self) -> None:
        """Something was changed: the next question goes to the store."""
        with self._lock:
            self._read_until = 0.0

    def touch(self, device: Device, now: datetime, address: str) -> None:
        """A device asked for something."""
        with self._lock:
            self._asked[device.device_id] = (now, address)
        self._write(now)

    def see(self, wall: str, sight: Sight) -> bool:
        """A wall asked; False if it has no link and too many others without one are known."""
        with self._lock:
            sights = self._known(sight.at)
            if wall not in sights and not self._has_room(wall, sight.at):
                return False
            sights[wall] = self._unwritten[wall] = sight
        self._write(sight.at)
        return True

    def sample(self, wall: str, said: Sample, now: datetime) -> bool:
        """Keep what a black box says; False if it says too much or nobody can be known by this name any more."""
        with self._lock:
            held = self._known(now).get(wall)
            last = self._sampled.get(wall)
            if (held is None and not self._has_room(wall, now)) or (last is not None and now - last < SAMPLED_EVERY):
                return False
            self._sampled[wall] = now
            picture_at = None if said.picture_seconds is None else now - timedelta(seconds=said.picture_seconds)
            last_sight = held or Sight(now)
            self._known(now)[wall] = Sight(now, said.scene, picture_at, last_sight.revision, last_sight.name)
        health.sample(self.engine, wall, said, now)
        return True

    def standing(self, now: datetime, since: timedelta = REMEMBERED) -> list[Standing]:
        """The walls seen lately, those with a link first; revoked ones are none."""
        self._read()
        rows = {row.wall: row for row in health.walls(self.engine, now - since)}
        with self._lock:
            sights = dict(self._known(now))
        by_wall = {device.wall: device for device in self._devices.values() if device.kind == devices.WALL}
        found = []
        for wall in {**rows, **sights}:
            device, row = by_wall.get(wall), rows.get(wall)
            sight = sights[wall] if wall in sights else _sight(rows[wall])
            if now - sight.at > since or (device is not None and device.revoked_at is not None):
                continue
            found.append(Standing(wall, device, sight, self._told.get(wall), row, now - sight.at <= ALIVE))
        return sorted(found, key=lambda one: (one.device is None, one.device.device_id if one.device else 0, one.wall))

    def _read(self) -> None:
        """Read what people change, if that was not done lately. A store that does not answer leaves what is known."""
        with self._lock:
            if time.monotonic() < self._read_until:
                return
            self._read_until = time.monotonic() + READ_SECONDS
            try:
                self._devices = {device.token_hash: device for device in devices.devices(self.engine)}
                self._told = {told.wall: told for told in steering.all_told(self.engine)}
            except SQLAlchemyError as error:
                log.warning("the people's store does not answer for the walls: %s", type(error).__name__)

    def _known(self, now: datetime) -> dict[str, Sight]:
        """The walls seen lately; those of before this process from the store."""
        if self._sights is None:
            self._sights = {row.wall: _sight(row) for row in health.walls(self.engine, now - REMEMBERED)}
        return self._sights

    def _has_room(self, wall: str, now: datetime) -> bool:
        """Whether one more wall may be known: any with a link, few without."""
        if ":" in wall:
            return True
        sights = self._known(now)
        for old in [name for name, sight in sights.items() if now - sight.at > REMEMBERED]:
            del sights[old]
            self._sampled.pop(old, None)
        return sum(":" not in name for name in sights) < MOST_NAMES

    def _write(self, now: datetime) -> None:
        """Write what was seen, once a minute and for all; who asks meanwhile does not wait for it."""
        with self._lock:
            if self._written_at is not None and timedelta() <= now - self._written_at < WRITTEN_EVERY:
                return
            self._written_at = now
            sights, self._unwritten = self._unwritten, {}
            asked, self._asked = self._asked, {}
        try:
            health.see(self.engine, sights)
            devices.see(self.engine, asked)
        except SQLAlchemyError as error:
            log.warning("what the walls show could not be written: %s", type(error).__name__)


def _sight(row: WallHealth) -> Sight:
    return Sight(row.last_seen_at, row.scene, row.last_picture_at, name=HALL if ":" in row.wall else row.wall)


def label_of(wall: Standing, city: City) -> Text:
    """What people call a wall: as its link, as the city calls it, or the name in its address."""
    if wall.device is not None:
        return Text(wall.device.label, wall.device.label)
    declared = next((one for one in city.walls if one.name == wall.wall), None)
    return Text(declared.label, declared.label_en) if declared else Text(wall.wall, wall.wall)


@lru_cache(maxsize=8)
def walls_of(engine: Engine) -> Walls:
    """The walls of a store, one memory per process."""
    return Walls(engine)
