"""What is delivered: files under names that any system takes, and why something was not delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.texts import Text

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
LONGEST_BYTES = 180


class NotDelivered(Exception):  # noqa: N818 a state, not a fault of the program
    """Nothing was delivered; `why` says so. `is_final`: trying again by itself would not help."""

    def __init__(self, why: Text, *, is_final: bool = False) -> None:
        super().__init__(why.en)
        self.why, self.is_final = why, is_final


@dataclass(frozen=True)
class Parcel:
    """A file to be delivered, its name fit for any folder."""

    name: str
    data: bytes

    @property
    def file_name(self) -> str:
        return fit(self.name)


def fit(name: str) -> str:
    """A name that is a file's and no way elsewhere, at most as long as file systems take in UTF-8."""
    plain = UNFIT.sub("_", " ".join(name.split())).strip(" .") or "report"
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = plain, ""
    room = LONGEST_BYTES - len(f".{suffix}".encode())
    short = stem.encode("utf-8")[:room].decode("utf-8", "ignore").strip(" .") or "report"
    return f"{short}.{suffix}" if suffix else short
