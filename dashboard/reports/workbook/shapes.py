"""Which native chart says what a table holds, read from the table's shape alone; none where none can."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import isclose
from typing import Literal

from dashboard.table_files import Cell

Kind = Literal["line", "column", "bar", "stacked", "scatter"]
# More groups than this nobody tells apart along an axis; more than the second lie one below the other.
MOST_GROUPS, MOST_UPRIGHT = 40, 8
MOST_SERIES, MOST_BESIDE = 6, 2
# A column of so many rows per word names blocks of a curve.
LEAST_OF_CURVE = 5
UNIT = re.compile(r"[（(]([^（()）]*)[)）]\s*$")


@dataclass(frozen=True)
class Series:
    """Numbers of one colour: their column, the first row and the last; `is_second`: on an axis of their own, as a line."""

    column: int
    first: int
    last: int
    name: str = ""
    is_second: bool = False


@dataclass(frozen=True)
class Shape:
    """A native chart: of which columns its groups are (or its x, where it is a curve), and its series."""

    kind: Kind
    groups: tuple[int, ...]
    series: tuple[Series, ...]


def shape_of(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Shape | None:
    """The chart that a table asks for; None where its numbers are no lengths along one axis: fields of two scales, trees, long lists."""
    if len(rows) < 2 or not headings:
        return None
    columns = list(zip(*rows, strict=True))
    numbers = [place for place, held in enumerate(columns) if _is_numeric(held)]
    words = [place for place, held in enumerate(columns) if place not in numbers]
    if not numbers or 0 in numbers:
        return None
    if _is_time(columns[0]):
        shown = _of_one_unit(headings, columns, numbers)
        return Shape("line", (0,), tuple(Series(place, 0, len(rows) - 1) for place in shown[:MOST_SERIES]))
    curve = _curve(columns, numbers)
    if curve is not None:
        return curve
    groups = _groups(columns, words, numbers)
    if groups is None or len(rows) > MOST_GROUPS:
        return None
    return _beside(headings, columns, numbers, groups)


def _beside(headings: Sequence[str], columns: Sequence[Sequence[Cell]], numbers: list[int], groups: tuple[int, ...]) -> Shape:
    """Groups one beside the other: parts of a whole stacked, a rate instead of what it is made of, a running share as a line."""
    last = len(columns[0]) - 1
    parts = _parts(columns, numbers)
    if parts:
        return Shape("stacked", groups, tuple(Series(place, 0, last) for place in parts))
    rate = _rate(columns, numbers)
    if rate is not None:
        return Shape(_direction(last + 1), groups, (Series(rate, 0, last),))
    running = next((place for place in numbers[1:] if _is_running_share(columns[place])), None)
    first = Series(numbers[0], 0, last)
    if running is not None:
        return Shape("column", groups, (first, Series(running, 0, last, is_second=True)))
    shown = _of_one_unit(headings, columns, numbers)[:MOST_BESIDE]
    return Shape(_direction(last + 1), groups, tuple(Series(place, 0, last) for place in shown))


def _direction(count: int) -> Kind:
    return "bar" if count > MOST_UPRIGHT else "column"


def _known(held: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in held if cell is not None]


def _is_numeric(held: Sequence[Cell]) -> bool:
    known = _known(held)
    return bool(known) and all(isinstance(cell, int | float) for cell in known)


def _is_time(held: Sequence[Cell]) -> bool:
    known = _known(held)
    return len(known) == len(held) and all(isinstance(cell, date) for cell in known) and len(set(known)) == len(known)


def _groups(columns: Sequence[Sequence[Cell]], words: list[int], numbers: list[int]) -> tuple[int, ...] | None:
    """The columns of words before the first number that name every row once."""
    before = [place for place in words if place < numbers[0]]
    for chosen in (before[:1], before[:2]):
        names = list(zip(*(columns[place] for place in chosen), strict=True))
        if names and len(set(names)) == len(names):
            return tuple(chosen)
    return None


def _curve(columns: Sequence[Sequence[Cell]], numbers: list[int]) -> Shape | None:
    """Blocks of rows under one word, in which the first number never falls: curves of the second over it."""
    if len(numbers) < 2 or numbers[0] != 1:
        return None
    series, at = [], 0
    for word, block in groupby(columns[0]):
        count = len(list(block))
        xs = [cell for cell in columns[numbers[0]][at : at + count] if isinstance(cell, int | float)]
        if count < LEAST_OF_CURVE or len(xs) < count or xs != sorted(xs):
            return None
        series.append(Series(numbers[1], at, at + count - 1, str(word)))
        at += count
    return Shape("scatter", (numbers[0],), tuple(series[:MOST_SERIES]))


def _parts(columns: Sequence[Sequence[Cell]], numbers: list[int]) -> list[int]:
    """The columns that add up to another in every row, without those that hold nothing."""
    rows = list(zip(*(columns[place] for place in numbers), strict=True))
    if len(numbers) < 3 or any(not isinstance(cell, int) for row in rows for cell in row):
        return []
    for at, place in enumerate(numbers):
        if all(sum(cell for cell in row if isinstance(cell, int)) == 2 * (row[at] or 0) for row in rows):
            return [one for one in numbers if one != place and any(columns[one])]
    return []


def _rate(columns: Sequence[Sequence[Cell]], numbers: list[int]) -> int | None:
    """The column that is the percentage of the two before it."""
    for above, below, rate in zip(numbers, numbers[1:], numbers[2:], strict=False):
        held = [
            (part, whole, share) for part, whole, share in zip(columns[above], columns[below], columns[rate], strict=True)
            if isinstance(part, int | float) and isinstance(whole, int | float) and whole and isinstance(share, int | float)
        ]  # fmt: skip
        if held and all(isclose(share, 100 * part / whole, abs_tol=0.006) for part, whole, share in held):
            return rate
    return None


def _is_running_share(held: Sequence[Cell]) -> bool:
    known = [cell for cell in held if isinstance(cell, int | float)]
    return len(known) > 2 and known == sorted(known) and known[0] > 0 and isclose(known[-1], 100, abs_tol=0.01) and known[0] < known[-1]


def _of_one_unit(headings: Sequence[str], columns: Sequence[Sequence[Cell]], numbers: list[int]) -> list[int]:
    """The columns of the first one's unit: two units on one axis would lie."""
    unit = _unit(headings[numbers[0]])
    return [place for place in numbers if _unit(headings[place]) == unit and any(columns[place])] or numbers[:1]


def _unit(heading: str) -> str:
    found = UNIT.search(heading)
    return found[1] if found else ""
