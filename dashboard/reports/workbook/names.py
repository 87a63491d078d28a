"""Names of sheets: what Excel takes, each once."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.reports.ooxml import cleaned
from dashboard.table_files import LONGEST_NAME, NO_NAME

# Excel keeps this one for itself.
TAKEN = "history"


def sheet_names(wishes: Iterable[str]) -> list[str]:
    """A name for each sheet, as near to its wish as Excel allows; names that differ in case alone are the same to it."""
    found: list[str] = []
    held = {TAKEN}
    for place, wish in enumerate(wishes, 1):
        bare = " ".join(NO_NAME.sub(" ", cleaned(wish)).split()).strip("' ") or str(place)
        name, number = _cut(bare, LONGEST_NAME), 1
        while name.casefold() in held:
            number += 1
            name = f"{_cut(bare, LONGEST_NAME - len(str(number)) - 1)}~{number}"
        held.add(name.casefold())
        found.append(name)
    return found


def _cut(text: str, most: int) -> str:
    """The first signs of a text, counted as Excel does: one beyond the basic plane is two."""
    kept, length = "", 0
    for sign in text:
        length += 2 if ord(sign) > 0xFFFF else 1
        if length > most:
            break
        kept += sign
    return kept.strip()
