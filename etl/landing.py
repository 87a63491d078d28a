"""Landing: every row received, raw, with its batch, file hash and row number; nothing is ever lost."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import LoadError
from etl.file_checks import file_sha256, untouched
from etl.forget.promises import without_forgotten
from etl.machine import spilling
from etl.manifests import ManifestIndex, place_of
from etl.readers import read
from etl.readers.reading import GROUP_ROWS, Reading, literal
from etl.source import Source

REFERENCE = "_reference"
REFERENCE_FILES = {".csv", ".toml", ".geojson"}
# What only the web reads of a city's folder: a change of it makes no other snapshot.
NOT_IN_SNAPSHOTS = {"alerts.toml", "duty.csv", "duty_shifts.csv"}
# Where the manifests of batches lie that do not count: their rows are kept.
FAILED, UNDONE = "failed", "undone"
ASIDE = (FAILED, UNDONE)
MEND = "put it back from a backup, or load the delivered file again"


class LandingDamaged(LoadError):  # noqa: N818
    """A piece of what was landed is missing or cannot be read."""


@dataclass(frozen=True)
class Batch:
    """One delivery as landed: a file of a source, or (source `_reference`) a copy of the city's folder."""

    batch_id: str
    source_code: str
    kind: str
    file_name: str
    file_sha256: str
    received_at: datetime
    loaded_by: str
    received_count: int
    broken_count: int = 0
    control_count: int | None = None
    # Row n stands in line n + header_lines of the file as a person opens it; None where that is not known.
    header_lines: int | None = None
    land_seconds: float = 0.0
    # Rows whose personal cells were emptied later, or that were left out.
    forgotten_count: int = 0
    columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # Of a polled database: the highest watermark of its rows, and the one after which they were asked for.
    watermark: str | None = None
    polled_after: str | None = None


