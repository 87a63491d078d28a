"""The dirt of real exports, planted in a small known share: which ticket gets which, and what it does to its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.demo.exports import Export
from etl.demo.folder import Floats, Ints
from etl.demo.platforms import PLATFORMS

DIRTY_BELOW = 0.05  # tickets whose chance lies above are clean
YEAR = 31_557_600
ANY = frozenset({"csv", "lines", "json", "excel"})
TEXT = ANY - {"excel"}  # a spreadsheet has real dates
LINES = frozenset({"csv", "lines"})  # in an array or a sheet no row is cut


@dataclass(frozen=True)
class Dirt:
    """One kind of dirt: its share of tickets, what it makes of the row, the forms and the column it needs to occur."""

    share: float
    effect: str  # rejected | duplicate | update | counted
    forms: frozenset[str] = ANY
    column: str = "number"


DIRT = {
    "before_1990": Dirt(0.0004, "rejected"),
    "closed_before_reported": Dirt(0.0006, "rejected"),
    "missing_number": Dirt(0.0004, "rejected"),
    "bad_date": Dirt(0.0005, "rejected"),
    "cut_row": Dirt(0.0004, "rejected", LINES),
    "duplicate_row": Dirt(0.0020, "duplicate"),
    "two_versions": Dirt(0.0020, "update"),
    "unknown_category": Dirt(0.0030, "counted"),
    "unknown_place": Dirt(0.0030, "counted"),
    "unknown_unit": Dirt(0.0020, "counted"),
    "swapped_lonlat": Dirt(0.0020, "counted", column="lon"),
    "fullwidth_digits": Dirt(0.0020, "counted", TEXT),
    "spaces": Dirt(0.0040, "counted"),
    "html_entities": Dirt(0.0040, "counted", column="description"),
}
NAMES = ["", *DIRT]
Possible = npt.NDArray[np.bool_]


def possible(exports: Mapping[str, Export]) -> Possible:
    """(platforms, NAMES): which kinds may occur on which of PLATFORMS."""
    found = np.zeros((len(PLATFORMS), len(NAMES)), dtype=bool)
    for row, platform in enumerate(PLATFORMS):
        if export := exports.get(platform):
            found[row, 1:] = [export.form in dirt.forms and dirt.column in export.source.columns for dirt in DIRT.values()]
    return found


def dirt_of(chance: Floats, platform: Ints, may: Possible) -> Ints:
    """Index into NAMES for each ticket; 0 is clean."""
    edges = np.cumsum([dirt.share for dirt in DIRT.values()])
    kind = np.searchsorted(edges, chance, side="right") + 1
    kind[kind > len(DIRT)] = 0
    return np.asarray(np.where(may[platform, kind], kind, 0))


def smear(columns: dict[str, npt.NDArray[np.generic]], kind: Ints, unknown: dict[str, int]) -> None:
    """Change the columns of shown rows where the dirt is a wrong value; `unknown` gives the index of no such thing."""

    def rows(name: str) -> npt.NDArray[np.intp]:
        return np.flatnonzero(kind == NAMES.index(name))

    reported = columns["reported_at"].astype("int64")
    columns["reported_at"] = np.where(kind == NAMES.index("before_1990"), reported - 50 * YEAR, reported)
    for name in ("resolved_at", "verified_at", "closed_at"):
        backwards = rows("closed_before_reported")
        columns[name][backwards] = reported[backwards] - 2 * 86_400
    for name in ("category", "unit"):
        columns[name][rows(f"unknown_{name}")] = unknown[name]
    lost, swapped = rows("unknown_place"), rows("swapped_lonlat")
    columns["community"][lost] = unknown["community"]
    columns["lon"][lost] = columns["lat"][lost] = np.nan
    east = columns["lon"][swapped].copy()
    columns["lon"][swapped], columns["lat"][swapped] = columns["lat"][swapped], east
