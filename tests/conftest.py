"""Real snapshots made by the real loader, shared by all tests."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of
from etl.demo import write_deliveries
from etl.load import load

HERE = Path(__file__).parent
# Tests name the words they look for in English; tests/etl/test_messages.py reads the Chinese ones.
os.environ["MESSAGE_LANGUAGE"] = "en"
# What people do while tests run, and which walls are opened, is kept nowhere near what they do at their desks.
PEOPLE = tempfile.TemporaryDirectory(prefix="people-")
os.environ["PEOPLE"] = PEOPLE.name
REALDATA = HERE.parents[1] / "shared" / "realdata"
TINY_NOW = datetime(2026, 10, 14, 9, 0)
DEMO_NOW = datetime(2026, 11, 20, 14, 30)
DEMO_TICKETS = 4_000


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays to the end: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The hand-worked city: ten tickets whose every number is known."""
    settings = Settings(city="tiny", cities=HERE / "cities", warehouse=tmp_path_factory.mktemp("tiny"))
    load(settings, [(HERE / "deliveries" / "ten.csv", "appeals")], received_at=TINY_NOW)
    return settings


@pytest.fixture(scope="session")
def tiny_view(tiny: Settings) -> View:
    return view_of(read_city(tiny.city_folder), tiny.city_warehouse, "zh")


def made_once(name: str, factory: pytest.TempPathFactory, make: Callable[[Path], None]) -> Path:
    """A folder that all processes of one test run share: the first to ask makes it, the others wait for it."""
    shared = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city's deliveries, what they were made of beside them, and the warehouse they were loaded into."""

    def make(folder: Path) -> None:
        settings = Settings(city="wuhai", warehouse=folder / "warehouse")
        deliveries = write_deliveries(settings.city_folder, folder / "deliveries", until=DEMO_NOW, tickets=DEMO_TICKETS)
        load(settings, deliveries, received_at=DEMO_NOW)

    return made_once("demo", tmp_path_factory, make)


@pytest.fixture(scope="session")
def demo(demo_made: Path) -> Settings:
    """The demo city as of one fixed moment, with few tickets; nobody loads into it."""
    return Settings(city="wuhai", warehouse=demo_made / "warehouse")


@pytest.fixture(scope="session")
def demo_truth(demo_made: Path) -> dict[str, Any]:
    """What the demo city was generated from."""
    truth: dict[str, Any] = json.loads((demo_made / "deliveries" / "truth.json").read_text(encoding="utf-8"))
    return truth


@pytest.fixture(scope="session")
def demo_view(demo: Settings) -> View:
    return view_of(read_city(demo.city_folder), demo.city_warehouse, "zh")


@pytest.fixture(scope="session")
def chongqing(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The city of pilots with its ledger, as of one fixed moment; nobody loads into it."""

    def make(folder: Path) -> None:
        settings = Settings(city="chongqing", warehouse=folder / "warehouse")
        deliveries = write_deliveries(settings.city_folder, folder / "deliveries", until=DEMO_NOW)
        load(settings, [one for one in deliveries if one.source == "pilot_observations"], received_at=DEMO_NOW)

    return Settings(city="chongqing", warehouse=made_once("chongqing", tmp_path_factory, make) / "warehouse")


@pytest.fixture
def realdata() -> Path:
    """The folder of real files, where it stands beside the project."""
    if not REALDATA.exists():
        pytest.skip("the real files are not beside the project")
    return REALDATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Without one the browser tests are listed as not run; under CI that is a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a browser: install chromium")
        pytest.skip("no Chromium on this machine: browser tests are not run")
    return found


@pytest.fixture
def postgres_database(postgres: str) -> str:
    """The URL of an empty database of its own."""
    name = f"d{secrets.token_hex(6)}"
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
    server.dispose()
    return make_url(postgres).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a throw-away PostgreSQL. Without a server its tests are listed as not run; under CI that is a failure."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        if os.environ.get("CI"):
            pytest.fail("CI needs a database server: install postgresql")
        pytest.skip("no PostgreSQL server on this machine: its tests are not run")
    binaries = found[-1].parent
    # The server refuses to run as root, and its socket's path must be short.
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name, socket.socket() as probe:
        folder = Path(name)
        if as_whom:
            shutil.chown(folder, "postgres", "postgres")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        (folder / "password").write_text("geheim:@/§", encoding="utf-8")
        (folder / "password").chmod(0o644)

        def run(program: str, *words: str) -> None:
            subprocess.run([*as_whom, str(binaries / program), *words], check=True, capture_output=True, timeout=120, cwd=folder)

        data = str(folder / "data")
        pwfile = f"--pwfile={folder / 'password'}"
        run("initdb", "-D", data, "-U", "clerk", "-A", "scram-sha-256", pwfile, "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-F -p {port} -k {folder} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql+psycopg://clerk:geheim%3A%40%2F%C2%A7@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
