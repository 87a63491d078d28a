"""A real server goes on answering while loads publish, snapshots go, and CURRENT is damaged."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot
from etl import snapshot
from etl.load import load
from tests.accidents import LATER, ROOT, many
from tests.deliveries import CITIES, ten_in

pytestmark = pytest.mark.accident
OPENED = ("/", "/health", "/token", "/wall/frame?scene=overview")


def answer(base: str, address: str) -> bytes:
    with urllib.request.urlopen(base + address, timeout=60) as reply:
        content: bytes = reply.read()
    return content


def drawn(base: str, name: str) -> int:
    """Ask for a chart as a page opened on the named snapshot does; the status of the answer."""
    chart = {"type": "chart", "name": "stage_funnel", "at": "x"}
    known = json.loads(answer(base, "/_dash-dependencies"))
    output = next(entry["output"] for entry in known if '"type":"chart"' in entry["output"] and entry["output"].endswith(".figure"))
    body = {
        "output": output,
        "outputs": {"id": chart, "property": "figure"},
        "inputs": [{"id": "filters", "property": "data", "value": {"snapshot": name}}],
        "changedPropIds": [], "state": [{"id": chart, "property": "id", "value": chart}],
    }  # fmt: skip
    request = urllib.request.Request(base + "/_dash-update-component", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    return ten_in(tmp_path / "warehouse")


@pytest.fixture
def server(city: Settings, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, stdout=log, stderr=log,
            env=os.environ | {"CITIES": str(CITIES), "WAREHOUSE": str(city.warehouse), "CITY": "tiny", "PORT": str(port)},
        )  # fmt: skip
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                try:
                    answer(base, "/health")
                    break
                except OSError:
                    time.sleep(0.1)
            yield base
        finally:
            process.kill()
            process.wait()
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_open_pages_go_on_while_loads_publish(city: Settings, server: str, tmp_path: Path) -> None:
    first, failed, stop = current_snapshot(city.city_warehouse), [], Event()
    assert drawn(server, first) == 200

    def watch() -> None:
        while not stop.is_set():
            for address in OPENED:
                try:
                    answer(server, address)
                except OSError as error:
                    failed.append((address, error))

    watcher = Thread(target=watch)
    watcher.start()
    for number in range(5):
        load(city, [(many(tmp_path, f"N{number}x", 20), "appeals")], received_at=LATER.replace(day=15 + number))
        # The page that was opened first still draws from its own snapshot.
        assert drawn(server, first) == 200
    stop.set()
    watcher.join()
    assert failed == []
    # Deleted while it is open: it is drawn as long as the server holds it, and then said to be gone, not broken.
    (city.city_warehouse / "snapshots" / f"{first}.duckdb").unlink()
    assert drawn(server, first) in (200, 404)
    assert drawn(server, "000000-gone") == 404
    newest = current_snapshot(city.city_warehouse)
    assert json.loads(answer(server, "/health"))["snapshot"] == newest
    (city.city_warehouse / "CURRENT").unlink()
    told = json.loads(answer(server, "/health"))
    assert told["snapshot"] == newest
    assert "CURRENT cannot be read" in told["fault"]


def test_disk_use_is_bounded_with_a_load_each_minute(city: Settings, tmp_path: Path) -> None:
    for number in range(6):
        load(city, [(many(tmp_path, f"M{number}x", 2), "appeals")], received_at=LATER.replace(minute=number))
        assert len(snapshot.names(city.city_warehouse)) <= snapshot.KEPT_LATEST
        assert len(list((city.city_warehouse / "snapshots").iterdir())) <= 2 * snapshot.KEPT_LATEST  # Each with its seal.
