"""Delivery into a folder: a file is there whole or not at all, and never takes the place of another one."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dashboard.delivering.parcel import NotDelivered, Parcel
from dashboard.texts import Text

FULL = Text("磁盘空间不足：{folder}", "The disk is full: {folder}")
MISSING = Text("文件夹不存在，可能未挂载：{folder}", "The folder is not there, perhaps not mounted: {folder}")
CLOSED = Text("无法写入文件夹：{folder}（{why}）", "The folder cannot be written to: {folder} ({why})")
IS_FULL = (errno.ENOSPC, errno.EDQUOT)
MOST_NAMES = 1000


def into_folder(folder: Path, parcels: Sequence[Parcel], *, make: bool) -> list[str]:
    """Put files into a folder, which is made where it is one of our own (`make`). Returns their names. Raises NotDelivered.

    A file that is there already with the same content is left as it is; another of that name stays, and ours gets a number.
    """
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        elif not folder.is_dir():
            # A mount that is away must not be filled beside itself.
            raise NotDelivered(_said(MISSING, folder))
        return [_put(folder, parcel) for parcel in parcels]
    except OSError as error:
        if error.errno in IS_FULL:
            raise NotDelivered(_said(FULL, folder)) from error
        raise NotDelivered(_said(CLOSED, folder, error.strerror or type(error).__name__)) from error


def _put(folder: Path, parcel: Parcel) -> str:
    part = folder / f".{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        with part.open("wb") as file:
            file.write(parcel.data)
            file.flush()
            os.fsync(file.fileno())
        return _named(folder, part, parcel)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _named(folder: Path, part: Path, parcel: Parcel) -> str:
    """Give the finished file its name, or the next that is free. A link, unlike a replacement, never overwrites."""
    name = Path(parcel.file_name)
    for number in range(1, MOST_NAMES):
        target = folder / (name.name if number == 1 else f"{name.stem}（{number}）{name.suffix}")
        try:
            os.link(part, target)
        except FileExistsError:
            if target.is_file() and target.stat().st_size == len(parcel.data) and target.read_bytes() == parcel.data:
                return target.name
            continue
        except OSError as error:
            # Some network shares know no links.
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EACCES):
                raise
            if target.exists():
                continue
            part.replace(target)
        _settle(folder)
        return target.name
    raise NotDelivered(_said(CLOSED, folder, "too many files of one name"), is_final=True)


def _settle(folder: Path) -> None:
    """Let the name outlive a power cut too, where the file system knows how."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _said(text: Text, folder: Path, why: str = "") -> Text:
    return Text(text.zh.format(folder=folder, why=why), text.en.format(folder=folder, why=why))
