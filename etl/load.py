"""Loads files: land them, then publish a new snapshot; says what became of every row."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from dashboard.settings import Settings, read_city
from dashboard.warehouse import snapshot_path
from etl import snapshot
from etl.landing import Batch, Landing, sole_writer
from etl.source import source_named


@dataclass(frozen=True)
class Outcome:
    """What one load did: the batches with their final counts, which of them were new, and the snapshot now in use."""

    batches: list[Batch]
    new: set[str]
    counts: dict[str, tuple[int, int, int, int]]
    snapshot: str | None


def civic_now(time_zone: str) -> datetime:
    """The city's wall-clock time, naive, to the second."""
    return datetime.now(ZoneInfo(time_zone)).replace(tzinfo=None, microsecond=0)


def load(
    settings: Settings,
    deliveries: Sequence[tuple[Path, str]],
    *,
    received_at: datetime | None = None,
    progress: Callable[[str], None] = snapshot.quiet,
) -> Outcome:
    """Load (file, source) pairs into the city's warehouse.

    Raises FileRefused or SourceError before anything is published; checks.CheckFailed leaves the old snapshot in use.
    """
    city = read_city(settings.city_folder)
    sources = {name: source_named(settings.city_folder, name) for _, name in deliveries}
    moment = received_at or civic_now(city.time_zone)
    who = getpass.getuser()
    with sole_writer(settings.city_warehouse):
        landing = Landing(settings.city_warehouse / "landing")
        landing.land_reference(settings.city_folder, moment, who)
        landed = []
        for path, name in deliveries:
            progress(path.name)
            landed.append(landing.land(path, sources[name], moment, who))
        new = [batch for batch, is_new in landed if is_new]
        name = snapshot.settle(settings.city_warehouse, landing, new, moment, progress)
        batches = [batch for batch, _ in landed]
        return Outcome(batches, {batch.batch_id for batch in new}, booked(settings.city_warehouse, batches), name)


def booked(folder: Path, batches: Sequence[Batch]) -> dict[str, tuple[int, int, int, int]]:
    """batch_id -> (received, accepted, duplicates, rejected) as the snapshot in use says."""
    ids = [batch.batch_id for batch in batches]
    with duckdb.connect(str(snapshot_path(folder, snapshot.current_snapshot(folder))), read_only=True) as con:
        rows = con.execute(
            "select batch_id, received_count, accepted_count, duplicate_count, rejected_count from load_batches"
            " where list_contains(?, batch_id)",
            [ids],
        ).fetchall()
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
