"""Snapshots are immutable: built aside, checked, published under a new name; the old one serves until the new one passes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from dashboard.warehouse import CURRENT, SNAPSHOTS, pinned_snapshots, snapshot_path
from etl import build as models
from etl import checks
from etl.landing import ASIDE, REFERENCE, Batch, Landing, durable_replace, publish_text, scratch
from etl.machine import cause_of, spilling
from etl.manifests import place_of
from etl.soundness import SEAL, base_of, pointed, seal, seal_of, sound, tell_damage

KEPT_LATEST = 3
KEPT_DAYS = 7
# What publish_text leaves when it is killed in mid-writing: a name, hidden, and the number of the process.
HALF_WRITTEN = re.compile(r"\..+\.\d+")


def quiet(_: str) -> None:
    """A progress listener that says nothing."""


def publish(
    folder: Path, landing: Landing, built_at: datetime, *, whole: bool = False, deep: bool = False,
    progress: Callable[[str], None] = quiet,
) -> str | None:  # fmt: skip
    """Bring what is landed but not yet shown into a new snapshot. Returns its name, or None if nothing was new.

    `deep` reads landed rows to their last byte before they are used. Raises checks.CheckFailed, and LandingDamaged if
    rows that are shown already cannot be read though they must be; both leave the old snapshot in use.
    """
    batches = landing.batches()
    references = [batch for batch in batches if batch.source_code == REFERENCE]
    deliveries = [batch for batch in batches if batch.source_code != REFERENCE]
    base = base_of(folder)
    done, reference = base.batches, base.reference
    there = {batch.batch_id for batch in deliveries} | landing.unreadable().keys()
    whole = whole or not done <= there or reference != references[-1].batch_id
    fresh = sound(landing, [batch for batch in deliveries if batch.batch_id not in done], done, deep=deep)
    # A batch that counts again stands before those that came after it.
    whole = whole or (bool(fresh) and bool(done) and place_of(fresh[0].batch_id) < max(map(place_of, done)))
    if not fresh and not whole:
        return _point_again(folder, base.path)
    whole = whole or models.needs_full(landing.reference_of(references[-1]))
    earlier = [batch for batch in deliveries if batch.batch_id in done]
    if whole:
        fresh = sorted([*sound(landing, earlier, done, deep=deep), *fresh], key=lambda batch: place_of(batch.batch_id))
    tell_damage(landing, earlier, done, whole=whole)
    inputs = models.Inputs(references[-1], fresh, [] if whole else earlier)
    name = _new_name(folder, built_at)
    with scratch(folder) as aside:
        made = aside / "snapshot.duckdb"
        if not whole and base.path:
            shutil.copyfile(base.path, made)
        _build(made, landing, inputs, whole=whole, built_at=built_at, name=name, progress=progress)
        (folder / SNAPSHOTS).mkdir(exist_ok=True)
        seal(made, snapshot_path(folder, name))
        durable_replace(made, snapshot_path(folder, name))
    publish_text(folder / CURRENT, name)
    _forget_old(folder)
    return name


def _build(
    made: Path, landing: Landing, inputs: models.Inputs, *, whole: bool, built_at: datetime, name: str,
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    config = spilling(made.parent, made, *map(landing.rows_of, inputs.incoming)) | {"preserve_insertion_order": "true"}
    with duckdb.connect(str(made), config=config) as con:
        if whole:
            models.create_tables(con)
        elif "threads" not in config:  # Small work is no work to tidy.
            models.put_off_vacuum(con)
        models.build(con, landing, inputs, whole=whole, built_at=built_at, name=name, progress=progress)
        progress("check")
        found = checks.findings(con)
        if found:
            raise checks.CheckFailed("; ".join(f"{f.check}: {f.row_count} rows, first {f.sample}" for f in found))
        con.execute("checkpoint")


def _point_again(folder: Path, base: Path | None) -> str | None:
    """Let CURRENT name the snapshot that holds everything, if it does not."""
    if base is None or pointed(folder) == base:
        return None
    publish_text(folder / CURRENT, base.stem)
    return base.stem


def names(folder: Path) -> list[str]:
    """Every kept snapshot, oldest first."""
    return sorted((path.stem for path in (folder / SNAPSHOTS).glob("*.duckdb")), key=place_of)


def _new_name(folder: Path, built_at: datetime) -> str:
    last = max((place_of(name)[0] for name in names(folder)), default=0)
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
    everything = names(folder)
    stamp = re.search(r"\d{8}T\d{6}", everything[-1])
    if stamp is None:
        return
    now = datetime.strptime(stamp.group(), "%Y%m%dT%H%M%S")
    for name in set(everything) - kept(everything, pinned_snapshots(folder), now):
        snapshot_path(folder, name).unlink()
        seal_of(snapshot_path(folder, name)).unlink(missing_ok=True)


def settle(folder: Path, landing: Landing, batches: Sequence[Batch], built_at: datetime, progress: Callable[[str], None]) -> str | None:
    """Publish, or take the batches that made publishing impossible out of the way and raise what stood against them.

    A snapshot that turns out damaged while it is worked on is built anew from landing. Batches stay landed when the
    machine, not they, is at fault: the next load takes them up.
    """
    try:
        try:
            return publish(folder, landing, built_at, progress=progress)
        except duckdb.Error as error:
            if cause_of(error):
                raise
            return publish(folder, landing, built_at, whole=True, deep=True, progress=progress)
    except (checks.CheckFailed, duckdb.Error) as error:
        if cause_of(error) or isinstance(error, duckdb.IOException):
            raise
        done = base_of(folder).batches
        # One left over from a load that was killed stands in the way of every load after it, so it goes as well.
        left = [batch for batch in landing.batches() if done and batch.source_code != REFERENCE and batch.batch_id not in done]
        for batch in {batch.batch_id: batch for batch in [*batches, *left]}.values():
            landing.set_aside(batch, moment=built_at, reason=str(error)[:500])
        raise


def sweep(folder: Path, landing: Landing) -> None:
    """Remove what a killed load left half made: its scratch folders, and landed pieces no manifest speaks of.

    Only for the holder of the writing lock.
    """
    for path in [*folder.glob(".scratch-*"), *landing.folder.glob(".scratch-*")]:
        shutil.rmtree(path, ignore_errors=True)
    kept_in = (folder, folder / SNAPSHOTS, landing.folder, *(landing.folder / part for part in ("manifests", *ASIDE)))
    for path in [path for place in kept_in for path in place.glob(".*.*") if HALF_WRITTEN.fullmatch(path.name)]:
        path.unlink()
    for path in (folder / SNAPSHOTS).glob(f"*{SEAL}"):
        if not path.with_suffix(".duckdb").exists():
            path.unlink()
    spoken_for = {path.stem for part in ("manifests", *ASIDE) for path in (landing.folder / part).glob("*.json")}
    for part in ("rows", "broken", "reference"):
        for path in (landing.folder / part).iterdir():
            if path.name.split(".")[0] in spoken_for:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
