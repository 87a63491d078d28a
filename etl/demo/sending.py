"""What stands in a delivery: its rows as a relation, and the number of rows that some platforms state beside it."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from etl.demo.rhythm import TOTALS, Timetable
from etl.demo.ticket_rows import ticket_rows
from etl.demo.world import World

PIECE_ROWS = 1 << 14
TOO_MANY = 3


def relation(con: duckdb.DuckDBPyConnection, world: World, source: str, since: int | None, until: int) -> str:
    """Where the rows of a delivery stand in `con`, under our column names; tickets need the relation `state` there."""
    export = world.exports[source]
    if export.source.kind == "tickets":
        return ticket_rows(export)
    relate(con, "lines", world.rows(source, since, until))
    return "lines"


def relate(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table | pd.DataFrame) -> None:
    """Make rows a relation, in pieces: DuckDB reads a piece on one core."""
    whole = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    con.register(name, pa.Table.from_batches(whole.to_batches(PIECE_ROWS), whole.schema))


def stated_total(timetable: Timetable, source: str, rows: int) -> int | None:
    """What the source says its file holds; None if it says nothing. An empty file nobody counts wrong."""
    if source not in TOTALS:
        return None
    return rows + TOO_MANY if rows and source == timetable.wrong_total else rows
