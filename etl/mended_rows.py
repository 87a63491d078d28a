"""Marks the rejected rows that came back mended: the list of a batch was loaded again, and the row in it was taken."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.landing import Batch, Landing
from etl.readers.mended import MARK, ROW_MARK
from etl.readers.reading import literal


def mark_mended(con: duckdb.DuckDBPyConnection, landing: Landing, batches: Sequence[Batch]) -> None:
    """Write into rejected_rows.mended_by the first batch that took a row of theirs in a mended version.

    `batches` are all that count, those already marked too: the marks depend on them alone, in whatever steps they came. A row
    that was mended and rejected anew is of one family with what it came from, and one of them taken marks them all.
    """
    lists = [b for b in batches if MARK in b.columns and ROW_MARK in b.columns and landing.fault_of(b) is None]
    if not lists:
        return
    con.execute(
        "create or replace temp table versions_sent"
        " (source_code varchar, batch_id varchar, row_number bigint, from_batch varchar, from_row bigint)"
    )
    for batch in lists:
        con.execute(
            f"insert into versions_sent select source_code, batch_id, row_number, trim({MARK}), try_cast(trim({ROW_MARK}) as bigint)"
            f" from read_parquet({literal(landing.rows_of(batch))}) where {MARK} is not null and {ROW_MARK} is not null"
        )
    # From each row back to the one the family began with; a list names only batches before its own, so this ends.
    con.execute(
        "create or replace temp table families as with recursive back as ("
        " select source_code, batch_id, row_number, from_batch, from_row from versions_sent where from_row is not null"
        f" and {_place('from_batch')} < {_place('batch_id')}"
        " union"
        " select b.source_code, b.batch_id, b.row_number, v.from_batch, v.from_row from back b join versions_sent v"
        " on v.source_code = b.source_code and v.batch_id = b.from_batch and v.row_number = b.from_row"
        f" where v.from_row is not null and {_place('v.from_batch')} < {_place('v.batch_id')})"
        " select source_code, batch_id, row_number, arg_min(from_batch, place) as from_batch, arg_min(from_row, place) as from_row"
        f" from (select *, {_place('from_batch')} as place from back) group by all"
    )
    con.execute(
        "create or replace temp table mended as select f.source_code, f.from_batch, f.from_row, arg_min(f.batch_id, "
        f"{_place('f.batch_id')}) as mended_by from families f join load_batches b on b.batch_id = f.batch_id"
        " anti join rejected_rows r on r.batch_id = f.batch_id and r.row_number = f.row_number group by all"
    )
    con.execute(
        "update rejected_rows set mended_by = m.mended_by from mended m where rejected_rows.source_code = m.source_code"
        " and (rejected_rows.batch_id, rejected_rows.row_number) = (m.from_batch, m.from_row)"
    )
    con.execute(
        "update rejected_rows set mended_by = m.mended_by from families f join mended m using (source_code, from_batch, from_row)"
        " where rejected_rows.batch_id = f.batch_id and rejected_rows.row_number = f.row_number"
    )


def _place(name: str) -> str:
    """SQL of where a batch stands in the order: by its running number, however many digits that has."""
    return f"coalesce(try_cast(split_part({name}, '-', 1) as bigint), 0)"
