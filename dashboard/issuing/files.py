"""Files of reports: written whole or not at all, kept under the hash of their bytes, told apart by nothing else."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from dashboard.reports.formats import FORMATS
from dashboard.reports.spans import Span
from dashboard.store.report_files import NewFile
from dashboard.texts import Text

HASH = re.compile(r"[0-9a-f]{64}")
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST = 60
FULL = Text("磁盘空间不足，没有写入：{folder}", "The disk is full; nothing was written: {folder}")
CLOSED = Text("无法写入文件夹：{folder}（{why}）", "The folder cannot be written to: {folder} ({why})")
IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotWritten(Exception):  # noqa: N818 a state of the machine, not a fault of the program
    """A file could not be written; `why` says so in both languages, and nothing is left of it."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile. Raises NotWritten."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True) if part.parent.is_dir() and os.access(part.parent, os.W_OK) else None
        said = FULL if error.errno in IS_FULL else CLOSED
        why = {"folder": path.parent, "why": error.strerror or type(error).__name__}
        raise NotWritten(Text(said.zh.format(**why), said.en.format(**why))) from error


def keep(folder: Path, data: bytes, form: str, name: str, content_hash: str, note: str = "") -> NewFile:
    """Keep the bytes of a file in the folder of reports. Raises NotWritten."""
    digest = hashlib.sha256(data).hexdigest()
    target = folder / digest
    if not (target.is_file() and target.stat().st_size == len(data)):
        write(target, data)
    return NewFile(form, name, digest, len(data), content_hash, note)


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


def file_name(title: str, city: str, span: Span, form: str, language: str = "zh", mark: str = "") -> str:
    """`<title>_<city>_<period>.docx`, as a person finds it again."""
    parts = [title, city, span.name(language), mark]
    stem = "_".join(NOT_IN_NAMES.sub("", part)[:LONGEST] for part in parts if part)
    return f"{stem}{FORMATS[form].suffix}"
