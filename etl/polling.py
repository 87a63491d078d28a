"""Lands what a source's database has new: a batch only if there is something new in it, or its source should show itself."""

from __future__ import annotations

import getpass
import hashlib
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from etl.landing import Batch, Landing, row_hash, scratch
from etl.machine import spilling
from etl.readers.database import poll
from etl.readers.reading import Reading, view_of
from etl.source import Source


def polled_until(batches: list[Batch], source: str) -> str | None:
    """The watermark up to which the landed batches of a source reach without a gap; one that was undone leaves a gap."""
    known: set[str | None] = {None}
    reach = None
    for batch in batches:
        if batch.source_code == source and batch.watermark is not None and batch.polled_after in known:
            known.add(batch.watermark)
            reach = batch.watermark
    return reach


def land_poll(landing: Landing, source: Source, zone: ZoneInfo, received_at: datetime, people_url: str = "") -> Batch | None:
    """Poll a source's database, which may be that of people (`people_url`), once. Returns the new batch, or None if there was nothing new.

    Without new rows there is a batch only when the source's rhythm has passed since its last one: an empty one, which says
    that the source is alive and its state known. Raises FileRefused.
    """
    began = time.monotonic()
    batches = [batch for batch in landing.batches() if batch.source_code == source.code]
    since = polled_until(batches, source.code)
    with scratch(landing.folder) as folder, duckdb.connect(config=spilling(folder)) as con:
        polled = poll(source, since, con, folder, zone, people_url)
        reading = polled.reading
        if not _brings_new(con, landing, reading, batches):
            rhythm = source.rhythm_minutes
            if not batches or rhythm is None or received_at - batches[-1].received_at < timedelta(minutes=rhythm):
                return None
            reading = Reading(view_of(con, f"select * from {reading.relation} where false"), reading.columns, [], ["no new rows"])
        facts = Batch(
            "", source.code, source.kind, f"database {source.database.table or 'query'}" if source.database else "", _hash(con, reading),
            received_at, getpass.getuser(), 0, watermark=polled.watermark or since, polled_after=since,
        )  # fmt: skip
        return landing.keep(con, folder, reading, source, facts, began)


def _brings_new(con: duckdb.DuckDBPyConnection, landing: Landing, reading: Reading, batches: list[Batch]) -> bool:
    files = [str(landing.rows_of(batch)) for batch in batches if batch.received_count > batch.broken_count]
    known = "where hash not in (select row_hash from read_parquet(?))" if files else ""
    query = f"select 1 from (select {row_hash(reading.columns)} as hash from {reading.relation}) {known} limit 1"
    return bool(con.execute(query, [files] if files else []).fetchall())


def _hash(con: duckdb.DuckDBPyConnection, reading: Reading) -> str:
    """A hash of all rows that does not depend on the order in which a database happens to give them."""
    rows = con.execute(
        f"select count(*), coalesce(sum(hash), 0), coalesce(bit_xor(hash), 0)"
        f" from (select {row_hash(reading.columns)} as hash from {reading.relation})"
    ).fetchall()[0]
    return hashlib.sha256(f"{rows}".encode()).hexdigest()
