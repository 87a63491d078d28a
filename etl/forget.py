"""Forgets a person, or what is older than may be kept: empties raw rows, rebuilds the snapshot, deletes those that knew."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dashboard.warehouse import snapshot_path
from etl import forgotten, snapshot
from etl.errors import SourceError
from etl.kinds import KINDS
from etl.landing import GROUP_ROWS, REFERENCE, Landing, durable_replace, publish_text, row_hash, scratch
from etl.readers.reading import literal
from etl.source import Source, read_source

TABLES = {"tickets": ("ticket_key", "coalesce(caller_hash, summary, address, cast(lon as varchar)) is not null"),
          "disputes": ("dispute_key", "true"), "risks": ("risk_key", "coalesce(label, duty, measure) is not null")}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Whom or what to forget: the numbers of a source, or a caller (as he is hashed); `is_whole`: the rows entirely."""

    numbers: tuple[tuple[str, str], ...] = ()
    caller: str | None = None
    is_whole: bool = False


@dataclass
class Done:
    """How much was emptied: raw rows, batches, broken rows; and the snapshots that were deleted."""

    row_count: int = 0
    batch_count: int = 0
    broken_count: int = 0
    snapshots_deleted: int = 0


def declared(landing: Landing, city_folder: Path, code: str) -> list[Source]:
    """Every declaration of a source, that of today and those landed with the city's folder: columns may have been renamed."""
    folders = [city_folder, *(landing.folder / "reference").glob("*")]
    found = []
    for folder in folders:
        path = folder / "sources" / f"{code}.toml"
        if path.exists():
            try:
                found.append(read_source(path))
            except SourceError:
                continue  # An old declaration this program no longer reads; the others say what it said.
    return found


def forget(folder: Path, landing: Landing, city_folder: Path, wish: Wish, now: datetime) -> Done:
    """Empty what the wish names in landing, rebuild, delete the snapshots that knew. Run again, it finishes what was cut off.

    For the holder of the writing lock. Raises checks.CheckFailed, leaving the snapshot in use and the raw rows emptied.
    """
    done = Done()
    with scratch(landing.folder) as aside, duckdb.connect(config={"temp_directory": str(aside)}) as con:
        identity = forgotten.identity_of(con, wish.caller) if wish.caller else None
        con.execute("create temp table wished (source_code varchar, number varchar)")
        if wish.numbers:
            con.executemany("insert into wished values (?, ?)", list(wish.numbers))
        for path in sorted(landing.folder.glob("*/*.json")):
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest.get("source_code") not in (None, REFERENCE):
                _empty(con, landing, city_folder, path, wish, identity, aside, done)
    before = snapshot.names(folder)
    snapshot.publish(folder, landing, now, whole=True)
    hashed = hashlib.sha256((landing.caller_key() + identity).encode()).hexdigest() if identity else None
    for name in before:
        path = snapshot_path(folder, name)
        if path.exists() and _knows(path, wish, hashed):
            path.unlink()
            done.snapshots_deleted += 1
    return done


def _empty(
    con: duckdb.DuckDBPyConnection, landing: Landing, city_folder: Path, path: Path, wish: Wish, identity: str | None, aside: Path, done: Done
) -> None:  # fmt: skip
    """Rewrite one batch, its broken rows and its manifest, each whole or not at all."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    code, columns = manifest["source_code"], manifest["columns"]
    numbers = [number for source, number in wish.numbers if source == code]
    rows = landing.folder / "rows" / f"{manifest['batch_id']}.parquet"
    if not (numbers or identity) or not rows.exists():
        return
    sources = declared(landing, city_folder, code)
    number = KINDS[manifest["kind"]].required[0]
    hits = [
        f"trim({forgotten.quoted(name)}) in (select number from wished where source_code = {literal(code)})"
        for name in forgotten.named_by(number, columns, sources)
        if numbers
    ]
    if identity:
        hits += [f"caller_identity({forgotten.quoted(name)}) = {literal(identity)}" for name in forgotten.named_by("caller", columns, sources)]
    cells = forgotten.telling(columns, sources)
    hit, relation = " or ".join(hits) or "false", f"read_parquet({literal(rows)})"
    said = f"coalesce({', '.join(map(forgotten.quoted, cells)) or 'null'}) is not null"
    count = con.execute(f"select count(*) from {relation} where ({hit})" + ("" if wish.is_whole else f" and {said}")).fetchall()[0][0]
    if count:
        kept = f"select * from {relation} where not coalesce({hit}, false)" if wish.is_whole else forgotten.emptied(relation, cells, hit)
        made = aside / "rows.parquet"
        # The hash of what was there must not tell it; that of what is left knows the row again when it is delivered once more.
        con.execute(f"copy (select * replace ({row_hash(columns)} as row_hash) from ({kept})) to {literal(made)}"
                    f" (format parquet, row_group_size {GROUP_ROWS})")  # fmt: skip
        durable_replace(made, rows)
        done.row_count += count
        done.batch_count += 1
    done.broken_count += _empty_broken(landing.folder / "broken" / f"{manifest['batch_id']}.jsonl", numbers, identity)
    held = con.execute(f"select count(*) from {relation}").fetchall()[0][0] + manifest["broken_count"]
    gone = manifest["received_count"] - held
    if count or gone:
        if manifest.get("control_count") is not None:
            manifest["control_count"] -= gone
        manifest |= {"received_count": held, "forgotten_count": manifest.get("forgotten_count", 0) + max(count, gone)}
        publish_text(path, json.dumps(manifest, ensure_ascii=False, indent=1))


def _empty_broken(path: Path, numbers: Sequence[str], identity: str | None) -> int:
    """Empty the broken rows that hold one of the values; they stay as rows, with file, line and what was expected."""
    if not path.exists():
        return 0
    # A number stands for itself; a telephone may be written with signs between its digits.
    patterns = [rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])" for value in numbers]
    if identity:
        patterns.append(r"\D{0,2}".join(map(re.escape, identity)))
    held = re.compile("|".join(patterns))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = [line for line in lines if held.search(f"{line['raw']}\n{line['reason']}")]
    for line in found:
        line |= {"raw": "", "reason": "forgotten"}
    if found:
        publish_text(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return len(found)


def _knows(path: Path, wish: Wish, hashed: str | None) -> bool:
    """Whether a snapshot tells anything of whom is to be forgotten; one that cannot be read may."""
    keys = [f"{source}:{number}" for source, number in wish.numbers]
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            if hashed and con.execute("select 1 from tickets where caller_hash = ? limit 1", [hashed]).fetchall():
                return True
            return any(
                con.execute(f"select 1 from {table} where list_contains(?, {key}) and {'true' if wish.is_whole else tells} limit 1", [keys]).fetchall()
                for table, (key, tells) in TABLES.items()
            )
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
