"""A command killed at any moment: the old snapshot serves, the next load repairs, no row is lost."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from dashboard.settings import Settings
from etl import snapshot
from etl.__main__ import app
from etl.landing import Landing
from etl.load import load
from tests.accidents import (
    AT_LATER,
    LATER,
    asked,
    assert_whole,
    contents,
    ended,
    killed,
    left_over,
    many,
    seconds_of_work,
    started,
    tables,
)
from tests.deliveries import ten_in

ACCIDENTS = int(os.environ.get("ACCIDENTS", "12"))
KNOWN = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
# Each is killed, and must leave the city as it was or as the whole command would have left it.
COMMANDS = [["load", "{file}", "--source", "appeals", *AT_LATER], ["rebuild"], ["undo", "000003-appeals"]]

pytestmark = pytest.mark.accident


def test_loads_killed_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    dice = random.Random(20261014)  # noqa: S311
    settings, spared = ten_in(tmp_path / "killed"), ten_in(tmp_path / "spared")
    words = ["load", "{file}", "--source", "appeals", *AT_LATER]
    first = many(tmp_path, "first", 800)
    life, _ = seconds_of_work(settings, [word.format(file=first) for word in words], tmp_path / "measured")
    files = []
    for number in range(ACCIDENTS):
        file, small = many(tmp_path, f"K{number}x", 800), many(tmp_path, f"S{number}x", 3)
        killed(settings, [word.format(file=file) for word in words], dice.random() * life)
        assert_whole(settings)
        # The next load is of the same file or of another, and either repairs.
        for path in (small, file) if number % 2 else (file,):
            load(settings, [(path, "appeals")], received_at=LATER)
            assert left_over(settings) == []
        files += [small, file] if number % 2 else [file]
    load(spared, [(file, "appeals") for file in files], received_at=LATER)
    assert_whole(settings)
    assert contents(settings) == contents(spared)
    received = 10 + ACCIDENTS * 802 + ACCIDENTS // 2 * 5
    twice = ACCIDENTS + ACCIDENTS // 2  # One row of each file is there twice, and one has no number.
    books = "select sum(received_count), sum(accepted_count), sum(duplicate_count), sum(rejected_count) from load_batches"
    assert asked(settings, books) == [(received, received - 2 * twice, twice, twice)]
    stepwise = tables(settings)
    snapshot.publish(settings.city_warehouse, Landing(settings.city_warehouse / "landing"), LATER, whole=True)
    assert tables(settings) == stepwise


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_killed_is_as_if_it_never_began_or_had_ended(tmp_path: Path, words: list[str]) -> None:
    if words[0] not in KNOWN:
        pytest.skip(f"there is no command {words[0]} yet")
    dice = random.Random(words[0])  # noqa: S311
    settings = ten_in(tmp_path / "warehouse")
    load(settings, [(many(tmp_path, "base", 400), "appeals")], received_at=LATER)
    command = [word.format(file=many(tmp_path, "more", 400)) for word in words]
    life, done = seconds_of_work(settings, command, tmp_path / "measured")
    before, after = contents(settings), contents(done)
    for _ in range(max(2, ACCIDENTS // 6)):
        killed(settings, command, dice.random() * life)
        assert_whole(settings)
        assert contents(settings) in (before, after)
    small = many(tmp_path, "small", 3)
    for city in (settings, done):
        load(city, [(small, "appeals")], received_at=LATER)
    assert_whole(settings)
    assert left_over(settings) == []


@pytest.mark.parametrize("count", [2, 4])
def test_loads_at_once_come_one_after_the_other(tmp_path: Path, count: int) -> None:
    settings: Settings = ten_in(tmp_path / "warehouse")
    files = [many(tmp_path, f"F{number}x", 300) for number in range(count)]
    processes = [started(settings, "load", str(file), "--source", "appeals", *AT_LATER) for file in files]
    assert [ended(process)[0] for process in processes] == [0] * count
    assert_whole(settings)
    assert asked(settings, "select count(*) from tickets") == [(10 + 300 * count,)]
    assert len(snapshot.names(settings.city_warehouse)) == min(count + 1, snapshot.KEPT_LATEST)
    batches = [row[0] for row in asked(settings, "select batch_id from load_batches order by 1")]
    assert batches == [f"{number:06d}-appeals" for number in range(2, 3 + count)]
