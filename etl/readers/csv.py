"""Reads delimited text: DuckDB at full speed, and line by line as soon as the counts do not meet."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from etl.errors import FileRefused, LoadError
from etl.readers.csv_mending import BYTES, FEW, LONG, MANY, Mender, expectation
from etl.readers.csv_text import CHUNK, CsvText, utf8_text
from etl.readers.csv_totals import without_totals
from etl.readers.reading import (
    FAULTS_AT_SPEED,
    GROUP_ROWS,
    LINE_BYTES,
    RAW_LENGTH,
    Broken,
    Reading,
    column_names,
    kept,
    literal,
    no_rows,
    quoted,
    unglobbed,
    view_of,
)  # fmt: skip
from etl.sections import CsvSection
from etl.source import Source

# Faults that surely end with their line. After any other, rows may have been swallowed, and the lines are gone through.
FAULTS = {
    "MISSING COLUMNS": FEW,
    "TOO MANY COLUMNS": MANY,
    "INVALID ENCODING": BYTES,
    "LINE SIZE OVER MAXIMUM": LONG,
}


@dataclass(frozen=True)
class Header:
    """The names in the last header row, and how many physical lines the header takes."""

    names: list[str]
    lines: int


def read(path: Path, source: Source, con: duckdb.DuckDBPyConnection, scratch: Path) -> Reading:
    """Read a CSV file; see `etl.readers.read`. Memory does not grow with the file, only with its faults."""
    asked = source.csv or CsvSection()
    text = utf8_text(path, asked.encoding, scratch)
    delimiter = asked.delimiter or ("\t" if path.suffix.lower() == ".tsv" else ",")
    header = _header(text, asked.header_rows, delimiter, path)
    columns, warnings = column_names(header.names, source, path, header.lines)
    if asked.encoding == "auto" and text.encoding == "gb18030":
        # It would read almost any bytes as some Chinese.
        warnings.append(f'read as gb18030, as its text tells; encoding = "gb18030" in sources/{source.code}.toml makes it sure')
    rows = scratch / f"{secrets.token_hex(4)}.parquet"
    broken = None
    if header.lines == asked.header_rows:
        broken = _read_at_speed(con, text, columns, asked.header_rows, delimiter, rows)
    if broken is None:
        broken, is_a_line_each = _read_by_line(con, text, columns, delimiter, header.lines, rows, path)
        numbered = "row_number"
    else:
        is_a_line_each = not text.may_span
        numbered = f"{_row_number([fault.row_number or 0 for fault in broken])} as row_number"
    names = ", ".join(map(quoted, columns))
    relation = view_of(con, f"select {names}, {numbered} from read_parquet({literal(rows)}, file_row_number = true)")
    if text.ends_mid_line:
        warnings.append("no line end at the end of the file: its last row may be cut")
    reading = Reading(relation, columns, broken, warnings, header_lines=header.lines if is_a_line_each else None)
    whole = without_totals(con, reading, source, delimiter)
    totals = len(whole.warnings) - len(warnings)
    return replace(whole, warnings=whole.warnings + no_rows(text.lines - header.lines - totals))


def _header(text: CsvText, header_rows: int, delimiter: str, path: Path) -> Header:
    with text.path.open("rb") as file:
        head = file.read(CHUNK).decode("utf-8-sig", "replace")
    lines = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    names: list[str] = []
    try:
        for _ in range(header_rows):
            names = next(lines, [])
    except csv.Error as error:
        raise FileRefused(f"the header cannot be read: {error}", path, 1, expected="a row of column names") from error
    return Header(names, lines.line_num)


def _read_at_speed(
    con: duckdb.DuckDBPyConnection, text: CsvText, columns: Sequence[str], header_rows: int, delimiter: str, rows: Path
) -> list[Broken] | None:
    """Write the rows as Parquet and return what was no row; None if not every record is surely accounted for."""
    rejects = f"rejects_{secrets.token_hex(4)}"
    # DuckDB's parallel reader may lose its place in a value of several lines; one thread does not.
    options = (
        f"skip = {header_rows}, parallel = {str(not text.may_span).lower()}, store_rejects = true,"
        f" rejects_table = '{rejects}', rejects_scan = '{rejects}_scan'"
    )
    try:
        count = _copy(con, unglobbed(text.path, rows.parent), dict.fromkeys(columns, "VARCHAR"), delimiter, options, rows)
        rejected = con.execute(
            f"select line, arg_min(error_type::varchar, byte_position), any_value(csv_line), min(line_byte_position) - 1 from {rejects}"
            f" group by line order by line limit {FAULTS_AT_SPEED + 1}"
        ).fetchall()
    except duckdb.InvalidInputException:
        return None
    finally:
        con.execute(f"drop table if exists {rejects}; drop table if exists {rejects}_scan")
    met = text.records - header_rows == count + len(rejected)
    known = all(kind in FAULTS and "\n" not in (raw or "").rstrip("\r\n") for _, kind, raw, _ in rejected)
    if not met or not known or len(rejected) > (0 if text.may_span else FAULTS_AT_SPEED):
        return None
    lines = _lines_at(text.path, [(place, raw or "") for _, _, raw, place in rejected])
    if lines is None:
        return None
    broken = []
    for (line, kind, _, _), raw in zip(rejected, lines, strict=True):
        reason = FAULTS[kind]
        expected = expectation(reason, len(columns), text.encoding)
        if text.ends_mid_line and line == text.lines:
            reason = f"{reason}: the file ends here"
        broken.append(Broken(line - header_rows, line, reason, expected, kept(raw)))
    return broken


def _lines_at(text: Path, places: Sequence[tuple[int, str]]) -> list[bytes] | None:
    """The lines that begin at some bytes of a file; None if one is not what DuckDB, which cuts long ones, shows of it."""
    found = []
    with text.open("rb") as file:
        for place, shown in places:
            file.seek(place)
            # One byte over what a row may have, and a line end: enough to be told from a whole line.
            line = file.readline(LINE_BYTES + 3)
            # DuckDB shows a byte that is no text as "?".
            beginning = shown.partition("?")[0][:RAW_LENGTH].rstrip("\r\n")
            if not line.startswith(beginning.encode()):
                return None
            found.append(line)
    return found


def _read_by_line(
    con: duckdb.DuckDBPyConnection,
    text: CsvText,
    columns: Sequence[str],
    delimiter: str,
    header_lines: int,
    rows: Path,
    path: Path,
) -> tuple[list[Broken], bool]:
    """Write the good rows as Parquet with their row_number; slower, but no line escapes it.

    Returns the rest, and whether every row takes one line and no line is empty.
    """
    mended = rows.with_suffix(".csv")
    mender = Mender(len(columns), delimiter, text.encoding)
    count, broken = mender.mend(text.path, mended, header_lines)
    types = {"row_number": "BIGINT", **dict.fromkeys(columns, "VARCHAR")}
    copied = _copy(con, mended, types, delimiter, "parallel = false", rows)
    mended.unlink()
    if copied != count:
        raise LoadError(f"{count} good rows were found but {copied} could be read", path, expected="equal counts")
    return broken, mender.is_a_line_each


def _copy(con: duckdb.DuckDBPyConnection, text: Path, types: dict[str, str], delimiter: str, options: str, rows: Path) -> int:
    """Copy delimited text to Parquet, nothing guessed; returns the number of rows."""
    names = ", ".join(f"{literal(name)}: '{type_}'" for name, type_ in types.items())
    source = (
        f"read_csv({literal(text)}, auto_detect = false, header = false, delim = {literal(delimiter)}, quote = '\"',"
        f" escape = '\"', nullstr = '', strict_mode = true, null_padding = false, encoding = 'utf-8',"
        f" max_line_size = {LINE_BYTES + 64}, columns = {{{names}}}, {options})"
    )
    options = f"format parquet, compression snappy, row_group_size {GROUP_ROWS}"
    return int(con.execute(f"copy (from {source}) to {literal(rows)} ({options})").fetchall()[0][0])


def _row_number(missing: Sequence[int]) -> str:
    """SQL that turns a row's place among the good ones into its place in the file; halves the list of the missing."""

    def shift(low: int, high: int) -> str:
        if low == high:
            return str(low + 1)
        middle = (low + high) // 2
        # The good rows before missing row m (the middle-th) are m - 1 - middle.
        good_before = missing[middle] - 1 - middle
        return f"case when file_row_number < {good_before} then {shift(low, middle)} else {shift(middle + 1, high)} end"

    return f"file_row_number + {shift(0, len(missing))}"
