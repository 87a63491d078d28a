"""The period pages begin with is the city's; what somebody chooses stays chosen."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import get_args

import pytest

from app import create_app
from dashboard.filters import Filters
from dashboard.periods import PERIODS, days_before, days_year_before, whole_period
from dashboard.settings import City, CityError, Settings, read_city
from etl.load import load
from tests.deliveries import CITIES, TEN


@pytest.fixture
def yearly(tmp_path: Path) -> Settings:
    """The hand-worked city, whose pages begin with twelve months; its ten orders came from 28 September to 13 October 2026."""
    shutil.copytree(CITIES / "tiny", tmp_path / "cities" / "tiny")
    facts = tmp_path / "cities" / "tiny" / "city.toml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text('period = "last_12_months"\n' + text, encoding="utf-8")
    settings = Settings(city="tiny", cities=tmp_path / "cities", warehouse=tmp_path / "warehouse", people=tmp_path / "people")
    load(settings, [(TEN, "appeals")], received_at=datetime(2026, 10, 14, 9, 0))
    return settings


def test_every_period_but_days_of_ones_own_may_be_declared() -> None:
    assert get_args(City.model_fields["period"].annotation) == PERIODS[:-1]


OWN_DAYS = {
    # Days of one's own -> by which name they are compared, and with which days.
    (date(2026, 10, 1), date(2026, 10, 31)): (
        "last_month", (date(2026, 9, 1), date(2026, 9, 30)), (date(2025, 10, 1), date(2025, 10, 31)),
    ),
    (date(2028, 2, 1), date(2028, 2, 29)): (
        "last_month", (date(2028, 1, 1), date(2028, 1, 31)), (date(2027, 2, 1), date(2027, 2, 28)),
    ),
    (date(2026, 7, 1), date(2026, 9, 30)): (
        "last_quarter", (date(2026, 4, 1), date(2026, 6, 30)), (date(2025, 7, 1), date(2025, 9, 30)),
    ),
    (date(2026, 1, 1), date(2026, 6, 30)): (
        "last_half_year", (date(2025, 7, 1), date(2025, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30)),
    ),
    (date(2025, 1, 1), date(2025, 12, 31)): (
        "last_year", (date(2024, 1, 1), date(2024, 12, 31)), (date(2024, 1, 1), date(2024, 12, 31)),
    ),
    (date(2026, 10, 12), date(2026, 10, 18)): (
        "last_week", (date(2026, 10, 5), date(2026, 10, 11)), (date(2025, 10, 13), date(2025, 10, 19)),
    ),
    (date(2026, 10, 1), date(2026, 10, 30)): (
        "custom", (date(2026, 9, 1), date(2026, 9, 30)), (date(2025, 10, 1), date(2025, 10, 30)),
    ),
    # Three whole months that are no quarter.
    (date(2026, 8, 1), date(2026, 10, 31)): (
        "custom", (date(2026, 5, 1), date(2026, 7, 31)), (date(2025, 8, 1), date(2025, 10, 31)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("days", OWN_DAYS, ids=lambda days: f"{days[0]}..{days[1]}")
def test_days_of_ones_own_that_are_a_whole_period_are_compared_as_one(days: tuple[date, date]) -> None:
    name, before, year_before = OWN_DAYS[days]
    assert (whole_period("custom", *days), days_before("custom", *days), days_year_before("custom", *days)) == (name, before, year_before)


def test_the_wall_begins_with_the_citys_period(yearly: Settings) -> None:
    client = create_app(yearly).server.test_client()
    frame = json.loads(gzip.decompress(client.get("/wall/frame?scene=overview&layout=16x9&lang=en").data))
    assert [key["period"] for key in frame["keys"]][:2] == ["Today", "12 months"]


def test_a_page_begins_with_it_and_an_address_says_another() -> None:
    assert Filters.from_parts({}, "last_12_months").period == "last_12_months"
    assert Filters.from_parts({"majors": "A"}, "last_12_months").period == "last_12_months"
    assert Filters.from_parts({"period": "last_30_days"}, "last_12_months").period == "last_30_days"
    assert Filters.from_parts({"period": "nonsense"}, "last_12_months").period == "last_12_months"
    assert Filters.from_parts({"since": "2026-10-01", "until": "2026-10-02"}, "last_12_months").period == "custom"
    # What was chosen stands in the address, the model's own default too.
    assert Filters().to_json() == {"period": "last_30_days"}


def test_a_period_nobody_knows_is_a_fault(yearly: Settings) -> None:
    facts = yearly.city_folder / "city.toml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("last_12_months", "last_decade"), encoding="utf-8")
    with pytest.raises(CityError, match="period"):
        read_city(yearly.city_folder)
