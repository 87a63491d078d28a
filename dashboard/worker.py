"""A worker: takes jobs from the queue one by one and runs each in a process of its own, which can be stopped."""

from __future__ import annotations

import ctypes
import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from dashboard import jobs

POLL_SECONDS = 0.5
GRACE_SECONDS = 10
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class AlreadyAtWork(RuntimeError):  # noqa: N818 a state, not a fault
    """Another process is this worker; two of them would take up each other's jobs."""


class Child(Protocol):
    """A job being done, as a process is seen."""

    @property
    def returncode(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Be the only worker on this machine that holds a lock file. Raises AlreadyAtWork."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyAtWork(f"{lock.name}: another worker of this city is running") from None
        yield


class Worker:
    """Runs jobs of some kinds: `command` plus a job's number is the process that does it.

    A job past its limit, or one that a person cancelled, is told to stop and killed ten seconds later; whatever a job
    does must therefore be safe under kill -9.
    """

    def __init__(self, engine: Engine, kinds: Collection[str], command: Sequence[str], now: Callable[[], datetime]) -> None:
        self.engine, self.kinds, self.command, self.now = engine, kinds, list(command), now
        self.is_stopping = False

    def run(self, meanwhile: Callable[[], None]) -> None:
        """Work until told to stop; `meanwhile` is called between jobs, at most every half second."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self.work_on(meanwhile)

    def work_on(self, meanwhile: Callable[[], None]) -> None:
        """The same until `is_stopping` is set, in whichever thread."""
        while not self.is_stopping and not self._is_ready():
            time.sleep(POLL_SECONDS)
        again = [] if self.is_stopping else jobs.take_up_again(self.engine, self.kinds, self.now())
        if again:
            say(f"taking up again after a crash: {', '.join(f'job {number}' for number in again)}")
        while not self.is_stopping:
            try:
                if not self.work_once():
                    meanwhile()
                    time.sleep(POLL_SECONDS)
            except OperationalError as error:
                # A database that restarts is no reason to die.
                say(f"the people's store does not answer: {type(error.orig).__name__}; trying again")
                time.sleep(10 * POLL_SECONDS)

    def work_once(self) -> bool:
        """Do the oldest waiting job, if there is one."""
        job = self.claim()
        if job is None:
            return False
        say(f"job {job.job_id} {job.kind}: begins")
        child = self.begin(job)
        self._attend(job, child)
        left = jobs.job(self.engine, job.job_id)
        if left is not None and left.state == jobs.RUNNING and not self.is_stopping:
            jobs.finish(self.engine, job.job_id, self.now(), state=jobs.FAILED, error=f"its process ended with {child.returncode}")
            left = jobs.job(self.engine, job.job_id)
        say(f"job {job.job_id} {job.kind}: {left.state if left else 'gone'}" + (f": {left.error}" if left and left.error else ""))
        return True

    def claim(self) -> jobs.Job | None:
        """Take the oldest waiting job."""
        return jobs.claim(self.engine, self.kinds, self.now())

    def begin(self, job: jobs.Job) -> Child:
        """Start doing a job."""
        return subprocess.Popen([*self.command, str(job.job_id)], start_new_session=True)  # noqa: S603 our own command and a number

    def _attend(self, job: jobs.Job, child: Child) -> None:
        deadline = time.monotonic() + job.limit_seconds
        while True:
            try:
                child.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                state = jobs.job(self.engine, job.job_id)
                if self.is_stopping:
                    end(child)  # Still running in the books, so the next worker takes it up again.
                elif state is None or state.is_cancel_wanted:
                    end(child)
                    jobs.finish(self.engine, job.job_id, self.now(), state=jobs.CANCELLED)
                elif time.monotonic() > deadline:
                    end(child)
                    told = f"stopped: it took longer than {job.limit_seconds} s"
                    jobs.finish(self.engine, job.job_id, self.now(), state=jobs.FAILED, error=told)
                else:
                    continue
            return

    def _is_ready(self) -> bool:
        try:
            return jobs.is_ready(self.engine)
        except OperationalError:
            return False

    def _stop(self, _signal: int, _frame: object) -> None:
        self.is_stopping = True


def end(child: Child) -> None:
    """Tell a process to stop, and kill it if it does not."""
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def say(line: str) -> None:
    """One line of a worker's log."""
    sys.stderr.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}\n")  # noqa: DTZ005 a log is in the machine's own time
    sys.stderr.flush()


def die_with_parent() -> None:
    """Let this process be killed when its parent dies, where the system knows how; else it ends by itself, unattended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
