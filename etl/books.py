"""Keeps the books of a load: counts, rejected rows with reasons, names that matched nothing, warnings."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.kinds import KINDS
from etl.values import literal, literals

MODELS = Path(__file__).parent / "models"
KEYS = {
    "tickets": "ticket_key",
    "disputes": "dispute_key",
    "pilot_observations": "observation_key",
    "risks": "risk_key",
    "surveys": "survey_key",
    "resources": "resource_code",
}
EXPECTED = {
    "no_number": "a number that identifies the row",
    "no_report_time": "the time it was reported or accepted",
    "before_1990": "a time after 1990-01-01",
    "after_arrival": "times no later than the arrival of the file",
    "closed_before_reported": "a closing time after the report",
    "unknown_target": "a target of pilots/targets.csv",
    "no_value": "a number",
    "impossible_count": "a valid count no smaller than the positive count",
}
# What a delivery names and a city lists: conformed rows have has_unknown_<what> and delivered_<what>.
MATCHED = ("place", "unit", "category", "channel", "dispute_type", "organisation")
CLOSINGS = ("resolved_at", "closed_at", "concluded_at")


def book(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Write the books of the conformed rows of one kind, and mark among them those that are duplicates."""
    con.execute((MODELS / "core" / "duplicates.sql").read_text(encoding="utf-8").format(kind=kind))
    con.execute((MODELS / "core" / "books.sql").read_text(encoding="utf-8").format(kind=kind))
    _list_rejected(con, kind)
    _list_unmatched(con, kind)
    _warn_of_two_contents(con, kind)


def _list_rejected(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """List what was not taken, if there is any: to plan the masks takes longer than a small load has rows."""
    rejected = f"exists (from conformed_{kind} where reason_code is not null and not is_duplicate)"
    if not con.execute(f"select {rejected} or exists (from broken_rows)").fetchall()[0][0]:
        return
    con.execute((MODELS / "core" / "rejected_rows.sql").read_text(encoding="utf-8").format(kind=kind, **_blame(kind)))
    con.execute(
        "update rejected_rows set expected = e.expected"
        f" from (values {', '.join(f'({literals(pair)})' for pair in EXPECTED.items())}) e(reason_code, expected)"
        " where rejected_rows.reason_code = e.reason_code and rejected_rows.expected is null"
    )


def _list_unmatched(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """List the names of the accepted rows that mean nothing in this city, each once a batch, masked."""
    of_row = "c.reason_code is null and not c.is_duplicate"
    columns = columns_of(con, f"conformed_{kind}")
    found = [
        f"select c.batch_id, c.source_code, {literal(what)} as kind, c.delivered_{what} as name from conformed_{kind} c"
        f" where c.has_unknown_{what} and {of_row}"
        for what in MATCHED
        if f"has_unknown_{what}" in columns
    ]
    if kind == "tickets":
        found.append(
            "select c.batch_id, c.source_code, 'unit', a.name from conformed_tickets c"
            " join named_tickets n on n.batch_id = c.batch_id and n.row_number = c.row_number"
            " join assisting_names a on a.assisting_units = n.assisting_units"
            f" where {of_row} and not c.is_secret and a.name not in (select name from unit_names)"
        )
    # Counted before they are masked: distinct names are few, and mostly there are none.
    counted = f"select batch_id, source_code, kind, name, count(*) as row_count from ({' union all '.join(found)}) group by all"
    con.execute(f"create or replace temp table unmatched as {counted}")
    if not con.execute("select count(*) from unmatched").fetchall()[0][0]:
        return
    con.execute(
        "insert into unmatched_names by name select batch_id, source_code, kind, left(mask_unless_code(name), 200) as name,"
        " cast(sum(row_count) as bigint) as row_count from unmatched group by all"
    )


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in con.execute(f"describe {table}").fetchall()]


def _blame(kind: str) -> dict[str, str]:
    """What finds the column a rejected row is rejected for: its names, values and times, as SQL."""
    columns = KINDS[kind].columns
    times = [name for name, type_ in columns.items() if type_ in ("time", "date")]
    number, time = KINDS[kind].required[:2]
    closings = " ".join(f"when n.{name} < n.{time} then {literal(name)}" for name in CLOSINGS if name in columns)
    closing = f"case {closings} else 'closed_at' end" if closings else "null"
    shown = [name for name in columns if name in (*times, "value", "target_code", "positive_count")]
    return {
        "number": number,
        "time": time,
        "time_names": literals(times) or "null",
        "times": ", ".join(f"cast(n.{name} as timestamp)" for name in times) or "null::timestamp",
        "closing": closing,
        "names": literals(shown) or "null",
        "values": ", ".join(f"cast(n.{name} as varchar)" for name in shown) or "null",
    }


def _warn_of_two_contents(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """One number with several contents in one delivery: all are accepted, one of them wins; that is worth a word."""
    key = KEYS[kind]
    found = con.execute(
        f"select batch_id, count(*), arg_min(source_code, {key}), min({key}) from ("
        f"select batch_id, source_code, {key} from conformed_{kind} where reason_code is null and not is_duplicate"
        " and source_code not in (select source_code from delivering where units_in_rows)"
        f" group by all having count(*) > 1) group by batch_id"
    ).fetchall()
    for batch_id, count, source, first in found:
        stands = "1 number stands" if count == 1 else f"{count:,} numbers stand"
        text = (
            f"{stands} in this file with two contents or more, first {first.removeprefix(source + ':')}:"
            " the latest update wins, then the later row"
        )
        con.execute(
            "update load_batches set warnings = concat_ws(chr(10), nullif(warnings, ''), ?) where batch_id = ?",
            [text, batch_id],
        )
