"""Snapshots: the old one serves whatever happens, and the next load puts right what the last one left."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.settings import Settings
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import checks, snapshot
from etl.landing import Landing
from etl.load import load
from tests.deliveries import CITIES, GOOD, NOW, TEN, asked, delivered, tables, ten_in

ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(hours=1)


def loading(folder: Path, file: Path) -> subprocess.Popen[bytes]:
    """A real loader at work on a file."""
    return subprocess.Popen(
        [sys.executable, "-m", "etl", "load", str(file), "--city", "tiny", "--source", "appeals", "--received-at", LATER.isoformat()],
        cwd=ROOT,
        env=os.environ | {"CITIES": str(CITIES), "WAREHOUSE": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def numbers(settings: Settings) -> set[str]:
    return {row[0] for row in asked(settings, "select ticket_number from tickets")}


@pytest.fixture
def ten(tmp_path: Path) -> Settings:
    return ten_in(tmp_path / "warehouse")


def test_a_failed_check_leaves_the_old_snapshot_and_sets_the_batch_aside(
    ten: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, name = tables(ten), current_snapshot(ten.city_warehouse)
    file = delivered(tmp_path / "a.csv", [GOOD])
    with monkeypatch.context() as patched:
        patched.setitem(checks.CHECKS, "nobody is called G01", "select ticket_key from tickets where ticket_number = 'G01'")
        with pytest.raises(checks.CheckFailed, match="nobody is called G01: 1 rows, first"):
            load(ten, [(file, "appeals")], received_at=LATER)
    assert (current_snapshot(ten.city_warehouse), tables(ten)) == (name, before)
    assert [path.stem for path in (ten.city_warehouse / "landing" / "failed").glob("*.json")] == ["000003-appeals"]
    assert (ten.city_warehouse / "landing" / "rows" / "000003-appeals.parquet").exists()
    # It does not stand in the way of what comes next, and may be delivered again once the cause is gone.
    load(ten, [(delivered(tmp_path / "b.csv", [GOOD | {"工单编号": "G02"}]), "appeals")], received_at=LATER)
    load(ten, [(file, "appeals")], received_at=LATER)
    assert numbers(ten) == {f"T{n:02d}" for n in range(1, 11)} | {"G01", "G02"}


def test_a_batch_left_by_a_killed_load_does_not_block_those_after_it(
    ten: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(ten.city_warehouse / "landing")
    source = snapshot.models.sources_of(ten.city_folder)[0]
    landing.land(delivered(tmp_path / "left.csv", [GOOD]), source, LATER, "x")
    with monkeypatch.context() as patched:
        patched.setitem(checks.CHECKS, "nobody is called G01", "select ticket_key from tickets where ticket_number = 'G01'")
        file = delivered(tmp_path / "b.csv", [GOOD | {"工单编号": "G02"}])
        with pytest.raises(checks.CheckFailed):
            load(ten, [(file, "appeals")], received_at=LATER)
        load(ten, [(file, "appeals")], received_at=LATER)
    assert {"G02", "T01"} <= numbers(ten)


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe", b"000099-20260101T000000"])
def test_a_damaged_pointer_is_mended_by_the_next_load(ten: Settings, damage: bytes | None) -> None:
    before = tables(ten)
    pointer = ten.city_warehouse / "CURRENT"
    if damage is None:
        pointer.unlink()
    else:
        pointer.write_bytes(damage)
    load(ten, [(TEN, "appeals")], received_at=LATER)
    assert tables(ten) == before


@pytest.mark.parametrize("part", ["head", "middle", "cut"])
def test_a_damaged_snapshot_is_built_anew(ten: Settings, tmp_path: Path, part: str) -> None:
    path = snapshot_path(ten.city_warehouse, current_snapshot(ten.city_warehouse))
    content = bytearray(path.read_bytes())
    if part == "cut":
        content = content[: len(content) // 2]
    else:
        begins = 0 if part == "head" else 12_288
        for place in range(begins, len(content) if part == "middle" else 4096):
            content[place] ^= 0x5A
    path.write_bytes(content)
    load(ten, [(delivered(tmp_path / "a.csv", [GOOD]), "appeals")], received_at=LATER)
    assert numbers(ten) == {f"T{n:02d}" for n in range(1, 11)} | {"G01"}


def test_what_is_kept() -> None:
    start = datetime(2026, 3, 1)
    names = [f"{n + 1:06d}-{start + timedelta(hours=6 * n):%Y%m%dT%H%M%S}" for n in range(60)]
    now = start + timedelta(hours=6 * 59)
    pinned = {names[3]}
    last_of_days = {name for n, name in enumerate(names) if n % 4 == 3}
    assert snapshot.kept(names, pinned, now) == set(names[-3:]) | pinned | (last_of_days & set(names[-28:]))
    assert snapshot.kept(names[:2], set(), now) == set(names[:2])


def test_old_snapshots_go_and_pinned_ones_stay(ten: Settings, tmp_path: Path) -> None:
    folder = ten.city_warehouse
    first = snapshot.names(folder)[0]
    (folder / "PINS").write_text(f"{first}\n", encoding="utf-8")
    for number in range(5):
        file = delivered(tmp_path / f"{number}.csv", [GOOD | {"工单编号": f"G{number}"}])
        load(ten, [(file, "appeals")], received_at=LATER + timedelta(days=20, minutes=number))
    left = snapshot.names(folder)
    assert len(left) == 4
    assert left[0] == first
    assert left[-1] == current_snapshot(folder)


# Many kills of small loads stand in tests/accidents; these fall on a load that is long.
@pytest.mark.parametrize("seed", range(max(3, int(os.environ.get("ACCIDENTS", "12")) // 8)))
def test_a_loader_killed_at_any_moment_loses_nothing(ten: Settings, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    file = delivered(tmp_path / "many.csv", [GOOD | {"工单编号": f"M{n}"} for n in range(20_000)])
    before, warehouse = numbers(ten), ten.city_warehouse.parent
    everything = before | {f"M{n}" for n in range(20_000)}
    for _ in range(2):
        process = loading(warehouse, file)
        # Until it has begun to write, so that the blow falls while it works.
        while process.poll() is None and not [*ten.city_warehouse.rglob(".scratch-*")] and numbers(ten) == before:
            time.sleep(0.002)
        time.sleep(dice.random() * 1.5)
        process.kill()
        process.wait()
        assert numbers(ten) in (before, everything)
    load(ten, [(file, "appeals")], received_at=LATER)
    assert numbers(ten) == everything
    assert asked(ten, "select received_count, accepted_count from load_batches order by batch_id") == [(10, 10), (20_000, 20_000)]
    assert [*ten.city_warehouse.rglob(".scratch-*")] == []
    stepwise = tables(ten)
    snapshot.publish(ten.city_warehouse, Landing(ten.city_warehouse / "landing"), LATER, whole=True)
    assert tables(ten) == stepwise


def test_what_a_killed_load_left_half_made_is_swept_away(ten: Settings, tmp_path: Path) -> None:
    landing = ten.city_warehouse / "landing"
    (ten.city_warehouse / ".scratch-1").mkdir()
    (landing / ".scratch-1").mkdir()
    (landing / "rows" / "000003-appeals.parquet").write_bytes(b"half")
    (landing / "broken" / "000003-appeals.jsonl").write_text('{"row_number": 1, "line": 2, "reason": "x", "expected": "y"}\n', "utf-8")
    load(ten, [(delivered(tmp_path / "a.csv", [GOOD]), "appeals")], received_at=LATER)
    assert [*ten.city_warehouse.rglob(".scratch-*")] == []
    assert asked(ten, "select count(*) from rejected_rows") == [(0,)]
    assert not (landing / "broken" / "000003-appeals.jsonl").exists()
