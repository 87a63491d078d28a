"""Lists values that were delivered but cannot be so: unreadable, out of range, or against the place named beside them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.errors import placed
from etl.kinds import KINDS
from etl.naming import readable

NOTES = {
    "place_against_point": "the coordinates do not lie in the place that is named, and the name is believed",
    "coordinates_swapped": "longitude and latitude stand in each other's column and count as no point",
    "coordinates_zero": "a coordinate of zero counts as no point",
    "coordinates_far": "coordinates far outside the city count as no point",
    "satisfaction_out_of_range": "a satisfaction outside 1 to 5 counts as not rated",
    "flag_unreadable": "what is neither yes nor no counts as empty",
    "number_unreadable": "what is no number counts as empty",
    "after_due": "what is observed after the last due date of its target is taken, and its schedule stays that of the due date",
    "word_unknown": "a word that is none of those this column may hold counts as empty; add it to the source's lookups",
}
UNREADABLE = {"flag": "flag_unreadable", "text": "word_unknown"}
SAMPLE_LENGTH = 60
# The last day on which any version of a target is due; none where one of them never is.
LAST_DUE = (
    "select case when count(*) = count(t.due_on) then max(t.due_on) end from pilot_targets t"
    " where t.target_code = named_pilot_observations.target_code"
)


def list_contradictions(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Write the contradictions of the conformed rows of one kind; needs stray_points (see `placing`)."""
    con.execute("create or replace temp table doubts (batch_id varchar, row_number bigint, kind varchar, ours varchar, value varchar)")
    for name in readable(kind):
        what = UNREADABLE.get(KINDS[kind].columns[name], "number_unreadable")
        _doubt(con, kind, what, name, f"unread_{name}", f"unread_{name} is not null")
    if "satisfaction" in KINDS[kind].columns:
        _doubt(con, kind, "satisfaction_out_of_range", "satisfaction", "satisfaction", "satisfaction not between 1 and 5")
    if kind == "pilot_observations":
        _doubt(con, kind, "after_due", "observed_on", "observed_on", f"observed_on > ({LAST_DUE})")
    if "lon" in KINDS[kind].columns:
        _doubt(con, kind, "point_issue", "lon", "point_text", "point_issue is not null", literally=False)
        con.execute(
            "insert into doubts select c.batch_id, c.row_number, 'place_against_point', null, d.label"
            f" from conformed_{kind} c join stray_points s using (division_code, lon, lat) join divisions d using (division_code)"
            " where not c.is_placed_by_point"
        )
    # A point against its name is listed by the name, all else by its column.
    con.execute(
        "insert into contradictions by name"
        " select d.batch_id, c.source_code, d.kind, m.theirs as column_name,"
        f" left(mask(arg_min(d.value, d.row_number)), {SAMPLE_LENGTH}) as name, count(*) as row_count, min(d.row_number) as first_row,"
        " min(d.row_number + b.header_lines) as first_line"
        f" from doubts d join conformed_{kind} c on c.batch_id = d.batch_id and c.row_number = d.row_number"
        " join incoming b on b.batch_id = d.batch_id"
        " left join mapped_columns m on m.source_code = c.source_code and m.ours = d.ours"
        " where c.reason_code is null and not c.is_duplicate"
        " group by d.batch_id, c.source_code, d.kind, m.theirs, case when d.kind = 'place_against_point' then d.value end"
    )


def notes(con: duckdb.DuckDBPyConnection, batch_ids: Sequence[str]) -> list[str]:
    """One line for each kind of contradiction and column in each file: file, first row, column, count and a sample."""
    rows = con.execute(
        "select b.file_name, c.kind, c.column_name, cast(sum(c.row_count) as bigint), min(c.first_row), min(c.first_line), count(*),"
        " list(c.name order by c.row_count desc, c.name)[:5] from contradictions c join load_batches b on b.batch_id = c.batch_id"
        " where list_contains(?, c.batch_id) group by b.batch_id, b.file_name, c.kind, c.column_name"
        " order by b.batch_id, c.kind, c.column_name",
        [list(batch_ids)],
    ).fetchall()
    lines = []
    for file, kind, column, count, row, line, number, names in rows:
        where = placed(file, row, line, column)
        listed = ", ".join(repr(name) for name in names if name) + (" …" if number > len(names) else "")
        lines.append(f"{where}: {NOTES[kind]}: {count:,} {'row' if count == 1 else 'rows'}" + (f", {listed}" if listed else ""))
    return lines


def _doubt(
    con: duckdb.DuckDBPyConnection, kind: str, what: str, column: str, value: str, condition: str, *, literally: bool = True
) -> None:
    """Add the rows of one kind for which the condition holds; a secret row keeps its value to itself."""
    shown = (
        f"case when not coalesce(is_secret, false) then {value}::varchar end" if "is_secret" in KINDS[kind].columns else f"{value}::varchar"
    )
    named = f"'{what}'" if literally else what
    con.execute(f"insert into doubts select batch_id, row_number, {named}, '{column}', {shown} from named_{kind} where {condition}")
