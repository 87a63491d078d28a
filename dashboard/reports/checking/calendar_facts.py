"""Calendar facts in sentences: days that exist, their weekdays, and no more daily reports than days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from dashboard.reports.checking.document import Document, Line
from dashboard.reports.checking.finding import BLOCKING, Finding, same
from dashboard.reports.checking.numerals import plain
from dashboard.texts import Text

DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号](?:\s*\((?:星期|周)(?P<weekday>[一二三四五六日天])\))?"
)
WEEKDAYS = "一二三四五六日"
MONTH = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年)?(?<![\d\-—~至.])(?P<month>\d{1,2})月(?!以来)")
MONTHS = re.compile(r"(?<!\d)(\d{1,2})月?\s*[-—~至到]+\s*(\d{1,2})月(?!\d*日)")
LONGER = re.compile(r"月\d{1,2}日?\s*[-—~至到]+\s*(?:\d{4}年)?\d{1,2}月|累计|以来|全年|年初|季度|半年|今年|本年|历年|总第")
YEAR = re.compile(r"((?:19|20)\d\d)年")
DAILIES = re.compile(
    r"(?<!\d)(?P<count>\d{1,4})\s*(?:期|份|篇|次)?[^，,。；;\d]{0,6}?(?:日报|每日(?:简报|快报|专报|通报|要情))|(?:日报|每日(?:简报|快报|专报|通报|要情))[^，,。；;\d]{0,8}?(?P<after>\d{1,4})\s*(?:期|份|篇|次)"
)
WHOLE_MONTH = re.compile(r"(?:全月|当月|本月)[^，,。；;\d]{0,4}(\d{2})天")
LEAP_YEAR = 2024


def calendar_findings(document: Document) -> Iterator[Finding]:
    """What cannot be so by the calendar; the year is the last one said."""
    year: int | None = None
    for line in document.lines:
        text = plain(line.text)
        yield from _days(line, text, year)
        yield from _dailies(line, text, year)
        said = YEAR.findall(text)
        year = int(said[-1]) if said else year


def _days(line: Line, text: str, year: int | None) -> Iterator[Finding]:
    for match in DAY.finditer(text):
        its_year = int(match["year"]) if match["year"] else year
        month, day = int(match["month"]), int(match["day"])
        if not 1 <= month <= 12 or not 1 <= day <= _length(month, its_year):
            yield Finding("calendar", BLOCKING, line.where, Text("历法中有的日期", "a day of the calendar"), same(match[0]))
        elif match["weekday"] and match["year"]:
            weekday = WEEKDAYS[date(int(match["year"]), month, day).weekday()]
            if weekday != match["weekday"].replace("天", "日"):
                yield Finding(
                    "calendar", BLOCKING, line.where, Text(f"星期{weekday}", f"weekday {WEEKDAYS.index(weekday) + 1}"), same(match[0])
                )


def _length(month: int, year: int | None) -> int:
    """Days of a month; the longest it can have where the year is not said."""
    return monthrange(year or LEAP_YEAR, month)[1]


def _dailies(line: Line, text: str, year: int | None) -> Iterator[Finding]:
    """More daily reports than the month has days; months that a sentence does not name are those named before it."""
    months: tuple[int, int, int | None] | None = None
    for sentence in re.split(r"[。;\n]", text):
        span = MONTHS.search(sentence)
        named = MONTH.search(sentence)
        if span and 1 <= int(span[1]) <= int(span[2]) <= 12:
            months = (int(span[1]), int(span[2]), year)
        elif named and 1 <= int(named["month"]) <= 12:
            months = (int(named["month"]), int(named["month"]), int(named["year"]) if named["year"] else year)
        if months is None or LONGER.search(sentence):
            continue
        first, last, its_year = months
        days = sum(_length(month, its_year) for month in range(first, last + 1))
        for match in DAILIES.finditer(sentence):
            count = int(match["count"] or match["after"])
            if count > days:
                called = f"{first}月" if first == last else f"{first}–{last}月"
                yield Finding(
                    "calendar",
                    BLOCKING,
                    line.where,
                    Text(f"{called}有{days}天，日报至多{days}期", f"the period has {days} days, so {days} daily reports at most"),
                    same(match[0].strip()),
                )
        whole = WHOLE_MONTH.search(sentence)
        if whole and first == last and int(whole[1]) > days:
            yield Finding("calendar", BLOCKING, line.where, Text(f"{first}月有{days}天", f"month {first} has {days} days"), same(whole[0]))
