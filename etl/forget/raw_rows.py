"""Empties raw rows in landing: batch by batch, each file whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from etl.errors import SourceError
from etl.forget import promises
from etl.kinds import KINDS
from etl.landing import Landing, durable_replace, publish_lines, publish_text, read_lines, row_hash
from etl.readers.reading import GROUP_ROWS, literal, quoted
from etl.source import Source, read_source


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


def empty_batch(
    con: duckdb.DuckDBPyConnection,
    landing: Landing,
    city_folder: Path,
    path: Path,
    wish: Wish,
    identity: str | None,
    aside: Path,
    done: Done,
) -> None:
    """Rewrite one batch, given by its manifest, and its broken rows. `con` knows the numbers as `wished`, the masks and shown_number."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    rows = landing.folder / "rows" / f"{manifest['batch_id']}.parquet"
    columns, sources = manifest["columns"], declared(landing, city_folder, manifest["source_code"])
    hit = _hit(manifest, sources, wish, identity)
    if not hit or not rows.exists():
        return
    relation, cells = f"read_parquet({literal(rows)})", promises.telling(columns, sources)
    tells = "true" if wish.is_whole else f"coalesce({', '.join(map(quoted, cells)) or 'null'}) is not null"
    count = con.execute(f"select count(*) from {relation} where ({hit}) and {tells}").fetchall()[0][0]
    if count:
        kept = f"select * from {relation} where not coalesce({hit}, false)" if wish.is_whole else promises.emptied(relation, cells, hit)
        made = aside / "rows.parquet"
        # The hash of what was there must not tell it; that of what is left knows the row again when it is delivered once more.
        con.execute(
            f"copy (select * replace ({row_hash(columns)} as row_hash) from ({kept})) to {literal(made)}"
            f" (format parquet, row_group_size {GROUP_ROWS})"
        )
        durable_replace(made, rows)
        done.row_count += count
        done.batch_count += 1
    if len(wish.numbers) <= 1:
        values = [number for source, number in wish.numbers if source == manifest["source_code"]]
        done.broken_count += _empty_broken(landing.folder / "broken" / f"{manifest['batch_id']}.jsonl", values, identity)
    held = con.execute(f"select count(*) from {relation}").fetchall()[0][0] + manifest["broken_count"]
    gone = manifest["received_count"] - held
    # Counted from what is there, so that a manifest left behind by a cut is put right when this runs again.
    if count or gone:
        if manifest.get("control_count") is not None:
            manifest["control_count"] -= gone
        manifest |= {"received_count": held, "forgotten_count": manifest.get("forgotten_count", 0) + max(count, gone)}
        publish_text(path, json.dumps(manifest, ensure_ascii=False, indent=1))


def _hit(manifest: dict[str, Any], sources: Sequence[Source], wish: Wish, identity: str | None) -> str:
    """SQL that finds the rows a wish means in a batch; empty if none of its columns can tell."""
    code, columns = manifest["source_code"], manifest["columns"]
    hits = []
    if wish.numbers:
        # As published: a number may be asked for as the snapshot shows it, or as it was delivered.
        wished = f"(select shown_number(number) from wished where source_code = {literal(code)})"
        number = KINDS[manifest["kind"]].required[0]
        hits += [f"shown_number(trim({quoted(name)})) in {wished}" for name in promises.named_by(number, columns, sources)]
    if identity:
        callers = promises.named_by("caller", columns, sources)
        hits += [f"caller_identity({quoted(name)}) = {literal(identity)}" for name in callers]
    return " or ".join(hits)


def _empty_broken(path: Path, numbers: Sequence[str], identity: str | None) -> int:
    """Empty the broken rows that hold one of the values; they stay as rows, with file, line and what was expected."""
    if not path.exists() or not (numbers or identity):
        return 0
    # A number stands for itself; a telephone may be written with signs between its digits.
    patterns = [rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])" for value in numbers]
    if identity:
        patterns.append(r"\D{0,2}".join(map(re.escape, identity)))
    held = re.compile("|".join(patterns))

    def tells(line: dict[str, Any]) -> bool:
        return bool(held.search(f"{line['raw']}\n{line['reason']}"))

    count = sum(map(tells, read_lines(path)))
    if count:
        publish_lines(path, (line | {"raw": "", "reason": "forgotten"} if tells(line) else line for line in read_lines(path)))
    return count
