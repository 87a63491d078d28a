"""When each platform delivers: at its rhythm counted from midnight, but for those that are late or silent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

DAY = 86_400
DAILY = 1440  # minutes
NIGHT = 4 * DAY + 2 * 3600  # the first Monday after 1970-01-01, two in the morning

# Who may fall behind. Of each row of LATE (platforms of one rhythm) one is always late, of SILENT one is always silent;
# the seed orders them, and they take turns: a platform that comes back brings all it had kept.
LATE = (
    ("heating_watch", "water_watch", "police_info", "opinion_watch", "power_service"),
    ("air_watch", "health_emergency", "transit", "xueliang", "digital_city"),
)
LATE_RHYTHMS = 3  # it is behind by as many at least, and by twice as many at most
SILENT = ("gas_watch", "fire_iot", "emergency_command", "traffic_control")
SILENT_SECONDS, SILENT_TURN = 4 * DAY, 28 * DAY
# Who sends the number of rows beside its file; the seed picks the one whose number is wrong.
TOTALS = ("hotline_12345", "digital_city", "market_12315", "smart_petition", "disputes", "smart_court", "water_watch", "risks")


@dataclass(frozen=True)
class Turns:
    """Platforms that take turns in being behind: in its turn each has sent nothing for `before` seconds or more."""

    sources: tuple[str, ...]
    turn: int
    before: int

    def whose(self, number: int) -> str:
        return self.sources[number % len(self.sources)]

    def last_before(self, source: str, at: int) -> int | None:
        """If the source is not delivering at `at`: when it did for the last time."""
        for number in (at // self.turn, at // self.turn + 1):
            start = number * self.turn - self.before
            if self.whose(number) == source and start < at < (number + 1) * self.turn:
                return start
        return None


def floored(at: int, minutes: int) -> int:
    """The last moment of a rhythm not after `at` (seconds since 1970): from midnight, daily ones at night, weekly on Monday."""
    offset = NIGHT if minutes >= DAILY else 0
    return (at - offset) // (minutes * 60) * minutes * 60 + offset


class Timetable:
    """The moments at which each source of a demo city delivers; a pure function of the seed."""

    def __init__(self, rhythms: Mapping[str, int], seed: int) -> None:
        """`rhythms`: minutes by source."""
        self.rhythms = rhythms
        rng = np.random.default_rng([seed, 71])
        self.late = [self._turns(row, rng) for row in LATE]
        quiet = [source for source in SILENT if source in rhythms]
        self.silent = Turns(tuple(rng.permutation(quiet).tolist()), SILENT_TURN, SILENT_SECONDS) if len(quiet) > 1 else None
        totals = [source for source in TOTALS if source in rhythms]
        self.wrong_total = str(rng.choice(totals)) if totals else None

    def _turns(self, row: tuple[str, ...], rng: np.random.Generator) -> Turns | None:
        there = [source for source in row if source in self.rhythms]
        if len(there) < 2:  # alone it could never come back
            return None
        length = LATE_RHYTHMS * math.lcm(*(self.rhythms[source] for source in there)) * 60
        return Turns(tuple(rng.permutation(there).tolist()), length, length)

    def behind(self, at: int) -> dict[str, list[str]]:
        """Who is late and who is silent at `at`."""
        late = [turns.whose(at // turns.turn) for turns in self.late if turns]
        return {"late": late, "silent": [self.silent.whose(at // self.silent.turn)] if self.silent else []}

    def sent(self, source: str, at: int) -> int:
        """When the source delivered for the last time by `at`."""
        moment = floored(at, self.rhythms[source])
        for turns in (*self.late, self.silent):
            start = turns.last_before(source, moment) if turns else None
            if start is not None:
                return self.sent(source, start)
        return moment

    def moments(self, source: str, since: int, until: int) -> Iterator[int]:
        """Its moments after `since` up to `until`."""
        step = self.rhythms[source] * 60
        for moment in range(floored(since, self.rhythms[source]) + step, until + 1, step):
            if self.sent(source, moment) == moment:
                yield moment
