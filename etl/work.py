"""The loader's worker: does what the web asks of the warehouse, and watches the drop folder between jobs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.settings import Settings, read_city
from dashboard.worker import Worker, die_with_parent, only_one, say
from etl import batches, pins, watch
from etl.errors import FileRefused
from etl.load import load
from etl.source import sources_of

Progress = Callable[[str], None]


def undo(settings: Settings, job: jobs.Job, progress: Progress) -> dict[str, Any]:
    arguments = job.arguments
    name = batches.undo(settings, arguments["batch_id"], by=job.requested_by, reason=arguments.get("reason", ""), progress=progress)
    return {"snapshot": name}


def redo(settings: Settings, job: jobs.Job, progress: Progress) -> dict[str, Any]:
    return {"snapshot": batches.redo(settings, job.arguments["batch_id"], progress=progress)}


def rebuild(settings: Settings, _job: jobs.Job, progress: Progress) -> dict[str, Any]:
    return {"snapshot": batches.rebuild(settings, progress=progress)}


def rejects(settings: Settings, job: jobs.Job, _progress: Progress) -> dict[str, Any]:
    """Raw rows leave the warehouse only here, into a folder from which the web serves them to who asked."""
    batch_id = job.arguments["batch_id"]
    folder = settings.downloads
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = f"{job.job_id}-rejected-{batch_id}.xlsx"
    count = batches.write_rejects(settings, batch_id, folder / f".{file}")
    (folder / f".{file}").replace(folder / file)
    return {"file": file, "rows": count}


def take(settings: Settings, job: jobs.Job, progress: Progress) -> dict[str, Any]:
    lines = watch.take(settings, [Path(file) for file in job.arguments["files"]], progress)
    for line in lines:
        say(line)
    return {"lines": lines}


def poll(settings: Settings, job: jobs.Job, progress: Progress) -> dict[str, Any]:
    lines = watch.poll(settings, job.arguments["sources"], progress)
    for line in lines:
        say(line)
    return {"lines": lines}


def load_submissions(settings: Settings, _job: jobs.Job, progress: Progress) -> dict[str, Any]:
    """Land what the committee accepted of the reports of units, and publish it."""
    sources = [source.code for source in sources_of(settings.city_folder) if source.database and source.database.people_store]
    if not sources:
        raise FileRefused("no source lands the reports of units", settings.city, expected="people_store = true in a source's [database]")
    outcome = load(settings, [], polled=sources, progress=progress)
    return {"snapshot": outcome.snapshot, "rows": sum(batch.received_count for batch in outcome.batches), "lines": outcome.notes}


def load_upload(settings: Settings, job: jobs.Job, progress: Progress) -> dict[str, Any]:
    """Load a file a person sent by the page; it is deleted whatever comes of it, they have it still."""
    folder = settings.uploads / Path(job.arguments["upload"]).name
    try:
        files = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
        if not files:
            raise FileRefused("the file is gone", job.arguments["upload"], expected="a file sent less than a day ago")
        outcome = load(settings, [(file, job.arguments["source"]) for file in files], progress=progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    counts = [sum(numbers) for numbers in zip(*outcome.counts.values(), strict=True)]
    told = [line for lines in outcome.warnings.values() for line in lines]
    return {"counts": counts, "is_new": bool(outcome.new), "warnings": told, "refused": [str(error) for error in outcome.refused]}


def pin(settings: Settings, job: jobs.Job, _progress: Progress) -> dict[str, Any]:
    pins.pin(settings.city_warehouse, job.arguments["snapshot"], job.arguments["holder"])
    return {"snapshot": job.arguments["snapshot"]}


def unpin(settings: Settings, job: jobs.Job, _progress: Progress) -> dict[str, Any]:
    pins.unpin(settings.city_warehouse, job.arguments["snapshot"], job.arguments["holder"])
    return {"snapshot": job.arguments["snapshot"]}


KINDS: dict[str, Callable[[Settings, jobs.Job, Progress], dict[str, Any]]] = {
    "undo": undo,
    "redo": redo,
    "rebuild": rebuild,
    "rejects": rejects,
    "take": take,
    "poll": poll,
    "load": load_upload,
    "load_submissions": load_submissions,
    "pin": pin,
    "unpin": unpin,
}
TAKE_LIMIT = 6 * 3600


class DropFolder:
    """Turns what arrives and what is to be polled into jobs: files one job at a time, with patience after one that failed."""

    def __init__(self, settings: Settings, engine: Engine, now: Callable[[], datetime]) -> None:
        self.watch, self.engine, self.now = watch.Watch(settings), engine, now

    def __call__(self) -> None:
        if due := self.watch.due():
            jobs.ask(self.engine, "poll", {"sources": due}, by="watch", now=self.now(), limit_seconds=TAKE_LIMIT)
        files = self.watch.arrived()
        if not files:
            return
        last = next(iter(jobs.latest(self.engine, ["take"], 1)), None)
        if last is not None and last.state not in jobs.ENDED:
            return
        if last is not None and last.state == jobs.FAILED and last.finished_at is not None:
            waited = (self.now() - last.finished_at).total_seconds()
            if 0 <= waited < watch.PATIENCE_SECONDS:
                return
        arguments = {"files": [str(file) for file in files]}
        jobs.ask(self.engine, "take", arguments, by="watch", now=self.now(), limit_seconds=TAKE_LIMIT)


def run_job(settings: Settings, job_id: int, faults: tuple[type[Exception], ...]) -> None:
    """Do one job and write down how it ended; `faults` are told in one line, anything else is a fault of the program."""
    die_with_parent()
    engine = jobs.engine_of(settings.people_url)
    job = jobs.job(engine, job_id)
    if job is None:
        return
    now = clock(settings)
    try:
        result = KINDS[job.kind](settings, job, lambda step: jobs.report(engine, job_id, step))
    except faults as error:
        jobs.finish(engine, job_id, now(), state=jobs.FAILED, error=str(error))
        raise
    jobs.finish(engine, job_id, now(), result=result)


def work(settings: Settings) -> None:
    """Work until told to stop. Raises dashboard.worker.AlreadyAtWork if this city has its worker."""
    lock = settings.city_warehouse / ".worker.lock"
    with only_one(lock):
        say(f"etl work: {settings.city}")
        command = [sys.executable, "-m", "etl", "job", "--city", settings.city]
        engine, now = jobs.engine_of(settings.people_url), clock(settings)
        Worker(engine, KINDS, command, now).run(DropFolder(settings, engine, now))


def clock(settings: Settings) -> Callable[[], datetime]:
    """The city's civic time, for a city whose folder can be read."""
    return read_city(settings.city_folder).now
