"""Landing: every row received, raw, with its batch, file hash and row number; nothing is ever lost."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.forgotten import without_forgotten
from etl.readers import read
from etl.readers.reading import GROUP_ROWS, literal
from etl.source import Source

REFERENCE = "_reference"


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
    land_seconds: float = 0.0
    # Rows whose personal cells were emptied later, or that were left out.
    forgotten_count: int = 0
    columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Landing:
    """The landing folder of one city: Parquet per batch, and a manifest that makes the batch exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("rows", "broken", "manifests", "reference", "failed"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def batches(self) -> list[Batch]:
        """Every landed batch, oldest first."""
        return [self._manifest(path) for path in sorted((self.folder / "manifests").glob("*.json"))]

    def rows_of(self, batch: Batch) -> Path:
        return self.folder / "rows" / f"{batch.batch_id}.parquet"

    def broken_of(self, batch: Batch) -> list[dict[str, object]]:
        path = self.folder / "broken" / f"{batch.batch_id}.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def reference_of(self, batch: Batch) -> Path:
        return self.folder / "reference" / batch.batch_id

    def land(
        self, path: Path, source: Source, received_at: datetime, loaded_by: str, control_count: int | None = None
    ) -> tuple[Batch, bool]:
        """Land one file. Returns (batch, is_new); the same bytes from the same source are landed once."""
        began = time.monotonic()
        sha256 = file_sha256(path)
        for batch in self.batches():
            if (batch.source_code, batch.file_sha256) == (source.code, sha256):
                return batch, False
        batch_id = self._next_id(source.code)
        # A landing that was cut off before its manifest may have left these under the number that is now given again.
        (self.folder / "broken" / f"{batch_id}.jsonl").unlink(missing_ok=True)
        with scratch(self.folder) as folder, duckdb.connect(config={"temp_directory": str(folder)}) as con:
            reading = read(path, source, con, folder)
            relation = without_forgotten(con, reading.relation, reading.columns, source, self.folder, self.caller_key)
            rows = folder / "rows.parquet"
            # The hash makes a row identical to one already landed recognisable, whatever the column order.
            landed = con.execute(
                f"copy (select *, {row_hash(reading.columns)} as row_hash, '{batch_id}' as batch_id,"
                f" '{source.code}' as source_code from {relation}) to {literal(rows)}"
                f" (format parquet, row_group_size {GROUP_ROWS})"
            ).fetchall()[0][0]
            broken = [asdict(line) for line in reading.broken]
            batch = Batch(
                batch_id, source.code, source.kind, path.name, sha256, received_at, loaded_by,
                landed + len(broken), len(broken), control_count, round(time.monotonic() - began, 3), 0, reading.columns, reading.warnings,
            )  # fmt: skip
            text = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in broken)
            if broken:
                publish_text(self.folder / "broken" / f"{batch_id}.jsonl", text)
            durable_replace(rows, self.rows_of(batch))
        self._exist(batch)
        return batch, True

    def land_reference(self, city_folder: Path, received_at: datetime, loaded_by: str) -> tuple[Batch, bool]:
        """Land the city's own folder as a batch, if it changed since the last time."""
        files = sorted(p for p in city_folder.rglob("*") if p.is_file() and p.suffix in {".csv", ".toml", ".geojson"})
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.relative_to(city_folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        known = [batch for batch in self.batches() if batch.source_code == REFERENCE]
        if known and known[-1].file_sha256 == digest.hexdigest():
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

    def set_aside(self, batch: Batch) -> None:
        """Take a batch that cannot be published out of the way, keeping its rows."""
        manifest = self.folder / "manifests" / f"{batch.batch_id}.json"
        os.replace(manifest, self.folder / "failed" / manifest.name)

    def caller_key(self) -> str:
        """The secret that turns callers into hashes; made once, kept with the raw data it protects."""
        path = self.folder / "caller.key"
        if not path.exists():
            publish_text(path, secrets.token_hex(32), mode=0o600)
        return path.read_text(encoding="utf-8")

    def _next_id(self, name: str) -> str:
        taken = [p.name for part in ("manifests", "failed") for p in (self.folder / part).glob("*.json")]
        # A running number, not the clock: order must survive a clock that is set back.
        return f"{max((int(n.split('-')[0]) for n in taken), default=0) + 1:06d}-{name}"

    def _exist(self, batch: Batch) -> None:
        text = json.dumps(asdict(batch), ensure_ascii=False, default=lambda value: value.isoformat(), indent=1)
        publish_text(self.folder / "manifests" / f"{batch.batch_id}.json", text)

    def _manifest(self, path: Path) -> Batch:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Batch(**{**facts, "received_at": datetime.fromisoformat(facts["received_at"])})


def row_hash(columns: Sequence[str]) -> str:
    """SQL of the hash that knows a row again."""
    cells = ", ".join(f"coalesce({quoted(name)}, '')" for name in sorted(columns))
    return f"md5_number_lower(concat_ws(chr(31), {cells}))"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def durable_replace(made: Path, target: Path) -> None:
    """Move a finished file into place so that after a crash it is there whole or not at all."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(made, target)


def publish_text(target: Path, text: str, mode: int = 0o644) -> None:
    made = target.with_name(f".{target.name}.{os.getpid()}")
    made.touch(mode=mode)
    made.write_text(text, encoding="utf-8")
    durable_replace(made, target)


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
