"""Finds a sheet's header and reads the names in it, also where titles stand above and cells are merged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from etl.readers.cell_text import as_text
from etl.readers.workbook import Range, Sheet
from etl.sections import ExcelSection
from etl.source import Source

Merged = Mapping[tuple[int, int], Range]
LOOKED_AT = 30
HIGHEST = 3
BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Header:
    """The names of a sheet's columns, and how many rows of the sheet lie above its data, titles included."""

    names: list[str]
    rows: int


def header_of(sheet: Sheet, declared: ExcelSection, source: Source) -> Header | None:
    """The header where it is declared to stand, else the first rows that hold every mapped name; None if there is none."""
    mapped = list(dict.fromkeys([*source.columns.values(), *source.optional.values()]))
    if declared.header_row or declared.header_rows:
        top = (declared.header_row or 1) - 1
        last = top + (declared.header_rows or 1) - 1
        return Header(_names(sheet, top, last, mapped), last + 1) if last < len(sheet.cells) else None
    wanted = set(source.columns.values())
    for last in range(min(LOOKED_AT, len(sheet.cells))):
        for top in range(last, max(last - HIGHEST, -1), -1):
            names = _names(sheet, top, last, mapped)
            if wanted <= set(names):
                # A name merged downwards may end below the row in which the search was satisfied.
                end = max([last, *(bottom for (row, _), (bottom, _) in sheet.merged if top <= row <= last)])
                return Header(_names(sheet, top, end, mapped), end + 1)
    return None


def _names(sheet: Sheet, top: int, last: int, mapped: Iterable[str]) -> list[str]:
    """One name a column: the last row's; the one above where that is empty; `group/name` where it stands there twice."""
    width = len(sheet.cells[last])
    merged = {(row, column): area for area in sheet.merged for row, column in _places(area, top, last)}
    lowest = [_text(sheet, last, column) or _above(sheet, top, last, column, merged) for column in range(width)]
    groups = [_group(sheet, top, last, column, merged) for column in range(width)]
    joined = [f"{group}/{name}" if group and name and group != name else name for group, name in zip(groups, lowest, strict=True)]
    count = Counter(lowest)
    names = [long if count[short] > 1 else short for short, long in zip(lowest, joined, strict=True)]
    for name in mapped:
        if name not in names:
            close = [place for place in range(width) if name in (joined[place], *(BLANK.sub("", n) for n in (names[place], joined[place])))]
            if len(close) == 1:
                names[close[0]] = name
    return names


def _text(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.cells[row]
    return (as_text(cells[column]) or "").strip() if column < len(cells) else ""


def _places(area: Range, top: int, last: int) -> list[tuple[int, int]]:
    (first_row, first_column), (last_row, last_column) = area
    rows = range(max(first_row, top), min(last_row, last) + 1)
    return [(row, column) for row in rows for column in range(first_column, last_column + 1)]


def _above(sheet: Sheet, top: int, last: int, column: int, merged: Merged) -> str:
    """The nearest name above in the same column; a title over the whole sheet is none."""
    for row in range(last - 1, top - 1, -1):
        if (name := _text(sheet, row, column)) and not _is_title(sheet, merged.get((row, column))):
            return name
    return ""


def _group(sheet: Sheet, top: int, last: int, column: int, merged: Merged) -> str:
    """The nearest title above that spans the column: merged over it, or in a sheet without merged cells the next one to the left."""
    for row in range(last - 1, top - 1, -1):
        area = merged.get((row, column))
        if _is_title(sheet, area):
            continue
        if area:
            name = _text(sheet, *area[0])
        else:
            reach: Sequence[int] = [column] if merged else range(column, -1, -1)
            name = next((text for place in reach if (text := _text(sheet, row, place))), "")
        if name:
            return name
    return ""


def _is_title(sheet: Sheet, area: Range | None) -> bool:
    return area is not None and area[0][1] == 0 and area[1][1] > 0 and area[1][1] >= max(map(len, sheet.cells[:LOOKED_AT])) - 1
