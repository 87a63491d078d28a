"""Accidents done to a real loader and a real server: what every test of them needs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, metadata, snapshot_path
from etl import checks
from etl.landing import ASIDE, Landing
from tests.deliveries import CITIES, GOOD, NOW, delivered

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(hours=1)
AT_LATER = ["--received-at", LATER.isoformat()]


def many(path: Path, name: str, count: int) -> Path:
    """A delivery of `count` good tickets, one of them twice, and one row without a number."""
    rows = [GOOD | {"工单编号": f"{name}{n}", "内容": f"{name} {n * 7919 % 10007}"} for n in range(count)]
    return delivered(path / f"{name}.csv", [*rows, rows[0], GOOD | {"工单编号": ""}])


def started(settings: Settings, *words: str, limits: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """`python -m etl …` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "etl", *words], cwd=ROOT, text=True, start_new_session=True, preexec_fn=limits,  # noqa: PLW1509
        env=os.environ | {"CITIES": str(CITIES), "WAREHOUSE": str(settings.warehouse), "CITY": settings.city},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """With which number a process ended, and what it said as errors."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def at_work(settings: Settings, process: subprocess.Popen[str]) -> None:
    """Wait until a process has asked for the writing lock; the lock's file must be gone before it starts."""
    while process.poll() is None and not (settings.city_warehouse / ".lock").exists():
        time.sleep(0.002)


def kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def killed(settings: Settings, words: Sequence[str], after: float) -> None:
    """Start a command and kill its whole group so many seconds after it began to work."""
    (settings.city_warehouse / ".lock").unlink(missing_ok=True)
    process = started(settings, *words)
    at_work(settings, process)
    time.sleep(after)
    kill(process)


def seconds_of_work(settings: Settings, words: Sequence[str], aside: Path) -> tuple[float, Settings]:
    """How long a command works, tried on a copy of the city; and the copy as it then is."""
    copy = settings.model_copy(update={"warehouse": aside})
    shutil.copytree(settings.warehouse, aside)
    (copy.city_warehouse / ".lock").unlink(missing_ok=True)
    process = started(copy, *words)
    at_work(copy, process)
    began = time.monotonic()
    code, said = ended(process)
    assert code == 0, said
    return time.monotonic() - began, copy


def opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The snapshot in use, open for questions; no engine of this process holds it."""
    folder = settings.city_warehouse
    return duckdb.connect(str(snapshot_path(folder, current_snapshot(folder))), read_only=True)


def tables(settings: Settings) -> dict[str, list[str]]:
    """Every published table as sorted lines, without how long things took and what a snapshot is called."""
    with opened(settings) as con:
        return {
            name: sorted(
                map(repr, con.execute(f"select {', '.join(c.name for c in t.columns if c.name != 'land_seconds')} from {name}").fetchall())
            )
            for name, t in metadata.tables.items()
            if name != "snapshot"
        }


def asked(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with opened(settings) as con:
        return con.execute(query).fetchall()


def contents(settings: Settings) -> dict[str, list[str]]:
    """Every published table but for the numbers of batches, which depend on what was delivered first."""
    return {name: sorted(re.sub(r"'\d{6}-", "'", row) for row in rows) for name, rows in tables(settings).items()}


def assert_whole(settings: Settings) -> None:
    """The snapshot in use opens and passes every check; its books balance, for that is one of them."""
    with opened(settings) as con:
        assert checks.findings(con) == []


def left_over(settings: Settings) -> list[str]:
    """Whatever half-made things lie about, and landed pieces that belong to no batch."""
    folder = settings.city_warehouse
    landing = Landing(folder / "landing")
    known = {batch.batch_id for batch in landing.batches()}
    known |= {path.stem for part in ASIDE for path in (landing.folder / part).glob("*.json")}
    pieces = [path.name for part in ("rows", "broken", "reference") for path in (landing.folder / part).iterdir()]
    hidden = [path.name for path in folder.rglob(".*") if path.name != ".lock"]
    return hidden + [name for name in pieces if name.split(".")[0] not in known]
