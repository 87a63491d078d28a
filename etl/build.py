"""Runs the models in order: landed batches in, the tables of the contract out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

import duckdb
import duckdb_engine
import pandas as pd
from sqlalchemy.schema import CreateTable

from dashboard import warehouse as contract
from dashboard.settings import City, read_city
from etl import links, masks, partial, placing, reference, workclock
from etl.books import KEYS, MODELS, book, columns_of
from etl.contradictions import list_contradictions
from etl.landing import Batch, Landing
from etl.mended_rows import mark_mended
from etl.naming import conforming, name_rows
from etl.outlines import outlines_of, point_macros
from etl.row_hashes import landed_before
from etl.source import Source, sources_of
from etl.values import literal

DELETABLE = ("tickets", "disputes", "risks")
DERIVABLE = ("divisions.csv", "units.csv", "categories.csv", "channels.csv")
BATCH = [
    "batch_id", "source_code", "kind", "file_name", "file_sha256", "loaded_by", "warnings", "received_at", "received_count",
    "broken_count", "control_count", "header_lines", "land_seconds", "ordinal",
]  # fmt: skip
DELIVERING = ["source_code", "has_closing_times", "has_ratings", "channel", "as_of_rule", "is_whole_stock", "units_in_rows"]
BROKEN = ["batch_id", "row_number", "line_number", "reason", "expected", "column_name"]
TEMP_TYPES = {
    "received_at": "timestamp", "received_count": "bigint", "broken_count": "bigint", "ordinal": "integer",
    "control_count": "bigint", "header_lines": "bigint", "land_seconds": "double",
    "row_number": "bigint", "line_number": "bigint", "has_closing_times": "boolean", "has_ratings": "boolean",
    "is_whole_stock": "boolean", "units_in_rows": "boolean",
}  # fmt: skip
# From so many rows on a load streams; rows that came in order have blocks that hardly overlap in time.
MANY_ROWS, NEARLY_SORTED = 500_000, 2.0
# Rows of a full block, how many half-empty blocks are let be, and DuckDB's own number of tasks that tidy.
GROUP_ROWS, FEW_GROUPS, VACUUM_TASKS = 122_880, 12, 100
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Inputs:
    """What a build works on: the reference in force, the batches to apply, and those already in the base."""

    reference: Batch
    incoming: Sequence[Batch]
    before: Sequence[Batch]


@cache
def _empty_contract() -> str:
    return ";".join(str(CreateTable(table).compile(dialect=duckdb_engine.Dialect())) for table in contract.metadata.sorted_tables)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(_empty_contract())


def put_off_vacuum(con: duckdb.DuckDBPyConnection) -> None:
    """Let deleted rows lie until they are worth tidying: DuckDB would write every block of a table anew in which one row changed.

    A small load onto ten million tickets would spend most of its time on that.
    """
    groups, rows = con.execute(
        "select (select count(distinct row_group_id) from pragma_storage_info('tickets')), (select count(*) from tickets)"
    ).fetchall()[0]
    is_due = groups > FEW_GROUPS + 1.5 * rows / GROUP_ROWS
    con.execute(f"set max_vacuum_tasks = {VACUUM_TASKS if is_due else 0}")


def needs_full(folder: Path) -> bool:
    """A city that lacks reference files reads them off all its deliveries, so it is always built whole."""
    return any(not (folder / name).exists() for name in DERIVABLE)


def build(
    con: duckdb.DuckDBPyConnection, landing: Landing, inputs: Inputs, *, whole: bool, built_at: datetime, name: str,
    progress: Progress,
) -> None:  # fmt: skip
    """Apply `inputs.incoming` to the open database: empty for a full build, a copied snapshot for an increment.

    Raises ReferenceFault if the city's folder cannot be used.
    """
    folder = landing.reference_of(inputs.reference)
    city, sources = read_city(folder), {source.code: source for source in sources_of(folder)}
    for batch in inputs.incoming:
        if batch.source_code not in sources:
            raise reference.ReferenceFault(
                f"sources/{batch.source_code}.toml: gone; expected the source of the landed batch {batch.batch_id} ({batch.file_name})"
            )
    # A time that comes with its offset becomes the city's civic time.
    con.execute(f"set timezone = {literal(city.time_zone)}")
    # A list of words is compared in place: as a join, every one of them would cost a pipeline.
    con.execute("set disabled_optimizers = 'in_clause'")
    progress("reference")
    if whole:
        reference.load_reference(con, folder, city, list(sources.values()))
    con.execute((MODELS / "macros.sql").read_text(encoding="utf-8"))
    con.execute(masks.macros())
    con.execute(workclock.macros(city.office_hours))
    con.execute(f"create or replace temp macro civic(x) as timezone({literal(city.time_zone)}, x)")
    con.execute((MODELS / "values.sql").read_text(encoding="utf-8"))
    con.execute(point_macros(con))
    _parameters(con, landing, inputs, city, sources)
    progress("conform")
    kinds = name_rows(con, inputs.incoming, sources, landing)
    if whole:
        reference.derive_missing(con, city)
        reference.load_paths(con)
    con.execute((MODELS / "conform" / "names.sql").read_text(encoding="utf-8"))
    outlines = outlines_of(con)
    placing.place_by_point(con, kinds, outlines)
    for kind in kinds:
        con.execute(conforming(kind))
        book(con, kind)
        placing.find_strays(con, kind, outlines)
        list_contradictions(con, kind)
    partial.fill(con, kinds, inputs.before, sources, landing, lambda: placing.place_by_point(con, kinds, outlines))
    # Tables of a step go with it: a large load holds what it still needs.
    for kind in kinds:
        con.execute(f"drop table named_{kind}")
    _load_calendar(con, folder, city, kinds)
    for kind in kinds:
        progress(kind)
        _publish_kind(con, kind)
    if "pilot_observations" in kinds or (whole and _has_pilots(con)):
        con.execute((MODELS / "pilot_standing.sql").read_text(encoding="utf-8"))
    mark_mended(con, landing, [*inputs.before, *inputs.incoming])
    _book_aside(con, landing)
    con.execute("delete from snapshot")
    con.execute(
        "insert into snapshot by name select ? as city_code, ? as snapshot_name, ? as reference_batch,"
        f" {contract.SCHEMA_VERSION} as schema_version, ?::timestamp as built_at, max(as_of) as as_of from sources",
        [city.code, name, inputs.reference.batch_id, built_at],
    )


def _has_pilots(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the city names targets: without one nothing stands anywhere, and no report is owed."""
    return bool(con.execute("select exists (from pilot_targets) or exists (from pilot_assignments)").fetchall()[0][0])


