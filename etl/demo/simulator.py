"""A simulator of platforms: every minute it puts the deliveries that are due into the drop folder, and remembers how far it came."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from etl.deliveries import Delivery
from etl.demo.drip import Drip
from etl.errors import LoadError
from etl.landing import publish_text

TRUTH, STATE = "truth.json", "drip.json"


class Simulator:
    """Goes on from where the city was built (`demo/truth.json`), or from where it stopped (`demo/drip.json`)."""

    def __init__(self, city_folder: Path, warehouse: Path, inbox: Path) -> None:
        """`warehouse`: the city's own. Raises LoadError if the city was not built by `etl demo`."""
        self.inbox = inbox
        folder = warehouse / "demo"
        self.state = folder / STATE
        try:
            truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LoadError(f"cannot be read: {error}", folder / TRUTH, expected="a city built by `python -m etl demo`") from error
        self.built: str = truth["until"]
        self.drip = Drip(
            city_folder, since=self._since(), tickets=truth["tickets"], seed=truth["seed"], months=truth["months"],
            first_on=date.fromisoformat(truth["first_on"]),
        )  # fmt: skip

    def _since(self) -> datetime:
        try:
            told = json.loads(self.state.read_text(encoding="utf-8"))
            # A city that was built anew begins anew.
            return datetime.fromisoformat(told["until"] if told["built"] == self.built else self.built)
        except (OSError, ValueError, KeyError):
            return datetime.fromisoformat(self.built)

    def step(self, now: datetime) -> list[Delivery]:
        """Put into the inbox what is due by `now`; after a stop, one file a platform with all that happened meanwhile."""
        deliveries = self.drip.step(now, self.inbox, catch_up=True)
        # Only after the files: a stop in between writes the same files once more.
        publish_text(self.state, json.dumps({"built": self.built, "until": self.drip.since.isoformat()}))
        return deliveries

    def run(self, now: Callable[[], datetime], every: float) -> Iterator[tuple[datetime, list[Delivery]]]:
        """Step for ever, every so many seconds from the start of one step to the next."""
        while True:
            began = time.monotonic()
            moment = now()
            yield moment, self.step(moment)
            time.sleep(max(0.0, every - (time.monotonic() - began)))
