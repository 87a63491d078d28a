"""The web's own worker: keeps house in the people's store, looks after alerts, and has reports made."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import sleep

from sqlalchemy.exc import SQLAlchemyError

from dashboard import jobs
from dashboard.alerts.book import forget_closed
from dashboard.alerts.rounds import Rounds
from dashboard.issuing import KINDS
from dashboard.issuing.files import forget_others
from dashboard.settings import CityError, Settings, read_city
from dashboard.standing_worker import StandingWorker
from dashboard.store import health, report_files, store
from dashboard.worker import only_one, say

BACKUPS = "backups"
JOBS_KEPT = timedelta(days=30)
NIGHTS_KEPT = timedelta(days=90)
FILES_KEPT = timedelta(days=1)
PAGES_KEPT = timedelta(days=30)
BACKUPS_KEPT = 7
LOOK_SECONDS = 30


class Housekeeping:
    """What must be done once a day, and is done in the first quiet moment of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.city = read_city(settings.city_folder)
        self.done_on: date | None = None

    def now(self) -> datetime:
        return self.city.now()

    def __call__(self) -> None:
        if self.done_on == self.now().date():
            return
        today = self.now().date()
        gone = jobs.forget_ended(store(self.settings.people_url), self.now() - JOBS_KEPT)
        forget_closed(store(self.settings.people_url), self.now())
        files = sum(map(forget_files, (self.settings.downloads, self.settings.uploads)))
        files += forget_pages(self.settings.previews) + forget_unheld(self.settings)
        nights = health.forget(store(self.settings.people_url), self.now() - NIGHTS_KEPT)
        saved = back_up(self.settings, today)
        self.done_on = today
        say(
            f"kept house: {gone} old jobs, {files} files and {nights} nights of walls forgotten"
            + (f", backup {saved.name}" if saved else "")
        )


def forget_files(folder: Path) -> int:
    """Delete what was made for or sent by people more than a day ago; it may hold personal data. Returns how many."""
    oldest = datetime.now().timestamp() - FILES_KEPT.total_seconds()  # noqa: DTZ005 files carry the machine's time
    old = [path for path in folder.glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(old)


def forget_pages(folder: Path) -> int:
    """Delete pictures of pages that nobody drew for a month: they can be drawn again. Returns of how many reports."""
    oldest = datetime.now().timestamp() - PAGES_KEPT.total_seconds()  # noqa: DTZ005 files carry the machine's time
    old = [path for path in folder.glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def forget_unheld(settings: Settings) -> int:
    """Delete files of drafts that were changed or discarded; those of issued reports stay for good. Returns how many."""
    before = datetime.now().timestamp() - FILES_KEPT.total_seconds()  # noqa: DTZ005 files carry the machine's time
    return forget_others(settings.reports, report_files.hashes(store(settings.people_url)), before)


def back_up(settings: Settings, day: date) -> Path | None:
    """A copy of a SQLite store, whole even while others write; PostgreSQL has tools of its own."""
    file = settings.people_url.removeprefix("sqlite:///")
    if file == settings.people_url or not Path(file).exists():
        return None
    folder = settings.city_people / BACKUPS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"people-{day:%Y%m%d}.sqlite"
    made = target.with_suffix(".part")
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(made)) as copy:
        source.backup(copy)
    made.replace(target)
    for old in sorted(folder.glob("people-*.sqlite"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target


@contextmanager
def reports_made(settings: Settings) -> Iterator[None]:
    """Have reports made meanwhile, in a process that is started for the first of them."""
    command = [sys.executable, "-m", "dashboard.issuing.child", settings.city]
    maker = StandingWorker(jobs.engine_of(settings.people_url), KINDS, command, read_city(settings.city_folder).now)

    def make() -> None:
        while not maker.is_stopping:
            try:
                maker.work_on(lambda: None)
            except (OSError, SQLAlchemyError) as error:
                say(f"could not have reports made: {type(error).__name__}; trying again")
                sleep(LOOK_SECONDS / 10)
        maker.let_go()

    thread = Thread(target=make, name="reports")
    thread.start()
    try:
        yield
    finally:
        maker.is_stopping = True
        thread.join()


def work(settings: Settings) -> None:
    """Keep house, look after alerts and have reports made until told to stop.

    Raises dashboard.worker.AlreadyAtWork if this city has its worker.
    """
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: told.set())
    with only_one(settings.city_people / ".worker.lock"), reports_made(settings):
        say(f"dashboard work: {settings.city}")
        tasks: dict[str, Callable[[], None]] = {"keep house": Housekeeping(settings), "look after alerts": Rounds(settings)}
        while not told.is_set():
            for task, do in tasks.items():
                try:
                    do()
                except (OSError, SQLAlchemyError, sqlite3.Error, CityError) as error:
                    say(f"could not {task}: {type(error).__name__}; trying again")
            told.wait(LOOK_SECONDS)
