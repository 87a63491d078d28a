"""What inspect proposes for files whose answer is known: the demo's deliveries and the real ones, against the hand-made sources."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from dashboard.settings import Settings
from etl.deliveries import Delivery
from etl.demo import write_deliveries
from etl.inspect import Findings, inspect_file, parsed_back, toml_of
from etl.inspect.city import city_text, put
from etl.load import load
from etl.source import Source, read_source
from tests.deliveries import asked

NOW = datetime(2026, 11, 20, 14, 30)
CITIES = Path(__file__).parents[2] / "data" / "cities"
COUNTS = (
    "select source_code, received_count, accepted_count, duplicate_count, rejected_count from load_batches"
    " where kind <> '_reference' order by source_code"
)
# What no look at a file can tell, and a person has to fill in.
UNKNOWABLE = {
    "grid_patrol": {"channel", "platform", "rhythm_minutes"},
    "hotline_12345": {"channel", "platform", "rhythm_minutes"},
    "mini_program": {"channel", "platform", "rhythm_minutes"},
    "police_desk": {"channel", "platform", "rhythm_minutes"},
    "video_patrol": {"channel", "platform", "rhythm_minutes"},
    "disputes": {"platform", "rhythm_minutes"},
    "pilot_observations": {"platform", "rhythm_minutes"},
    "risks": {"platform", "rhythm_minutes"},
    "surveys": {"platform", "rhythm_minutes"},
    "resources": {"platform", "rhythm_minutes"},
}
# A vendor's codes mean what the vendor's manual says.
UNKNOWABLE_STATUSES = {"video_patrol": {"0", "1", "2", "3", "4", "9"}}


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    """The exports of the ten platforms whose ways of writing differ most."""
    made = write_deliveries(CITIES / "wuhai", tmp_path_factory.mktemp("exports"), until=NOW, tickets=2_000)
    return [delivery for delivery in made if delivery.source in UNKNOWABLE]


@pytest.fixture(scope="module")
def findings(deliveries: list[Delivery]) -> dict[str, Findings]:
    channels = ["hotline", "website", "media", "mini_program", "grid_patrol", "video", "police_desk"]
    return {delivery.source: inspect_file(delivery.path, now=NOW, channels=channels) for delivery in deliveries}


def test_every_demo_delivery_is_mapped_as_by_hand(findings: dict[str, Findings]) -> None:
    assert set(findings) == set(UNKNOWABLE)
    for name, found in findings.items():
        hand = read_source(CITIES / "wuhai" / "sources" / f"{name}.toml")
        proposed = parsed_back(toml_of(found.proposal), name)
        assert proposed.kind == hand.kind
        assert {**proposed.columns, **proposed.optional} == {**hand.columns, **hand.optional}, name
        assert set(proposed.formats) <= set(hand.formats)
        assert set(proposed.delivers) == set(hand.delivers)
        assert {key for key in ("channel", "platform", "rhythm_minutes") if getattr(hand, key)} == UNKNOWABLE[name]
        assert_words_agree(proposed, hand, UNKNOWABLE_STATUSES.get(name, set()))


def assert_words_agree(proposed: Source, hand: Source, unknowable: set[str]) -> None:
    for column, pairs in proposed.lookups.items():
        assert pairs.items() <= hand.lookups.get(column, {}).items()
        assert column != "status" or not unknowable & set(pairs)


def test_the_proposals_load_as_the_hand_made_sources_do(deliveries: list[Delivery], findings: dict[str, Findings], tmp_path: Path) -> None:
    shutil.copytree(CITIES / "wuhai", tmp_path / "cities" / "wuhai")
    for name, found in findings.items():
        put(tmp_path / "cities", "wuhai", name, toml_of(found.proposal), "", force=True)
    by_hand = Settings(city="wuhai", warehouse=tmp_path / "hand")
    proposed = Settings(city="wuhai", cities=tmp_path / "cities", warehouse=tmp_path / "proposed")
    for settings in (by_hand, proposed):
        load(settings, deliveries, received_at=NOW)
    assert asked(proposed, COUNTS) == asked(by_hand, COUNTS)
    columns = (
        "ticket_key, reported_at, category_code, division_code, unit_code, resolved_at, closed_at, rated_at, satisfaction_score, is_solved,"
        " lon, lat, duplicate_of, is_secret"
    )
    for query in (
        f"select {columns} from tickets order by ticket_key",
        "select status_code, count(*) from tickets where source_code <> 'video_patrol' group by 1 order by 1",
        "select dispute_key, division_code, outcome_code, level_code, concluded_at, amount_yuan from disputes order by 1",
        "select risk_key, level_code, unit_code, due_at, closed_at from risks order by 1",
        "select resource_code, resource_type, division_code from resources order by 1",
        "select count(*), round(sum(value), 6) from pilot_observations",
        "select count(*), sum(valid_count), sum(positive_count) from surveys",
    ):
        assert asked(proposed, query) == asked(by_hand, query)


def proposed_city(folder: Path, file: Path, time_zone: str = "Asia/Shanghai") -> tuple[Settings, Source]:
    """A new city made of one file as `inspect --write` makes it, and loaded."""
    found = inspect_file(file, now=NOW)
    text = toml_of(found.proposal)
    city = city_text("anew", "新城", "", time_zone, found.proposal.kind, is_old=found.proposal.is_old)
    put(folder / "cities", "anew", "first", text, city, force=False)
    settings = Settings(city="anew", cities=folder / "cities", warehouse=folder / "warehouse")
    load(settings, [(file, "first")])
    return settings, parsed_back(text, "first")


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["pingshan_appeals_gbk.csv", "pingshan_appeals_two_header_rows.xlsx"])
def test_the_real_appeals_become_a_city(realdata: Path, tmp_path: Path, name: str) -> None:
    settings, proposed = proposed_city(tmp_path, realdata / "pingshan_appeals" / name)
    hand = read_source(CITIES / "pingshan" / "sources" / "appeals.toml")
    assert hand.columns.items() <= proposed.columns.items()
    # Beyond the hand-made source: the one district, and an address that is always empty.
    assert proposed.columns.keys() - hand.columns.keys() == {"district", "district_code", "address"}
    assert (proposed.values.nulls, proposed.values.dates[0]) == (hand.values.nulls, hand.values.dates[0])
    assert (proposed.delivers, proposed.as_of) == ([], "latest")
    assert asked(settings, COUNTS) == [("first", 10_000, 10_000, 0, 0)]
    assert asked(settings, "select is_closed_on_time, count(*) from tickets group by 1 order by 1 nulls last") == [
        (False, 924), (True, 9_071), (None, 5),
    ]  # fmt: skip
    assert asked(settings, "select level, count(*) from divisions group by 1 order by 2") == [
        ("city", 1), ("district", 1), ("town", 6), ("community", 23),
    ]  # fmt: skip


@pytest.mark.realdata
def test_the_real_requests_of_new_york_become_a_city(realdata: Path, tmp_path: Path) -> None:
    settings, proposed = proposed_city(tmp_path, realdata / "nyc311" / "nyc311_one_afternoon.csv", "America/New_York")
    hand = read_source(CITIES / "nyc" / "sources" / "service_requests.toml")
    assert proposed.columns == hand.columns
    assert proposed.lookups == hand.lookups
    assert (proposed.values.dates, proposed.delivers, proposed.as_of) == (hand.values.dates, hand.delivers, "latest")
    # What it cannot know: that a community board named Unspecified is none.
    assert set(proposed.values.nulls) == {"", "N/A"}
    assert asked(settings, COUNTS) == [("first", 4_999, 4_997, 0, 2)]
    assert asked(settings, "select distinct reason_code from rejected_rows") == [("closed_before_reported",)]


@pytest.mark.realdata
def test_open311_in_xml_becomes_a_city(realdata: Path, tmp_path: Path) -> None:
    settings, proposed = proposed_city(tmp_path, realdata / "open311" / "san_francisco_requests.xml", "America/Los_Angeles")
    hand = read_source(CITIES / "sanfrancisco" / "sources" / "open311.toml")
    assert proposed.formats == ["open311"]
    assert {**proposed.columns, **proposed.optional} == {**hand.columns, **hand.optional}
    assert (proposed.lookups, proposed.as_of) == (hand.lookups, "latest")
    assert asked(settings, COUNTS) == [("first", 56, 56, 0, 0)]


@pytest.mark.realdata
def test_open311_in_json_becomes_a_city(realdata: Path, tmp_path: Path) -> None:
    file = realdata / "open311" / "bloomington_requests.json"
    settings, proposed = proposed_city(tmp_path, file, "America/Indiana/Indianapolis")
    assert proposed.formats == ["open311"]
    assert proposed.columns == {"number": "service_request_id", "reported_at": "requested_datetime"}
    assert proposed.optional == {
        "updated_at": "updated_datetime", "status": "status", "category_code": "service_code", "category": "service_name",
        "address": "address", "lon": "long", "lat": "lat", "unit": "agency_responsible", "description": "description",
    }  # fmt: skip
    assert asked(settings, COUNTS) == [("first", 21, 21, 0, 0)]
    statuses = Counter(row["status"] for row in json.loads(file.read_text(encoding="utf-8")))
    assert dict(asked(settings, "select status_code, count(*) from tickets group by 1")) == statuses
