"""What became of a load, printed: counts a file, warnings, and why rows were not taken."""

from __future__ import annotations

import duckdb
from rich.table import Table

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import checks
from etl.commands.console import out, say, tell
from etl.contradictions import notes
from etl.errors import placed
from etl.load import Outcome


def report(outcome: Outcome) -> None:
    """One line a file, then the warnings, then the reasons of rejected rows."""
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "batch", "received", "accepted", "duplicates", "rejected"):
        table.add_column(say(heading), justify="left" if heading in ("file", "batch") else "right", overflow="fold")
    for batch in outcome.batches:
        numbers = [f"{n:,}" for n in outcome.counts.get(batch.batch_id, (batch.received_count, 0, 0, 0))]
        table.add_row(batch.file_name, batch.batch_id, *numbers)
    if outcome.batches:
        out.print(table)
    for batch in outcome.batches:
        if batch.batch_id not in outcome.new:
            out.print(say(f"{batch.file_name}: already loaded as {batch.batch_id}; nothing changed"))
        for warning in outcome.warnings.get(batch.batch_id, batch.warnings):
            tell("warning", f"{batch.file_name}: {warning}")
    for warning in outcome.reference_warnings:
        tell("warning", warning)
    for note in [*outcome.notes, *outcome.mended]:
        tell("note", note)
    for fault in [*outcome.refused, *outcome.damaged]:
        tell("error", fault, "red")


def reasons(settings: Settings, outcome: Outcome) -> None:
    """What was not taken, and why: file, row, column, what was expected."""
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    ids = sorted(outcome.new)
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(
            "select file_name, reason_code, any_value(column_name), any_value(expected), count(*), min(row_number),"
            " min(line_number),"
            " any_value(masked_value) from rejected_rows where list_contains(?, batch_id) group by all order by 1, 5 desc",
            [ids],
        ).fetchall()
        unmatched = con.execute(
            "select kind, cast(sum(row_count) as bigint), count(*), list(name order by row_count desc, name)[:5]"
            " from (select kind, name, sum(row_count) as row_count from unmatched_names where list_contains(?, batch_id) group by all)"
            " group by kind order by kind",
            [ids],
        ).fetchall()
        doubts = notes(con, ids)
        years = checks.undeclared_years(con)
    for file, reason, column, expected, count, row, line, value in rows:
        where = placed(file, row, line, column)
        more = f" (+{count - 1:,})" if count > 1 else ""
        seen = f" {value!r}" if value else ""
        tell("rejected", f"{where}: {say(reason)}{seen}; expected {expected}{more}")
    for kind, count, number, names in unmatched:
        listed = ", ".join(name or "(nameless)" for name in names) + (" …" if number > len(names) else "")
        tell("note", f"{count:,} rows with an unknown {kind.replace('_', ' ')} are counted as such; {number:,} names: {listed}")
    for doubt in doubts:
        tell("note", doubt)
    for year in years:
        tell("warning", f"holidays.csv has no row for {year}: Monday to Friday are counted as workdays")
