"""The numbers a report states, in its order, by what they are of: a later report is compared with them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dashboard.reports.model import Cell, Column, Report, Table
from dashboard.reports.plain import cell_text
from dashboard.store.report_files import Stated

LONGEST = 200


def stated(report: Report) -> list[Stated]:
    """Every number of a metric in paragraphs and tables; those that are not known are left out."""
    found = [
        Stated(part.key, said.metric, said.by, said.code[:LONGEST], said.what, said.against, float(said.value), run.text)
        for part in report.paragraphs
        for run in part.runs
        if (said := run.said) is not None
    ]
    for table in report.tables:
        found += _in_table(table)
    return [one for one in found if math.isfinite(one.value)]


def _in_table(table: Table) -> Iterator[Stated]:
    rows = list(zip(table.codes, table.rows, strict=True)) if len(table.codes) == len(table.rows) else []
    for column_at, column in enumerate(table.columns):
        for code, row in rows:
            # Rows that are metrics name theirs; else the column does.
            metric = code if table.by == "metric" else column.metric
            if metric and (table.by != "metric" or column.kind != "text"):
                by = "" if table.by == "metric" else table.by
                yield from _one(table, column, row[column_at], metric, by, "" if table.by == "metric" else code)
        if column.metric and table.total is not None:
            yield from _one(table, column, table.total[column_at], column.metric, "", "")


def _one(table: Table, column: Column, cell: Cell, metric: str, by: str, code: str) -> Iterator[Stated]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        yield Stated(table.key, metric, by, code[:LONGEST], column.what, column.against, float(cell), cell_text(column, cell))
