"""Loads files: land them, then publish a new snapshot; says what became of every row."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from dashboard.settings import Settings, read_city
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import snapshot
from etl.deliveries import Delivery, control_count
from etl.errors import FileRefused
from etl.file_checks import check_is_file
from etl.find_files import members
from etl.landing import Batch, Landing, LandingDamaged, sole_writer
from etl.machine import faults_named
from etl.polling import land_poll
from etl.reference import warnings_of
from etl.source import Source, source_named


@dataclass(frozen=True)
class Outcome:
    """What one load did: the batches with their final counts and warnings, which of them were new, the files refused,
    the snapshot that was published (None: nothing was new), a word about what was left or brought nothing, and what of the
    landing folder was found damaged or mended.
    """

    batches: list[Batch]
    new: set[str]
    counts: dict[str, tuple[int, int, int, int]]
    snapshot: str | None
    warnings: dict[str, list[str]] = field(default_factory=dict)
    refused: list[FileRefused] = field(default_factory=list)
    reference_warnings: list[str] = field(default_factory=list)
    damaged: list[LandingDamaged] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def load(
    settings: Settings,
    deliveries: Sequence[Delivery | tuple[Path, str]],
    *,
    polled: Sequence[str] = (),
    received_at: datetime | None = None,
    progress: Callable[[str], None] = snapshot.quiet,
) -> Outcome:
    """Load deliveries, or (file, source) pairs, and poll the databases of the sources `polled`, into the city's warehouse.

    `received_at` is for deliveries that do not say. A zip is loaded member by member, each a batch of its own.
    What cannot be read is put on the list of the refused and the others are loaded.
    Raises FileRefused if everything was refused (the others as its notes), SourceError or ReferenceFault if the city's folder is at fault;
    checks.CheckFailed leaves the old snapshot in use and sets the batches aside.
    """
    city = read_city(settings.city_folder)
    arrived = [Delivery(*delivery) for delivery in deliveries]
    names = {*polled, *(delivery.source for delivery in arrived)}
    sources = {name: source_named(settings.city_folder, name) for name in names}
    moment = received_at or city.now()
    who = getpass.getuser()
    folder = settings.city_warehouse
    # Before anything is landed: a folder that cannot be used is mended first.
    with faults_named(folder):
        odd = warnings_of(settings.city_folder, city) + [word for source in sources.values() for word in source.oddities]
    with faults_named(folder), sole_writer(folder):
        landing = Landing(folder / "landing")
        snapshot.sweep(folder, landing)
        landing.land_reference(settings.city_folder, moment, who)
        landed: dict[str, tuple[Batch, bool]] = {}
        refused: list[FileRefused] = []
        notes: list[str] = []
        for delivery in arrived:
            progress(delivery.name or delivery.path.name)
            for result in _landed(landing, delivery, sources[delivery.source], moment, who, notes):
                if isinstance(result, FileRefused):
                    result.delivery = delivery.path
                    refused.append(result)
                else:
                    landed.setdefault(result[0].batch_id, result)
        for name in polled:
            progress(f"database of {name}")
            try:
                batch = land_poll(landing, sources[name], ZoneInfo(city.time_zone), moment, settings.people_url)
            except FileRefused as refusal:
                refused.append(refusal)
                continue
            if batch:
                landed[batch.batch_id] = (batch, True)
            else:
                notes.append(f"database of {name}: no new rows")
        if refused and not landed:
            for other in refused[1:]:
                refused[0].add_note(str(other))
            refused[0].others = refused[1:]
            raise refused[0]
        batches = [batch for batch, _ in landed.values()]
        new = [batch for batch, is_new in landed.values() if is_new]
        published = snapshot.settle(folder, landing, new, moment, progress)
        counts, warnings = booked(folder, batches)
        told = [*landing.damaged.values()]
        return Outcome(batches, {batch.batch_id for batch in new}, counts, published, warnings, refused, odd, told, landing.mended, notes)


def _landed(
    landing: Landing, delivery: Delivery, source: Source, moment: datetime, who: str, notes: list[str]
) -> Iterator[tuple[Batch, bool] | FileRefused]:
    """What becomes of a delivery, or of each member of a zip: (batch, whether it is new), or why it was refused."""
    with tempfile.TemporaryDirectory(prefix=".scratch-members-", dir=landing.folder) as aside:
        try:
            for member in members(delivery, source, Path(aside), notes):
                try:
                    yield member if isinstance(member, FileRefused) else _land(landing, member, source, moment, who)
                except FileRefused as refusal:
                    if isinstance(member, Delivery) and member.name:
                        refusal.file = str(refusal.file).replace(str(member.path), member.name)
                    yield refusal
        except FileRefused as refusal:
            yield refusal


def _land(landing: Landing, delivery: Delivery, source: Source, moment: datetime, who: str) -> tuple[Batch, bool]:
    path = delivery.path
    check_is_file(path)
    total = control_count(path) if delivery.control_count is None else delivery.control_count
    return landing.land(path, source, delivery.received_at or moment, who, total, delivery.name)


def booked(folder: Path, batches: Sequence[Batch]) -> tuple[dict[str, tuple[int, int, int, int]], dict[str, list[str]]]:
    """batch_id -> (received, accepted, duplicates, rejected), and -> warnings, as the snapshot in use says."""
    ids = [batch.batch_id for batch in batches]
    with duckdb.connect(str(snapshot_path(folder, current_snapshot(folder))), read_only=True) as con:
        rows = con.execute(
            "select batch_id, received_count, accepted_count, duplicate_count, rejected_count, warnings from load_batches"
            " where list_contains(?, batch_id)",
            [ids],
        ).fetchall()
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}, {row[0]: (row[5] or "").splitlines() for row in rows}
