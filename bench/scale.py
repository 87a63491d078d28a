"""`python -m bench.scale`: one large delivery and a small one onto it, each step in a process of its own, beside bare DuckDB."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Annotated

import duckdb
import typer

from bench.loading import bare, steps_of
from bench.timing import print_table, times
from dashboard.settings import Settings
from etl.demo import write_deliveries
from etl.load import load

UNTIL = datetime(2026, 11, 20, 14, 30)
CITY, SOURCE = "wuhai", "hotline_12345"
SEED_TICKETS = 500_000
CHANGES = 10_000
# A copy of a row is another case: another number, person and house.
COPIED = """
    select * exclude (copy) replace (
        concat("工单编号", '-', copy) as "工单编号",
        concat(left("来电号码", 3), lpad(((try_cast(right("来电号码", 8) as bigint) + copy * 7919) % 100000000)::varchar, 8, '0'))
            as "来电号码",
        concat("详细地址", copy, '号') as "详细地址",
        case when "重复工单号" <> '' then concat("重复工单号", '-', copy) end as "重复工单号"
    ) from read_csv('{path}', all_varchar = true, header = true, ignore_errors = true) cross join range({copies}) as c(copy) limit {rows}
"""
CHANGED = """
    select * replace (
        case when i % 2 = 0 then concat("工单编号", '-N') else "工单编号" end as "工单编号", '{moment}' as "更新时间"
    ) from (
        select *, row_number() over () as i from read_csv('{path}', all_varchar = true, header = true)
        using sample {changes} rows (reservoir, 7)
    )
"""


def apart(what: str, *words: str) -> dict[str, float]:
    """Do one step in a process of its own; its seconds by step and `peak`, the most memory it held, in GB."""
    command = [sys.executable, "-m", "bench.scale", "--step", what, *[part for word in words for part in ("--word", word)]]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])  # noqa: S603
    return found


def step(what: str, words: list[str]) -> None:
    """What runs apart: `bare FILE DATABASE`, `whole WAREHOUSE FILE`, `more WAREHOUSE FILE MOMENT`."""
    start = perf_counter()
    if what == "bare":
        found = {"rows": float(bare(Path(words[0]), Path(words[1])))}
    elif what == "whole":
        found = steps_of(Settings(city=CITY, warehouse=Path(words[0])), Path(words[1]), SOURCE, UNTIL)
    else:
        marks: list[tuple[str, float]] = []
        settings = Settings(city=CITY, warehouse=Path(words[0]))
        moment = datetime.fromisoformat(words[2])
        load(settings, [(Path(words[1]), SOURCE)], received_at=moment, progress=lambda name: marks.append((name, perf_counter())))
        ends = [at for _, at in marks[1:]] + [perf_counter()]
        found = {name: end - at for (name, at), end in zip(marks, ends, strict=True)}
    # Not getrusage: a process begins with the maximum of the one that started it.
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    peak = int(held[1]) / 1e6 if held else 0.0
    print(json.dumps(found | {"seconds": perf_counter() - start, "peak": peak}))


def main(
    rows: Annotated[int, typer.Option(help="Rows of the large delivery.")] = 10_000_000,
    keep: Annotated[Path | None, typer.Option(help="Where the warehouse is kept, for `python -m bench --warehouse`.")] = None,
    step_: Annotated[str, typer.Option("--step", hidden=True)] = "",
    word: Annotated[list[str] | None, typer.Option(hidden=True)] = None,
) -> None:
    """Print how long a large delivery and 10,000 changes onto it take, and the memory each needs."""
    if step_:
        step(step_, word or [])
        return
    with tempfile.TemporaryDirectory(prefix="scale-") as scratch:
        aside = Path(scratch)
        folder = Settings(city=CITY).city_folder
        seed = next(d.path for d in write_deliveries(folder, aside / "seed", until=UNTIL, tickets=SEED_TICKETS) if d.source == SOURCE)
        large, small = aside / "large.csv", aside / "small.csv"
        start = perf_counter()
        later = UNTIL + timedelta(minutes=5)
        with duckdb.connect(config={"temp_directory": str(aside)}) as con:
            found = con.execute("select count(*) from read_csv(?, all_varchar = true, ignore_errors = true)", [str(seed)]).fetchall()
            copied = COPIED.format(path=seed, copies=-(-rows // found[0][0]), rows=rows)
            con.execute(f"copy ({copied}) to '{large}' (format csv, header)")
            changed = CHANGED.format(path=large, moment=later.isoformat(" "), changes=CHANGES)
            con.execute(f"copy (select * exclude (i) from ({changed})) to '{small}' (format csv, header)")
        made = perf_counter() - start
        size = large.stat().st_size
        base = apart("bare", str(large), str(aside / "bare.duckdb"))
        (aside / "bare.duckdb").unlink()
        whole = apart("whole", str(aside / "warehouse"), str(large))
        more = apart("more", str(aside / "warehouse"), str(small), later.isoformat())
        if keep is not None:
            shutil.copytree(aside / "warehouse", keep, dirs_exist_ok=True)
    show(rows, size, made, base, whole, more)


def show(rows: int, size: int, made: float, base: dict[str, float], whole: dict[str, float], more: dict[str, float]) -> None:
    def line(name: str, taken: float, peak: str = "") -> tuple[str, ...]:
        return name, f"{taken:.1f}", times(base["seconds"], taken) if taken else "", peak

    table = [
        line("the file is written", made),
        line("DuckDB read_csv, all text, into a table", base["seconds"], f"{base['peak']:.1f}"),
        line("landed", whole["landing"]),
        line("published", whole["seconds"], f"{whole['peak']:.1f}"),
        *(line(f"  of that {name}", taken) for name, taken in whole.items() if name not in ("seconds", "peak")),
        line(f"{CHANGES:,} changes onto it, published", more["seconds"], f"{more['peak']:.1f}"),
        *(line(f"  of that {name}", taken) for name, taken in more.items() if name not in ("seconds", "peak")),
    ]
    print_table(f"{rows:,} rows, {size / 1e9:.2f} GB, {size / rows:.0f} B a row", ("", "s", "bare / this", "peak GB"), table)


if __name__ == "__main__":
    typer.run(main)
