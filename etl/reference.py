"""The city's folder as tables: divisions, units, categories, calendar; what a folder lacks is read off the deliveries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Table

from dashboard import warehouse as contract
from dashboard.settings import City
from etl import workclock
from etl.source import Source
from etl.values import literal

FILES = {
    "divisions": "divisions.csv",
    "populations": "populations.csv",
    "units": "units.csv",
    "categories": "categories.csv",
    "channels": "channels.csv",
    "platforms": "platforms.csv",
    "dispute_types": "dispute_types.csv",
    "organisations": "organisations.csv",
    "pilot_targets": "pilots/targets.csv",
    "pilot_assignments": "pilots/assignments.csv",
    "published_figures": "published_figures.csv",
    "layers": "layers.csv",
}
RENAMED = {("platforms", "source"): "source_code"}
STAGE_LABELS = {
    "reported": ("上报", "Reported"), "accepted": ("受理", "Accepted"), "filed": ("立案", "Filed"),
    "dispatched": ("派遣", "Dispatched"), "signed": ("签收", "Signed"), "resolved": ("处置", "Resolved"),
    "verified": ("核查", "Verified"), "closed": ("结案", "Closed"), "rated": ("评价", "Rated"),
}  # fmt: skip
STAGES = ("accept", "dispatch", "sign", "close")


class ReferenceFault(ValueError):  # noqa: N818
    """A reference file cannot be used; the message names the file, row, column and what was expected."""


def load_reference(con: duckdb.DuckDBPyConnection, folder: Path, city: City, sources: Sequence[Source]) -> None:
    """Fill the reference tables of an open snapshot from a city folder. Raises ReferenceFault."""
    for table, file in FILES.items():
        if (folder / file).exists():
            _load_file(con, contract.metadata.tables[table], folder / file)
    _load_limits(con, folder)
    _load_boundaries(con, folder)
    _load_sources(con, sources)
    rows = [
        (code, city.stages.labels.get(code, STAGE_LABELS[code][0]), STAGE_LABELS[code][1], order)
        for order, code in enumerate(city.stages.order)
    ]
    con.executemany("insert into stages (stage_code, label, label_en, sort_order) values (?, ?, ?, ?)", rows)


def _load_file(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    frame = pd.read_csv(path, dtype="string", encoding="utf-8-sig", keep_default_na=False)
    frame = frame.rename(columns={theirs: ours for (name, theirs), ours in RENAMED.items() if name == table.name})
    columns = [column for column in table.columns if column.name in frame.columns]
    if not columns:
        raise ReferenceFault(f"{path.name}: none of the columns {[c.name for c in table.columns]} is there")
    con.register("reference_file", frame)
    casts = []
    for column in columns:
        kind = "boolean" if str(column.type) == "BOOLEAN" else str(column.type).replace("DATETIME", "TIMESTAMP")
        casts.append(f"try_cast(nullif(trim({column.name}), '') as {kind}) as {column.name}")
        fault = con.execute(
            f"select row_no, value from (select row_number() over () as row_no, nullif(trim({column.name}), '') as value"
            f" from reference_file) where value is not null and try_cast(value as {kind}) is null limit 1"
        ).fetchall()
        if fault:
            raise ReferenceFault(f"{path.name}:{fault[0][0]}:{column.name}: {fault[0][1]!r} is no {kind.lower()}")
    con.execute(f"insert into {table.name} by name select {', '.join(casts)} from reference_file")
    con.unregister("reference_file")


def _load_limits(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    path = folder / "categories.csv"
    if not path.exists():
        return
    frame = pd.read_csv(path, dtype="string", encoding="utf-8-sig", keep_default_na=False)
    rows = []
    for row_no, row in enumerate(frame.to_dict("records"), start=1):
        for stage in STAGES:
            text = str(row.get(f"{stage}_limit", "")).strip()
            if not text:
                continue
            amount, _, unit = text.partition(" ")
            if unit not in ("hour", "work_hour", "day", "work_day") or not amount.replace(".", "", 1).isdigit():
                raise ReferenceFault(
                    f"{path.name}:{row_no}:{stage}_limit: {text!r}; expected an amount and hour, work_hour, day or work_day"
                )
            rows.append((row["category_code"], stage, unit, float(amount)))
    if rows:
        con.executemany("insert into category_limits (category_code, stage_code, unit, amount) values (?, ?, ?, ?)", rows)


def _load_boundaries(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    path = folder / "boundaries.geojson"
    if not path.exists():
        return
    rows = []
    for place, feature in enumerate(json.loads(path.read_text(encoding="utf-8"))["features"], start=1):
        facts = feature["properties"]
        if "division_code" not in facts:
            raise ReferenceFault(f"{path.name}:{place}:division_code: missing; expected the code of a division")
        rows.append((facts["division_code"], facts.get("level"), json.dumps(feature["geometry"]), bool(facts.get("is_schematic"))))
    con.register("outlines", pd.DataFrame(rows, columns=["division_code", "level", "geometry", "is_schematic"]))
    con.execute("insert into boundaries by name select * from outlines")
    con.unregister("outlines")


def _load_sources(con: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
    rows = [
        (s.code, s.label, s.label_en, s.kind, s.platform, "closing_times" in s.delivers, "ratings" in s.delivers, s.rhythm_minutes)
        for s in sources
    ]  # fmt: skip
    if rows:
        con.executemany(
            "insert into sources (source_code, label, label_en, kind, platform_code, has_closing_times, has_ratings,"
            " rhythm_minutes) values (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        brought = [(s.code, name) for s in sources for name in (*s.columns, *s.optional, *s.delivers)]
        con.executemany("insert into source_columns (source_code, column_name) values (?, ?)", brought)


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
    path = folder / "holidays.csv"
    columns = ["day_on", "kind", "label"]
    holidays = pd.read_csv(path, dtype="string", encoding="utf-8-sig") if path.exists() else pd.DataFrame(columns=columns)
    limits = con.execute("select max(amount), unit from category_limits group by unit").fetchall()
    longest = max((workclock.days_of(amount, unit, city.office_hours) for amount, unit in limits), default=0)
    begins, ends = workclock.span(first, last, longest)
    held = con.execute("select min(day_on), max(day_on) from calendar_days").fetchall()[0]
    if held[0]:
        begins, ends = min(begins, held[0]), max(ends, held[1])
    con.register("calendar_frame", workclock.calendar(holidays, begins, ends, city.office_hours))
    con.execute("delete from calendar_days; insert into calendar_days by name select * from calendar_frame")
    con.unregister("calendar_frame")
