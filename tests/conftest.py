"""Real snapshots made by the real loader, shared by all tests."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of
from etl.demo import write_deliveries
from etl.load import load
from tests.postgres import cluster, server_tools

HERE = Path(__file__).parent
REALDATA = HERE.parents[1] / "shared" / "realdata"
TINY_NOW = datetime(2026, 10, 14, 9, 0)
DEMO_NOW = datetime(2026, 11, 20, 14, 30)
DEMO_TICKETS = 4_000


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The hand-worked city: ten tickets whose every number is known."""
    settings = Settings(city="tiny", cities=HERE / "cities", warehouse=tmp_path_factory.mktemp("tiny"))
    load(settings, [(HERE / "deliveries" / "ten.csv", "appeals")], received_at=TINY_NOW)
    return settings


@pytest.fixture(scope="session")
def tiny_view(tiny: Settings) -> View:
    return view_of(read_city(tiny.city_folder), tiny.city_warehouse, "zh")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo city as of one fixed moment, with few tickets."""
    settings = Settings(city="wuhai", warehouse=tmp_path_factory.mktemp("demo"))
    files = tmp_path_factory.mktemp("deliveries")
    deliveries = write_deliveries(settings.city_folder, files, until=DEMO_NOW, tickets=DEMO_TICKETS)
    load(settings, deliveries, received_at=DEMO_NOW)
    return settings


@pytest.fixture(scope="session")
def demo_view(demo: Settings) -> View:
    return view_of(read_city(demo.city_folder), demo.city_warehouse, "zh")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, without a database name. Under CI a missing server is a failure."""
    tools = server_tools()
    if tools is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a PostgreSQL server: install postgresql")
        pytest.skip("no PostgreSQL server on this machine: its tests are not run")
    with cluster(tools, tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> str:
    """The URL of an empty database of its own."""
    name = f"d{secrets.token_hex(6)}"
    server = create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
    server.dispose()
    return f"{postgres}/{name}"


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
