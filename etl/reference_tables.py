"""Puts the rows of a city's files into their tables, each cell as the type of its column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
from sqlalchemy import Table

from dashboard import warehouse as contract
from etl.city_files import FILES, HOLIDAYS, RENAMED
from etl.reference_files import ReferenceFault, Rows, read_rows

EXPECTED = {
    "date": "a day such as 2026-10-01",
    "double": "a number",
    "integer": "a whole number",
    "bigint": "a whole number",
    "boolean": "true or false",
}


def load_files(con: duckdb.DuckDBPyConnection, files: dict[str, Rows]) -> None:
    """Insert the rows of each file into the table it is named for. Raises ReferenceFault."""
    for table, rows in files.items():
        if table != HOLIDAYS:
            _load_file(con, contract.metadata.tables[table], rows)


def _load_file(con: duckdb.DuckDBPyConnection, table: Table, rows: Rows) -> None:
    theirs = {ours: theirs for (name, theirs), ours in RENAMED.items() if name == table.name}
    columns = [column for column in table.columns if theirs.get(column.name, column.name) in rows.header]
    casts = {}
    for column in columns:
        kind = "boolean" if str(column.type) == "BOOLEAN" else str(column.type).replace("DATETIME", "TIMESTAMP").replace("TEXT", "VARCHAR")
        casts[theirs.get(column.name, column.name)] = (column.name, kind)
    _register(con, rows, {name: kind for name, (_, kind) in casts.items()})
    chosen = ", ".join(f'try_cast("{name}" as {kind}) as {ours}' for name, (ours, kind) in casts.items())
    con.execute(f"insert into {table.name} by name select {chosen} from reference_file order by row_no")
    con.unregister("reference_file")


def _register(con: duckdb.DuckDBPyConnection, rows: Rows, kinds: dict[str, str]) -> None:
    """The rows as the view reference_file (row_no and texts, empty ones null). Raises ReferenceFault for a text of another type."""
    texts = {name: pa.array([row[name] or None for _, row in rows.rows], pa.string()) for name in kinds}
    con.register("reference_file", pa.table({"row_no": pa.array([number for number, _ in rows.rows], pa.int64()), **texts}))
    casts = {name: kind for name, kind in kinds.items() if kind.lower() != "varchar"}
    if not casts:
        return
    wrong = [f'min(row_no) filter (where "{name}" is not null and try_cast("{name}" as {kind}) is null)' for name, kind in casts.items()]
    first = con.execute(f"select {', '.join(wrong)} from reference_file").fetchall()[0]
    for (name, kind), row in zip(casts.items(), first, strict=True):
        if row is not None:
            text = dict(rows.rows)[row][name]
            raise ReferenceFault(f"{rows.file.name}:{row}:{name}: {text!r}; expected {EXPECTED.get(kind.lower(), kind.lower())}")


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows at once: one statement a row would take a millisecond each."""
    if rows:
        con.register("given_rows", pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))))
        con.execute(f"insert into {table} by name select * from given_rows")
        con.unregister("given_rows")


def holidays(con: duckdb.DuckDBPyConnection, folder: Path) -> pd.DataFrame:
    """The days of holidays.csv that differ from their weekday: day_on, kind, label; none without a file. Raises ReferenceFault."""
    path = folder / FILES[HOLIDAYS].name
    if not path.exists():
        return pd.DataFrame(columns=["day_on", "kind", "label"])
    rows = read_rows(path, FILES[HOLIDAYS])
    _register(con, rows, {"day_on": "date", "kind": "varchar"} | ({"label": "varchar"} if "label" in rows.header else {}))
    label = "label" if "label" in rows.header else "null::varchar as label"
    # The same day may be written 2026-10-01 and 2026/10/1.
    days = con.execute(f"select cast(day_on as date) as day_on, kind, {label}, row_no from reference_file order by 1, row_no").df()
    con.unregister("reference_file")
    twice = days[days["day_on"].duplicated()]
    if len(twice):
        row, day = twice["row_no"].iloc[0], twice["day_on"].iloc[0]
        raise ReferenceFault(f"{path.name}:{row}:day_on: {day:%Y-%m-%d} stands there twice; expected each day once")
    return days.drop(columns="row_no")
