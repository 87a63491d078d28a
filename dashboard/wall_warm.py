"""What walls look at is made anew before they are told that the data have changed, so that no wall waits for a figure."""

from __future__ import annotations

import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock, Thread
from time import monotonic

from dashboard.view import View
from dashboard.wall_frames import Wanted, frame, token_of
from dashboard.warehouse import NoSnapshot

# Frames remembered as asked for, how long after, and how many seconds walls are kept waiting at most for all of them.
MOST, ASKED_WITHIN, PATIENCE = 96, 900.0, 20.0


class Announced:
    """What walls of one city are told. A new token is announced once the frames asked for last are made for it, or after `patience`."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._wanted: OrderedDict[Wanted, float] = OrderedDict()
        self._snapshot = self._token = self._coming = ""
        self._since = 0.0
        self._lock = Lock()

    def view(self, newest: View) -> tuple[View, str, bool]:
        """What walls see now, its token, and whether a newer one is being made."""
        token = token_of(newest)
        with self._lock:
            if token == self._token or not self._token or not self._still_there(newest):
                self._announce(newest.snapshot, token)
            elif token != self._coming:
                self._since = self._since or monotonic()
                self._coming = token
                wanted = self._asked_lately(token)
                if wanted:
                    Thread(target=self._make, args=(newest, wanted), name="wall-warm", daemon=True).start()
                else:
                    self._announce(newest.snapshot, token)
            if self._since and monotonic() - self._since > self.patience:
                self._announce(newest.snapshot, token)
            return replace(newest, snapshot=self._snapshot), self._token, self._token != token

    def note(self, wanted: Wanted) -> None:
        """A wall has asked for this frame: it will for the next one."""
        kind = replace(wanted, token="")
        with self._lock:
            self._wanted[kind] = monotonic()
            self._wanted.move_to_end(kind)
            while len(self._wanted) > MOST:
                self._wanted.popitem(last=False)

    def _asked_lately(self, token: str) -> list[Wanted]:
        since = monotonic() - ASKED_WITHIN
        return [replace(kind, token=token) for kind, at in reversed(self._wanted.items()) if at > since]

    def _still_there(self, view: View) -> bool:
        try:
            return bool(replace(view, snapshot=self._snapshot).engine)
        except NoSnapshot:
            return False

    def _announce(self, snapshot: str, token: str) -> None:
        self._snapshot, self._token, self._coming, self._since = snapshot, token, "", 0.0

    def _make(self, view: View, wanted: list[Wanted]) -> None:
        token = wanted[0].token
        for one in wanted:
            if self._coming != token:  # Announced for want of time, or newer data have come: that is made instead.
                return
            attempt(lambda one=one: frame(replace(view, language=one.language), one))  # type: ignore[misc]
        with self._lock:
            if self._coming == token:
                self._announce(view.snapshot, token)


def attempt(work: Callable[[], object]) -> None:
    """What fails here is written into the log and is not fatal: the wall that asks for it is told."""
    with ThreadPoolExecutor(1, "wall-frame") as alone:
        fault = alone.submit(work).exception()
    if fault is not None and not isinstance(fault, NoSnapshot):
        sys.stderr.write("".join(traceback.format_exception(fault)))
