"""Whether snapshots and landed rows are as they were written; what is not is told, and never built upon."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dashboard.warehouse import SCHEMA_VERSION, NoSnapshot, current_snapshot, kept_snapshots, snapshot_path
from etl.landing import Batch, Landing, LandingDamaged, publish_text

SEAL = ".crc32"
CHUNK = 1 << 22


@dataclass(frozen=True)
class Base:
    """The snapshot the next one is built upon, if there is one: its batches, and the reference it was built with."""

    path: Path | None = None
    batches: set[str] = field(default_factory=set)
    reference: str | None = None


def _applied(path: Path) -> Base | None:
    """What a snapshot holds; None if it is unusable."""
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            facts = con.execute("select schema_version, reference_batch from snapshot").fetchall()
            batches = {row[0] for row in con.execute("select batch_id from load_batches").fetchall()}
    except duckdb.Error:
        return None  # Damaged, or of another kind: build it whole from landing.
    if not facts or facts[0][0] != SCHEMA_VERSION:
        return None
    return Base(path, batches, facts[0][1])


def seal_of(path: Path) -> Path:
    return path.with_suffix(SEAL)


def seal(made: Path, target: Path) -> None:
    """Keep beside a snapshot what its bytes are, so that no later one is built on a damaged one."""
    publish_text(seal_of(target), _sum_of(made))


def _sum_of(path: Path) -> str:
    """Told apart are accidents, not forgeries: a checksum reads a gigabyte in less than a second."""
    total = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total = zlib.crc32(chunk, total)
    return f"{total:08x} {path.stat().st_size}"


def is_whole(path: Path) -> bool:
    """Whether a snapshot is there and is what was published."""
    try:
        return _sum_of(path) == seal_of(path).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return path.exists()  # Published before there were seals.
    except OSError:
        return False


def pointed(folder: Path) -> Path | None:
    """The snapshot CURRENT names, if there is one of that name."""
    try:
        path = snapshot_path(folder, current_snapshot(folder))
    except NoSnapshot:
        return None
    return path if path.exists() else None


def base_of(folder: Path) -> Base:
    """What the next snapshot may be built upon: the one in use or, where that is damaged, the newest that is whole."""
    candidates = [pointed(folder), *(snapshot_path(folder, name) for name in kept_snapshots(folder))]
    for path in dict.fromkeys(path for path in candidates if path is not None):
        if is_whole(path) and (base := _applied(path)) is not None:
            return base
    return Base()


def sound(landing: Landing, batches: Sequence[Batch], done: set[str], *, deep: bool) -> list[Batch]:
    """The batches whose landed rows can be read. One never shown is set aside and told; one that is shown cannot be left out.

    Raises LandingDamaged for the first of those, the others as its notes.
    """
    faults = {batch.batch_id: fault for batch in batches if (fault := landing.fault_of(batch, deep=deep))}
    _raise_first([fault for name, fault in faults.items() if name in done])
    for name, fault in faults.items():
        landing.set_aside(name)
        landing.damaged[name] = fault
    return [batch for batch in batches if batch.batch_id not in faults]


def tell_damage(landing: Landing, earlier: Sequence[Batch], done: set[str], *, whole: bool) -> None:
    """Tell of manifests that cannot be read, and of rows that are shown but could not be built anew.

    Raises LandingDamaged if all is to be built anew and one of them is needed.
    """
    unreadable = landing.unreadable()
    if whole:
        _raise_first([fault for name, fault in unreadable.items() if name in done])
    for name, fault in unreadable.items():
        landing.damaged[name] = fault
        if name not in done:
            landing.set_aside(name)
    there = {path.name for path in (landing.folder / "rows").iterdir()}
    for batch in earlier:
        if f"{batch.batch_id}.parquet" not in there and (missing := landing.fault_of(batch)):
            landing.damaged[batch.batch_id] = missing


def _raise_first(faults: Sequence[LandingDamaged]) -> None:
    if faults:
        for other in faults[1:]:
            faults[0].add_note(str(other))
        raise faults[0]
