"""Takes the first readable file out of a zip, to be inspected in its place."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from etl.errors import FileRefused
from etl.readers import FORMATS

READABLE = {*FORMATS, ".xml"} - {".zip"}
LISTED = 10
UTF8_NAMES = 0x800


def unpacked(path: Path, scratch: Path) -> tuple[Path, list[str]]:
    """The file itself, or the first readable member of a zip, with notes on the others. Raises FileRefused."""
    if path.suffix.lower() != ".zip":
        return path, []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")]
            readable = [info for info in members if PurePosixPath(info.filename).suffix.lower() in READABLE]
            listed = ", ".join(_name(info) for info in members[:LISTED]) + (" …" if len(members) > LISTED else "")
            if not readable:
                raise FileRefused(f"the zip holds {listed or 'nothing'}", path, expected=f"a file ending in {' '.join(sorted(READABLE))}")
            first = readable[0]
            target = scratch / f"member{PurePosixPath(first.filename).suffix.lower()}"
            with archive.open(first) as member, target.open("wb") as copy:
                shutil.copyfileobj(member, copy)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FileRefused(f"is not a readable zip: {error}", path, expected="a zip without a password") from error
    notes = [f"zip with {len(members)} files: {listed}; this is {_name(first)}"]
    notes.append("unpack it, and load the files in it")
    return target, notes


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; Chinese Windows writes it in GBK without saying so."""
    if info.flag_bits & UTF8_NAMES:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename
