"""Gives landed rows our names and types as each source's TOML says; what cannot be read is kept beside as `bad`."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl import coordinates
from etl.books import MODELS
from etl.landing import Batch, Landing, quoted
from etl.masks import masked_rows
from etl.numbers import NUMBERS, number_macros
from etl.source import KINDS, Source
from etl.values import SQL_TYPES, as_typed, expected_time, literal, literals, plain


def named(batches: Sequence[Batch], source: Source, landing: Landing) -> str:
    """A SELECT of landed batches of one source and the same columns: every column of its kind, typed, and
    `bad {column_name, value, expected}`. A column mapped after the batches were landed is null in them.

    Beside each column of numbers, flags or set words stands `unread_<column>`: what was delivered and is none.
    Its number is as it is published (see `number_macros`). Where there are coordinates, they are WGS 84 or null for a `point_issue`.
    """
    kind, choices = KINDS[source.kind].columns, KINDS[source.kind].choices
    mapped = {ours: theirs for ours, theirs in (source.optional | source.columns).items() if theirs in batches[0].columns}
    ours = "batch_id, source_code, row_number, row_hash"
    # Each step is a SELECT of its own: what stands in an expression many times over makes it slow to plan, and to run.
    tidied = [f"tidy({quoted(theirs)}) as {quoted(theirs)}" for theirs in dict.fromkeys(mapped.values())]
    # As delivered, under a name of its own, so that what could not be read can be told from what was not there.
    texts = [f"{cleaned(theirs, ours, source, is_tidy=True)} as delivered_{ours}" for ours, theirs in mapped.items()]
    plains = [f"{plain(f'delivered_{name}')} as plain_{name}" for name in mapped if kind[name] not in ("text", "flag")]
    typed = []
    for name, type_ in kind.items():
        text = f"delivered_{name}" if type_ in ("text", "flag") else f"plain_{name}"
        value = as_typed(text, name, type_, source, choices.get(name)) if name in mapped else "null"
        typed.append(f"{value}::{SQL_TYPES[type_]} as {name}")
    kept = [f"delivered_{name}" for name in mapped if kind[name] != "text" or name in choices]
    unread = [
        (f"case when {name} is null then delivered_{name} end" if name in mapped else "null") + f"::varchar as unread_{name}"
        for name in readable(source.kind)
    ]
    faults = [
        f"when delivered_{name} is not null and {name} is null then struct_pack(column_name := {literal(theirs)},"
        f" value := delivered_{name}, expected := {literal(expected_time(source))})"
        for name, theirs in mapped.items()
        if kind[name] in ("time", "date")
    ]
    bad = f"case {' '.join(faults)} end" if faults else "null"
    rows = f"read_parquet([{literals([str(landing.rows_of(batch)) for batch in batches])}])"
    shown = [f"shown_number({name}) as {name}" if name in NUMBERS else name for name in kind]
    for columns in (
        [ours, *tidied],
        [ours, *texts],
        ["*", *plains],
        [ours, *typed, *kept],
        [ours, *shown, *unread, f"cast({bad} as struct(column_name varchar, value varchar, expected varchar)) as bad"],
    ):
        rows = f"(select {', '.join(columns)} from {rows})"
    return _located(f"from {rows}", source) if "lon" in kind else f"from {rows}"


def readable(kind: str) -> list[str]:
    """The columns of a kind that hold numbers, flags and set words: what cannot be read as such counts as empty, and is listed."""
    return [name for name, type_ in KINDS[kind].columns.items() if type_ in ("number", "integer", "flag") or name in KINDS[kind].choices]


def _located(rows: str, source: Source) -> str:
    """The rows with lon and lat in WGS 84; both null where the point is incomplete or cannot be."""
    if coordinates.needs_conversion(source.values.crs):
        rows = (
            f"select r.* replace (p.lon as lon, p.lat as lat) from ({rows}) r"
            f" left join {coordinates.CONVERTED} p on p.crs = {literal(source.values.crs)} and p.x = r.lon and p.y = r.lat"
        )
    return (
        "select * replace (case when point_issue is null and lat is not null then lon end as lon,"
        " case when point_issue is null and lon is not null then lat end as lat),"
        " case when point_issue is not null then concat(lon, ', ', lat) end as point_text"
        f" from (select *, point_issue(lon, lat) as point_issue from ({rows}))"
    )


def convert_points(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch], source: Source, landing: Landing) -> None:
    """Make `converted_points` ready for batches of one source and the same columns, if its coordinates are not WGS 84."""
    theirs = [(source.optional | source.columns).get(axis) for axis in ("lon", "lat")]
    if not coordinates.needs_conversion(source.values.crs) or not set(theirs) <= set(batches[0].columns):
        return
    x, y = (
        as_typed(plain(cleaned(str(name), axis, source)), axis, "number", source) for name, axis in zip(theirs, ("lon", "lat"), strict=True)
    )
    files = literals([str(landing.rows_of(batch)) for batch in batches])
    coordinates.convert(
        con, source.values.crs, f"select distinct {x} as x, {y} as y from read_parquet([{files}]) where {x} is not null and {y} is not null"
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
    # One SELECT for all that look alike: a union of thousands of small batches would take minutes to plan.
    alike: dict[tuple[str, frozenset[str]], list[Batch]] = {}
    for batch in batches:
        alike.setdefault((batch.source_code, frozenset(batch.columns)), []).append(batch)
    selects: dict[str, list[str]] = {}
    con.execute(coordinates.NOTHING_CONVERTED)
    con.execute(number_macros(landing.caller_key()))
    for group in alike.values():
        convert_points(con, group, sources[group[0].source_code], landing)
        selects.setdefault(group[0].kind, []).append(named(group, sources[group[0].source_code], landing))
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


def conforming(kind: str) -> str:
    """The model that makes conformed_<kind>. The masked rows stand in it as they are made: a view would be planned twice."""
    model = (MODELS / "conform" / f"{kind}.sql").read_text(encoding="utf-8")
    return model.replace(f"masked_{kind}", masked_rows(kind))


def text_key(kind: str, columns: tuple[str, ...]) -> str:
    """SQL of what makes equal texts of a place, a unit, a category equal; empty if the kind has none of the columns."""
    present = [column for column in columns if column in KINDS[kind].columns]
    texts = ", ".join(f"coalesce({column}, '')" for column in present)
    return f"concat_ws('|', '{'+'.join(present)}', {texts})" if present else ""


def cleaned(theirs: str, ours: str, source: Source, *, is_tidy: bool = False) -> str:
    """Trimmed text of one of their columns (`is_tidy`: it is already), null markers nulled, looked up where the source says so."""
    text = quoted(theirs) if is_tidy else f"tidy({quoted(theirs)})"
    nulls = {"", *source.values.nulls}
    # The length first: most texts are longer than any null marker, and comparing with a list is slow.
    longest = max(len(null.encode()) for null in nulls)
    text = f"(case when strlen({text}) > {longest} or {text} not in ({literals(sorted(nulls))}) then {text} end)"
    if source.lookups.get(ours):
        cases = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in source.lookups[ours].items())
        text = f"(case {text} {cases} else {text} end)"
    return text
