"""All that happens in the demo city, with its future: drawn day by day, remembered as long as it still changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.clock import Clock, to_times
from etl.demo.dirt import dirt_of, possible
from etl.demo.disputes import dispute_rows, disputes
from etl.demo.exports import Export, exports
from etl.demo.folder import City, Ints, read_city
from etl.demo.lives import NEVER, opinions, stages
from etl.demo.pilots import observation_rows
from etl.demo.planted import Planted, plant
from etl.demo.platforms import PLATFORMS
from etl.demo.resources import resource_rows
from etl.demo.risks import risk_rows, risks
from etl.demo.season import Seasons, seasons
from etl.demo.state import table, updated
from etl.demo.surveys import survey_rows
from etl.demo.tickets import Columns, bearings, draw_tickets, reports

# The working clock's ends do not move with the days drawn: the future of a case must not depend on when one looks.
CLOCK = (date(2015, 1, 1), date(2045, 12, 31))


class World:
    """The city from `first` on: `tickets` is what `months` months bring on average."""

    def __init__(self, city_folder: Path, *, seed: int, first: date, tickets: int, months: int) -> None:
        self.city: City = read_city(city_folder, seed)
        self.exports: dict[str, Export] = exports(city_folder)
        self.seed, self.first, self.tickets, self.months = seed, first, tickets, months
        self.lives: Columns = {}
        self.has_tickets = any(export.source.kind == "tickets" for export in self.exports.values())
        self.drawn_to = first - timedelta(days=1)

    @cached_property
    def _clock(self) -> Clock:
        return Clock(self.city, *CLOCK)

    @cached_property
    def planted(self) -> Planted:
        return plant(self.city, self.seed, self.season(self.first, 1), self.tickets)

    def season(self, first: date, days: int) -> Seasons:
        return seasons(self.city, self.seed, first, days, self.tickets, self.months)

    def grow(self, last: date) -> None:
        """Draw every day up to `last` that is not drawn yet, each with its whole future."""
        days = (last - self.drawn_to).days
        if days < 1:
            return
        first, self.drawn_to = self.drawn_to + timedelta(days=1), last
        if self.has_tickets:
            self._grow_tickets(first, days)
        self.disputes = disputes(self.city, self.seed, self.first, (last - self.first).days + 1)
        self.risks = risks(self.city, self.first, last, self.seed)

    def _grow_tickets(self, first: date, days: int) -> None:
        season = self.season(first, days)
        draws = draw_tickets(self.seed, first, season)
        told = reports(self.city, draws, season, self.planted, int(np.datetime64(first, "D").astype(int)), self.tickets)
        told |= bearings(self.city, draws, told)
        life = stages(self.city, draws, told, self._clock, self.planted)
        told |= life | opinions(draws, life, told["platform"].astype("int64"))
        told["dirt"] = dirt_of(told["dirt"].astype("float64"), told["platform"].astype("int64"), possible(self.exports))
        self.lives = {name: np.concatenate([self.lives[name], told[name]]) for name in told} if self.lives else told

    def forget(self, before: int) -> None:
        """Let go of the tickets to which nothing happens after `before`."""
        if not self.has_tickets:
            return
        ends = updated(self.lives, np.full(len(self.lives["day"]), NEVER - 1))
        self.lives = {name: values[ends > before] for name, values in self.lives.items()}

    def ticket_table(self, since: dict[str, int], until: dict[str, int]) -> pa.Table:
        """The rows of files of the platforms named in `until`, of what changed after `since` (all, where it is not given)."""
        return table(self.city, self.lives, self.lives["dirt"].astype("int64"), by_platform(since), by_platform(until))

    def rows(self, source: str, since: int | None, until: int) -> pd.DataFrame:
        """The rows of a source that sends no tickets: all, or what is new or changed; a register comes whole or not at all."""
        kind = self.exports[source].source.kind
        then = -1 if since is None else since
        if kind == "disputes":
            return dispute_rows(self.disputes, source, then, until)
        if kind == "risks":
            return risk_rows(self.risks, source, pd.Timestamp(then, unit="s"), pd.Timestamp(until, unit="s"))
        if kind == "pilot_observations":
            return observation_rows(self.city, self.seed, moment(then), moment(until))
        now = self._register(source, until)
        return now.iloc[:0] if since is not None and now.equals(self._register(source, since)) else now

    def _register(self, source: str, at: int) -> pd.DataFrame:
        if self.exports[source].source.kind == "surveys":
            return survey_rows(self.city, self.first, moment(at), self.seed)
        return resource_rows(self.city, source, self.seed, at)


def by_platform(moments: dict[str, int]) -> Ints:
    """Moments in the order of PLATFORMS, -1 where there is none."""
    return np.array([moments.get(platform, -1) for platform in PLATFORMS], dtype="int64")


def seconds(at: datetime) -> int:
    """A naive time as seconds since 1970."""
    return int(np.datetime64(at, "s").astype("int64"))


def moment(at: int) -> datetime:
    """Seconds since 1970 as a naive time."""
    found: datetime = to_times(np.array([at]))[0].item()
    return found
