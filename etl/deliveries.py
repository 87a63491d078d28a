"""What arrives: a file of a source, the moment it came, and how many rows its sender says it holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from etl.errors import FileRefused
from etl.file_checks import check_is_file

TOTAL = ".total"


class Delivery(NamedTuple):
    """A file as a platform sends it. `received_at` None: now; `control_count` None: what the file beside it says;
    `name` None: its own, else the one a person knows it by (`outer.zip/inner.csv`).
    """

    path: Path
    source: str
    received_at: datetime | None = None
    control_count: int | None = None
    name: str | None = None


def control_count(path: Path) -> int | None:
    """The sender's own count of rows, from `<file>.total` beside the file; None if there is none.

    Raises FileRefused if it is no number: a delivery whose total cannot be read is not known to be whole.
    """
    beside = path.with_name(path.name + TOTAL)
    if beside.exists():
        check_is_file(beside)
    try:
        text = beside.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"cannot be read: {error}", beside, 1, expected="the number of rows of the file it stands beside") from error
    if not text.isdecimal() or len(text) > 15:
        raise FileRefused(f"{text[:40]!r} is no number", beside, 1, expected="the number of rows of the file it stands beside")
    return int(text)
