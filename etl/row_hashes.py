"""Which of the rows that arrive were landed before: looked up in a gathered copy of the hashes of small batches."""

from __future__ import annotations

import os
from collections.abc import Sequence

import duckdb

from etl.landing import Batch, Landing
from etl.readers.reading import GROUP_ROWS, literal

NAME = "row_hashes.duckdb"


def landed_before(con: duckdb.DuckDBPyConnection, landing: Landing, incoming: Sequence[Batch], before: Sequence[Batch]) -> None:
    """Create the table landed_before (source_code, row_hash): the incoming rows identical to one landed and not rejected before.

    Opening thousands of small files takes seconds, so their hashes are gathered in a database beside them. It is a copy:
    checked against the files at each use, made anew if it is damaged.
    """
    con.execute("create or replace temp table landed_before (source_code varchar, row_hash ubigint)")
    arriving = {batch.source_code for batch in incoming}
    stamps = _stamps(landing)
    earlier = [batch for batch in before if batch.source_code in arriving and batch.batch_id in stamps]
    if not earlier:
        return
    small = [batch for batch in earlier if batch.received_count < GROUP_ROWS]
    large = [batch for batch in earlier if batch.received_count >= GROUP_ROWS]
    files = [str(landing.rows_of(batch)) for batch in incoming]
    con.execute("create or replace temp table arriving_hashes as select distinct row_hash from read_parquet(?)", [files])
    large = _readable(landing, large)
    if large:
        _take(con, f"read_parquet({[str(landing.rows_of(batch)) for batch in large]})")
    if small:
        try:
            _take_gathered(con, landing, small, stamps)
        except duckdb.Error:  # Damaged, or made by another version: it is only a copy.
            _forget(landing)
            _take_gathered(con, landing, small, stamps)
    con.execute("drop table arriving_hashes")


def _take(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    con.execute(
        f"insert into landed_before select distinct source_code, row_hash from {relation} l"
        " semi join arriving_hashes a on a.row_hash = l.row_hash"
        " anti join rejected_rows r on r.batch_id = l.batch_id and r.row_number = l.row_number"
    )


def _take_gathered(con: duckdb.DuckDBPyConnection, landing: Landing, small: Sequence[Batch], stamps: dict[str, str]) -> None:
    con.execute(f"attach {literal(landing.folder / NAME)} as gathered")
    try:
        con.execute("create table if not exists gathered.batches (batch_id varchar, stamp varchar)")
        con.execute(
            "create table if not exists gathered.hashes (source_code varchar, batch_id varchar, row_number bigint, row_hash ubigint)"
        )
        held = dict(con.execute("select batch_id, stamp from gathered.batches").fetchall())
        gone = [name for name, stamp in held.items() if stamps.get(name) != stamp]
        new = _readable(landing, [batch for batch in small if held.get(batch.batch_id) != stamps[batch.batch_id]])
        if gone or new:
            _gather(con, landing, gone, new, stamps)
        wanted = [batch.batch_id for batch in small]
        con.execute("create or replace temp table small_batches as select unnest(?) as batch_id", [wanted])
        _take(con, "(select h.* from gathered.hashes h semi join small_batches s on s.batch_id = h.batch_id)")
    finally:
        con.execute("detach gathered")


def _gather(con: duckdb.DuckDBPyConnection, landing: Landing, gone: list[str], new: list[Batch], stamps: dict[str, str]) -> None:
    con.execute("begin")
    if gone:
        for table in ("batches", "hashes"):
            con.execute(f"delete from gathered.{table} where list_contains(?, batch_id)", [gone])
    if new:
        con.execute(
            "insert into gathered.hashes select source_code, batch_id, row_number, row_hash from read_parquet(?)",
            [[str(landing.rows_of(batch)) for batch in new]],
        )
        con.execute(
            "insert into gathered.batches select unnest(?), unnest(?)",
            [[batch.batch_id for batch in new], [stamps[batch.batch_id] for batch in new]],
        )
    con.execute("commit")


def _readable(landing: Landing, batches: Sequence[Batch]) -> list[Batch]:
    """Those whose landed rows can be read; the others are told, and do not keep new deliveries waiting."""
    faults = {batch.batch_id: fault for batch in batches if (fault := landing.fault_of(batch))}
    landing.damaged.update(faults)
    return [batch for batch in batches if batch.batch_id not in faults]


def _forget(landing: Landing) -> None:
    for path in landing.folder.glob(f"{NAME}*"):
        path.unlink()


def _stamps(landing: Landing) -> dict[str, str]:
    """Batch id -> what its landed rows look like from outside: when they were written and how many bytes they are."""
    with os.scandir(landing.folder / "rows") as entries:
        return {
            entry.name.removesuffix(".parquet"): f"{entry.stat().st_mtime_ns}:{entry.stat().st_size}"
            for entry in entries
            if entry.name.endswith(".parquet")
        }
