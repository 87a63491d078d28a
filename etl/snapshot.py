"""Snapshots are immutable: built aside, checked, published under a new name; the old one serves until the new one passes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from dashboard.warehouse import CURRENT, SCHEMA_VERSION, SNAPSHOTS, NoSnapshot, current_snapshot, snapshot_path
from etl import build as models
from etl import checks
from etl.landing import ASIDE, REFERENCE, Batch, Landing, durable_replace, publish_text, scratch

KEPT_LATEST = 3
KEPT_DAYS = 7


def quiet(_: str) -> None:
    """A progress listener that says nothing."""


def applied(path: Path | None) -> tuple[set[str], str | None]:
    """The batches a snapshot holds and the reference it was built with; nothing if it is unusable."""
    if path is None or not path.exists():
        return set(), None
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            facts = con.execute("select schema_version, reference_batch from snapshot").fetchall()
            batches = {row[0] for row in con.execute("select batch_id from load_batches").fetchall()}
    except duckdb.Error:
        return set(), None  # Damaged, or of another kind: build it whole from landing.
    if not facts or facts[0][0] != SCHEMA_VERSION:
        return set(), None
    return batches, facts[0][1]


def publish(
    folder: Path, landing: Landing, built_at: datetime, *, whole: bool = False, progress: Callable[[str], None] = quiet
) -> str | None:
    """Bring what is landed but not yet shown into a new snapshot. Returns its name, or None if nothing was new.

    Raises checks.CheckFailed, leaving the old snapshot in use.
    """
    batches = landing.batches()
    references = [batch for batch in batches if batch.source_code == REFERENCE]
    deliveries = [batch for batch in batches if batch.source_code != REFERENCE]
    base = _current_path(folder)
    done, reference = applied(base)
    fresh = [batch for batch in deliveries if batch.batch_id not in done]
    whole = whole or not done <= {batch.batch_id for batch in deliveries} or reference != references[-1].batch_id
    # A batch that counts again stands before those that came after it.
    whole = whole or (bool(fresh) and bool(done) and fresh[0].batch_id < max(done))
    if not fresh and not whole:
        return None
    whole = whole or models.needs_full(landing.reference_of(references[-1]))
    fresh = deliveries if whole else fresh
    inputs = models.Inputs(references[-1], fresh, [] if whole else [b for b in deliveries if b.batch_id in done])
    name = _new_name(folder, built_at)
    with scratch(folder) as aside:
        made = aside / "snapshot.duckdb"
        if not whole and base:
            shutil.copyfile(base, made)
        _build(made, landing, inputs, whole=whole, built_at=built_at, name=name, progress=progress)
        (folder / SNAPSHOTS).mkdir(exist_ok=True)
        durable_replace(made, snapshot_path(folder, name))
    publish_text(folder / CURRENT, name)
    _forget_old(folder)
    return name


def _build(
    made: Path, landing: Landing, inputs: models.Inputs, *, whole: bool, built_at: datetime, name: str,
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    settings: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(made.parent), "preserve_insertion_order": "true"}
    with duckdb.connect(str(made), config=settings) as con:
        if whole:
            models.create_tables(con)
        models.build(con, landing, inputs, whole=whole, built_at=built_at, name=name, progress=progress)
        progress("check")
        found = checks.findings(con)
        if found:
            raise checks.CheckFailed("; ".join(f"{f.check}: {f.row_count} rows, first {f.sample}" for f in found))
        con.execute("checkpoint")


def _current_path(folder: Path) -> Path | None:
    try:
        path = snapshot_path(folder, current_snapshot(folder))
    except (NoSnapshot, UnicodeDecodeError):
        return None
    return path if path.exists() else None


def names(folder: Path) -> list[str]:
    """Every kept snapshot, oldest first."""
    return sorted(path.stem for path in (folder / SNAPSHOTS).glob("*.duckdb"))


def _new_name(folder: Path, built_at: datetime) -> str:
    last = max((int(name.split("-")[0]) for name in names(folder)), default=0)
    return f"{last + 1:06d}-{built_at:%Y%m%dT%H%M%S}"


def kept(all_names: Sequence[str], pinned: set[str], now: datetime) -> set[str]:
    """Which snapshots stay: the last three, the last of each of the past seven days, and those pinned."""
    keep = set(all_names[-KEPT_LATEST:]) | pinned
    days: dict[str, str] = {}
    for name in all_names:
        days[name.split("-")[1][:8]] = name
    recent = {f"{now - timedelta(days=n):%Y%m%d}" for n in range(KEPT_DAYS)}
    return keep | {name for day, name in days.items() if day in recent}


def _forget_old(folder: Path) -> None:
    pins = folder / "PINS"
    pinned = set(pins.read_text(encoding="utf-8").split()) if pins.exists() else set()
    everything = names(folder)
    stamp = re.search(r"\d{8}T\d{6}", everything[-1])
    if stamp is None:
        return
    now = datetime.strptime(stamp.group(), "%Y%m%dT%H%M%S")
    for name in set(everything) - kept(everything, pinned, now):
        snapshot_path(folder, name).unlink()


def settle(folder: Path, landing: Landing, batches: Sequence[Batch], built_at: datetime, progress: Callable[[str], None]) -> str | None:
    """Publish, or take the batches that made publishing impossible out of the way and raise what stood against them.

    A snapshot that turns out damaged while it is worked on is built anew from landing. Batches stay landed when the
    machine, not they, is at fault: the next load takes them up.
    """
    try:
        try:
            return publish(folder, landing, built_at, progress=progress)
        except duckdb.Error:
            return publish(folder, landing, built_at, whole=True, progress=progress)
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except (checks.CheckFailed, duckdb.Error):
        done = applied(_current_path(folder))[0]
        # One left over from a load that was killed stands in the way of every load after it, so it goes as well.
        left = [batch for batch in landing.batches() if done and batch.source_code != REFERENCE and batch.batch_id not in done]
        for batch in {batch.batch_id: batch for batch in [*batches, *left]}.values():
            landing.set_aside(batch)
        raise


def sweep(folder: Path, landing: Landing) -> None:
    """Remove what a killed load left half made: its scratch folders, and landed pieces no manifest speaks of.

    Only for the holder of the writing lock.
    """
    for path in [*folder.glob(".scratch-*"), *landing.folder.glob(".scratch-*")]:
        shutil.rmtree(path, ignore_errors=True)
    spoken_for = {path.stem for part in ("manifests", *ASIDE) for path in (landing.folder / part).glob("*.json")}
    for part in ("rows", "broken", "reference"):
        for path in (landing.folder / part).iterdir():
            if path.name.split(".")[0] in spoken_for:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
