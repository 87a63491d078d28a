"""A file on its way in: whether it is one, what its bytes are, and that they stay as they are while they are read."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.errors import FileRefused

OTHER_THINGS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_is_file(path: Path) -> None:
    """Raise FileRefused unless the path leads to an ordinary file: reading a pipe would wait for ever."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        raise FileRefused("there is no such file", path, expected="a file to load") from None
    except OSError as error:  # A loop of links, a folder that may not be entered.
        raise FileRefused(f"cannot be reached: {error.strerror}", path, expected="a file to load") from error
    if kind != stat.S_IFREG:
        raise FileRefused(f"is {OTHER_THINGS.get(kind, 'no file')}", path, expected="a file to load")


@contextmanager
def untouched(path: Path) -> Iterator[Callable[[], None]]:
    """Refuse a file that changes or goes while it is read: its hash would stand for rows that were never landed.

    What is yielded is called when all is read and nothing is kept yet.
    """
    before = _looks(path)

    def check() -> None:
        if _looks(path) != before:
            raise _changed(path)

    try:
        yield check
    except FileRefused:
        check()  # What was found wrong may come of the change.
        raise
    except (OSError, duckdb.Error) as error:
        if _looks(path) == before:
            raise
        raise _changed(path) from error


def _changed(path: Path) -> FileRefused:
    what = "changed" if path.exists() else "was taken away"
    return FileRefused(f"{what} while it was read", path, expected="a file that is complete: write it under another name, then rename it")


def _looks(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
