"""Writes into a city's folder what was read off its deliveries, so that a person can correct names and add limits."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from dashboard import warehouse as contract
from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, snapshot_path
from etl.city_files import FILES
from etl.errors import LoadError
from etl.landing import publish_text
from etl.readers.reading import quoted
from etl.reference_files import LIMITS

DERIVED = ("divisions", "units", "categories", "channels")


def derive(settings: Settings, *, force: bool = False) -> dict[Path, int]:
    """Write divisions, units, categories and channels of the snapshot in use; returns file -> rows written.

    A file that is there is left as it is, unless `force` is given; limits are read back, so nothing filled in is lost.
    Raises LoadError if there is nothing to write, NoSnapshot before the first load.
    """
    folder = settings.city_folder
    wanted = [table for table in DERIVED if force or not (folder / FILES[table].name).exists()]
    if not wanted:
        names = ", ".join(FILES[table].name for table in DERIVED)
        raise LoadError("has all of them already", folder, expected=f"a folder without one of {names}, or --force to write over them")
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    written = {}
    with duckdb.connect(str(path), read_only=True) as con:
        for table in wanted:
            header, rows = _rows(con, table)
            if rows:
                written[folder / FILES[table].name] = len(rows)
                publish_text(folder / FILES[table].name, _as_csv(header, rows))
    return written


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], list[tuple[str | None, ...]]]:
    """The columns and rows of one file; only those columns a person fills in that the snapshot knows, or limits."""
    columns = [column.name for column in contract.metadata.tables[table].columns if column.name != "sort_order"]
    # Parents before their children, as a person would write them.
    order = "case level when 'city' then 0 when 'district' then 1 when 'town' then 2 else 3 end, 1" if table == "divisions" else "1"
    chosen = [f"cast({quoted(name)} as varchar) as {quoted(name)}" for name in columns]
    limits = LIMITS if table == "categories" else ()
    for limit in limits:
        stage = limit.removesuffix("_limit")
        said = "(select format('{:g} {}', l.amount, l.unit) from category_limits l where l.category_code = t.category_code"
        chosen.append(f"{said} and l.stage_code = '{stage}' limit 1) as {quoted(limit)}")
    return [*columns, *limits], con.execute(f"select {', '.join(chosen)} from {table} t order by {order}").fetchall()


def _as_csv(header: list[str], rows: list[tuple[str | None, ...]]) -> str:
    """CSV with a byte order mark, by which a spreadsheet knows it for UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()
