"""The people's store on both databases: migrations, the queue, the audit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
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
from dashboard.store import audit, devices, engine_of, handovers, health, steering, submissions, upgrade
from dashboard.store.health import Sample, Sight
from dashboard.store.migrations.upgrade import HERE
from dashboard.store.submission_tables import Submission
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


def test_of_a_token_only_the_hash_is_kept_and_a_link_ends_once(engine: Engine) -> None:
    number, token = devices.make(engine, "wall", "一楼大厅", by="me", at=NOW)
    (made,) = devices.devices(engine)
    assert (made.device_id, made.token_hash, made.wall) == (number, devices.hash_of(token), f"device:{number}")
    assert len(token) == devices.TOKEN_SIGNS
    with engine.connect() as connection:
        assert token not in str(connection.execute(text("select * from devices")).all())
    devices.open_(engine, number, at=NOW, address="10.0.0.9")
    devices.see(engine, {number: (NOW + timedelta(minutes=1), "10.0.0.10")})
    assert devices.revoke(engine, number, by="me", at=NOW)
    assert not devices.revoke(engine, number, by="me", at=NOW + timedelta(days=1))
    (gone,) = devices.devices(engine)
    assert (gone.opened_at, gone.last_seen_at, gone.last_address, gone.revoked_at) == (NOW, NOW + timedelta(minutes=1), "10.0.0.10", NOW)


def test_of_two_who_tell_a_wall_something_one_is_refused(engine: Engine) -> None:
    done: list[bool] = []

    def tell(revision: int) -> None:
        done.append(steering.tell(engine, "hall", revision, by="me", at=NOW, scene="overview", scene_revision=revision + 1))

    for revision in (0, 1):
        threads = [threading.Thread(target=tell, args=[revision]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(done) == [False, False, True, True]
    (told,) = steering.all_told(engine)
    assert (told.revision, told.scene_revision, told.is_pinned, told.division_code) == (2, 2, False, "")


def told_by(minutes: int, refreshes: int, missed: int, heap: int, nodes: int) -> Sample:
    """What a page says that was opened so many minutes ago."""
    return Sample(open_seconds=60 * minutes, refresh_count=refreshes, missed_count=missed, heap_bytes=heap * 2**30, node_count=nodes)


def test_a_night_has_one_line_and_sums_what_was_gained(engine: Engine) -> None:
    """By hand: 100 until 02:50, 60 more until 03:10, opened anew at 09:00 and 5 since; the first after three stays the night's."""
    day = datetime(2026, 11, 22)
    for at, said in [
        (day + timedelta(hours=2, minutes=50), told_by(100, 100, 1, 3, 900)),
        (day + timedelta(hours=3, minutes=10), told_by(120, 160, 1, 4, 1200)),
        (day + timedelta(hours=3, minutes=15), told_by(125, 170, 4, 2, 1000)),
        (day + timedelta(hours=9, minutes=5), told_by(5, 5, 0, 1, 800)),
        (day + timedelta(days=1, hours=1), told_by(16 * 60, 25, 0, 5, 850)),
    ]:
        health.sample(engine, "hall", said, at)
    first, second = reversed(health.nights(engine, "hall", date(2026, 11, 1)))
    assert (first.night_on, first.taken_at) == (date(2026, 11, 22), day + timedelta(hours=3, minutes=10))
    assert (first.heap_bytes, first.node_count) == (4 * 2**30, 1200)
    assert (first.least_heap_bytes, first.most_heap_bytes, first.least_node_count, first.most_node_count) == (2**30, 4 * 2**30, 800, 1200)
    assert (first.sample_count, first.refresh_count, first.missed_count) == (4, 100 + 60 + 10 + 5, 1 + 0 + 3 + 0)
    assert (second.taken_at, second.refresh_count, second.heap_bytes) == (day + timedelta(days=1, hours=1), 20, 5 * 2**30)
    (last,) = health.walls(engine, day)
    assert (last.refresh_count, last.opened_at) == (25, day + timedelta(hours=9))


def test_walls_are_forgotten_with_their_nights(engine: Engine) -> None:
    old = NOW - timedelta(days=91)
    for wall, at in (("old", old), ("new", old), ("new", NOW)):
        health.sample(engine, wall, told_by(1, 1, 0, 1, 1), at)
        steering.tell(engine, wall, 0, by="me", at=at)
    health.see(engine, {"new": Sight(NOW, "overview", NOW), "seen": Sight(NOW)})
    assert health.forget(engine, NOW - timedelta(days=90)) == 2
    assert [row.wall for row in health.walls(engine, old)] == ["new", "seen"]
    assert [row.wall for row in steering.all_told(engine)] == ["new"]
    assert len(health.nights(engine, "new", old.date())) == 1


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


