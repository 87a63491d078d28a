"""What lies where a file should: pipes, folders, devices, loops; and files that change or go while they are read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.settings import Settings
from etl import landing
from etl.errors import FileRefused
from etl.load import load
from tests.accidents import LATER, asked, assert_whole, left_over, many
from tests.deliveries import GOOD, delivered, ten_in


@pytest.fixture
def ten(tmp_path: Path) -> Settings:
    return ten_in(tmp_path / "warehouse")


def loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "is a pipe"),
        (Path.mkdir, "is a folder"),
        (lambda path: path.symlink_to("/dev/zero"), "is a device"),
        (loop, "cannot be reached: Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere.csv"), "there is no such file"),
    ],
)
def test_what_is_no_file_is_refused_and_the_others_load(ten: Settings, tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    odd = tmp_path / "odd.csv"
    make(odd)
    outcome = load(ten, [(odd, "appeals"), (many(tmp_path, "good", 3), "appeals")], received_at=LATER)
    assert [str(refusal).startswith(f"{odd}: {said}") for refusal in outcome.refused] == [True]
    assert asked(ten, "select count(*) from tickets") == [(13,)]


def test_a_total_that_is_a_pipe_does_not_wait_for_ever(ten: Settings, tmp_path: Path) -> None:
    file = many(tmp_path, "good", 3)
    os.mkfifo(f"{file}.total")
    with pytest.raises(FileRefused, match="total: is a pipe"):
        load(ten, [(file, "appeals")], received_at=LATER)


@pytest.mark.parametrize("change", ["cut", "grown", "replaced", "gone"])
@pytest.mark.parametrize("moment", ["after its hash", "after its rows"])
def test_a_file_that_changes_while_it_is_read_is_refused_whole(
    ten: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, moment: str
) -> None:
    file = many(tmp_path, "changing", 30)
    whole = file.read_bytes()
    name = "file_sha256" if moment == "after its hash" else "read"
    done = getattr(landing, name)

    def meddled(*arguments: object) -> object:
        result = done(*arguments)
        if change == "gone":
            file.unlink()
        elif change == "replaced":
            delivered(tmp_path / "other.csv", [GOOD]).rename(file)
        else:
            file.write_bytes(whole[: len(whole) // 2] if change == "cut" else whole + whole.splitlines(keepends=True)[-1])
        return result

    with monkeypatch.context() as patched:
        patched.setattr(landing, name, meddled)
        with pytest.raises(FileRefused, match="was taken away while it was read" if change == "gone" else "changed while it was read"):
            load(ten, [(file, "appeals")], received_at=LATER)
    assert left_over(ten) == []
    # Once it is complete, all its rows come: its hash was not taken for landed.
    file.write_bytes(whole)
    load(ten, [(file, "appeals")], received_at=LATER)
    assert_whole(ten)
    assert asked(ten, "select count(*) from tickets") == [(40,)]
