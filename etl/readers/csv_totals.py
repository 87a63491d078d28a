"""Takes the totals at the foot of a delimited text, or between its rows, out of what was read of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from etl.kinds import KINDS
from etl.readers.csv_mending import FEW
from etl.readers.reading import Broken, Reading, quoted, view_of
from etl.readers.totals import Totals, totals_among
from etl.source import Source

# The sign every total's word ends with, and the blanks a cell may hold instead of a number.
SIGN = "'计'"
BLANKS = "' ' || chr(9) || '　'"
# A longer line that is cut short is no total.
LINE_LENGTH = 2_000


def without_totals(con: duckdb.DuckDBPyConnection, reading: Reading, source: Source, delimiter: str) -> Reading:
    """A reading without its totals, and what they state. A source that maps no number cannot tell them."""
    number = source.columns.get(KINDS[source.kind].required[0])
    if number not in reading.columns:
        return reading
    lines = {fault.row_number: fault for fault in reading.broken}
    rows = _candidates(con, reading, number)
    totals = totals_among(
        [*rows, *_short_lines(con, reading, delimiter)], reading.columns, source, lambda n: _named(n, lines.get(n), reading)
    )
    if not totals.numbers:
        return reading
    return _left(con, reading, totals)


def _left(con: duckdb.DuckDBPyConnection, reading: Reading, totals: Totals) -> Reading:
    gone = set(totals.numbers)
    listed = ", ".join(map(str, totals.numbers))
    return replace(
        reading,
        relation=view_of(con, f"select * from {reading.relation} where row_number not in ({listed})"),
        broken=[fault for fault in reading.broken if fault.row_number not in gone],
        warnings=reading.warnings + totals.warnings,
        control_count=totals.control_count,
    )


def _named(number: int, fault: Broken | None, reading: Reading) -> str:
    line = fault.line if fault else None if reading.header_lines is None else number + reading.header_lines
    return f"row {number:,}" if line is None else f"line {line:,}"


def _candidates(con: duckdb.DuckDBPyConnection, reading: Reading, number: str) -> list[tuple[int, Sequence[str | None]]]:
    """The rows without a number that hold the sign of a total: few, in a file of any length."""
    name = quoted(number)
    holds = " or ".join(f"contains({quoted(column)}, {SIGN})" for column in reading.columns)
    # The length first: most numbers are longer than a few blanks.
    empty = f"{name} is null or contains({name}, {SIGN}) or (strlen({name}) < 16 and trim({name}, {BLANKS}) = '')"
    names = ", ".join(map(quoted, reading.columns))
    found = con.execute(f"select row_number, {names} from {reading.relation} where ({empty}) and ({holds})").fetchall()
    return [(row[0], row[1:]) for row in found]


def _short_lines(con: duckdb.DuckDBPyConnection, reading: Reading, delimiter: str) -> Iterator[tuple[int, Sequence[str | None]]]:
    """The lines of too few columns below the last row: a total may be written without those it has nothing for."""
    short = [fault for fault in reading.broken if fault.reason.startswith(FEW) and "计" in fault.raw and len(fault.raw) < LINE_LENGTH]
    if not short:
        return
    last = con.execute(f"select coalesce(max(row_number), 0) from {reading.relation}").fetchall()[0][0]
    for fault in short:
        if fault.row_number is not None and fault.row_number > last and '"' not in fault.raw:
            cells = next(csv.reader([fault.raw], delimiter=delimiter), [])
            yield fault.row_number, [*cells, *[None] * (len(reading.columns) - len(cells))]
