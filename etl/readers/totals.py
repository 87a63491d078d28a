"""Tells totals (合计, 总计, 小计) from the rows of a sheet or a text, and the number of rows they state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from etl.kinds import KINDS
from etl.readers.cell_text import as_text
from etl.source import Source

LABEL = re.compile(r"\s*(合|总|小)\s*计")
STATED = re.compile(r"\s*[合总]\s*计\s*[:：(（]?\s*共?\s*(\d[\d,，]{0,14})\s*[条件宗个行笔起]?\s*[)）]?\s*")
COUNT = re.compile(r"\s*共?\s*(\d[\d,，]{0,14})\s*[条件宗个行笔起]?\s*")


# What is shown of a total: enough to know it by, and no telephone, should it be no total after all.
SHOWN = 80
DIGITS = re.compile(r"(\d{3})\d{4,}")


@dataclass(frozen=True)
class Totals:
    """The totals of a file or a sheet: the numbers of the rows they stand in, a word about each, and the count of rows they state."""

    numbers: list[int]
    warnings: list[str]
    control_count: int | None


def totals_among(rows: Iterable[tuple[int, Sequence[Any]]], columns: Sequence[str], source: Source, named: Callable[[int], str]) -> Totals:
    """The totals among rows, given with their numbers; `named` says where a row stands, as a person finds it."""
    place = columns.index(source.columns[KINDS[source.kind].required[0]])
    found = [(number, row) for number, row in rows if is_total(row, place)]
    counts = [stated_count(row, columns, source) for _, row in found]
    stated = [count for count in counts if count is not None]
    warnings = [f"{named(number)} is a total, not a row: {_shown(row)}" for number, row in found]
    return Totals([number for number, _ in found], warnings, stated[0] if len(stated) == 1 else None)


def _shown(row: Sequence[Any]) -> str:
    text = " ".join(str(cell) for cell in row if cell not in (None, ""))[:SHOWN]
    return DIGITS.sub(lambda found: found[1] + "*" * (len(found[0]) - 3), text)


def is_total(row: Sequence[Any], number_place: int) -> bool:
    """Whether a row is a total: it has no number that identifies it, and a cell of it begins with the word."""
    number = row[number_place]
    if number not in (None, "") and not (isinstance(number, str) and (not number.strip() or LABEL.match(number))):
        return False
    return any(isinstance(cell, str) and LABEL.match(cell) for cell in row)


def stated_count(row: Sequence[Any], columns: Sequence[str], source: Source) -> int | None:
    """The count of rows a total states: beside its word, else the only number in a column that is not summed; None if unclear."""
    cells = [as_text(cell) or "" for cell in row]
    if any(cell.lstrip().startswith("小") and LABEL.match(cell) for cell in cells):
        return None
    stated = [found[1] for cell in cells if (found := STATED.fullmatch(cell))]
    if not stated:
        types = KINDS[source.kind].columns
        summed = {theirs for ours, theirs in (source.optional | source.columns).items() if types[ours] in ("number", "integer")}
        stated = [found[1] for name, cell in zip(columns, cells, strict=True) if name not in summed and (found := COUNT.fullmatch(cell))]
    return int(re.sub("[,，]", "", stated[0])) if len(stated) == 1 else None
