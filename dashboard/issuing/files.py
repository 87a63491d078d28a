"""Files of reports in the archive: kept under the hash of their bytes, told apart by nothing else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from dashboard.reports.written import write
from dashboard.store.report_files import NewFile

HASH = re.compile(r"[0-9a-f]{64}")


def keep(folder: Path, data: bytes, form: str, name: str, content_hash: str, note: str = "", *, is_uploaded: bool = False) -> NewFile:
    """Keep the bytes of a file in the folder of reports. Raises dashboard.reports.written.NotWritten."""
    digest = hashlib.sha256(data).hexdigest()
    target = folder / digest
    if not (target.is_file() and target.stat().st_size == len(data)):
        write(target, data, 0o600, 0o700)
    return NewFile(form, name, digest, len(data), content_hash, note, is_uploaded)


def kept(folder: Path, digest: str) -> Path | None:
    """Where a kept file lies; None where it does not."""
    path = folder / digest
    return path if HASH.fullmatch(digest) and path.is_file() else None


def is_whole(path: Path, digest: str) -> bool:
    """Whether a kept file is still what it was."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def forget_others(folder: Path, belonging: Iterable[str], older_than: float) -> int:
    """Delete kept files that belong to no report any more and were not written just now. Returns how many."""
    held = set(belonging)
    gone = [
        path for path in folder.glob("*")
        if path.is_file() and path.name not in held and path.stat().st_mtime < older_than
        and (HASH.fullmatch(path.name) or path.name.endswith(".part"))
    ]  # fmt: skip
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
