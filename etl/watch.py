"""The drop folder and the polled databases: what arrives is loaded by itself, and what became of it is told."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from dashboard.phrases import said
from dashboard.settings import Settings, read_city
from dashboard.worker import say
from etl import checks, snapshot
from etl.deliveries import TOTAL, Delivery
from etl.errors import FileRefused, shortened
from etl.load import load
from etl.source import sources_of

INBOX, DONE, REFUSED = "inbox", ".done", ".refused"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp", TOTAL)
SCAN_SECONDS = 2.0
PATIENCE_SECONDS = 60.0
POLL_MINUTES = 60
DONE_DAYS = 3
Progress = Callable[[str], None]


def inbox(settings: Settings) -> Path:
    """The drop folder of a city, with a folder for each of its sources."""
    folder = settings.city_warehouse / INBOX
    for source in sources_of(settings.city_folder):
        (folder / source.code).mkdir(parents=True, exist_ok=True)
    return folder


class Watch:
    """Looks into the drop folder; a file counts as arrived once it stood still between two looks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = inbox(settings)
        self.seen: dict[Path, tuple[int, int]] = {}
        self.looked_at = 0.0
        self.polls_at: dict[str, float] = {}
        self.tidied_on: date | None = None

    def arrived(self) -> list[Path]:
        """The files that arrived since they were last looked at, the oldest first; at most one look every two seconds."""
        if time.monotonic() - self.looked_at < SCAN_SECONDS:
            return []
        self.looked_at = time.monotonic()
        if self.tidied_on != date.today():  # noqa: DTZ011 once a day of the machine
            self.tidied_on = date.today()  # noqa: DTZ011
            forget_done(self.folder, DONE_DAYS)
        now: dict[Path, tuple[int, int]] = {}
        for path in self.folder.glob("[!.]*/*"):
            if path.name.startswith((".", "~$")) or path.name.endswith(UNFINISHED):
                continue
            try:
                facts = path.stat()
            except OSError:
                continue  # Taken away between the two calls, or a link that leads nowhere.
            if path.is_file():
                now[path] = (facts.st_size, facts.st_mtime_ns)
        still = [path for path, facts in now.items() if self.seen.get(path) == facts]
        self.seen = now
        return sorted(still, key=lambda path: (path.stat().st_ctime_ns, path.name))

    def due(self) -> list[str]:
        """The sources whose database is to be polled now: at start, then each time its rhythm has passed (else every hour)."""
        found = []
        for source in sources_of(self.settings.city_folder):
            if source.database is None or time.monotonic() < self.polls_at.get(source.code, 0.0):
                continue
            self.polls_at[source.code] = time.monotonic() + 60 * (source.rhythm_minutes or POLL_MINUTES)
            found.append(source.code)
        return found


def poll(settings: Settings, sources: Sequence[str], progress: Progress = snapshot.quiet) -> list[str]:
    """Ask the databases of sources for what is new and publish it; returns a line for each. Raises what stops all of them."""
    try:
        outcome = load(settings, [], polled=sources, progress=progress)
    except FileRefused as error:
        return [str(error), *map(str, error.others)]
    counted = [f"{batch.file_name}: {batch.received_count:,} rows as {batch.batch_id}" for batch in outcome.batches]
    return [*counted, *outcome.notes, *map(str, outcome.refused)]


def take(settings: Settings, files: Sequence[Path], progress: Progress = snapshot.quiet) -> list[str]:
    """Load files of the drop folder as one publication and move them aside; returns a line for each.

    Raises what is no fault of the files; they then stay where they are and are taken up again.
    """
    folder = inbox(settings)
    known = {source.code for source in sources_of(settings.city_folder)}
    zone = ZoneInfo(read_city(settings.city_folder).time_zone)
    present = [path for path in files if path.is_file() and path.parent.parent == folder]
    deliveries = [Delivery(path, path.parent.name, arrived_at(path, zone)) for path in present if path.parent.name in known]
    told = {}
    for path in present:
        if path.parent.name not in known:
            hope = f"a folder of {', '.join(sorted(known)) or 'a source'}"
            told[path] = str(FileRefused(f"there is no source {path.parent.name!r}", path, expected=hope))
    if deliveries:
        told |= _refused(settings, deliveries, progress)
    words = {path: said(shortened(line, settings), settings.message_language) for path, line in told.items()}
    loaded = said("loaded", settings.message_language)
    return [_aside(folder, path, REFUSED if path in told else DONE, words.get(path, loaded)) for path in present]


def _refused(settings: Settings, deliveries: Sequence[Delivery], progress: Progress) -> dict[Path, str]:
    """Load, and say of each file that was not taken why."""
    try:
        errors = load(settings, deliveries, progress=progress).refused
    except FileRefused as error:
        errors = [error, *error.others]
    except (checks.CheckFailed, duckdb.IntegrityError, duckdb.DataError, duckdb.ProgrammingError) as error:
        # Nothing could be published with them, so they were set aside; offered again they would fail again.
        return dict.fromkeys([delivery.path for delivery in deliveries], str(error))
    return {error.delivery: str(error) for error in errors if error.delivery}


def forget_done(folder: Path, days: int = 0) -> int:
    """Delete what was loaded from the drop folder more than some days ago: landing holds every row, and forgets on demand."""
    oldest = f"{datetime.now() - timedelta(days=days):%Y%m%d}"  # noqa: DTZ005 the folders carry the machine's days
    old = [path for path in (folder / DONE).glob("*") if days == 0 or path.name < oldest]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def forever(settings: Settings, faults: tuple[type[Exception], ...]) -> None:
    """Watch and load until the process is ended; a fault is one line, and tried again after a minute."""
    watch = Watch(settings)
    language = settings.message_language
    say(said(f"watching {watch.folder}", language))
    while True:
        files = watch.arrived()
        try:
            for line in take(settings, files) if files else []:
                say(line)
            for line in poll(settings, due) if (due := watch.due()) else []:
                say(said(line, language))
        except faults as error:
            say(said(shortened(f"{error}; trying again in {PATIENCE_SECONDS:.0f} s", settings), language))
            time.sleep(PATIENCE_SECONDS)
        time.sleep(SCAN_SECONDS / 4)


def arrived_at(path: Path, zone: ZoneInfo) -> datetime:
    """When a file came into the folder, as the city's civic time; a copy may bring an older date of change along."""
    moment = min(path.stat().st_ctime, time.time())
    return datetime.fromtimestamp(moment, zone).replace(tzinfo=None, microsecond=0)


def _aside(folder: Path, path: Path, where: str, told: str) -> str:
    """Move a file and its total out of the way, never over another one; why it was refused is written beside it."""
    source = path.parent.name
    target = folder / where / f"{datetime.now():%Y%m%d}" / source  # noqa: DTZ005 a folder for the machine's day
    target.mkdir(parents=True, exist_ok=True)
    name, count = path.name, 1
    while (target / name).exists():
        count += 1
        name = f"{path.stem} ({count}){path.suffix}"
    beside = path.with_name(path.name + TOTAL)
    try:
        os.replace(path, target / name)
    except FileNotFoundError:
        return f"{source}/{path.name}: {told}; it was taken away meanwhile"
    if beside.exists():
        os.replace(beside, target / f"{name}{TOTAL}")
    if where == REFUSED:
        (target / f"{name}.txt").write_text(told + "\n", encoding="utf-8")
    return f"{source}/{path.name}: {told}"
