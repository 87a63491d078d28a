"""The city's working clock on arrays of times: limits to deadlines, and a share of a limit back to a time."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from etl.demo.folder import City, Ints
from etl.workclock import calendar, office_segments

Times = npt.NDArray[np.datetime64]
DAY = 86_400


def to_times(seconds: Ints | npt.NDArray[np.float64]) -> Times:
    """Seconds since 1970 as datetime64[s]."""
    return np.asarray(seconds).astype("int64").astype("datetime64[s]")


class Clock:
    """Working time between two days; times are seconds since 1970, city time."""

    def __init__(self, city: City, first: date, last: date) -> None:
        hours = city.settings["office_hours"]
        days = calendar(city.holidays, first, last, hours)
        self.segments = office_segments(hours)
        self.length = sum(closes - opens for opens, closes in self.segments)
        self.first = int(np.datetime64(first, "D").astype(int))
        self.is_workday = days["is_workday"].to_numpy(dtype=bool)
        self.before = np.concatenate([[0], np.cumsum(self.is_workday)])  # working days before each day

    def _split(self, at: Ints) -> tuple[Ints, Ints]:
        day = np.clip(at // DAY - self.first, 0, len(self.is_workday) - 1)
        return day, at - (day + self.first) * DAY

    def worked(self, at: Ints) -> Ints:
        """Working seconds from the clock's first day to each time."""
        day, second = self._split(at)
        today = sum(np.clip(second - opens, 0, closes - opens) for opens, closes in self.segments)
        return np.asarray(self.before[day] * self.length + self.is_workday[day] * today)

    def at(self, worked: Ints) -> Ints:
        """The time at which so many working seconds have passed (the morning after, at the end of a day)."""
        number = np.clip(worked // self.length, 0, self.before[-1] - 1)
        day = np.searchsorted(self.before, number, side="right") - 1
        rest = worked - number * self.length
        second = np.full(len(rest), self.segments[-1][1])
        before = 0
        for opens, closes in self.segments:
            inside = (rest >= before) & (rest < before + closes - opens)
            second[inside] = opens + (rest - before)[inside]
            before += closes - opens
        return np.asarray((day + self.first) * DAY + second)

    def due(self, start: Ints, amount: npt.NDArray[np.float64], unit: npt.NDArray[np.str_]) -> Ints:
        """Deadlines: hours run from the moment, days from the day after until that day ends."""
        day, _ = self._split(start)
        whole = amount.astype("int64")
        seconds = (amount * 3600).astype("int64")
        number = np.clip(self.before[day + 1] + whole - 1, 0, self.before[-1] - 1)
        last = np.searchsorted(self.before, number, side="right") - 1
        closing = (last + self.first) * DAY + self.segments[-1][1]
        midnight = (day + self.first + whole + 1) * DAY
        hours = [start + seconds, self.at(self.worked(start) + seconds), closing, midnight]
        return np.select([unit == "hour", unit == "work_hour", unit == "work_day", unit == "day"], hours, hours[0])

    def part(self, start: Ints, due: Ints, share: npt.NDArray[np.float64], is_working: npt.NDArray[np.bool_]) -> Ints:
        """The time at which `share` of the way from start to due is used, on the working or the plain clock."""
        opened = self.worked(start)
        working = self.at(opened + (share * np.maximum(self.worked(due) - opened, 600)).astype("int64"))
        plain = start + (share * np.maximum(due - start, 600)).astype("int64")
        return np.maximum(np.where(is_working, working, plain), start)
