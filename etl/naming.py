"""Gives landed rows our names and types as each source's TOML says; what cannot be read is kept beside as `bad`."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.landing import Batch, Landing, quoted
from etl.source import KINDS, Source

SQL_TYPES = {
    "text": "varchar",
    "time": "timestamp",
    "date": "date",
    "number": "double",
    "integer": "integer",
    "flag": "boolean",
}
TRUE = ["1", "1.0", "是", "true", "True", "TRUE", "Y", "y", "yes", "有", "已"]
FALSE = ["0", "0.0", "否", "false", "False", "FALSE", "N", "n", "no", "无", "未"]
WIDE = "０１２３４５６７８９：／－．"
NARROW = "0123456789:/-."


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def literals(texts: list[str]) -> str:
    return ", ".join(map(literal, texts))


def named(batch: Batch, source: Source, landing: Landing) -> str:
    """A SELECT of one landed batch: every column of its kind, typed, and `bad {column_name, value, expected}`.

    A column mapped after the batch was landed is null in it.
    """
    kind = KINDS[source.kind].columns
    mapped = {ours: theirs for ours, theirs in (source.optional | source.columns).items() if theirs in batch.columns}
    # As delivered, under a name of its own, so that what could not be read can be told from what was not there.
    texts = [f"{cleaned(theirs, ours, source)} as delivered_{ours}" for ours, theirs in mapped.items()]
    typed = [
        f"{as_typed(f'delivered_{name}', type_, source) if name in mapped else 'null'}::{SQL_TYPES[type_]} as {name}"
        for name, type_ in kind.items()
    ]
    expected = "a date like " + " or ".join(source.values.dates)
    faults = [
        f"when delivered_{name} is not null and {name} is null then struct_pack(column_name := {literal(theirs)},"
        f" value := delivered_{name}, expected := {literal(expected)})"
        for name, theirs in mapped.items()
        if kind[name] in ("time", "date")
    ]
    bad = f"case {' '.join(faults)} end" if faults else "null"
    ours = "batch_id, source_code, row_number, row_hash"
    return (
        f"select {ours}, {', '.join(typed)}, cast({bad} as struct(column_name varchar, value varchar, expected varchar)) as bad"
        f" from (select {', '.join([ours, *texts])} from read_parquet({literal(str(landing.rows_of(batch)))}))"
    )


# What names a place, a unit, a category, a channel: distinct texts are few, so they are matched once, not per row.
NAMES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "places": (
        "place_key",
        ("division_code", "district_code", "district", "town_code", "town", "community_code", "community"),
    ),
    "units": ("unit_key", ("unit_code", "unit")),
    "categories": ("category_key", ("major_code", "major", "category_code", "category")),
    "channels": (None, ("channel",)),
}


def name_rows(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch], sources: dict[str, Source], landing: Landing) -> list[str]:
    """Create named_<kind> of each kind that came, and named_rows_<places|units|…>; returns the kinds in order."""
    selects: dict[str, list[str]] = {}
    for batch in batches:
        selects.setdefault(batch.kind, []).append(named(batch, sources[batch.source_code], landing))
    kinds = [kind for kind in KINDS if kind in selects]
    for kind in kinds:
        keys = "".join(f", {text_key(kind, columns)} as {key}" for key, columns in NAMES.values() if key and text_key(kind, columns))
        con.execute(f"create or replace temp table named_{kind} as select *{keys} from ({' union all by name '.join(selects[kind])})")
    name_texts(con, kinds)
    return kinds


def name_texts(con: duckdb.DuckDBPyConnection, kinds: Sequence[str]) -> None:
    """Create named_rows_<places|units|…> of the named rows of some kinds."""
    for name, (key, columns) in NAMES.items():
        wanted = ([key] if key else []) + list(columns)
        parts = [f"select {', '.join(f'cast(null as varchar) as {column}' for column in wanted)} where false"]
        for kind in kinds:
            present = [c for c in wanted if c == key or c in KINDS[kind].columns]
            if len(present) > bool(key):
                parts.append(f"select {', '.join(present)} from named_{kind}")
        rows = " union all by name ".join(parts)
        con.execute(f"create or replace temp table named_rows_{name} as select *, count(*) as row_count from ({rows}) group by all")


def text_key(kind: str, columns: tuple[str, ...]) -> str:
    """SQL of what makes equal texts of a place, a unit, a category equal; empty if the kind has none of the columns."""
    present = [column for column in columns if column in KINDS[kind].columns]
    texts = ", ".join(f"coalesce({column}, '')" for column in present)
    return f"concat_ws('|', '{'+'.join(present)}', {texts})" if present else ""


def cleaned(theirs: str, ours: str, source: Source) -> str:
    """Trimmed text of one of their columns, null markers nulled, looked up where the source says so."""
    text = f"tidy({quoted(theirs)})"
    nulls = {"", *source.values.nulls}
    # The length first: most texts are longer than any null marker, and comparing with a list is slow.
    longest = max(len(null.encode()) for null in nulls)
    text = f"(case when strlen({text}) > {longest} or {text} not in ({literals(sorted(nulls))}) then {text} end)"
    if ours in source.lookups:
        cases = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in source.lookups[ours].items())
        text = f"(case {text} {cases} else {text} end)"
    return text


def as_typed(text: str, type_: str, source: Source) -> str:
    if type_ == "text":
        return text
    if type_ == "flag":
        return f"(case when {text} in ({literals(TRUE)}) then true when {text} in ({literals(FALSE)}) then false end)"
    # Full-width digits are rare and translate is slow: only text of more bytes than characters is looked at.
    plain = f"(case when strlen({text}) = length({text}) then {text} else translate({text}, '{WIDE}', '{NARROW}') end)"
    if type_ == "time":
        return f"try_strptime({plain}, [{literals(source.values.dates)}])"
    if type_ == "date":
        return f"cast(try_strptime({plain}, [{literals(source.values.dates)}]) as date)"
    return f"try_cast(try_cast({plain} as double) as {SQL_TYPES[type_]})"