class Landing:
    """The landing folder of one city: Parquet per batch, and a manifest that makes the batch exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("rows", "broken", "manifests", "reference", *ASIDE):
            (folder / name).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._index = ManifestIndex(folder / "manifests", folder / "manifests.index")
        self._made: dict[str, tuple[dict[str, Any], Batch]] = {}
        self._landed: dict[tuple[str, str], Batch] | None = None
        # What was found damaged here, and what was put right again: to be told to whoever loads.
        self.damaged: dict[str, LandingDamaged] = {}
        self.mended: list[str] = []

    def batches(self) -> list[Batch]:
        """Every landed batch, oldest first. Those whose manifest cannot be read are left out: see `unreadable`."""
        facts, _ = self._index.facts()
        made = {name: self._made.get(name) for name in facts}
        self._made = {name: old if old and old[0] is facts[name] else (facts[name], _batch(facts[name])) for name, old in made.items()}
        return [batch for _, batch in self._made.values()]

    def unreadable(self) -> dict[str, LandingDamaged]:
        """Batch id -> what is wrong with its manifest, for each that cannot be read."""
        return {
            name: LandingDamaged(f"cannot be read: {reason}", self.folder / "manifests" / f"{name}.json", expected=MEND)
            for name, reason in self._index.facts()[1].items()
        }

    def fault_of(self, batch: Batch, *, deep: bool = False) -> LandingDamaged | None:
        """What is wrong with the landed rows of a batch: not there, cut off, not as many as were received; deep: reads them all."""
        path, hope = self.rows_of(batch), f"the {batch.received_count - batch.broken_count:,} rows of {batch.file_name}; {MEND}"
        try:
            count = pq.read_table(path).num_rows if deep else pq.read_metadata(path).num_rows
        except FileNotFoundError:
            return LandingDamaged("is missing", path, expected=hope)
        except (pa.ArrowException, OSError) as error:
            return LandingDamaged(f"is damaged: {str(error).splitlines()[0][:120]}", path, expected=hope)
        return None if count == batch.received_count - batch.broken_count else LandingDamaged(f"holds {count:,} rows", path, expected=hope)

    def rows_of(self, batch: Batch) -> Path:
        return self.folder / "rows" / f"{batch.batch_id}.parquet"

    def broken_of(self, batch: Batch) -> Iterator[dict[str, Any]]:
        """The broken rows of a batch, one at a time: their raw lines may be long."""
        if not batch.broken_count:
            return iter(())
        path = self.folder / "broken" / f"{batch.batch_id}.jsonl"
        return read_lines(path)

    def reference_of(self, batch: Batch) -> Path:
        return self.folder / "reference" / batch.batch_id

    def land(
        self, path: Path, source: Source, received_at: datetime, loaded_by: str, control_count: int | None = None, name: str | None = None
    ) -> tuple[Batch, bool]:
        """Land one file. Returns (batch, is_new); the same bytes from the same source are landed once.

        A file without rows is a sign of life: the same again at a later time is a new one.
        """
        began = time.monotonic()
        with untouched(path) as check:
            sha256 = file_sha256(path)
            known = self._known(source.code, sha256)
            if known and not known.received_count and received_at > known.received_at:
                known = None  # A file without rows, sent again, is another sign of life.
            if known and not self.fault_of(known):
                return known, False
            with scratch(self.folder) as folder, duckdb.connect(config=spilling(folder, path)) as con:
                reading = read(path, source, con, folder)
                check()
                facts = Batch(
                    known.batch_id if known else "", source.code, source.kind, name or path.name, sha256, received_at, loaded_by, 0,
                    control_count=control_count,
                )  # fmt: skip
                batch = self.keep(con, folder, reading, source, facts, began)
        if known:
            self.mended.append(f"{self.rows_of(known)}: was missing or damaged, and is landed again from {path}")
        return (known, False) if known else (batch, True)

    def keep(self, con: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, source: Source, facts: Batch, began: float) -> Batch:
        """Make a batch of what was read into `con`, half-made files in `folder`; returns `facts` with its number and counts.

        If `facts` has a number already, only the rows of that batch are written again.
        """
        batch_id = facts.batch_id or self._next_id(facts.source_code)
        aside = self.folder / "broken" / f"{batch_id}.jsonl"
        rows = folder / "rows.parquet"
        relation = without_forgotten(con, reading.relation, reading.columns, source, self.folder, self.caller_key)
        landed = con.execute(
            f"copy (select *, {row_hash(reading.columns)} as row_hash, '{batch_id}' as batch_id,"
            f" '{facts.source_code}' as source_code from {relation}) to {literal(rows)}"
            f" (format parquet, row_group_size {GROUP_ROWS})"
        ).fetchall()[0][0]
        stated, warnings = facts.control_count, list(reading.warnings)
        if stated is not None and reading.control_count not in (None, stated):
            warnings.append(f"the sender counts {stated:,} rows beside the file and {reading.control_count:,} in it")
        batch = replace(
            facts, batch_id=batch_id, received_count=landed + len(reading.broken), broken_count=len(reading.broken),
            control_count=reading.control_count if stated is None else stated, land_seconds=round(time.monotonic() - began, 3),
            columns=reading.columns, warnings=warnings, header_lines=reading.header_lines,
        )  # fmt: skip
        # A landing that was cut off before its manifest may have left these under the number that is now given again.
        aside.unlink(missing_ok=True)
        if reading.broken:
            publish_lines(aside, map(asdict, reading.broken))
        durable_replace(rows, self.rows_of(batch))
        if not facts.batch_id:
            self._exist(batch)
        return batch

    def land_reference(self, city_folder: Path, received_at: datetime, loaded_by: str) -> tuple[Batch, bool]:
        """Land the city's own folder as a batch, if it changed since the last time."""
        every = (p for p in city_folder.rglob("*") if p.is_file() and p.suffix in REFERENCE_FILES)
        files = sorted(p for p in every if p.relative_to(city_folder).as_posix() not in NOT_IN_SNAPSHOTS)
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.relative_to(city_folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        known = [batch for batch in self.batches() if batch.source_code == REFERENCE]
        if known and known[-1].file_sha256 == digest.hexdigest() and self._holds_reference(known[-1]):
            return known[-1], False
        batch = Batch(
            self._next_id("reference"), REFERENCE, REFERENCE, city_folder.name, digest.hexdigest(), received_at, loaded_by,
            len(files),
        )  # fmt: skip
        shutil.rmtree(self.reference_of(batch), ignore_errors=True)
        for path in files:
            target = self.reference_of(batch) / path.relative_to(city_folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        self._exist(batch)
        return batch, True

    def set_aside(self, batch: Batch | str, where: str = FAILED, *, by: str = "", moment: datetime | None = None, reason: str = "") -> None:
        """Take a batch (or the id of one whose manifest cannot be read) out of the way, keeping its rows.

        It could not be published, or a person undid it.
        """
        batch_id = batch if isinstance(batch, str) else batch.batch_id
        note = {"by": by, "at": None if moment is None else moment.isoformat(), "reason": reason}
        publish_text(self.folder / where / f"{batch_id}.note", json.dumps(note, ensure_ascii=False))
        os.replace(self._manifest_of(batch_id), self.folder / where / f"{batch_id}.json")
        self._landed = None

    def take_back(self, batch: Batch) -> None:
        """Let a batch that was set aside count again."""
        for where in ASIDE:
            manifest = self.folder / where / f"{batch.batch_id}.json"
            if manifest.exists():
                os.replace(manifest, self._manifest_of(batch.batch_id))
                manifest.with_suffix(".note").unlink(missing_ok=True)
        self._landed = None

    def aside(self) -> list[tuple[Batch, str, dict[str, str | None]]]:
        """Every batch that was set aside, oldest first: (batch, failed | undone, who set it aside, when and why)."""
        found = []
        for where in ASIDE:
            for path in (self.folder / where).glob("*.json"):
                note = path.with_suffix(".note")
                try:
                    batch = _batch(json.loads(path.read_text(encoding="utf-8")))
                except (ValueError, TypeError, KeyError):
                    continue  # Set aside because it cannot be read.
                found.append((batch, where, json.loads(note.read_text("utf-8")) if note.exists() else {}))
        return sorted(found, key=lambda one: place_of(one[0].batch_id))

    def caller_key(self) -> str:
        """The secret that turns callers into hashes; made once, kept with the raw data it protects."""
        path = self.folder / "caller.key"
        if not path.exists():
            publish_text(path, secrets.token_hex(32), mode=0o600)
        return path.read_text(encoding="utf-8")

    def _next_id(self, name: str) -> str:
        taken = [path.name for part in ("manifests", *ASIDE) for path in (self.folder / part).iterdir()]
        # A running number, not the clock: order must survive a clock that is set back.
        return f"{max((place_of(other)[0] for other in taken), default=0) + 1:06d}-{name}"

    def _known(self, source_code: str, sha256: str) -> Batch | None:
        """The batch that holds these bytes of this source, if its manifest still stands."""
        if self._landed is None:
            self._landed = {(batch.source_code, batch.file_sha256): batch for batch in self.batches()}
        batch = self._landed.get((source_code, sha256))
        return batch if batch and (self.folder / "manifests" / f"{batch.batch_id}.json").exists() else None

    def _holds_reference(self, batch: Batch) -> bool:
        return sum(path.is_file() for path in self.reference_of(batch).rglob("*")) == batch.received_count

    def _exist(self, batch: Batch) -> None:
        text = json.dumps(asdict(batch), ensure_ascii=False, default=lambda value: value.isoformat(), indent=1)
        publish_text(self._manifest_of(batch.batch_id), text)
        if self._landed is not None:
            self._landed[batch.source_code, batch.file_sha256] = batch

    def _manifest_of(self, batch_id: str) -> Path:
        return self.folder / "manifests" / f"{batch_id}.json"


def _batch(facts: dict[str, Any]) -> Batch:
    return Batch(**{**facts, "received_at": datetime.fromisoformat(facts["received_at"])})


def row_hash(columns: Sequence[str]) -> str:
    """SQL of a number that two rows share if they say the same: each text under its column's name, in any order of columns.

    An empty cell says as much as an absent column: a column added later leaves the rows before it what they were.
    """
    # A few digits stand for the name: the names themselves, hashed with every row, take half as long again.
    marks = {name: hashlib.sha256(name.encode()).hexdigest()[:6] for name in sorted(columns)}
    cells = (f"case when {quoted(name)} <> '' then chr(31) || '{mark}' end, {quoted(name)}" for name, mark in marks.items())
    return f"md5_number_lower(concat({', '.join(cells)}))"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def durable_replace(made: Path, target: Path) -> None:
    """Move a finished file into place so that after a crash it is there whole or not at all."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(made, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # The name is kept by the folder: without this it may be gone after a power cut.
    finally:
        os.close(folder)


def publish_text(target: Path, text: str, mode: int = 0o644) -> None:
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        made.touch(mode=mode)
        made.write_text(text, encoding="utf-8")
        durable_replace(made, target)
    finally:
        made.unlink(missing_ok=True)


def publish_lines(target: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Publish a JSON text a line, one at a time; in ASCII, so that bytes that are no text are kept as well."""
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with made.open("w", encoding="ascii") as file:
            for line in lines:
                file.write(json.dumps(line, default=str) + "\n")
        durable_replace(made, target)
    finally:
        made.unlink(missing_ok=True)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """What `publish_lines` wrote; nothing if it is not there."""
    if path.exists():
        # By line ends alone: a text may hold other signs that break a line.
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from map(json.loads, file)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A private folder for half-made files, removed whatever happens."""
    path = folder / f".scratch-{os.getpid()}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the city's writing lock; a second writer waits its turn. The lock dies with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
