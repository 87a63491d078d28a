"""A worker with one process that does job after job, because it takes long to be ready; one that hangs is killed and replaced."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress

from dashboard import jobs
from dashboard.worker import GRACE_SECONDS, Worker

# After so many jobs, or so long without one, the process is let go: its memory is given back.
MOST_JOBS, IDLE_SECONDS = 50, 600.0


class StandingWorker(Worker):
    """`command` starts the process: it is told a job's number in a line, and answers with the same line when it has ended it."""

    process: subprocess.Popen[bytes] | None = None
    done_count = 0
    idle_since = 0.0

    def claim(self) -> jobs.Job | None:
        """The oldest waiting job of the first kind of which any waits."""
        return next((job for kind in self.kinds if (job := jobs.claim(self.engine, [kind], self.now())) is not None), None)

    def begin(self, job: jobs.Job) -> TaskOfProcess:
        if self.process is None or self.process.poll() is not None or self.done_count >= MOST_JOBS:
            self.let_go()
            self.process = subprocess.Popen(  # noqa: S603 our own command
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
            )
            self.done_count = 0
        self.done_count += 1
        return TaskOfProcess(self.process, job.job_id)

    def work_once(self) -> bool:
        is_done = super().work_once()
        if is_done:
            self.idle_since = time.monotonic()
        elif self.process is not None and time.monotonic() - self.idle_since > IDLE_SECONDS:
            self.let_go()
        return is_done

    def let_go(self) -> None:
        """End the process: told in words first, then by force."""
        if self.process is None:
            return
        assert self.process.stdin is not None  # noqa: S101 it was opened so
        with suppress(OSError):
            self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        _signal_all(self.process, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None


class TaskOfProcess:
    """One job in the hands of a standing process. To end the job is to end the process, and all that it started."""

    def __init__(self, process: subprocess.Popen[bytes], number: int) -> None:
        self.process, self.wanted = process, f"{number}\n".encode()
        self.heard = b""
        self.returncode: int | None = None
        assert process.stdin is not None  # noqa: S101 it was opened so
        # A process that died meanwhile is found dead by `wait`.
        with suppress(OSError):
            process.stdin.write(self.wanted)

    def wait(self, timeout: float | None = None) -> int:
        """Until the job has ended, or its process. Raises subprocess.TimeoutExpired."""
        if self.returncode is not None:
            return self.returncode
        assert self.process.stdout is not None  # noqa: S101 it was opened so
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.wanted not in self.heard:
            left = None if deadline is None else max(deadline - time.monotonic(), 0)
            if not select.select([self.process.stdout], [], [], left)[0]:
                raise subprocess.TimeoutExpired("job", timeout or 0)
            said = os.read(self.process.stdout.fileno(), 4096)
            if not said:
                self.returncode = self.process.wait(GRACE_SECONDS)
                return self.returncode
            self.heard += said
        self.returncode = 0
        return 0

    def terminate(self) -> None:
        _signal_all(self.process, signal.SIGTERM)

    def kill(self) -> None:
        _signal_all(self.process, signal.SIGKILL)


def _signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Tell a process and all that it started: they are a group of their own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
