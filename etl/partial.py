"""Puts together what a source tells piece by piece: an empty cell keeps what the older version said, in whatever order they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from etl.books import KEYS, MODELS, columns_of
from etl.landing import Batch, Landing
from etl.naming import NAMES, conforming, convert_points, name_texts, named, text_key
from etl.source import KINDS, Source
from etl.values import literals

# Cells that say one thing together are kept together: a new town with the old community would be a place nobody meant.
GROUPS = [(key, columns) for key, columns in NAMES.values() if key]


def fill(
    con: duckdb.DuckDBPyConnection, kinds: Sequence[str], before: Sequence[Batch], sources: dict[str, Source], landing: Landing,
    place: Callable[[], None],
) -> None:  # fmt: skip
    """Replace the accepted rows of partial sources among conformed_<kind> by one row a number, made of all its versions.

    `place` places rows by their points, once their names are known again. Makes refilled_<kind> (its key) for every kind.
    What was accepted stays accepted: the books are already written.
    """
    for kind in kinds:
        codes = [code for code, source in sources.items() if source.partial and source.kind == kind]
        key = KEYS[kind]
        con.execute(
            f"create or replace temp table refilled_{kind} as select distinct {key} from conformed_{kind}"
            f" where reason_code is null and not is_duplicate and source_code in ({literals(codes) or 'null'})"
        )
        if not con.execute(f"select count(*) from refilled_{kind}").fetchall()[0][0]:
            continue
        earlier = [batch for batch in before if batch.source_code in codes]
        kept, versions = _versions(con, kind, earlier, sources, landing)
        con.execute(f"create or replace temp table kept as {kept}")
        con.execute(f"create or replace temp table merged as {_merged(con, kind, versions)}")
        con.execute(f"create or replace temp table named_{kind} as from merged")
        name_texts(con, [kind])
        con.execute((MODELS / "conform" / "names.sql").read_text(encoding="utf-8"))
        place()
        con.execute(conforming(kind))
        con.execute(f"update conformed_{kind} set reason_code = null; insert into conformed_{kind} by name from kept")


def _versions(
    con: duckdb.DuckDBPyConnection, kind: str, earlier: Sequence[Batch], sources: dict[str, Source], landing: Landing
) -> tuple[str, str]:
    """What of conformed_<kind> stays as it is, and every accepted version of the numbers that came, each once; both as SQL."""
    key, number = KEYS[kind], KINDS[kind].required[0]
    chosen = f"reason_code is null and not is_duplicate and {key} in (from refilled_{kind})"
    con.execute(f"create or replace temp table versions as from named_{kind} n semi join"
                f" (select batch_id, row_number from conformed_{kind} where {chosen}) c using (batch_id, row_number)")  # fmt: skip
    known = {row[0] for row in con.execute("select batch_id from incoming").fetchall()}
    for batch in earlier:
        convert_points(con, [batch], sources[batch.source_code], landing)
        rows = named([batch], sources[batch.source_code], landing)
        con.execute(
            f"insert into versions by name select * from ({rows}) n"
            f" where source_code || ':' || {number} in (from refilled_{kind})"
            " and row_number not in (select row_number from rejected_rows r where r.batch_id = n.batch_id and row_number is not null)"
        )
        if batch.batch_id not in known:
            con.execute(
                "insert into incoming by name select ? as batch_id, ? as source_code, ? as kind, ?::timestamp as received_at,"
                " -1 as ordinal",
                [batch.batch_id, batch.source_code, batch.kind, batch.received_at],
            )
    once = "select * from versions qualify row_number() over (partition by source_code, row_hash order by batch_id, row_number) = 1"
    return f"select * from conformed_{kind} where not ({chosen})", once


def _merged(con: duckdb.DuckDBPyConnection, kind: str, versions: str) -> str:
    """The newest version of each number, its empty cells filled from the older ones, as SQL."""
    number, columns = KINDS[kind].required[0], KINDS[kind].columns
    of_one = f"partition by v.source_code, v.{number} order by"
    age = ("coalesce(v.updated_at, b.received_at)", "v.batch_id", "v.row_number")
    filled = {name: f"last_value(v.{name} ignore nulls) over w" for name in columns if name != number}
    keys = []
    for key, group in GROUPS:
        members = [name for name in group if name in columns]
        for name in members:
            # The row that last said anything of the group says all of it, its empty cells too.
            cell = f"case when coalesce({', '.join(f'v.{m}' for m in members)}) is not null then struct_pack(cell := v.{name}) end"
            filled[name] = f"(last_value({cell} ignore nulls) over w).cell"
        if members:
            keys.append(f", {text_key(kind, group)} as {key}")
    present = [name for name in columns_of(con, "versions") if not name.endswith("_key")]
    cells = ", ".join(f"{filled.get(name, f'v.{name}')} as {name}" for name in present)
    return (
        f"select *{''.join(keys)} from (select {cells} from ({versions}) v join incoming b on b.batch_id = v.batch_id"
        f" window w as ({of_one} {', '.join(age)} rows between unbounded preceding and current row)"
        f" qualify row_number() over ({of_one} {', '.join(f'{part} desc' for part in age)}) = 1)"
    )
