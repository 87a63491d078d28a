"""The loader's worker and the drop folder, as real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from dashboard import jobs
from dashboard.settings import Settings, read_city
from dashboard.store import store
from dashboard.warehouse import current_snapshot, pinned_snapshots
from etl.landing import sole_writer
from etl.load import load
from etl.watch import Watch, inbox, poll, take
from tests.deliveries import CITIES, GOOD, NOW, TEN, asked, delivered
from tests.working import ROOT, worker


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    settings = Settings(city="tiny", cities=CITIES, warehouse=tmp_path / "warehouse", people=tmp_path / "people")
    load(settings, [(TEN, "appeals")], received_at=NOW)
    return settings


@pytest.fixture
def queue(city: Settings) -> Iterator[Engine]:
    engine = store(city.people_url)
    yield engine
    engine.dispose()
    store.cache_clear()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)


def ask(queue: Engine, kind: str, limit_seconds: int = 600, **arguments: object) -> int:
    return jobs.ask(queue, kind, arguments, by="me", now=NOW, limit_seconds=limit_seconds)


def state(queue: Engine, number: int) -> tuple[str, str | None]:
    job = jobs.job(queue, number)
    assert job is not None
    return job.state, job.error


def test_jobs_end_done_failed_cancelled_or_out_of_time(city: Settings, queue: Engine) -> None:
    shown = current_snapshot(city.city_warehouse)
    held, gone = (ask(queue, "pin", snapshot=name, holder="meeting-1") for name in (shown, "000099-x"))
    done, wrong = ask(queue, "rebuild"), ask(queue, "undo", batch_id="000077-x")
    with worker(city):
        until(lambda: state(queue, wrong)[0] in jobs.ENDED)
        assert state(queue, done) == ("done", None)
        assert (state(queue, held)[0], state(queue, gone)[0]) == ("done", "failed")
        assert pinned_snapshots(city.city_warehouse) == {shown}
        assert state(queue, wrong)[0] == "failed"
        assert "there is no such batch in use" in str(state(queue, wrong)[1])
        with sole_writer(city.city_warehouse):  # Nobody can publish now: the jobs wait for the lock.
            late, unwanted = ask(queue, "rebuild", limit_seconds=1), ask(queue, "rebuild")
            until(lambda: state(queue, late)[0] == "failed")
            assert state(queue, late)[1] == "stopped: it took longer than 1 s"
            until(lambda: state(queue, unwanted)[0] == "running")
            jobs.cancel(queue, unwanted, NOW)
            until(lambda: state(queue, unwanted)[0] == "cancelled")
    assert asked(city, "select count(*) from tickets") == [(10,)]


def test_a_worker_that_was_killed_leaves_a_job_that_the_next_one_does(city: Settings, queue: Engine) -> None:
    number = ask(queue, "undo", batch_id="000002-appeals")
    with sole_writer(city.city_warehouse), worker(city) as first:
        until(lambda: state(queue, number)[0] == "running")
        first.kill()
        first.wait()
    with worker(city):
        until(lambda: state(queue, number)[0] in jobs.ENDED)
    assert state(queue, number) == ("done", None)
    assert asked(city, "select count(*) from tickets") == [(0,)]


def test_a_city_has_one_worker(city: Settings, queue: Engine) -> None:
    with worker(city) as first:
        number = ask(queue, "rebuild")
        until(lambda: state(queue, number)[0] in jobs.ENDED)
        environment = os.environ | {"CITIES": str(city.cities), "WAREHOUSE": str(city.warehouse), "PEOPLE": str(city.people)}
        second = subprocess.run(
            [sys.executable, "-m", "etl", "work", "--city", "tiny"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert "another worker of this city is running" in second.stderr
        assert first.poll() is None


def test_what_is_dropped_is_loaded_and_moved_aside(city: Settings, queue: Engine, tmp_path: Path) -> None:
    folder = inbox(city) / "appeals"
    with worker(city):
        delivered(folder / "half.csv.part", [GOOD | {"工单编号": "X"}])
        delivered(tmp_path / "new.csv", [GOOD]).rename(folder / "new.csv")
        (folder / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        until(lambda: not (folder / "new.csv").exists() and not (folder / "bad.csv").exists())
    assert asked(city, "select count(*) from tickets") == [(11,)]
    assert (folder / "half.csv.part").exists()
    assert len(list(inbox(city).glob(".done/*/appeals/new.csv"))) == 1
    (told,) = inbox(city).glob(".refused/*/appeals/bad.csv.txt")
    assert "missing" in told.read_text(encoding="utf-8")


def test_a_file_has_arrived_once_it_stands_still(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(city)
    monkeypatch.setattr("etl.watch.SCAN_SECONDS", 0.0)
    file = delivered(watch.folder / "appeals" / "a.csv", [GOOD])
    (watch.folder / "appeals" / "link.csv").symlink_to("nowhere.csv")
    assert watch.arrived() == []
    delivered(file, [GOOD, GOOD | {"工单编号": "G02"}])
    assert watch.arrived() == []
    assert watch.arrived() == [file]


def test_a_file_dropped_twice_keeps_both_and_changes_nothing(city: Settings) -> None:
    folder = inbox(city) / "appeals"
    for _ in range(2):
        lines = take(city, [delivered(folder / "a.csv", [GOOD])])
        assert lines == ["appeals/a.csv: loaded"]
    assert len(list(inbox(city).glob(".done/*/appeals/a*.csv"))) == 2
    assert asked(city, "select count(*) from load_batches") == [(2,)]


def test_a_file_that_came_while_nobody_watched_counts_from_when_it_came(city: Settings) -> None:
    file = delivered(inbox(city) / "appeals" / "a.csv", [GOOD])
    os.utime(file, (0, 0))  # Copied with the date of its original.
    take(city, [file])
    received = asked(city, "select max(received_at) from load_batches")[0][0]
    assert abs(read_city(city.city_folder).now() - received) < timedelta(minutes=5)


def test_a_database_is_polled_when_its_rhythm_says(city: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cities = shutil.copytree(city.cities / "tiny", tmp_path / "cities" / "tiny").parent
    url = f"sqlite:///{tmp_path / 'calls.sqlite'}"
    monkeypatch.setenv("CALLS_URL", url)
    (cities / "tiny" / "sources" / "calls.toml").write_text(
        'label = "来电"\nkind = "tickets"\nrhythm_minutes = 60\n[database]\nurl_env = "CALLS_URL"\ntable = "calls"\nwatermark = "at"\n'
        '[columns]\nnumber = "no"\nreported_at = "at"\n',
        encoding="utf-8",
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table calls (no text, at text)"))
        connection.execute(text("insert into calls values ('C1', '2026-10-12 09:00:00')"))
    engine.dispose()
    with_calls = city.model_copy(update={"cities": cities})
    with_calls.__dict__.pop("city_folder", None)
    watch = Watch(with_calls)
    assert watch.due() == ["calls"]
    assert watch.due() == [], "once in its rhythm"
    assert poll(with_calls, ["calls"])[0].startswith("database calls: 1 rows as 000")
    assert asked(with_calls, "select ticket_number from tickets where source_code = 'calls'") == [("C1",)]
    assert "no new rows" in " ".join(poll(with_calls, ["calls"]))
