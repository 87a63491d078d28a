"""The city's folder as tables: divisions, units, categories, calendar; what a folder lacks is read off the deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import duckdb_engine
import pandas as pd
from sqlalchemy.schema import CreateTable

from dashboard import warehouse as contract
from dashboard.settings import City
from etl import workclock
from etl.city_files import HOLIDAYS, OUTLINES, check_folder, read_folder, read_outlines
from etl.reference_files import ReferenceFault, Rows
from etl.reference_tables import holidays, insert_rows, load_files
from etl.source import Source
from etl.values import literal

__all__ = ["ReferenceFault", "derive_missing", "load_calendar", "load_paths", "load_reference", "warnings_of"]

STAGE_LABELS = {
    "reported": ("上报", "Reported"), "accepted": ("受理", "Accepted"), "filed": ("立案", "Filed"),
    "dispatched": ("派遣", "Dispatched"), "signed": ("签收", "Signed"), "resolved": ("处置", "Resolved"),
    "verified": ("核查", "Verified"), "closed": ("结案", "Closed"), "rated": ("评价", "Rated"),
}  # fmt: skip
STAGES = ("accept", "dispatch", "sign", "close")


def warnings_of(folder: Path, city: City) -> list[str]:
    """What is odd about a city folder and does no harm. Raises ReferenceFault for what would stop a build."""
    stamps = tuple(
        sorted((str(path.relative_to(folder)), stat.st_mtime_ns, stat.st_size) for path in folder.rglob("*") if (stat := path.stat()))
    )
    return list(_warnings(folder, city.model_dump_json(), stamps))


@lru_cache(maxsize=4)
def _warnings(folder: Path, said: str, _stamps: tuple[tuple[str, int, int], ...]) -> tuple[str, ...]:
    """A worker loads every minute, and the folder hardly ever changes."""
    city = City.model_validate_json(said)
    files = read_folder(folder)
    warnings = check_folder(files, city)
    with duckdb.connect() as con:
        create = [CreateTable(contract.metadata.tables[table]) for table in files if table != HOLIDAYS]
        for statement in create:
            con.execute(str(statement.compile(dialect=duckdb_engine.Dialect())))
        load_files(con, files)
        holidays(con, folder)
    known = {row["division_code"] for _, row in files["divisions"].rows} if "divisions" in files else None
    outlines = read_outlines(folder)
    unknown = [code for code, *_ in outlines if known is not None and code not in known]
    if unknown:
        warnings.append(f"{OUTLINES}: {len(unknown):,} outlines of divisions that divisions.csv does not have, first {unknown[0]}")
    return tuple(warnings)


def load_reference(con: duckdb.DuckDBPyConnection, folder: Path, city: City, sources: Sequence[Source]) -> None:
    """Fill the reference tables of an open snapshot from a city folder. Raises ReferenceFault."""
    files = read_folder(folder)
    check_folder(files, city)
    load_files(con, files)
    if "categories" in files:
        _load_limits(con, files["categories"])
    _load_boundaries(con, folder)
    _load_sources(con, sources)
    rows = [
        (code, city.stages.labels.get(code, STAGE_LABELS[code][0]), STAGE_LABELS[code][1], order)
        for order, code in enumerate(city.stages.order)
    ]
    con.executemany("insert into stages (stage_code, label, label_en, sort_order) values (?, ?, ?, ?)", rows)


def _load_limits(con: duckdb.DuckDBPyConnection, categories: Rows) -> None:
    rows = []
    for stage in STAGES:
        for _, row in categories.rows:
            amount, _, unit = row.get(f"{stage}_limit", "").partition(" ")
            if amount:
                rows.append((row["category_code"], stage, unit, float(amount)))
    insert_rows(con, "category_limits", ["category_code", "stage_code", "unit", "amount"], rows)


def _load_boundaries(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    rows = read_outlines(folder)
    con.register("outlines", pd.DataFrame(rows, columns=["division_code", "level", "geometry", "is_schematic"]))
    con.execute("insert into boundaries by name select * from outlines")
    con.unregister("outlines")


def _load_sources(con: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
    rows = [
        (s.code, s.label, s.label_en, s.kind, s.platform, "closing_times" in s.delivers, "ratings" in s.delivers, s.rhythm_minutes)
        for s in sources
    ]  # fmt: skip
    columns = ["source_code", "label", "label_en", "kind", "platform_code", "has_closing_times", "has_ratings", "rhythm_minutes"]
    insert_rows(con, "sources", columns, rows)
    brought = [(s.code, name) for s in sources for name in (*s.columns, *s.optional, *s.delivers)]
    insert_rows(con, "source_columns", ["source_code", "column_name"], brought)


def derive_missing(con: duckdb.DuckDBPyConnection, city: City) -> None:
    """Make divisions, units, categories and channels from the deliveries where the city's folder has none."""
    known = {
        name: con.execute(f"select count(*) from {name}").fetchall()[0][0] for name in ("divisions", "units", "categories", "channels")
    }
    script = (Path(__file__).parent / "models" / "conform" / "derive.sql").read_text(encoding="utf-8")
    con.execute(f"set variable root_code = {literal(city.division_code)}; set variable root_label = {literal(city.label)}")
    con.execute(f"set variable root_label_en = {literal(city.label_en)}")
    for part in script.split("-- derive ")[1:]:
        name, _, statement = part.partition("\n")
        if not known[name.strip()]:
            con.execute(statement)


def load_paths(con: duckdb.DuckDBPyConnection) -> None:
    """Every ancestor of every division, itself included, in the tree it stands in."""
    con.execute(
        """
        insert into division_paths by name
        with recursive walk as (
            select division_code, division_code as ancestor_code, 0 as depth, coalesce(tree, 'both') as tree from divisions
            union all
            select w.division_code, d.parent_code, w.depth + 1, w.tree
            from walk w join divisions d on d.division_code = w.ancestor_code
            where d.parent_code is not null and d.parent_code in (select division_code from divisions) and w.depth < 9
        )
        select * from walk
        """
    )


def load_calendar(con: duckdb.DuckDBPyConnection, folder: Path, city: City, first: date, last: date) -> None:
    """The working calendar over the days first…last, those it holds already, and the time limits after them."""
    limits = con.execute("select max(amount), unit from category_limits group by unit").fetchall()
    longest = max((workclock.days_of(amount, unit, city.office_hours) for amount, unit in limits), default=0)
    begins, ends = workclock.span(first, last, longest)
    held = con.execute("select min(day_on), max(day_on) from calendar_days").fetchall()[0]
    if held[0]:
        begins, ends = min(begins, held[0]), max(ends, held[1])
    con.register("calendar_frame", workclock.calendar(holidays(con, folder), begins, ends, city.office_hours))
    con.execute("delete from calendar_days; insert into calendar_days by name select * from calendar_frame")
    con.unregister("calendar_frame")
