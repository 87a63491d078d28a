"""What a reader hands over: the name of a view of text rows, and everything that was no row."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from etl.errors import FileRefused
from etl.source import Source

# What is shown of a name or a line that is too long to be one.
RAW_LENGTH = 200
# A line longer than this is no row: it is refused, and only its beginning is kept.
LINE_BYTES = 2_097_152
# The column of a view that names the sheet of each row, where a file brings several.
SHEET = "sheet_of_row"
FAULTS_AT_SPEED = 1_000
# DuckDB reads a row group on one core; groups of its own choice leave all cores but one idle in files of usual length.
GROUP_ROWS = 20_480


@dataclass(frozen=True)
class Broken:
    """A piece of a file that is no row. `row_number` counts rows after the header, `line` the file's lines, from 1.

    `raw` is the piece as it came, see `kept`.
    """

    row_number: int | None
    line: int | None
    reason: str
    expected: str
    raw: str


@dataclass(frozen=True)
class Reading:
    """The rows of a file: a view of VARCHAR `columns` and a BIGINT `row_number` (rows after the header, from 1).

    Every record of the file is either in the view or in `broken`; empty lines are neither. `control_count` is how many
    rows the file itself says it has, if it does. `header_lines` is how many lines of the file (rows of its sheet) lie above
    row 1, so that a row stands in line `row_number + header_lines`; None where a row's line is not known, because rows may take
    several lines or empty ones stand among them, or because rows have none. The view may say more about a row than its columns hold: SHEET.
    """

    relation: str
    columns: list[str]
    broken: list[Broken] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    control_count: int | None = None
    header_lines: int | None = None


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def kept(raw: bytes) -> str:
    """A faulty piece whole, without its line end; of one over LINE_BYTES its beginning, for a person to recognise it by.

    A byte that is no text is kept as a lone surrogate (`surrogateescape`), so that nothing of the piece is lost.
    """
    piece = raw.rstrip(b"\r\n")
    if len(piece) <= LINE_BYTES:
        return piece.decode("utf-8", "surrogateescape")
    return piece[: RAW_LENGTH * 4].decode("utf-8", "ignore")[:RAW_LENGTH]


def column_names(header: Sequence[str], source: Source, path: Path | str, row: int | None) -> tuple[list[str], list[str]]:
    """The names of a file's columns, stripped and unique, and warnings. `row` is where the header stands.

    Raises FileRefused if a mapped column is missing, or stands there twice.
    """
    stripped = [name.strip().lstrip("\ufeff").strip() for name in header]
    mapped = dict.fromkeys(source.columns.values())
    missing = [name for name in mapped if name not in stripped]
    if missing:
        near = [f"{name} looks like {close[0]}" for name in missing if (close := _near(name, stripped))]
        found = ", ".join(name or "(nameless)" for name in stripped) or "nothing"
        message = f"missing {', '.join(missing)}; the header has {found[:RAW_LENGTH]}" + "".join(f"; {hint}" for hint in near)
        raise FileRefused(message, path, row, missing[0], f"the columns mapped in sources/{source.code}.toml")
    twice = [name for name in [*mapped, *source.optional.values()] if stripped.count(name) > 1]
    if twice:
        raise FileRefused(f"the header has {twice[0]} more than once", path, row, twice[0], "each mapped column once")
    names: list[str] = []
    taken = {"row_number", SHEET}
    for place, name in enumerate(stripped, 1):
        unique, count = name or f"column_{place}", 1
        while unique.lower() in taken:
            count += 1
            unique = f"{name or f'column_{place}'} ({count})"
        taken.add(unique.lower())
        names.append(unique)
    renamed = [f"{old} is read as {new}" for old, new in zip(stripped, names, strict=True) if old and old != new]
    for name in {"row_number", SHEET} & set(mapped):
        raise FileRefused(f"{name} is a name this program needs itself", path, row, name, "another name")
    return names, [f"header: {note}" for note in renamed]


def view_of(con: duckdb.DuckDBPyConnection, select: str) -> str:
    """Create a view of a SELECT under a name of its own, and return the name."""
    relation = f"reading_{secrets.token_hex(4)}"
    con.execute(f"create view {relation} as {select}")
    return relation


def unglobbed(path: Path, scratch: Path) -> Path:
    """The file under a name in which DuckDB sees no pattern: `a[1].csv` would read a1.csv."""
    if not any(sign in str(path) for sign in "*?["):
        return path
    link = scratch / f"{secrets.token_hex(4)}{path.suffix}"
    link.symlink_to(path.resolve())
    return link


def no_rows(count: int) -> list[str]:
    """A warning if a file brought nothing."""
    return [] if count else ["the file has a header but no rows"]


def _near(name: str, found: Sequence[str]) -> list[str]:
    return difflib.get_close_matches(name, [one for one in found if one], 1, 0.5)
