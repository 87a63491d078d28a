"""The loader's worker of a city, as the service files start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.settings import Settings

ROOT = Path(__file__).parents[1]


@contextmanager
def worker(city: Settings) -> Iterator[subprocess.Popen[bytes]]:
    places = {"CITIES": city.cities, "WAREHOUSE": city.warehouse, "PEOPLE": city.people}
    environment = os.environ | {name: str(path) for name, path in places.items()}
    child = subprocess.Popen([sys.executable, "-m", "etl", "work", "--city", city.city], env=environment, cwd=ROOT)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
