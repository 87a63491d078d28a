"""Which periods of an entry are due: found from the last one in the books, so that none is lost while nobody is at work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from dashboard.reports.spans import Span, span_holding
from dashboard.settings import Scheduled
from dashboard.store.schedule import NewRun

# The end of the nth working day after a day; None where the calendar does not say.
Workday = Callable[[date, int], date | None]
# No entry is asked for more periods at once, however long nobody was at work.
MOST = 400


def due_at(entry: Scheduled, span: Span, workday: Workday) -> datetime:
    """From when on a period's report is due; where the calendar does not reach, working days count as days."""
    day = workday(span.until, entry.workday) if entry.workday else None
    count = entry.workday or entry.day
    hour, minute = map(int, entry.time.split(":"))
    return datetime.combine(day or span.until + timedelta(days=count), time(hour, minute))


def periods_due(entry: Scheduled, known_until: date | None, now: datetime, workday: Workday) -> list[NewRun]:
    """The periods that became due since the last one known, the oldest first; of an entry nobody knows yet the latest alone."""
    found: list[NewRun] = []
    span = span_holding(entry.kind, now.date())
    begin = known_until or (entry.since - timedelta(days=1) if entry.since else None)
    while len(found) < MOST:
        span = span_holding(entry.kind, span.since - timedelta(days=1))
        if (begin is not None and span.until <= begin) or (entry.since is not None and span.until < entry.since):
            break
        at = due_at(entry, span, workday)
        if at <= now:
            found.append(NewRun(entry.name, entry.kind, span.since, span.until, at))
            if begin is None:
                break
    return found[::-1]


def next_due(entry: Scheduled, now: datetime, workday: Workday) -> tuple[Span, datetime]:
    """The next period whose report becomes due, and when."""
    span = span_holding(entry.kind, now.date())
    while True:
        before = span_holding(entry.kind, span.since - timedelta(days=1))
        if due_at(entry, before, workday) <= now:
            return span, due_at(entry, span, workday)
        span = before
