"""Takes the members out of a zip, one by one, and refuses those that are not to be trusted."""

from __future__ import annotations

import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from etl.deliveries import TOTAL
from etl.errors import FileRefused

MOST_BYTES = 20 << 30
# Below this size any ratio is harmless; above it no export compresses this well.
SMALL = 64 << 20
MOST_RATIO = 250
UNIX_TYPE = 16
EXPECTED = "a zip of files a source may send"


class Archive:
    """An open zip. Members are known by their names as a person reads them, those in GBK too."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises FileRefused if it is damaged, or its members say they hold more than any delivery."""
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise FileRefused(f"is not a readable zip: {error}", path, expected=EXPECTED) from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in self.zip.infolist():
            if not info.is_dir():
                name = _named(info)
                # Two members may bear one name.
                self.members[name if name not in self.members else f"{info.header_offset}/{name}"] = info
        total = sum(info.file_size for info in self.zip.infolist())
        if total > MOST_BYTES:
            self.zip.close()
            hope = f"at most {MOST_BYTES >> 30} GB"
            raise FileRefused(f"its members unpack to {total / (1 << 30):,.1f} GB, as a zip bomb's would", path, expected=hope)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def names(self) -> Iterator[str]:
        """The members a delivery may be, without what a Mac adds and files that stand beside others."""
        for name in self.members:
            parts = name.split("/")
            if "__MACOSX" not in parts and not parts[-1].startswith((".", "~$")) and not name.endswith(TOTAL):
                yield name

    def take(self, name: str, folder: Path) -> Path:
        """Unpack one member, and its total beside it, under a name of our own. Raises FileRefused naming the member."""
        target = folder / f"{secrets.token_hex(8)}{Path(name).suffix.lower()}"
        self._unpack(name, target)
        if name + TOTAL in self.members:
            self._unpack(name + TOTAL, target.with_name(target.name + TOTAL))
        return target

    def _unpack(self, name: str, target: Path) -> None:
        info, place = self.members[name], f"{self.path.name}/{name}"
        self._check(name, info, place, target.parent)
        try:
            with self.zip.open(info) as packed, target.open("wb") as made:
                shutil.copyfileobj(packed, made, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            target.unlink(missing_ok=True)
            raise FileRefused(f"the member is damaged: {error}", place, expected="a whole member") from error

    def _check(self, name: str, info: zipfile.ZipInfo, place: str, folder: Path) -> None:
        if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
            raise FileRefused("a name that leads out of the archive", place, expected="a name within it")
        if stat.S_ISLNK(info.external_attr >> UNIX_TYPE):
            raise FileRefused("a link, not a file", place, expected="the file itself")
        if info.flag_bits & 1:
            raise FileRefused("is encrypted", place, expected="a zip without password")
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise FileRefused(f"unpacks to {info.file_size:,} bytes from {info.compress_size:,}, as a zip bomb does", place)
        if info.file_size > shutil.disk_usage(folder).free:
            raise FileRefused(f"needs {info.file_size:,} bytes of disk, which are not free", place, expected="room on the disk")


def _named(info: zipfile.ZipInfo) -> str:
    """A member's name; without the mark of UTF-8 it is what the packing machine spoke, in China GBK."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
