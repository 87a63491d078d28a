"""Faults of the machine, not of what was delivered: a full disk, no memory, a folder that cannot be written."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.errors import LoadError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
FULL_SAID = ("No space left on device", "File too large", "Disk quota exceeded", "failed to offload data block")
CLOSED_SAID = ("Read-only file system", "Permission denied")
# A load shares its machine with the pages it feeds: beyond this it goes on from disk.
LOAD_MEMORY = "3GB"
# Work of so few bytes is done before a second thread is awake.
SMALL = 16_000_000
MEMORY_SAID = ("Out of Memory", "bad_alloc", "Cannot allocate memory", "Allocation failure", "could not allocate", "unable to allocate")
AFTER = "then load again: what is published stays in use, and what was landed is not lost"


class MachineFault(LoadError):  # noqa: N818
    """The machine could not go on; the message names the folder and what to do."""


def spilling(folder: Path, *works_on: Path | None) -> dict[str, str | bool | int | float | list[str]]:
    """The settings of a connection that spills to `folder`; with one thread where the files it works on are small."""
    held: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(folder), "memory_limit": LOAD_MEMORY}
    is_small = bool(works_on) and sum(path.stat().st_size for path in works_on if path is not None and path.exists()) < SMALL
    return held | {"threads": 1} if is_small else held


def cause_of(error: BaseException) -> str | None:
    """What of the machine an error tells of: disk, folder, memory; None if it may lie in what was delivered."""
    if isinstance(error, MachineFault):
        return "machine"
    number, said = getattr(error, "errno", None), str(error)
    if number in FULL or any(words in said for words in FULL_SAID):
        return "disk"
    if isinstance(error, OSError | duckdb.Error) and (number in CLOSED or any(words in said for words in CLOSED_SAID)):
        return "folder"
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException) or any(words in said for words in MEMORY_SAID):
        return "memory"
    return None


@contextmanager
def faults_named(folder: Path) -> Iterator[None]:
    """Turn what the machine does to a load on `folder` into one MachineFault that names it; other errors pass."""
    try:
        yield
    except (OSError, duckdb.Error, MemoryError, RuntimeError) as error:
        cause = cause_of(error)
        if cause is None or isinstance(error, MachineFault):
            raise
        raise MachineFault(_said(cause, error, folder), getattr(error, "filename", None) or folder) from error


def _said(cause: str, error: BaseException, folder: Path) -> str:
    if cause == "disk":
        near = folder if folder.exists() else folder.parent
        free = f"{shutil.disk_usage(near).free / 1e6:,.0f} MB are free" if near.exists() else "no room"
        return f"the disk is full ({free}; {error}): make room, {AFTER}"
    if cause == "folder":
        return f"cannot be written ({error}): let the account of this program write there, {AFTER}"
    return f"the memory does not suffice ({error}): close other programs or load smaller files, {AFTER}"
