"""The worker's round of the schedule: what became due goes into the books, and the oldest runs are carried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from dashboard.scheduling import words
from dashboard.scheduling.delivery import deliver, files_ready, wait_or_file
from dashboard.scheduling.drafting import Desk, draft_ready, wait_or_begin
from dashboard.scheduling.periods import Workday, periods_due
from dashboard.settings import City, Scheduled, Settings, read_city
from dashboard.store import schedule as book
from dashboard.store import store
from dashboard.store.schedule_tables import ScheduledRun
from dashboard.supervising.finding import after_workdays
from dashboard.view import View, view_of
from dashboard.warehouse import NoSnapshot
from dashboard.worker import say

# So many runs a round: the others wait their turn.
AT_A_TIME = 3
# So many missed periods of an entry are caught up; older ones are only written down.
MOST_CAUGHT_UP = 12


class Schedule:
    """Reports that are drafted by themselves, looked after by the worker."""

    def __init__(self, settings: Settings, now: Callable[[City], datetime] = City.now) -> None:
        self.settings, self.now = settings, now

    def __call__(self) -> None:
        city = read_city(self.settings.city_folder)
        engine = store(self.settings.people_url)
        if not city.reports.schedule and not book.due(engine, self.now(city), 1):
            return
        try:
            view = view_of(city, self.settings.city_warehouse, "zh")
            _ = view.engine
        except NoSnapshot:
            return
        desk = Desk(self.settings, view, engine, self.now(city))
        plan(desk)
        entries = {entry.name: entry for entry in city.reports.schedule}
        for run in book.due(engine, desk.now, AT_A_TIME):
            carry(desk, run, entries.get(run.entry))


def workday_of(view: View) -> Workday:
    """The calendar of a view's snapshot."""

    def workday(day: date, count: int) -> date | None:
        try:
            return after_workdays(view, day, count)
        except ValueError:
            return None

    return workday


def plan(desk: Desk) -> None:
    """Write down the periods that became due since the last one known."""
    known = book.known_until(desk.store)
    for entry in desk.view.city.reports.schedule:
        missed = periods_due(entry, known.get(entry.name), desk.now, workday_of(desk.view))
        for new in missed[:-MOST_CAUGHT_UP]:
            said = words.TOO_OLD
            note = (said.zh.format(n=MOST_CAUGHT_UP), said.en.format(n=MOST_CAUGHT_UP))
            book.add(desk.store, new, desk.now, state=book.SKIPPED, note=note)
        for new in missed[-MOST_CAUGHT_UP:]:
            if book.add(desk.store, new, desk.now):
                say(f"schedule {entry.name}: {new.since} to {new.until} is due")


def carry(desk: Desk, run: ScheduledRun, entry: Scheduled | None) -> ScheduledRun | None:
    """One step of one run; as it stands after it, None where another worker took it."""
    if entry is None:
        left = desk.step(run, words.GONE_ENTRY, state=book.SKIPPED)
    elif run.state == book.WAITING:
        left = wait_or_begin(desk, run, entry)
    elif run.state == book.DRAFTING:
        left = draft_ready(desk, run, entry)
    elif run.state == book.DRAFTED:
        left = wait_or_file(desk, run, entry)
    elif run.state == book.FILING:
        left = files_ready(desk, run)
    else:
        left = deliver(desk, run, entry)
    if left is not None and left.state != run.state and left.state in (book.DONE, book.FAILED, book.SKIPPED):
        say(f"schedule {run.entry}: {run.since} to {run.until} {left.state}" + (f": {left.note_en}" if left.note_en else ""))
    return left
