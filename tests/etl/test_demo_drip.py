"""The demo city that drips: to drip to a moment is to build at that moment, and every platform stays alive."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, metadata, snapshot_path
from etl import checks
from etl.demo import Delivery, Drip, drip, write_deliveries
from etl.load import load
from tests.deliveries import asked

CITY = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
TICKETS = 1500
FIRST = date(2024, 11, 1)
BOOKS = {"load_batches", "rejected_rows", "unmatched_names", "snapshot"}
# Where a row came from. A register and a survey have no time of their own: theirs is when they came.
OF_THE_BATCH = {"batch_id", "row_number", "land_seconds"}
OF_THE_ARRIVAL = {("resources", "updated_at"), ("surveys", "updated_at")}


def loaded(cities: Path, warehouse: Path, *loads: Sequence[Delivery]) -> Settings:
    """A warehouse of its own into which the deliveries were loaded, load by load; callers are hashed with one key everywhere."""
    settings = Settings(city="wuhai", cities=cities, warehouse=warehouse)
    landing = settings.city_warehouse / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    (landing / "caller.key").write_text("0" * 64, encoding="utf-8")
    for deliveries in filter(None, loads):
        outcome = load(settings, deliveries, received_at=datetime(2030, 1, 1))
        assert outcome.refused == []
    return settings


def published(settings: Settings) -> dict[str, Counter[tuple[object, ...]]]:
    """The rows of every table a reader asks, apart from the books and from where each row came."""
    found = {}
    with duckdb.connect(str(snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))), read_only=True) as con:
        assert checks.findings(con) == []
        for name, table in metadata.tables.items():
            columns = [c.name for c in table.columns if c.name not in OF_THE_BATCH and (name, c.name) not in OF_THE_ARRIVAL]
            if name not in BOOKS:
                found[name] = Counter(con.execute(f"select {', '.join(columns)} from {name}").fetchall())
    return found


# Of every kind and format, with two of each row of those that take turns in being late or silent.
FEW = {
    "hotline_12345", "mini_program", "grid_patrol", "police_desk", "opinion_watch", "power_service", "traffic_control", "disputes",
    "risks", "gas_watch", "air_watch", "xueliang", "resources", "pilot_observations", "surveys",
}  # fmt: skip


def cities_with(sources: set[str], folder: Path) -> Path:
    """A folder of cities with a wuhai of these sources."""
    shutil.copytree(CITY, folder / "wuhai")
    for path in (folder / "wuhai" / "sources").glob("*.toml"):
        if path.stem not in sources:
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cities_with(FEW, tmp_path_factory.mktemp("cities"))


STARTS = [
    # A night and three days; the silent platform changes at midnight.
    (datetime(2026, 11, 18, 16, 0, 7), [timedelta(hours=9), timedelta(days=3, minutes=11)]),
    # The end of a year.
    (datetime(2025, 12, 30, 23, 59, 30), [timedelta(days=2, hours=5)]),
]


@pytest.mark.parametrize(("start", "steps"), STARTS)
def test_dripping_to_a_moment_is_building_at_it(tmp_path: Path, cities: Path, start: datetime, steps: list[timedelta]) -> None:
    city, end = cities / "wuhai", start + sum(steps, timedelta())
    built = loaded(cities, tmp_path / "built", write_deliveries(city, tmp_path / "whole", until=end, tickets=TICKETS, first_on=FIRST))
    loads = [write_deliveries(city, tmp_path / "begun", until=start, tickets=TICKETS, first_on=FIRST)]
    dripping, now = Drip(city, since=start, tickets=TICKETS, first_on=FIRST), start
    for step in steps:
        now += step
        loads.append(dripping.step(now, tmp_path / "inbox", catch_up=True))
    dripped = loaded(cities, tmp_path / "dripped", *loads)
    found, expected = published(dripped), published(built)
    for name, rows in expected.items():
        assert found[name] - rows == rows - found[name] == Counter(), name
    assert len(expected["tickets"]) > 700


def test_every_moment_brings_what_catching_up_brings(tmp_path: Path, cities: Path) -> None:
    """Ten minutes in ten files hold, each ticket at its latest, what one file of ten minutes holds."""
    since, until = datetime(2026, 11, 20, 9, 0), datetime(2026, 11, 20, 9, 10)
    each = drip(cities / "wuhai", tmp_path / "each", since, until, tickets=300_000, first_on=date(2026, 11, 1))
    once = drip(cities / "wuhai", tmp_path / "once", since, until, tickets=300_000, first_on=date(2026, 11, 1), catch_up=True)
    count = Counter(delivery.source for delivery in each)
    assert count == {"hotline_12345": 10, "mini_program": 10, "grid_patrol": 2, "police_desk": 2}
    assert {delivery.source: delivery.received_at for delivery in once} == dict.fromkeys(count, until)
    assert [delivery.received_at for delivery in each] == sorted(delivery.received_at for delivery in each if delivery.received_at)
    assert each[0].path == tmp_path / "each" / "hotline_12345" / "12345热线工单-20261120T0901.csv"
    frames = {
        name: pd.concat([read_csv(delivery.path) for delivery in deliveries if delivery.source == "hotline_12345"])
        for name, deliveries in (("each", each), ("once", once))
    }
    latest = {name: frame.sort_values("更新时间", kind="stable").drop_duplicates("工单编号", keep="last") for name, frame in frames.items()}
    assert len(latest["once"]) > 10
    assert set(latest["each"].itertuples(index=False, name=None)) == set(latest["once"].itertuples(index=False, name=None))


def read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def test_the_same_moments_are_the_same_bytes_and_nothing_new_is_a_header(tmp_path: Path, cities: Path) -> None:
    since, until = datetime(2026, 11, 20, 1, 59), datetime(2026, 11, 20, 2, 0)
    one = drip(cities / "wuhai", tmp_path / "one", since, until, tickets=500)
    other = drip(cities / "wuhai", tmp_path / "other", since, until, tickets=500)
    assert [path.path.relative_to(tmp_path / "one") for path in one] == [path.path.relative_to(tmp_path / "other") for path in other]
    assert all(a.path.read_bytes() == b.path.read_bytes() for a, b in zip(one, other, strict=True))
    named = {delivery.source: delivery.path for delivery in one}
    assert {"hotline_12345", "mini_program", "disputes", "pilot_observations"} <= set(named)
    assert "surveys" not in named  # not a Monday
    assert len(named["hotline_12345"].read_text(encoding="utf-8").splitlines()) == 1
    assert named["mini_program"].read_text(encoding="utf-8") == "[]\n"
    assert (named["hotline_12345"].parent / f"{named['hotline_12345'].name}.total").read_text(encoding="utf-8") == "0\n"
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".part", ".scratch")]


def test_an_empty_delivery_moves_the_clock_of_its_source(tmp_path: Path) -> None:
    cities = cities_with({"hotline_12345"}, tmp_path / "cities")
    start = datetime(2026, 11, 20, 3, 0)
    begun = write_deliveries(cities / "wuhai", tmp_path / "begun", until=start, tickets=200, first_on=date(2026, 10, 1))
    dripping = Drip(cities / "wuhai", since=start, tickets=200, first_on=date(2026, 10, 1))
    loads = [dripping.step(start + timedelta(minutes=n), tmp_path / "inbox") for n in (1, 2)]
    settings = loaded(cities, tmp_path / "w", begun, *loads)
    assert asked(settings, "select as_of from sources where source_code = 'hotline_12345'") == [(start + timedelta(minutes=2),)]
    books = "select accepted_count from load_batches where source_code = 'hotline_12345' and received_at > '2026-11-20 03:00'"
    assert asked(settings, books) == [(0,), (0,)]
