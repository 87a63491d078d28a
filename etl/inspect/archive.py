"""Takes the first readable file out of a zip, to be inspected in its place."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from etl.errors import FileRefused
from etl.readers import FORMATS
from etl.readers.archive import Archive

LISTED = 10


def unpacked(path: Path, scratch: Path) -> tuple[Path, list[str]]:
    """The file itself, or the first readable member of a zip, with notes on the others. Raises FileRefused."""
    if path.suffix.lower() != ".zip":
        return path, []
    with Archive(path) as archive:
        members = list(archive.names())
        readable = [name for name in members if PurePosixPath(name).suffix.lower() in FORMATS]
        listed = ", ".join(members[:LISTED]) + (" …" if len(members) > LISTED else "")
        if not readable:
            raise FileRefused(f"the zip holds {listed or 'nothing'}", path, expected=f"a file ending in {' '.join(FORMATS)}")
        target = archive.take(readable[0], scratch)
    notes = [f"zip with {len(members)} {'file' if len(members) == 1 else 'files'}: {listed}; this is {readable[0]}"]
    return target, [*notes, "each file in it is a delivery of its own: load the zip as it is"] if len(readable) > 1 else notes
