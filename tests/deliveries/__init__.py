"""Small deliveries for the hand-worked city, and what became of them."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, metadata, snapshot_path
from etl.load import load

FOLDER = Path(__file__).parent
TEN = FOLDER / "ten.csv"
CITIES = FOLDER.parent / "cities"
NOW = datetime(2026, 10, 14, 9, 0)
HEADER = TEN.read_text(encoding="utf-8").splitlines()[0].split(",")
GOOD = {"工单编号": "G01", "上报时间": "2026-10-12 09:00:00", "小类": "路灯", "街道": "河东街道", "社区": "公园社区", "承办单位": "ZJ"}


def tiny_in(folder: Path) -> Settings:
    """The hand-worked city with a warehouse of its own."""
    return Settings(city="tiny", cities=CITIES, warehouse=folder)


@cache
def _pattern() -> tempfile.TemporaryDirectory[str]:
    """The ten tickets, loaded once a process; everything that begins with them begins with a copy."""
    folder = tempfile.TemporaryDirectory(prefix="ten-")
    settings = tiny_in(Path(folder.name))
    landing = settings.city_warehouse / "landing"
    landing.mkdir(parents=True)
    # One key for all, so that two cities can be compared.
    (landing / "caller.key").write_text("0" * 64, encoding="utf-8")
    load(settings, [(TEN, "appeals")], received_at=NOW)
    return folder


def ten_in(folder: Path) -> Settings:
    """The hand-worked city with its ten tickets, in a warehouse of its own."""
    shutil.copytree(_pattern().name, folder, dirs_exist_ok=True)
    return tiny_in(folder)


def delivered(path: Path, rows: Iterable[Mapping[str, str]], header: list[str] = HEADER) -> Path:
    """Write rows (their column -> text) as the platform would export them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """One database in memory for all questions: to attach a file costs a fraction of what a new connection does."""
    return duckdb.connect()


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot in use."""
    folder = settings.city_warehouse
    # A copy: an engine of another test may hold the file open in this process, in its own configuration.
    with tempfile.TemporaryDirectory(prefix="asked-") as aside, _reader().cursor() as con:
        copy = shutil.copyfile(snapshot_path(folder, current_snapshot(folder)), Path(aside) / "snapshot.duckdb")
        name = Path(aside).name
        con.execute(f"attach '{copy}' as \"{name}\" (read_only)")
        con.execute(f'use "{name}"')
        try:
            yield con
        finally:
            con.execute("use memory")
            con.execute(f'detach "{name}"')


def asked(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the snapshot in use."""
    with opened(settings) as con:
        return con.execute(query).fetchall()


def tables(settings: Settings) -> dict[str, list[str]]:
    """Every table of the snapshot in use but the one about itself, as sorted lines, without how long things took."""
    found = {}
    with opened(settings) as con:
        for name, table in metadata.tables.items():
            if name != "snapshot":
                columns = ", ".join(column.name for column in table.columns if column.name != "land_seconds")
                found[name] = sorted(map(repr, con.execute(f"select {columns} from {name}").fetchall()))
    return found
