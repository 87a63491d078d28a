"""Finds how many rows stand above the data: titles, groups, and the names in the last of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from etl.inspect.synonyms import is_known

LOOKED_AT = 20
NULL_MARKERS = ("-", "--", "—", "/", "\\N", "NULL", "Null", "null", "None", "NaN", "N/A", "n/a", "NA", "Unspecified", "无", "空", "暂无")
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?([eE][+-]?\d+)?%?")
TIME = re.compile(
    r"(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|(?:19|20)\d{12}|(?:19|20)\d{2}[01]\d[0-3]\d)"
)


def header_depth(rows: Sequence[Sequence[str]]) -> int:
    """The number of rows above the data, 0 if the first row already looks like data.

    A row is a header while most of its cells are unlike the cells far below them in the same columns.
    """
    body = [row for row in rows[LOOKED_AT:] if _filled(row) > 1] or [row for row in rows[len(rows) // 2 :] if _filled(row) > 1]
    if len([row for row in rows if _filled(row) > 1]) < 2:
        return next((place for place, row in enumerate(rows, 1) if _filled(row) > 1), 1)
    width = max(map(len, rows))
    columns = [Counter(row[place].strip() for row in body if place < len(row)) for place in range(width)]
    classes = [_usual(column) for column in columns]
    depth = 0
    for number, row in enumerate(rows[:LOOKED_AT], 1):
        votes = sum(_vote(cell.strip(), classes[place], columns[place]) for place, cell in enumerate(row))
        if votes > 0 and _filled(row) > 1:
            depth = number
        elif votes < 0 and _filled(row) > 1:
            break
    return depth


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _class(cell: str) -> str:
    return "time" if TIME.fullmatch(cell) else "number" if NUMBER.fullmatch(cell) else "text"


def _usual(column: Counter[str]) -> str:
    """What most cells of a column are: number, time or text; empty if it has none."""
    found: Counter[str] = Counter()
    for cell, count in column.items():
        if cell and cell not in NULL_MARKERS:
            found[_class(cell)] += count
    return found.most_common(1)[0][0] if found else ""


def _vote(cell: str, usual: str, column: Counter[str]) -> float:
    """Above 0 if a cell speaks for a header, below if it speaks for data."""
    if not cell or cell in NULL_MARKERS:
        return 0
    if is_known(cell):
        return 2
    if cell in column:
        return -1
    if usual in ("number", "time"):
        return -1 if _class(cell) == usual else 1
    return -0.5 if _class(cell) != "text" else 0.1
