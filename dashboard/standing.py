"""Keeps a city's processes standing: starts them, starts again the one that fell, stops all together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from dashboard.worker import end, say

POLL_SECONDS = 0.5
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 60.0
STEADY_SECONDS = 60


class Standing:
    """Processes by name. The first is the one the others are there for: when it ends by itself, so do all."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> None:
        self.commands = {name: list(command) for name, command in commands.items()}
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.waits = dict.fromkeys(self.commands, SHORTEST_WAIT)
        self.due: dict[str, float] = {}
        self.is_stopping = False

    def run(self) -> int:
        """Stand until told to stop or the first process ends; returns its exit status."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        first = next(iter(self.commands))
        for name in self.commands:
            self._start(name)
        try:
            while not self.is_stopping and self.running[first].poll() is None:
                for name in self.commands:
                    self._look_after(name)
                time.sleep(POLL_SECONDS)
        finally:
            for child in self.running.values():
                if child.poll() is None:
                    end(child)
        return 0 if self.is_stopping else int(self.running[first].returncode)

    def _start(self, name: str) -> None:
        # In a group of its own: Ctrl-C reaches this process only, which then ends the others in order.
        self.running[name] = subprocess.Popen(self.commands[name], env=self.environment, start_new_session=True)  # noqa: S603
        self.started[name] = time.monotonic()

    def _look_after(self, name: str) -> None:
        if self.running[name].poll() is None:
            return
        now = time.monotonic()
        if name not in self.due:
            lived = now - self.started[name]
            self.waits[name] = SHORTEST_WAIT if lived > STEADY_SECONDS else min(self.waits[name] * 2, LONGEST_WAIT)
            self.due[name] = now + self.waits[name]
            say(f"{name} ended with {self.running[name].returncode}; starting it again in {self.waits[name]:.0f} s")
        elif now >= self.due[name]:
            del self.due[name]
            self._start(name)

    def _stop(self, _signal: int, _frame: object) -> None:
        self.is_stopping = True


def commands_of(city: str, *, drips: bool) -> dict[str, list[str]]:
    """The processes of a city: the web, the two workers, and the platforms of a demo city if they are to send."""
    python = sys.executable
    standing = {
        "web": [python, "app.py"],
        "etl work": [python, "-m", "etl", "work", "--city", city],
        "dashboard work": [python, "-m", "dashboard", "work", "--city", city],
    }
    return standing | ({"drip": [python, "-m", "etl", "drip", "--city", city]} if drips else {})
