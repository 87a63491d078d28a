"""The demo city goes on: at each platform's rhythm a delivery of what is new or changed since its last one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from etl.deliveries import TOTAL, Delivery
from etl.demo.draws import window
from etl.demo.files import write_export
from etl.demo.rhythm import Timetable
from etl.demo.sending import relate, relation, stated_total
from etl.demo.world import World, moment, seconds

Due = tuple[int, str, int]  # when, which source, when it delivered before


class Drip:
    """Deliveries after `since`, step by step; the city's future is drawn once and kept as long as it may still show."""

    def __init__(
        self, city_folder: Path, *, since: datetime, tickets: int = 300_000, seed: int = 20260101, months: int = 24,
        first_on: date | None = None,
    ) -> None:  # fmt: skip
        """`first_on`: the day the city begins, if not `months` before `since`; the rest as in `write_deliveries`."""
        first = first_on or window(since, months)[0]
        self.world = World(city_folder, seed=seed, first=first, tickets=tickets, months=months)
        self.timetable = Timetable({code: export.rhythm for code, export in self.world.exports.items()}, seed)
        self.since = since
        self.world.grow(since.date())
        self._forget()

    def step(self, until: datetime, out: Path, *, catch_up: bool = False) -> list[Delivery]:
        """Write into `out/<source>/` what the platforms deliver after the last step, up to `until`; in order of time.

        `catch_up`: a platform that would have delivered several times sends one file, at the last of its moments.
        """
        if until <= self.since:
            return []
        self.world.grow(until.date())
        due = sorted(self._due(seconds(self.since), seconds(until), catch_up))
        deliveries = []
        with duckdb.connect() as con, TemporaryDirectory() as aside:
            # Platforms due at one moment share a look at the city; those that catch up do so together.
            for _, together in groupby(due, key=lambda one: None if catch_up else one[0]):
                deliveries += self._deliver(con, list(together), Path(aside), out)
        self.since = until
        self._forget()
        return deliveries

    def _due(self, since: int, until: int, catch_up: bool) -> Iterable[Due]:
        for source in self.world.exports:
            before = self.timetable.sent(source, since)
            if catch_up:
                last = self.timetable.sent(source, until)
                if last > before:
                    yield last, source, before
                continue
            for at in self.timetable.moments(source, since, until):
                yield at, source, before
                before = at

    def _deliver(self, con: duckdb.DuckDBPyConnection, due: list[Due], aside: Path, out: Path) -> list[Delivery]:
        befores = {source: before for _, source, before in due}
        if self.world.has_tickets:
            relate(con, "state", self.world.ticket_table(befores, {source: at for at, source, _ in due}))
        deliveries = []
        for at, source, before in due:
            export = self.world.exports[source]
            made = aside / export.file_name
            written = write_export(con, export, relation(con, self.world, source, before, at), made)
            name = f"{made.stem}-{moment(at):%Y%m%dT%H%M}{made.suffix}"
            path = publish(made, out / source / name, stated_total(self.timetable, source, written))
            deliveries.append(Delivery(path, source, moment(at)))
        return deliveries

    def _forget(self) -> None:
        """A platform that is behind will yet tell what happened since its own last delivery."""
        self.world.forget(min(self.timetable.sent(source, seconds(self.since)) for source in self.world.exports))


def publish(made: Path, target: Path, total: int | None) -> Path:
    """Move a finished file to where it is waited for: whole or not at all, its number of rows before it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if total is not None:
        target.with_name(target.name + TOTAL).write_text(f"{total}\n", encoding="utf-8")
    part = target.with_name(target.name + ".part")
    shutil.copyfile(made, part)
    os.replace(part, target)
    made.unlink()
    return target


def drip(
    city_folder: Path, out: Path, since: datetime, until: datetime, *, tickets: int = 300_000, seed: int = 20260101, months: int = 24,
    first_on: date | None = None, catch_up: bool = False,
) -> list[Delivery]:  # fmt: skip
    """Write what the platforms deliver after `since` up to `until`: a pure function of its arguments; see `Drip`."""
    dripping = Drip(city_folder, since=since, tickets=tickets, seed=seed, months=months, first_on=first_on)
    return dripping.step(until, out, catch_up=catch_up)
