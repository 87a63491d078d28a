"""The kinds of reports: which days each speaks of, what those are called, and the words for what they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from dashboard.periods import MONTHS, month_start
from dashboard.periods import Period as PeriodName
from dashboard.texts import Text

Kind = Literal["day", "week", "month", "quarter", "half_year", "year", "special"]
KINDS: tuple[Kind, ...] = get_args(Kind)
QUARTERS, HALVES = "一二三四", "上下"
# What the period before is called, by kind; a year's is last year's.
BEFORE = {"day": "较上日", "week": "较上周", "month": "环比", "quarter": "环比", "half_year": "环比", "year": "", "special": "较前{days}日"}
BEFORE_RUNNING = {
    "day": "较上日同时段", "week": "较上周同时段", "month": "较上月同时段", "quarter": "较上季度同时段", "half_year": "较上半年度同时段",
    "year": "", "special": "较前{days}日同时段",
}  # fmt: skip
YEAR_AGO, YEAR_AGO_RUNNING = {"year": "较上年"}, "较上年同时段"
HEADINGS = {"previous": Text("环比", "Previous period"), "last_year": Text("同比", "Last year")}


@dataclass(frozen=True)
class Span:
    """The days of a report, both included."""

    kind: Kind
    since: date
    until: date

    @property
    def filter_name(self) -> PeriodName:
        """By which name of a period it is compared: whole weeks, months, quarters with whole ones, other days with as many."""
        if self.kind == "week":
            return "last_week"
        return {"month": "last_month", "quarter": "last_quarter", "half_year": "last_half_year", "year": "last_year"}.get(
            self.kind, "custom"
        )  # type: ignore[return-value]

    @property
    def number_of_year(self) -> int:
        """Which of its kind it is in its year."""
        if self.kind == "week":
            return self.since.isocalendar().week
        if self.kind == "day":
            return self.since.timetuple().tm_yday
        return (self.since.month - 1) // MONTHS.get(self.kind, 12) + 1

    def name(self, language: str = "zh") -> str:
        """What the period is called in a title."""
        if language == "en":
            return f"{self.since:%B %Y}" if self.kind == "month" else f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"
        return self._name_zh(f"{self.since.year}年")

    def during(self) -> str:
        """What a sentence begins with: its year goes without saying."""
        goes_without = self.kind != "year" and self.since.year == self.until.year
        return self._name_zh("" if goes_without else f"{self.since.year}年")

    def _name_zh(self, year: str) -> str:
        since, until = self.since, self.until
        said = {
            "month": f"{since.month}月",
            "quarter": f"第{QUARTERS[(since.month - 1) // 3]}季度" if year else f"{QUARTERS[(since.month - 1) // 3]}季度",
            "half_year": f"{HALVES[since.month > 6]}半年", "year": "",
        }  # fmt: skip
        return f"{year}{said[self.kind]}" if self.kind in said else f"{year}{days_zh(since, until)}"


def days_zh(since: date, until: date) -> str:
    """`10月1日`, `10月1日至31日`, `10月20日至11月3日`: Arabic digits without leading zeros."""
    first = f"{since.month}月{since.day}日"
    if since == until:
        return first
    if since.year != until.year:
        return f"{first}至{until.year}年{until.month}月{until.day}日"
    return f"{first}至{until.day}日" if since.month == until.month else f"{first}至{until.month}月{until.day}日"


def span_holding(kind: Kind, day: date) -> Span:
    """The day, week, month … that holds a day. Raises ValueError for a special report, which is of no kind of period."""
    if kind == "special":
        raise ValueError("a special report needs its first and its last day")
    if kind == "day":
        return Span(kind, day, day)
    if kind == "week":
        since = day - timedelta(days=day.weekday())
        return Span(kind, since, since + timedelta(days=6))
    since = month_start(day, -((day.month - 1) % MONTHS[kind]))
    return Span(kind, since, month_start(since, MONTHS[kind]) - timedelta(days=1))


def against_words(span: Span, *, is_running: bool) -> list[tuple[Literal["previous", "last_year"], str]]:
    """The comparisons a report of this kind makes, in order, each with its word."""
    before = (BEFORE_RUNNING if is_running else BEFORE)[span.kind].format(days=(span.until - span.since).days + 1)
    ago = YEAR_AGO_RUNNING if is_running else YEAR_AGO.get(span.kind, "同比")
    return [*([("previous", before)] if before else []), ("last_year", ago)]  # type: ignore[list-item]
