"""Files of evidence: taken out of what was sent, kept under the hash of their bytes, told apart by nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from dashboard.store.submissions import File

TOKEN = re.compile(r"[0-9a-f]{32}")
HASH = re.compile(r"[0-9a-f]{64}")


def sent_file(uploads: Path | None, token: str) -> Path | None:
    """The file a person sent under a token; None where it is gone."""
    if uploads is None or not TOKEN.fullmatch(token) or not (uploads / token).is_dir():
        return None
    return next((path for path in (uploads / token).iterdir() if path.is_file() and not path.name.startswith(".")), None)


def keep(evidence: Path, sent: Path) -> File:
    """Copy a file that was sent to where evidence is kept. The name it had is only told, never used for a file."""
    with sent.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target = evidence / digest
    if not target.exists():
        evidence.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = evidence / f".{digest}.{os.getpid()}"
        shutil.copyfile(sent, made)
        made.chmod(0o600)
        made.replace(target)
    return File(sent.name[:120], digest, sent.stat().st_size)


def kept_file(evidence: Path, digest: str) -> Path | None:
    """Where a kept file lies; None where it does not."""
    path = evidence / digest
    return path if HASH.fullmatch(digest) and path.is_file() else None
