"""The demo city that drips: to drip to a moment is to build at that moment, and every platform stays alive."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dashboard.settings import Settings
from dashboard.warehouse import metadata
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


def loaded(warehouse: Path, *loads: Sequence[Delivery], key: str = "0" * 64) -> Settings:
    """A city of its own into which the deliveries were loaded, load by load; callers are hashed with the same key everywhere."""
    settings = Settings(city="wuhai", warehouse=warehouse)
    landing = settings.city_warehouse / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    (landing / "caller.key").write_text(key, encoding="utf-8")
    for deliveries in loads:
        outcome = load(settings, deliveries, received_at=max(delivery.received_at or datetime.min for delivery in deliveries))
        assert outcome.refused == []
    return settings


def published(settings: Settings) -> dict[str, Counter[tuple[object, ...]]]:
    """The rows of every table a reader asks, apart from the books and from where each row came."""
    return {
        name: Counter(
            asked(
                settings,
                "select "
                + ", ".join(c.name for c in table.columns if c.name not in OF_THE_BATCH and (name, c.name) not in OF_THE_ARRIVAL)
                + f" from {name}",
            )
        )
        for name, table in metadata.tables.items()
        if name not in BOOKS
    }


STARTS = [
    # Over a weekend, a change of the silent platform's turn is not far; a night, an hour, three days.
    (datetime(2026, 11, 20, 14, 37), [timedelta(minutes=83), timedelta(hours=9), timedelta(days=3, minutes=11)]),
    # Over the end of a month and of a year, and the evening on which a survey is not yet held.
    (datetime(2025, 12, 30, 23, 59, 30), [timedelta(seconds=45), timedelta(days=2, hours=5)]),
]


@pytest.mark.parametrize(("start", "steps"), STARTS)
def test_dripping_to_a_moment_is_building_at_it(tmp_path: Path, start: datetime, steps: list[timedelta]) -> None:
    end = start + sum(steps, timedelta())
    whole = write_deliveries(CITY, tmp_path / "whole", until=end, tickets=TICKETS, first_on=FIRST)
    built = loaded(tmp_path / "built", whole)
    begun = write_deliveries(CITY, tmp_path / "begun", until=start, tickets=TICKETS, first_on=FIRST)
    dripping, loads, now = Drip(CITY, since=start, tickets=TICKETS, first_on=FIRST), [begun], start
    for step in steps:
        now += step
        loads.append(dripping.step(now, tmp_path / "inbox", catch_up=True))
    dripped = loaded(tmp_path / "dripped", *[deliveries for deliveries in loads if deliveries])
    found, expected = published(dripped), published(built)
    for name, rows in expected.items():
        assert found[name] - rows == rows - found[name] == Counter(), name
    assert len(expected["tickets"]) > 800
    with duckdb.connect(str(next((dripped.city_warehouse / "snapshots").glob(f"{len(loads):06d}-*"))), read_only=True) as con:
        assert checks.findings(con) == []