KEY = submissions.Key("T01", "U1", "150302", date(2026, 10, 31))
SAID = submissions.Said(date(2026, 10, 31), 96.5, None, "按月推进 😀", "high", "渝委办〔2026〕8号")


def written(engine: Engine, version: int = 0, said: submissions.Said = SAID, key: submissions.Key = KEY) -> Submission:
    submissions.write(engine, [submissions.Written(key, said, version)], by="unit_member U1", now=NOW)
    return next(row for row in submissions.of_period(engine, key.period_on) if row.target_code == key.target_code)


def step(state: str, note: str = "") -> submissions.Step:
    return submissions.Step(state, "somebody", "王敏", NOW, note)


def test_a_report_goes_its_way_and_every_step_is_kept(engine: Engine) -> None:
    file = submissions.File("a.pdf", "f" * 64, 3)
    row = written(engine, said=replace(SAID, file=file))
    for state, note in (("submitted", ""), ("returned", "请补证明"), ("draft", ""), ("submitted", ""), ("confirmed", ""), ("accepted", "")):
        if state == "draft":
            row = written(engine, row.version, replace(SAID, value=97.0))
        else:
            submissions.take(engine, [(row.submission_id, row.version)], step(state, note))
            row = submissions.some(engine, [row.submission_id])[row.submission_id]
        assert row.state == state
    assert (row.version, row.value, row.file_name, row.returned_reason) == (7, 97.0, "a.pdf", "请补证明"), "its file stays"
    history = submissions.steps(engine, [row.submission_id])[row.submission_id]
    assert [(one.step_code, one.value, one.note) for one in history] == [
        ("draft", 96.5, ""), ("submitted", 96.5, ""), ("returned", 96.5, "请补证明"), ("draft", 97.0, ""), ("submitted", 97.0, ""),
        ("confirmed", 97.0, ""), ("accepted", 97.0, ""),
    ]  # fmt: skip
    assert submissions.accepted(engine) == [(KEY, SAID.observed_on, NOW)]
    assert submissions.counts(engine, "U1") == {KEY.period_on: {"accepted": 1}}
    assert submissions.counts(engine, "U2") == {}


@pytest.mark.parametrize("state", ["confirmed", "accepted", "returned"])
def test_no_step_is_left_out(engine: Engine, state: str) -> None:
    row = written(engine)
    with pytest.raises(submissions.Conflict):
        submissions.take(engine, [(row.submission_id, row.version)], step(state))
    assert len(submissions.steps(engine, [row.submission_id])[row.submission_id]) == 1


def test_of_several_all_are_written_or_none(engine: Engine) -> None:
    row = written(engine)
    other = submissions.Key("T02", "U1", "150302", KEY.period_on)
    with pytest.raises(submissions.Conflict) as stale:
        submissions.write(
            engine, [submissions.Written(other, SAID, 0), submissions.Written(KEY, SAID, row.version + 1)], by="me", now=NOW
        )  # fmt: skip
    assert stale.value.of == KEY
    assert [one.target_code for one in submissions.of_period(engine, KEY.period_on)] == ["T01"]
    second = written(engine, key=other)
    with pytest.raises(submissions.Conflict):
        submissions.take(engine, [(row.submission_id, 1), (second.submission_id, 9)], step("submitted"))
    assert {one.state for one in submissions.of_period(engine, KEY.period_on)} == {"draft"}


def test_of_two_who_write_or_decide_at_once_one_is_refused(engine: Engine) -> None:
    done: list[bool] = []

    def attempt(act: Callable[[], object]) -> None:
        try:
            act()
        except submissions.Conflict:
            done.append(False)
        else:
            done.append(True)

    def race(*acts: Callable[[], object]) -> None:
        threads = [threading.Thread(target=attempt, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    first = submissions.Written(KEY, SAID, 0)
    race(*[lambda: submissions.write(engine, [first], by="me", now=NOW)] * 3)
    assert sorted(done) == [False, False, True]
    (row,) = submissions.of_period(engine, KEY.period_on)
    submissions.take(engine, [(row.submission_id, 1)], step("submitted"))
    submissions.take(engine, [(row.submission_id, 2)], step("confirmed"))
    done.clear()
    race(*[lambda state=state: submissions.take(engine, [(row.submission_id, 3)], step(state, "x")) for state in ("accepted", "returned")])
    assert sorted(done) == [False, True]
    assert len(submissions.steps(engine, [row.submission_id])[row.submission_id]) == 4