def _parameters(con: duckdb.DuckDBPyConnection, landing: Landing, inputs: Inputs, city: City, sources: dict[str, Source]) -> None:
    """The facts the models read besides rows: the city's rules, the batches that came, what was landed before."""
    rules = city.pilots
    con.execute(
        f"create or replace temp table city as select {literal(city.closure)} as closure, {literal(landing.caller_key())} as caller_key,"
        f" {rules.yellow_below}::double as yellow_below, {rules.red_below}::double as red_below,"
        f" {rules.report_months} as report_months, {rules.report_days} as report_days"
    )
    batches = pd.DataFrame([vars(batch) | {"ordinal": number} for number, batch in enumerate(inputs.incoming)], columns=BATCH)
    batches["warnings"] = ["\n".join(lines) for lines in batches["warnings"]]
    broken = [
        (batch.batch_id, line["row_number"], line["line"], line["reason"], line["expected"], line.get("column"))
        for batch in inputs.incoming
        for line in landing.broken_of(batch)
    ]
    delivering = [
        (s.code, "closing_times" in s.delivers, "ratings" in s.delivers, s.channel, s.as_of, s.deletions == "absent", s.units_in_rows)
        for s in sources.values()
    ]
    _temp_table(con, "incoming", batches)
    _temp_table(con, "broken_rows", pd.DataFrame(broken, columns=BROKEN))
    _temp_table(con, "delivering", pd.DataFrame(delivering, columns=DELIVERING))
    mapped = [(s.code, ours, theirs) for s in sources.values() for ours, theirs in (s.optional | s.columns).items()]
    _temp_table(con, "mapped_columns", pd.DataFrame(mapped, columns=["source_code", "ours", "theirs"]))
    con.execute("create or replace temp table moved as select distinct source_code from incoming")
    landed_before(con, landing, inputs.incoming, inputs.before)


