"""The machine fails a load: a full disk, no memory, a folder that cannot be written."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.settings import Settings
from etl.load import load
from etl.machine import MachineFault
from tests.accidents import AT_LATER, LATER, asked, assert_whole, ended, left_over, many, started, tables
from tests.deliveries import ten_in

pytestmark = pytest.mark.accident
MEGABYTE = 1_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def repaired(settings: Settings, file: Path, count: int) -> None:
    """The next load takes up what was left and loses nothing."""
    load(settings, [(file, "appeals")], received_at=LATER)
    assert_whole(settings)
    assert left_over(settings) == []
    assert asked(settings, "select count(*) from tickets") == [(10 + count,)]
    assert not list((settings.city_warehouse / "landing" / "failed").iterdir())


def test_a_full_disk_is_named_and_the_old_snapshot_serves(tmp_path: Path, small_disk: Path) -> None:
    settings = ten_in(small_disk)
    ballast, before, faults = small_disk / "ballast", tables(settings), 0
    file = many(tmp_path, "big", 4_000)
    # From nothing at all to nearly enough: full while landing, while copying, while building, while pointing.
    for free in (0, 8_000, 60_000, 300_000, 700_000, 1_200_000, 2_000_000, 3_000_000, 4_000_000):
        facts = os.statvfs(small_disk)
        ballast.write_bytes(b"\0" * max(facts.f_bavail * facts.f_frsize - free, 0))
        try:
            load(settings, [(file, "appeals")], received_at=LATER)
        except MachineFault as fault:
            faults += 1
            assert str(small_disk) in str(fault)  # noqa: PT017
            assert "the disk is full" in str(fault)  # noqa: PT017
            assert tables(settings) == before
        ballast.unlink()
        if faults and tables(settings) != before:
            break
    assert faults >= 4
    repaired(settings, file, 4_000)


@pytest.mark.parametrize("largest", [4_000, 40_000, 400_000])
def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path, largest: int) -> None:
    settings = ten_in(tmp_path / "warehouse")
    before, file = tables(settings), many(tmp_path, "big", 4_000)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))  # noqa: E731
    code, said = ended(started(settings, "load", str(file), "--source", "appeals", *AT_LATER, limits=limit))
    assert code == 1, said
    assert "the disk is full" in said
    assert "Traceback" not in said
    assert tables(settings) == before
    repaired(settings, file, 4_000)


def test_a_load_without_memory_says_so(tmp_path: Path) -> None:
    settings = ten_in(tmp_path / "warehouse")
    before, file = tables(settings), many(tmp_path, "big", 30_000)
    most = 1_300 * MEGABYTE
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most))  # noqa: E731
    code, said = ended(started(settings, "load", str(file), "--source", "appeals", *AT_LATER, limits=limit))
    assert code != 0
    assert "memory" in said, said
    assert "Traceback" not in said
    assert tables(settings) == before
    repaired(settings, file, 30_000)


def test_a_read_only_folder_is_named(tmp_path: Path, small_disk: Path) -> None:
    settings = ten_in(small_disk)
    file = many(tmp_path, "more", 10)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(MachineFault, match=r"cannot be written .*Read-only file system"):
        load(settings, [(file, "appeals")], received_at=LATER)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    repaired(settings, file, 10)
