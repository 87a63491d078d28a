"""The people's store on both databases: migrations, the queue, the audit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from dashboard import jobs
from dashboard.on_duty import Turn
from dashboard.roster import Shift
from dashboard.store import audit, engine_of, handovers, upgrade
from dashboard.store.migrations.upgrade import HERE
from dashboard.store.tables import Base

NOW = datetime(2026, 11, 22, 9, 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'people.sqlite'}"
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = engine_of(url)
    upgrade(made)
    yield made
    made.dispose()


def asked(engine: Engine, kind: str = "undo", **arguments: object) -> int:
    return jobs.ask(engine, kind, arguments, by="me", now=NOW, limit_seconds=60)


def test_the_migrations_make_what_the_program_says(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_lead_back(engine: Engine) -> None:
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}


def test_processes_that_start_together_migrate_once(url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        engine = engine_of(url)
        try:
            upgrade(engine)
        except BaseException as error:  # noqa: BLE001 told to the main thread
            faults.append(error)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_job_is_claimed_once_in_order_of_asking(engine: Engine) -> None:
    first, second = asked(engine, batch_id="一"), asked(engine, batch_id="二")
    asked(engine, kind="report")
    taken = [jobs.claim(engine, ["undo"], NOW) for _ in range(3)]
    assert [job.job_id if job else None for job in taken] == [first, second, None]
    assert taken[0] is not None
    assert taken[0].arguments == {"batch_id": "一"}


def test_many_workers_never_take_the_same_job(engine: Engine) -> None:
    numbers = [asked(engine) for _ in range(20)]
    taken: list[int] = []

    def work() -> None:
        while (job := jobs.claim(engine, ["undo"], NOW)) is not None:
            taken.append(job.job_id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == numbers


def test_a_job_tells_how_far_it_is_and_how_it_ended(engine: Engine) -> None:
    number = asked(engine)
    jobs.claim(engine, ["undo"], NOW)
    jobs.report(engine, number, "conform")
    running = jobs.job(engine, number)
    assert running is not None
    assert (running.state, running.progress) == ("running", "conform")
    assert jobs.finish(engine, number, NOW, result={"snapshot": "000007"})
    assert not jobs.finish(engine, number, NOW, state=jobs.FAILED), "an end is final"
    ended = jobs.job(engine, number)
    assert ended is not None
    assert (ended.state, ended.result) == ("done", {"snapshot": "000007"})


def test_cancelling_ends_a_waiting_job_and_asks_a_running_one_to_stop(engine: Engine) -> None:
    waiting, running = asked(engine), asked(engine)
    assert jobs.cancel(engine, waiting, NOW)
    assert not jobs.cancel(engine, waiting, NOW)
    taken = jobs.claim(engine, ["undo"], NOW)
    assert taken is not None
    assert taken.job_id == running
    assert jobs.cancel(engine, running, NOW)
    asked_to_stop = jobs.job(engine, running)
    assert asked_to_stop is not None
    assert (asked_to_stop.state, asked_to_stop.is_cancel_wanted) == ("running", True)


def test_after_a_crash_a_job_is_taken_up_once_more_and_then_fails(engine: Engine) -> None:
    number = asked(engine)
    jobs.claim(engine, ["undo"], NOW)
    assert jobs.take_up_again(engine, ["undo"], NOW) == [number]
    jobs.claim(engine, ["undo"], NOW)
    assert jobs.take_up_again(engine, ["undo"], NOW) == []
    left = jobs.job(engine, number)
    assert left is not None
    assert (left.state, left.error) == ("failed", "the worker died at it 2 times")


def test_only_ended_jobs_are_forgotten(engine: Engine) -> None:
    ended, waiting = asked(engine), asked(engine)
    jobs.claim(engine, ["undo"], NOW)
    jobs.finish(engine, ended, NOW)
    assert jobs.forget_ended(engine, NOW + timedelta(days=1)) == 1
    assert jobs.job(engine, ended) is None
    assert jobs.job(engine, waiting) is not None


def test_the_audit_keeps_what_hostile_people_send(engine: Engine) -> None:
    subject = "'; drop table audit_lines; -- 中文\n" * 200
    audit.note(engine, done_at=NOW, who="x", role_code="r", address="a", act_code="undo", subject="a\0b", outcome="done")
    audit.note(engine, done_at=NOW, who="x" * 500, role_code="r", address="127.0.0.1", act_code="undo", subject=subject, outcome="done")
    line = audit.latest(engine)[0]
    assert (len(line.who), line.subject) == (120, subject[:2000])


def test_text_beyond_plain_characters_survives(engine: Engine) -> None:
    number = asked(engine, reason="😀 乌海 ﷽")
    found = jobs.job(engine, number)
    assert found is not None
    assert found.arguments == {"reason": "😀 乌海 ﷽"}


def test_two_writers_wait_for_each_other(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite locks the whole file")
    with engine.connect() as holding:
        holding.execute(text("begin immediate"))
        late = threading.Thread(target=asked, args=[engine])
        late.start()
        holding.rollback()
        late.join(10)
    assert len(jobs.latest(engine)) == 1


NIGHT = Turn(
    Shift("night", "夜班", "Night", 1230, 720, ""), datetime(2026, 11, 21, 20, 30), datetime(2026, 11, 22, 8, 30), "甲", ("乙", "丙")
)


def test_a_handover_is_never_overwritten_and_stands_once_it_was_taken_over(engine: Engine) -> None:
    taken = handovers.Taken("丁", NOW, "000001-20261122T083000", '{"numbers": {"reported": [3, null]}}')
    assert handovers.write(engine, NIGHT, "水管\0已报修 😀", version=0, by="duty_officer", now=NOW)
    assert not handovers.write(engine, NIGHT, "又一份", version=0, by="duty_officer", now=NOW), "somebody wrote it before"
    assert handovers.write(engine, NIGHT, "水管已修好", version=1, by="duty_officer", now=NOW)
    assert not handovers.take_over(engine, NIGHT, taken, version=1)
    assert handovers.take_over(engine, NIGHT, taken, version=2)
    assert not handovers.write(engine, NIGHT, "改口", version=3, by="duty_officer", now=NOW)
    assert not handovers.take_over(engine, NIGHT, taken, version=3)
    held = handovers.handover(engine, NIGHT.since)
    assert held is not None
    assert (held.note, held.taken_by, held.seen, held.officers, held.version) == ("水管已修好", "丁", taken.seen, "乙、丙", 3)
    assert [row.shift_since for row in handovers.between(engine, NIGHT.since, NIGHT.until)] == [NIGHT.since]
    assert list(handovers.between(engine, NIGHT.until, NOW)) == []


def test_two_who_take_over_at_once_do_not_both(engine: Engine) -> None:
    said: list[bool] = []

    def take(name: str) -> None:
        said.append(handovers.take_over(engine, NIGHT, handovers.Taken(name, NOW, "s", "{}"), version=0))

    threads = [threading.Thread(target=take, args=[name]) for name in "丁戊己"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False, False, True]
