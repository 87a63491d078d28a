"""The wall that asks: which one it is, that it was seen and what it shows, and what it was told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import request

from dashboard.request import civic_now, current_store, device, linked_device
from dashboard.store.devices import WALL
from dashboard.store.health import Sight
from dashboard.store.tables import WallSteering
from dashboard.walls import HALL, NAME, walls_of

# What a poll may say of itself in digits.
MOST_DIGITS = 9


def is_revoked() -> bool:
    """Whether the link this browser was opened by has ended: such a wall shows no data."""
    held = linked_device()
    return held is not None and held.revoked_at is not None


def address_name(name: str = "") -> str:
    """The name in a wall's address, by which the city describes it."""
    name = name or request.args.get("wall", HALL)
    return name if NAME.fullmatch(name) else HALL


def wall_asking(name: str = "") -> str:
    """Which wall asks: that of its link, else the one its address names."""
    held = device()
    return held.wall if held is not None and held.kind == WALL else address_name(name)


def wall_told() -> dict[str, Any]:
    """What the polled token adds for the wall that asks: whether its link was revoked, and what it was told. Notes that it was seen.

    The wall says which scene it shows (`scene`), how many seconds ago it drew (`picture`) and the newest revision it has carried
    out (`told`). Nothing here waits for the store but once in ten seconds.
    """
    if is_revoked():
        return {"revoked": True}
    walls, wall, now = walls_of(current_store()), wall_asking(), civic_now()
    scene, picture = request.args.get("scene", "")[:40], _number("picture")
    sight = Sight(
        now, scene if scene.isidentifier() else "", _ago(now, picture), revision=_number("told") or 0, name=address_name(),
    )  # fmt: skip
    walls.see(wall, sight)
    return {"revoked": False, "steer": _steer(walls.told(wall))}


def _steer(told: WallSteering | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "revision": told.revision, "scene": told.scene, "scene_revision": told.scene_revision,
        "renewal_revision": told.renewal_revision, "is_pinned": told.is_pinned, "is_paused": told.is_paused,
        "division": told.division_code,
    }  # fmt: skip


def _number(name: str) -> int | None:
    """A whole number of the address, if it is one a wall can mean."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def _ago(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now - timedelta(seconds=seconds)
