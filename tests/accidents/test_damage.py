"""What is stored is damaged: readers say what they can, loads build anew, and no row goes unsaid."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app import create_app
from dashboard import warehouse
from dashboard.settings import Settings
from etl import snapshot
from etl.landing import Landing, LandingDamaged
from etl.load import load
from tests.accidents import LATER, asked, assert_whole, many, tables
from tests.deliveries import CITIES, GOOD, NOW, TEN, delivered, ten_in, tiny_in

pytestmark = pytest.mark.accident


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pattern")
    load(ten_in(folder / "warehouse"), [(many(folder, "five", 5), "appeals")], received_at=LATER)
    return folder


@pytest.fixture
def two(pattern: Path, tmp_path: Path) -> Settings:
    """A city with two snapshots: the ten tickets, and five more."""
    shutil.copytree(pattern, tmp_path, dirs_exist_ok=True)
    return tiny_in(tmp_path / "warehouse")


def in_use(settings: Settings) -> Path:
    return warehouse.snapshot_path(settings.city_warehouse, warehouse.current_snapshot(settings.city_warehouse))


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(12_288, len(content)):
        content[place] ^= 0x5A
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path, Path], object]] = {
    "flipped": lambda path, _: flipped(path),
    "truncated": lambda path, _: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "text": lambda path, _: path.write_text("hello " * 1000, encoding="utf-8"),
    "gone": lambda path, _: path.unlink(),
    "pointer gone": lambda _, pointer: pointer.unlink(),
    "pointer empty": lambda _, pointer: pointer.write_bytes(b""),
    "pointer garbage": lambda _, pointer: pointer.write_bytes(b"\xff\x00../../etc"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_readers_show_the_newest_readable_snapshot_and_the_next_load_repairs(two: Settings, tmp_path: Path, damage: str) -> None:
    folder, before, path = two.city_warehouse, tables(two), in_use(two)
    older = snapshot.names(folder)[0]
    DAMAGES[damage](path, folder / "CURRENT")
    web = create_app(two).server.test_client()
    pages = [web.get(address) for address in ("/", "/health", "/token", "/_dash-layout")]
    # The first who meets the damage may learn that the snapshot is gone; whoever asks next is served.
    assert {page.status_code for page in pages} <= {200, 404}
    told = json.loads(web.get("/health").text)
    assert told["snapshot"] == (path.stem if damage.startswith("pointer") else older)
    assert ("fault" in told) is (damage in {"flipped", "truncated", "text", "gone"} or damage.startswith("pointer "))
    assert web.get("/wall/frame?scene=overview").status_code == 200
    warehouse.warehouse.cache_clear()
    load(two, [(TEN, "appeals")], received_at=LATER)
    assert_whole(two)
    assert tables(two) == before
    assert "fault" not in json.loads(web.get("/health").text)
    warehouse.warehouse.cache_clear()


def test_without_any_readable_snapshot_every_address_answers(two: Settings) -> None:
    for name in snapshot.names(two.city_warehouse):
        warehouse.snapshot_path(two.city_warehouse, name).write_bytes(b"no database")
    web = create_app(two).server.test_client()
    for address in ("/health", "/token", "/wall/frame", "/geo/x/town.json"):
        answer = web.get(address)
        assert answer.status_code == 404
        assert "Traceback" not in answer.text
    assert web.get("/").status_code == 200


def test_one_spoilt_block_is_never_carried_into_the_next_snapshot(two: Settings, tmp_path: Path) -> None:
    path = in_use(two)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    load(two, [(many(tmp_path, "more", 3), "appeals")], received_at=LATER)
    assert_whole(two)
    assert asked(two, "select count(*), count(distinct ticket_key) from tickets") == [(18, 18)]


def changed_city(settings: Settings, tmp_path: Path) -> Settings:
    """The same warehouse under a city with another holiday: everything must be built anew."""
    cities = tmp_path / "cities"
    shutil.copytree(CITIES / "tiny", cities / "tiny")
    with (cities / "tiny" / "holidays.csv").open("a", encoding="utf-8") as file:
        file.write("2026-12-31,holiday,试验\n")
    return Settings(city="tiny", cities=cities, warehouse=settings.warehouse)


@pytest.mark.parametrize("damage", ["missing", "cut", "emptied", "fewer rows"])
def test_shown_rows_are_never_dropped_because_their_landed_copy_is_damaged(two: Settings, tmp_path: Path, damage: str) -> None:
    landing = two.city_warehouse / "landing"
    before, rows = tables(two), landing / "rows" / "000003-appeals.parquet"
    if damage == "missing":
        rows.unlink()
    elif damage == "fewer rows":
        shutil.copyfile(landing / "rows" / "000002-appeals.parquet", rows)
    else:
        rows.write_bytes(rows.read_bytes()[:100] if damage == "cut" else b"")
    # Other deliveries go on; what is missing is told at each load.
    outcome = load(two, [(many(tmp_path, "more", 2), "appeals")], received_at=LATER)
    assert [fault.file for fault in outcome.damaged] == [rows]
    assert asked(two, "select count(*) from tickets") == [(17,)]
    # All anew is refused, for it would drop rows that are shown.
    city = changed_city(two, tmp_path)
    with pytest.raises(LandingDamaged, match=r"000003-appeals.parquet: .*expected the 7 rows of five.csv; put it back from a backup"):
        load(city, [(TEN, "appeals")], received_at=LATER)
    assert asked(two, "select count(*) from tickets") == [(17,)]
    # The delivered file once more mends it.
    outcome = load(city, [(tmp_path / "five.csv", "appeals")], received_at=LATER + timedelta(hours=1))
    assert len(outcome.mended) == 1
    assert asked(two, "select count(*) from tickets") == [(17,)]
    assert_whole(two)
    assert [row for row in tables(two)["load_batches"] if "000003" in row] == [row for row in before["load_batches"] if "000003" in row]


@pytest.mark.parametrize("content", ["", '{"batch_id": "000003-app', "[]", "{}"])
def test_a_manifest_that_cannot_be_read_is_named_and_others_load(two: Settings, tmp_path: Path, content: str) -> None:
    manifest = two.city_warehouse / "landing" / "manifests" / "000003-appeals.json"
    kept = manifest.read_text(encoding="utf-8")
    manifest.write_text(content, encoding="utf-8")
    outcome = load(two, [(many(tmp_path, "more", 2), "appeals")], received_at=LATER)
    assert [str(fault).split(": ")[0] for fault in outcome.damaged] == [str(manifest)]
    assert asked(two, "select count(*) from tickets") == [(17,)]
    with pytest.raises(LandingDamaged, match=r"000003-appeals.json: cannot be read"):
        load(changed_city(two, tmp_path), [(TEN, "appeals")], received_at=LATER)
    manifest.write_text(kept, encoding="utf-8")
    assert load(two, [(many(tmp_path, "last", 1), "appeals")], received_at=LATER).damaged == []
    assert asked(two, "select count(*) from tickets") == [(18,)]


@pytest.mark.parametrize("part", ["rows", "manifests"])
def test_a_batch_never_shown_and_damaged_is_set_aside_aloud(two: Settings, tmp_path: Path, part: str) -> None:
    landing = Landing(two.city_warehouse / "landing")
    source = snapshot.models.sources_of(two.city_folder)[0]
    left = many(tmp_path, "left", 4)
    batch, _ = landing.land(left, source, LATER, "x")
    piece = landing.rows_of(batch) if part == "rows" else landing.folder / "manifests" / f"{batch.batch_id}.json"
    piece.write_bytes(b"PAR1")
    outcome = load(two, [(many(tmp_path, "more", 2), "appeals")], received_at=LATER)
    assert [fault.file for fault in outcome.damaged] == [piece]
    assert asked(two, "select count(*) from tickets") == [(17,)]
    load(two, [(left, "appeals")], received_at=LATER)
    assert asked(two, "select count(*) from tickets") == [(21,)]


@pytest.mark.parametrize("name", ["manifests.index", "row_hashes.duckdb"])
@pytest.mark.parametrize("damage", [None, b"", b'garbage\n["x"]\n{"torn'])
def test_remembered_copies_may_be_lost_or_damaged(two: Settings, tmp_path: Path, name: str, damage: bytes | None) -> None:
    copy = two.city_warehouse / "landing" / name
    load(two, [(many(tmp_path, "four", 4), "appeals")], received_at=LATER)
    assert copy.exists()
    if damage is None:
        copy.unlink()
    else:
        copy.write_bytes(damage)
    again = delivered(tmp_path / "again.csv", [GOOD | {"工单编号": "five0", "内容": "five 0"}, GOOD | {"工单编号": "new"}])
    outcome = load(two, [(again, "appeals")], received_at=LATER)
    assert list(outcome.counts.values()) == [(2, 1, 1, 0)]


def test_order_does_not_ask_the_clock(two: Settings, tmp_path: Path) -> None:
    for number, moment in enumerate([NOW + timedelta(days=400), NOW - timedelta(hours=1), NOW - timedelta(days=700)]):
        row = GOOD | {
            "工单编号": "clock",
            "上报时间": "2024-01-01 09:00:00",
            "更新时间": "2024-01-02 09:00:00",
            "内容": f"version {number}",
        }
        load(two, [(delivered(tmp_path / f"{number}.csv", [row]), "appeals")], received_at=moment)
        assert asked(two, "select summary, batch_id from tickets where ticket_number = 'clock'") == [
            (f"version {number}", f"{number + 4:06d}-appeals")
        ]
    assert warehouse.current_snapshot(two.city_warehouse) == snapshot.names(two.city_warehouse)[-1]


def test_order_holds_when_the_running_number_gets_another_digit(two: Settings, tmp_path: Path) -> None:
    landing = two.city_warehouse / "landing"
    for part in ("manifests", "rows"):
        for path in (landing / part).glob("000003-appeals.*"):
            text = path.read_bytes().replace(b"000003-appeals", b"999999-appeals")
            path.with_name(path.name.replace("000003", "999999")).write_bytes(text)
            path.unlink()
    row = GOOD | {"工单编号": "five0", "内容": "the later batch"}
    load(two, [(delivered(tmp_path / "a.csv", [row]), "appeals")], received_at=LATER)
    assert asked(two, "select summary, batch_id from tickets where ticket_number = 'five0'") == [("the later batch", "1000000-appeals")]
    assert [batch.batch_id for batch in Landing(landing).batches()][-2:] == ["999999-appeals", "1000000-appeals"]
