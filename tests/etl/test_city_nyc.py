"""New York's requests: a city of mapping alone, every row accounted for against a count of its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dashboard.settings import Settings, read_city
from dashboard.view import view_of
from etl.load import load
from tests.dashboard.oracle import prove_tickets
from tests.deliveries import asked

pytestmark = pytest.mark.realdata
FORM = "%m/%d/%Y %I:%M:%S %p"
NOTHING = ["", "N/A", "Unspecified"]


@pytest.fixture(scope="module")
def file() -> Path:
    path = Path(__file__).parents[3] / "shared" / "realdata" / "nyc311" / "nyc311_one_afternoon.csv"
    if not path.exists():
        pytest.skip("the real files are not beside the project")
    return path


@pytest.fixture(scope="module")
def nyc(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(city="nyc", warehouse=tmp_path_factory.mktemp("nyc"))
    load(settings, [(file, "service_requests")])
    return settings


@pytest.fixture(scope="module")
def counted(file: Path) -> pd.DataFrame:
    """The same rows, read by pandas."""
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    for name in ("Created Date", "Closed Date", "Due Date"):
        rows[name] = pd.to_datetime(rows[name], format=FORM, errors="coerce")
    return rows


def good(counted: pd.DataFrame) -> pd.DataFrame:
    return counted[~(counted["Closed Date"] < counted["Created Date"])]


def test_all_rows_are_accounted_for_by_reason(nyc: Settings, counted: pd.DataFrame) -> None:
    assert len(counted) == 4_999
    impossible = counted[counted["Closed Date"] < counted["Created Date"]]
    counts = "select received_count, accepted_count, duplicate_count, rejected_count from load_batches where kind = 'tickets'"
    assert asked(nyc, counts) == [(4_999, len(good(counted)), 0, len(impossible))]
    rejected = asked(nyc, "select row_number, reason_code, column_name from rejected_rows order by 1")
    assert rejected == [(place + 1, "closed_before_reported", "Closed Date") for place in impossible.index]


def test_tickets_are_as_pandas_counts_them(nyc: Settings, counted: pd.DataFrame) -> None:
    rows = good(counted)
    closed = int((rows["Status"] == "Closed").sum())
    assert dict(asked(nyc, "select status_code, count(*) from tickets group by 1")) == {"closed": closed, "open": len(rows) - closed}
    assert asked(nyc, "select count(closed_at), count(delivered_due_at), min(reported_at), max(closed_at) from tickets") == [
        (
            int(rows["Closed Date"].notna().sum()), int(rows["Due Date"].notna().sum()), rows["Created Date"].min(),
            rows["Closed Date"].max(),
        )
    ]  # fmt: skip
    by_unit = rows["Agency"].value_counts().to_dict()
    assert dict(asked(nyc, "select unit_code, count(*) from tickets group by 1")) == by_unit
    by_channel = rows["Open Data Channel Type"].value_counts().to_dict()
    assert dict(asked(nyc, "select channel_code, count(*) from tickets group by 1")) == by_channel
    placed = asked(nyc, "select count(lon), round(avg(lat), 6) from tickets")
    latitudes = pd.to_numeric(rows["Latitude"])
    assert placed == [(int(latitudes.notna().sum()), round(float(latitudes.mean()), 6))]


def test_boroughs_are_districts_and_boards_are_towns(nyc: Settings, counted: pd.DataFrame) -> None:
    rows = good(counted)
    districts = asked(
        nyc, "select d.label, count(*) from tickets t join divisions d on d.division_code = t.district_code group by 1 order by 1"
    )
    assert dict(districts) == rows["Borough"].value_counts().to_dict()
    boards = rows[~rows["Community Board"].str.startswith("Unspecified")]
    # 08 BRONX stands in two boroughs: one request of Manhattan's Marble Hill.
    expected = boards.groupby(["Borough", "Community Board"]).size().to_dict()
    towns = asked(
        nyc,
        "select b.label, d.label, count(*) from tickets t join divisions d on d.division_code = t.town_code"
        " join divisions b on b.division_code = t.district_code group by all",
    )
    assert {(borough, board): number for borough, board, number in towns} == expected
    assert asked(nyc, "select count(*) from tickets where town_code is null") == [(len(rows) - len(boards),)]
    assert asked(nyc, "select kind from unmatched_names where kind = 'place'") == []


def test_a_descriptor_belongs_to_its_own_complaint_type(nyc: Settings, counted: pd.DataFrame) -> None:
    rows = good(counted)
    named = rows[~rows["Descriptor"].isin(NOTHING)]
    expected = named.groupby(["Complaint Type", "Descriptor"]).size().to_dict()
    found = asked(
        nyc,
        "select c.major_label, c.label, count(*) from tickets t join categories c using (category_code)"
        " where c.category_code not like '%/' group by all",
    )
    assert {(major, minor): number for major, minor, number in found} == expected
    # Types that are never divided are their own category; of the others, a nameless descriptor is counted as unknown.
    bare = rows[rows["Descriptor"].isin(NOTHING)]
    undivided = bare[~bare["Complaint Type"].isin(named["Complaint Type"])]
    assert asked(nyc, "select count(*) from tickets where category_code like '%/'") == [(len(undivided),)]
    assert asked(nyc, "select count(*) from tickets where category_code is null") == [(len(bare) - len(undivided),)]
    assert asked(nyc, "select count(*) from tickets where major_code is null") == [(0,)]


def test_every_number_of_appeals_equals_the_raw_rows(nyc: Settings) -> None:
    prove_tickets(view_of(read_city(nyc.city_folder), nyc.city_warehouse, "en").engine)
