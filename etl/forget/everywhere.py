"""Forgets a person, or what is older than may be kept: empties raw rows, rebuilds the snapshot, deletes those that knew."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from dashboard.warehouse import snapshot_path
from etl import snapshot
from etl.forget.promises import identity_of
from etl.forget.raw_rows import Done, Wish, empty_batch
from etl.landing import REFERENCE, Landing, scratch
from etl.machine import spilling
from etl.numbers import number_macros

# What tells of a person in the tables of a snapshot.
TABLES = {
    "tickets": ("ticket_key", "coalesce(caller_hash, summary, address, cast(lon as varchar)) is not null"),
    "disputes": ("dispute_key", "true"),
    "risks": ("risk_key", "coalesce(label, duty, measure) is not null"),
}


def forget(folder: Path, landing: Landing, city_folder: Path, wish: Wish, now: datetime) -> Done:
    """Empty what the wish names in landing, rebuild, delete the snapshots that knew. Run again, it finishes what was cut off.

    For the holder of the writing lock. Raises checks.CheckFailed, leaving the snapshot in use and the raw rows emptied.
    """
    done = Done()
    with scratch(landing.folder) as aside, duckdb.connect(config=spilling(aside)) as con:
        identity = identity_of(con, wish.caller) if wish.caller else None
        _register(con, wish, landing.caller_key())
        for path in sorted(landing.folder.glob("*/*.json")):
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest.get("source_code") not in (None, REFERENCE):
                empty_batch(con, landing, city_folder, path, wish, identity, aside, done)
    before = snapshot.names(folder)
    snapshot.publish(folder, landing, now, whole=True)
    hashed = hashlib.sha256((landing.caller_key() + identity).encode()).hexdigest() if identity else None
    for name in before:
        path = snapshot_path(folder, name)
        if path.exists() and _knows(path, wish, hashed, landing.caller_key()):
            path.unlink()
            done.snapshots_deleted += 1
    return done


def _register(con: duckdb.DuckDBPyConnection, wish: Wish, key: str) -> None:
    con.execute(number_macros(key))
    con.register("wished", pd.DataFrame(wish.numbers, columns=["source_code", "number"], dtype="str"))


def _knows(path: Path, wish: Wish, hashed: str | None, key: str) -> bool:
    """Whether a snapshot tells anything of whom is to be forgotten; one that cannot be read may."""
    wished = "(select source_code || ':' || unnest([number, shown_number(number)]) from wished)"
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            _register(con, wish, key)
            queries = [
                f"select 1 from {table} where {key} in {wished} and {'true' if wish.is_whole else tells} limit 1"
                for table, (key, tells) in TABLES.items()
            ]
            if hashed:
                queries.append(f"select 1 from tickets where caller_hash = '{hashed}' limit 1")
            return any(con.execute(query).fetchall() for query in queries)
    except duckdb.Error:
        return True


def closed_before(path: Path, cutoff: datetime) -> tuple[tuple[str, str], ...]:
    """(source, number) of the tickets of a snapshot that were over before a moment."""
    with duckdb.connect(str(path), read_only=True) as con:
        return tuple(
            con.execute(
                "select source_code, ticket_number from tickets where greatest(completed_at, closed_at) < $1"
                " or (completed_at is null and (is_deleted or status_code = 'withdrawn') and updated_at < $1) order by all",
                [cutoff],
            ).fetchall()
        )


def note(landing: Landing, line: dict[str, object]) -> None:
    """Write down who had what forgotten, when and why: counts, never the value."""
    path = landing.folder / "forgotten" / "forgotten.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())