def _temp_table(con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    con.register("frame", frame)
    typed = ", ".join(f"cast({column} as {TEMP_TYPES.get(column, 'varchar')}) as {column}" for column in frame.columns)
    con.execute(f"create or replace temp table {name} as select {typed} from frame")
    con.unregister("frame")


def _book_aside(con: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    """List the batches that do not count, so that the reader can show them and who set them aside."""
    rows = [
        (b.batch_id, b.source_code, b.file_name, where, note.get("by"), note.get("reason"), b.received_at, note.get("at"), b.received_count)
        for b, where, note in landing.aside()
    ]
    con.execute("delete from set_aside_batches")
    if rows:
        names = "batch_id, source_code, file_name, state_code, set_aside_by, reason, received_at, set_aside_at, received_count"
        con.executemany(f"insert into set_aside_batches ({names}) values (?, ?, ?, ?, ?, ?, ?, ?::timestamp, ?)", rows)


def _load_calendar(con: duckdb.DuckDBPyConnection, folder: Path, city: City, kinds: list[str]) -> None:
    """Renew the calendar over all days that hold tickets, and never shorten it: loads in steps end as one load of all."""
    earliest = "(select min(earliest_at) from conformed_tickets where reason_code is null)" if "tickets" in kinds else "null"
    first, last = con.execute(
        f"select cast(least((select min(received_at) from incoming), {earliest}) as date),"
        " cast((select max(received_at) from incoming) as date)"
    ).fetchall()[0]
    if first:
        reference.load_calendar(con, folder, city, first, last)


def _publish_kind(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Pick the winning versions of the touched rows, derive, and put them in the place of the old ones."""
    key, table = KEYS[kind], contract.metadata.tables[kind]
    count = con.execute(f"select count(*) from conformed_{kind}").fetchall()[0][0]
    # What comes by the million is not written down at every step, but flows through all of them at once.
    shape = "view" if count > MANY_ROWS else "table"
    touched = MODELS / "core" / f"{kind}.sql"
    if touched.exists():
        con.execute(touched.read_text(encoding="utf-8").format(shape=shape))
    else:  # A small table is worked on whole.
        con.execute(f"create or replace temp table touched_{kind} as select {key} from {kind}")
    columns = ", ".join(c for c in columns_of(con, f"conformed_{kind}") if c in table.columns)
    steps = ["core/versions", *(["core/deletions"] if kind in DELETABLE else []), *(["core/deadlines"] if kind == "tickets" else [])]
    for step in steps:
        con.execute((MODELS / f"{step}.sql").read_text(encoding="utf-8").format(kind=kind, key=key, columns=columns, shape=shape))
    if kind == "tickets":
        links.resolve(con)
    con.execute((MODELS / "marts" / f"{kind}.sql").read_text(encoding="utf-8").format(shape=shape))
    con.execute(f"delete from {kind} where {key} in (select {key} from touched_{kind})")
    shown = ", ".join(c for c in columns_of(con, f"derived_{kind}") if c in table.columns)
    # In the order of time, so that a period is read from few blocks.
    time = next(iter(cast("dict[str, str | None]", contract.BASES[kind]).values()))
    order = "" if shape == "view" and time and _came_in_order(con, kind, time) else f" order by {time or key}"
    if shape == "view":  # Joined as written: the many flow past the tables that are held, and keep their order.
        con.execute("set disabled_optimizers = 'in_clause,join_order,build_side_probe_side'")
    con.execute(f"insert into {kind} by name select {shown} from derived_{kind}{order}")
    con.execute("set disabled_optimizers = 'in_clause'")
    if kind == "tickets":
        con.execute((MODELS / "core" / "ticket_units.sql").read_text(encoding="utf-8"))
        links.publish(con)
    con.execute(f"drop {shape} derived_{kind}; drop table conformed_{kind}")


def _came_in_order(con: duckdb.DuckDBPyConnection, kind: str, time: str) -> bool:
    """Whether the conformed rows stand nearly in the order of a time: how much of it their blocks span, added up, over the whole."""
    spread = (
        f"select sum(epoch(last) - epoch(first)) / nullif(epoch(max(last)) - epoch(min(first)), 0) from (select min({time}) as first,"
        f" max({time}) as last from conformed_{kind} where reason_code is null group by rowid // {GROUP_ROWS})"
    )
    return (con.execute(spread).fetchall()[0][0] or 0.0) < NEARLY_SORTED
