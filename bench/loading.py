"""How long one delivery takes: read bare by DuckDB, landed, and published, step by step."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from bench.timing import print_table, seconds_of, times
from dashboard.settings import Settings
from etl.load import load

BARE = "create table delivery as select * from read_csv($path, all_varchar = true, header = true, ignore_errors = true)"


def steps_of(settings: Settings, path: Path, source: str, received_at: datetime) -> dict[str, float]:
    """Load one file into an empty warehouse; seconds of each step in order, by the name the progress gives it."""
    marks: list[tuple[str, float]] = []
    shutil.rmtree(settings.warehouse, ignore_errors=True)
    start = perf_counter()
    load(settings, [(path, source)], received_at=received_at, progress=lambda step: marks.append((step, perf_counter())))
    ends = [moment for _, moment in marks[1:]] + [perf_counter()]
    found = {"city's own files": marks[0][1] - start}
    for (step, begun), end in zip(marks, ends, strict=True):
        name = "landing" if step == path.name else step
        found[name] = found.get(name, 0.0) + end - begun
    return found


def bare(path: Path, database: Path) -> int:
    """Read the file into a new database, all text; returns the rows found."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as con:
        con.execute(BARE, {"path": str(path)})
        return int(con.execute("select count(*) from delivery").fetchall()[0][0])


def show_loading(settings: Settings, path: Path, source: str, received_at: datetime, runs: int) -> None:
    database = settings.warehouse.parent / "bare.duckdb"
    count = bare(path, database)
    base = seconds_of(lambda: bare(path, database), runs=runs)
    every = [steps_of(settings, path, source, received_at) for _ in range(runs)]
    steps = {name: median(run[name] for run in every) for name in every[0]}
    landed = steps["landing"]
    whole = median(sum(run.values()) for run in every)
    rows = [
        ("DuckDB read_csv, all text, into a table", f"{base:.2f}", times(base, base), f"{count / base:,.0f}"),
        ("landed: every row, raw, as Parquet", f"{landed:.2f}", times(landed, base), f"{count / landed:,.0f}"),
        ("published: modelled, checked, in use", f"{whole:.2f}", times(whole, base), f"{count / whole:,.0f}"),
        *((f"  of that {name}", f"{taken:.2f}", times(taken, base), "") for name, taken in steps.items()),
    ]
    size = path.stat().st_size / 1e6
    print_table(f"Loading {path.name}: {count:,} rows, {size:,.1f} MB", ("", "s", "of bare", "rows/s"), rows)
