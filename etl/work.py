"""The loader's worker: does what the web asks of the warehouse, and watches the drop folder between jobs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dashboard import jobs
from dashboard.settings import Settings, read_city
from dashboard.worker import Worker, only_one, say
from etl import batches
from etl.load import civic_now

DOWNLOADS = "downloads"
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
    folder = settings.city_people / DOWNLOADS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = f"{job.job_id}-rejected-{batch_id}.xlsx"
    count = batches.write_rejects(settings, batch_id, folder / f".{file}")
    (folder / f".{file}").replace(folder / file)
    return {"file": file, "rows": count}


KINDS: dict[str, Callable[[Settings, jobs.Job, Progress], dict[str, Any]]] = {
    "undo": undo,
    "redo": redo,
    "rebuild": rebuild,
    "rejects": rejects,
}


def run_job(settings: Settings, job_id: int, faults: tuple[type[Exception], ...]) -> None:
    """Do one job and write down how it ended; `faults` are told in one line, anything else is a fault of the program."""
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


def work(settings: Settings, meanwhile: Callable[[], None]) -> None:
    """Work until told to stop. Raises dashboard.worker.AlreadyAtWork if this city has its worker."""
    lock = settings.city_warehouse / ".worker.lock"
    with only_one(lock):
        say(f"etl work: {settings.city}")
        command = [sys.executable, "-m", "etl", "job", "--city", settings.city]
        Worker(jobs.engine_of(settings.people_url), KINDS, command, clock(settings)).run(meanwhile)


def clock(settings: Settings) -> Callable[[], datetime]:
    """The city's civic time, for a city whose folder can be read."""
    zone = read_city(settings.city_folder).time_zone
    return lambda: civic_now(zone)
