"""Reports as files: written whole or not at all, under names that people find again."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from dashboard.reports.formats import FORMATS
from dashboard.texts import Text

NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+')
LONGEST_BYTES = 75
FULL = Text("磁盘空间不足，没有写入：{folder}", "The disk is full; nothing was written: {folder}")
CLOSED = Text("无法写入文件夹：{folder}（{why}）", "The folder cannot be written to: {folder} ({why})")
IS_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotWritten(Exception):  # noqa: N818 a state of the machine, not a fault of the program
    """A file could not be written; `why` says so in both languages, and nothing is left of it."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def write(path: Path, data: bytes, mode: int = 0o644, folder_mode: int = 0o755) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile. Raises NotWritten."""
    part = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=folder_mode)
        try:
            with part.open("wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        said = FULL if error.errno in IS_FULL else CLOSED
        why = {"folder": path.parent, "why": error.strerror or type(error).__name__}
        raise NotWritten(Text(said.zh.format(**why), said.en.format(**why))) from error


def file_name(title: str, city: str, period: str, form: str, mark: str = "") -> str:
    """`<title>_<city>_<period>.docx`; each part as far as it can stand in the name of a file."""
    parts = [_cut(NOT_IN_NAMES.sub("", part).strip(".")) for part in (title, city, period, mark)]
    return "_".join(part for part in parts if part) + FORMATS[form].suffix


def _cut(text: str) -> str:
    """As much of a text as fits: file systems count bytes."""
    return text.encode("utf-8", "ignore")[:LONGEST_BYTES].decode("utf-8", "ignore")
