"""What landing has promised to forget: keyed marks of numbers and callers, and the emptying of the cells that tell of a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import duckdb

from etl import masks
from etl.kinds import KINDS
from etl.numbers import number_macros
from etl.readers.mended import MARK, ROW_MARK
from etl.readers.reading import literal, quoted
from etl.source import Source

# Ours that tell of a person. What a file holds beside the mapped columns is emptied too: nobody knows what it says.
PERSONAL = {
    "caller", "caller_name", "address", "title", "description", "lon", "lat", "label", "duty", "measure", "evidence", "submitted_by",
    "assisting_units", "duplicate_of",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A keyed digest of `source:number` or of a caller; `is_whole`: its rows are not emptied but left out."""

    what: Literal["number", "caller"]
    digest: str
    is_whole: bool = False


def marked(key: str, what: Literal["number", "caller"], value: str, *, is_whole: bool = False) -> Mark:
    return Mark(what, hashlib.sha256(f"{key}\x1f{what}\x1f{value}".encode()).hexdigest(), is_whole)


def marks(folder: Path) -> list[Mark]:
    """The marks of a landing folder, in the order they were made."""
    path = folder / "forgotten" / "marks.jsonl"
    return [Mark(**json.loads(line)) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def with_mark(folder: Path, mark: Mark) -> str:
    """The text of marks.jsonl with one more mark; the same mark twice is one, and a whole one replaces an emptying one."""
    held = {(m.what, m.digest): m for m in marks(folder)}
    known = held.get((mark.what, mark.digest))
    held[mark.what, mark.digest] = Mark(mark.what, mark.digest, mark.is_whole or bool(known and known.is_whole))
    return "".join(json.dumps(asdict(m)) + "\n" for m in held.values())


def telling(columns: Sequence[str], declared: Sequence[Source]) -> list[str]:
    """Those of a file's columns that are not surely about the matter alone."""
    # Where a mended row came from says nothing of a person.
    kept = {MARK, ROW_MARK}
    personal: set[str] = set()
    for source in declared:
        for ours, theirs in (source.optional | source.columns).items():
            (personal if ours in PERSONAL else kept).add(theirs)
    return [name for name in columns if name not in kept or name in personal]


def named_by(ours: str, columns: Sequence[str], declared: Sequence[Source]) -> list[str]:
    """The columns of a file that any of the declarations maps to one of ours."""
    theirs = {(source.optional | source.columns).get(ours) for source in declared}
    return [name for name in columns if name in theirs]


def identity_of(con: duckdb.DuckDBPyConnection, caller: str) -> str | None:
    """A caller as he is hashed: a telephone however it is written; None for nobody. Makes the masks in `con`."""
    con.execute(masks.macros())
    found: str | None = con.execute("select caller_identity(?)", [caller]).fetchall()[0][0]
    return found


def without_forgotten(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], source: Source, folder: Path, key: Callable[[], str]
) -> str:
    """The rows of a reading as they may be landed: the same relation, unless landing has promised to forget something."""
    promised = [(mark.what, mark.digest, mark.is_whole) for mark in marks(folder)]
    if not promised:
        return relation
    con.execute(masks.macros())
    con.execute(number_macros(key()))
    con.execute("create or replace temp table promised (what varchar, digest varchar, is_whole boolean)")
    con.executemany("insert into promised values (?, ?, ?)", promised)
    con.execute("create or replace temp table promised_by as select ? as secret", [key()])
    number = KINDS[source.kind].required[0]
    code = literal(source.code + ":")
    # A number as it was delivered or as it is published: whoever asked had the one or the other.
    said = (
        ("number", number, f"{code} || trim({{}})"),
        ("number", number, f"{code} || shown_number(trim({{}}))"),
        ("caller", "caller", "caller_identity({})"),
    )
    found = [
        f"sha256((from promised_by) || chr(31) || '{what}' || chr(31) || {text.format(quoted(name))})"
        f" in (select digest from promised where what = '{what}' and {{}})"
        for what, ours, text in said
        for name in named_by(ours, columns, [source])
        if any(mark[0] == what for mark in promised)
    ]
    if not found:
        return relation
    hit, whole = (" or ".join(condition.format(which) for condition in found) for which in ("not is_whole", "is_whole"))
    return f"({emptied(relation, telling(columns, [source]), hit)} where not coalesce({whole}, false))"


def emptied(relation: str, columns: Sequence[str], hit: str) -> str:
    """A SELECT of a relation with the cells of `columns` empty in the rows that `hit` finds."""
    cells = ", ".join(f"case when coalesce({hit}, false) then null else {quoted(name)} end as {quoted(name)}" for name in columns)
    return f"select * replace ({cells}) from {relation}" if columns else f"select * from {relation}"
