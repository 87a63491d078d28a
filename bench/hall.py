"""A small city of its own, its real server process, and the loads that go on meanwhile: what the wall is proved on."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, sync_playwright

from dashboard.settings import PROJECT, Settings, environment_with, read_city
from etl.demo import write_deliveries
from etl.demo.drip import Drip
from etl.load import load

CITY, SEED, MONTHS = "wuhai", 20260101, 24
# How far the city goes on from one load to the next.
STEP = timedelta(minutes=20)
PLATFORMS = 12
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A server that runs: where it answers, and its process."""

    base: str
    process: subprocess.Popen[bytes]


def made_city(folder: Path, tickets: int, *, at: datetime | None = None) -> Settings:
    """The demo city with few tickets in a warehouse of its own, loaded by the real loader; it stands at `at`, else now."""
    settings = Settings(city=CITY, warehouse=folder / "warehouse", people=folder / "people")
    moment = at or read_city(settings.city_folder).now()
    deliveries = write_deliveries(settings.city_folder, folder / "deliveries", until=moment, tickets=tickets, seed=SEED, months=MONTHS)
    load(settings, deliveries, received_at=moment)
    return settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(settings: Settings, port: int = 0) -> dict[str, str]:
    return environment_with(
        CITY=settings.city, CITIES=str(settings.cities), WAREHOUSE=str(settings.warehouse), PEOPLE=str(settings.people),
        PORT=str(port), LIVE="0",
    )  # fmt: skip


def start_server(settings: Settings, port: int, log: Path) -> subprocess.Popen[bytes]:
    """`app.py` as it is run, in a process of its own; returns when it answers."""
    with log.open("ab") as written:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=environment(settings, port), stdout=written, stderr=written)
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10):
                return process
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    process.kill()
    raise RuntimeError(f"the server does not answer; {log} says why")


@contextmanager
def served(settings: Settings, folder: Path) -> Iterator[Served]:
    port = free_port()
    process = start_server(settings, port, folder / "server.log")
    try:
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


@contextmanager
def publishing(settings: Settings, folder: Path, tickets: int, since: datetime, every: float) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lets the city go on and loads what its platforms deliver, a snapshot about every so many seconds."""
    words = [str(folder / "drip"), str(tickets), since.isoformat(), str(every)]
    with (folder / "loads.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-m", "bench.hall", *words], cwd=PROJECT, env=environment(settings), stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def chromium(executable: str | None = None, flags: Sequence[str] = ()) -> Iterator[Browser]:
    found = executable or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise typer.BadParameter("this needs Chromium, and there is none on this machine")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def main(folder: Path, tickets: int, since: datetime, every: Annotated[float, typer.Argument(min=0)] = 60.0) -> None:
    """Go on and load, until ended."""
    settings = Settings()
    drip = Drip(settings.city_folder, since=since, tickets=tickets, seed=SEED, months=MONTHS)
    moment, turn = since, 0
    while True:
        begun = time.monotonic()
        moment += STEP
        # Some platforms each time, others the next.
        deliveries = drip.step(moment, folder / f"{moment:%Y%m%d%H%M}")[turn % PLATFORMS :: PLATFORMS]
        turn += 1
        if deliveries:
            load(settings, deliveries, received_at=moment)
            sys.stdout.write(f"{moment:%Y-%m-%d %H:%M} {len(deliveries)} deliveries, {time.monotonic() - begun:.1f} s\n")
            sys.stdout.flush()
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(max(every - (time.monotonic() - begun), 0.0))


if __name__ == "__main__":
    typer.run(main)
