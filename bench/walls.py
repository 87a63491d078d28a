"""`python -m bench.walls`: many simulated walls on one server, in the quiet and at new data: its share of a CPU, how long walls wait."""

from __future__ import annotations

import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from bench.hall import CITY, Served, made_city, publishing, served
from bench.timing import print_table
from dashboard.scenes import scenes_of
from dashboard.settings import Settings, read_city

# As the wall's scripts do it: seconds from poll to poll with their jitter, sooner while new data are being made ready, and between scenes.
POLL, SOON, JITTER, BETWEEN = 10.0, 3.0, 0.2, 0.3
# Walls as they stand in halls: most alike, some wider, some spliced, some finer.
KINDS = [("16x9", "1.0")] * 6 + [("16x9", "2.0"), ("32x9", "1.0"), ("8x3", "2.0"), ("2x2", "1.0")]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Heard:
    """Seconds that answers took, and what went wrong, in one phase."""

    token: list[float] = field(default_factory=list)
    frame: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    sizes: int = 0


class Hall:
    """So many walls; each polls by itself and fetches its scenes when the token has changed."""

    def __init__(self, base: str, walls: int, scenes: Sequence[str]) -> None:
        self.host = base.removeprefix("http://")
        self.scenes, self.heard = scenes, Heard()
        self.tokens: dict[int, str] = {}
        self.whole: dict[int, str] = {}
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._live, args=(number,), daemon=True) for number in range(walls)]

    def _live(self, number: int) -> None:
        chance, (layout, scale) = random.Random(number), KINDS[number % len(KINDS)]
        connection = HTTPConnection(self.host, timeout=60)
        if self.stop.wait(chance.uniform(0, POLL)):
            return
        while not self.stop.is_set():
            pause = POLL
            try:
                told = json.loads(self._ask(connection, "/wall/token", {"wall": f"hall-{number}"}, self.heard.token))
                pause = SOON if told["is_coming"] else POLL
                if told["token"] != self.tokens.get(number):
                    self.tokens[number] = told["token"]
                    for scene in self.scenes:
                        query = {"scene": scene, "layout": layout, "scale": scale, "focus": "", "wall": f"hall-{number}"}
                        self.heard.sizes += len(self._ask(connection, "/wall/frame", query, self.heard.frame))
                        time.sleep(BETWEEN)
                    self.whole[number] = told["token"]
            except (OSError, HTTPException, ValueError) as fault:
                self.heard.faults.append(repr(fault))
                connection.close()
            self.stop.wait(pause * chance.uniform(1 - JITTER, 1 + JITTER))

    def _ask(self, connection: HTTPConnection, path: str, query: dict[str, str], took: list[float]) -> bytes:
        begun = time.perf_counter()
        connection.request("GET", f"{path}?{urlencode(query)}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ValueError(f"{path} {answer.status}")
        took.append(time.perf_counter() - begun)
        return body

    def agree(self) -> str:
        """The token that every wall has drawn all scenes of; empty while they differ."""
        held = set(self.whole.values())
        return held.pop() if len(held) == 1 and len(self.whole) == len(self.threads) else ""


def cpu_seconds(pid: int) -> float:
    held = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(held[11]) + int(held[12])) / TICKS


def at(values: Sequence[float], share: float) -> str:
    if not values:
        return "—"
    return f"{1000 * sorted(values)[min(int(share * len(values)), len(values) - 1)]:,.1f}"


def row(name: str, heard: Heard, seconds: float, cpu: float) -> list[list[str]]:
    rows = []
    for what, values in (("token", heard.token), ("frame", heard.frame)):
        share = f"{100 * cpu / seconds:.1f} %" if what == "token" else ""
        rows.append(
            [f"{name}: {what}", f"{len(values):,}", f"{len(values) / seconds:.1f}", at(values, 0.5), at(values, 0.95), at(values, 1.0),
             share, str(len(heard.faults)) if what == "token" else ""],
        )  # fmt: skip
    return rows


def watch(server: Served, hall: Hall, name: str, until: Sequence[float], before: str | None) -> list[list[str]]:
    """One phase: so many seconds at least and at most; with `before`, until all walls have drawn what came after it."""
    hall.heard, begun, cpu = Heard(), time.monotonic(), cpu_seconds(server.process.pid)
    while (spent := time.monotonic() - begun) < until[1]:
        time.sleep(0.2)
        if spent >= until[0] and (before is None or hall.agree() not in ("", before)):
            break
    return row(name, hall.heard, time.monotonic() - begun, cpu_seconds(server.process.pid) - cpu)


def main(
    walls: Annotated[int, typer.Option(help="How many walls.")] = 200,
    seconds: Annotated[float, typer.Option(help="How long nothing happens.")] = 60.0,
    tickets: Annotated[int, typer.Option(help="Tickets of the city.")] = 150_000,
) -> None:
    """Print what walls wait for and what they cost."""
    with tempfile.TemporaryDirectory(prefix="walls-") as scratch:
        folder = Path(scratch)
        since = read_city(Settings(city=CITY).city_folder).now() - timedelta(hours=1)
        settings = made_city(folder, tickets, at=since)
        with served(settings, folder) as server:
            hall = Hall(server.base, walls, [scene.name for scene in scenes_of(read_city(settings.city_folder).has)])
            for thread in hall.threads:
                thread.start()
            rows = watch(server, hall, "all are switched on", (1.0, 180.0), "none")
            rows += watch(server, hall, "nothing happens", (seconds, seconds), None)
            before = hall.agree()
            with publishing(settings, folder, tickets, since, 3600.0):
                rows += watch(server, hall, "new data (with the load)", (5.0, 240.0), before)
            hall.stop.set()
    columns = ("", "asked", "a second", "p50 ms", "p95 ms", "max ms", "of one CPU", "faults")
    print_table(f"{walls} walls, {tickets:,} tickets, {os.cpu_count()} CPUs, load of the machine {os.getloadavg()[0]:.1f}", columns, rows)
    print(f"first faults: {hall.heard.faults[:3]}" if hall.heard.faults else "no faults")


if __name__ == "__main__":
    typer.run(main)
