"""The schedule: which periods are due by hand, caught up once, data waited for, drafts made, files delivered to folder and mail."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from pydantic import ValidationError
from sqlalchemy import Engine

from dashboard import jobs
from dashboard.acts import Acting, perform
from dashboard.issuing.drafting import draft_of
from dashboard.issuing.making import Workshop, run_job
from dashboard.issuing.products import PRODUCTS
from dashboard.phrases import said
from dashboard.profiles import COMMITTEE, REPORT_CLERK, Profile
from dashboard.reports.formats import FORMATS
from dashboard.scheduling.drafting import ATTEMPTS, Desk, asked_of, issued_before
from dashboard.scheduling.periods import next_due, periods_due
from dashboard.scheduling.rounds import MOST_CAUGHT_UP, Schedule, carry, plan
from dashboard.settings import CityError, Reports, Scheduled, Settings, read_city
from dashboard.store import engine_of, reports, upgrade
from dashboard.store import schedule as book
from dashboard.store.schedule_tables import ReportDelivery, ScheduledRun
from dashboard.view import View

MORNING = datetime(2026, 11, 20, 15, 0)


def entry(**more: Any) -> Scheduled:
    return Scheduled(**{"name": "monthly", "kind": "month"} | more)


def no_calendar(_day: date, _count: int) -> date | None:
    return None


def mondays(day: date, count: int) -> date | None:
    """A calendar of Monday to Friday."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'people.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    engine = engine_of(url)
    upgrade(engine)
    yield engine
    engine.dispose()


# Which periods are due.


@pytest.mark.parametrize(
    ("more", "now", "until", "at"),
    [
        ({}, datetime(2026, 11, 1, 8, 0), date(2026, 10, 31), datetime(2026, 11, 1, 8, 0)),
        ({}, datetime(2026, 11, 1, 7, 59), date(2026, 9, 30), datetime(2026, 10, 1, 8, 0)),
        ({"workday": 2, "time": "09:30"}, datetime(2026, 11, 20), date(2026, 10, 31), datetime(2026, 11, 3, 9, 30)),
        ({"kind": "day"}, datetime(2026, 11, 20, 9), date(2026, 11, 19), datetime(2026, 11, 20, 8)),
        ({"kind": "week"}, datetime(2026, 11, 20, 9), date(2026, 11, 15), datetime(2026, 11, 16, 8)),
        ({"kind": "quarter", "day": 10}, datetime(2026, 10, 9), date(2026, 6, 30), datetime(2026, 7, 10, 8)),
        ({"kind": "year", "day": 15}, datetime(2026, 1, 20), date(2025, 12, 31), datetime(2026, 1, 15, 8)),
    ],
)
def test_an_entry_nobody_knows_begins_with_the_latest(more: dict[str, Any], now: datetime, until: date, at: datetime) -> None:
    (found,) = periods_due(entry(**more), None, now, mondays)
    assert (found.until, found.due_at) == (until, at)


def test_what_was_missed_is_found_from_the_books() -> None:
    found = periods_due(entry(), date(2026, 6, 30), datetime(2026, 11, 20), no_calendar)
    assert [run.until for run in found] == [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    assert periods_due(entry(), date(2026, 10, 31), datetime(2026, 11, 20), no_calendar) == []
    since = entry(since=date(2026, 9, 1))
    assert [run.until for run in periods_due(since, None, datetime(2026, 11, 20), no_calendar)] == [date(2026, 9, 30), date(2026, 10, 31)]
    assert periods_due(entry(since=date(2027, 1, 1)), None, datetime(2026, 11, 20), no_calendar) == []
    assert len(periods_due(entry(kind="day"), date(1999, 1, 1), datetime(2026, 11, 20), no_calendar)) == 400


def test_the_next_one() -> None:
    span, at = next_due(entry(workday=2), datetime(2026, 11, 20), mondays)
    assert (span.until, at) == (date(2026, 11, 30), datetime(2026, 12, 2, 8))
    span, at = next_due(entry(), datetime(2026, 11, 1, 7), mondays)
    assert (span.until, at) == (date(2026, 10, 31), datetime(2026, 11, 1, 8)), "due an hour later"


# The table in city.toml.


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"kind": "decade"}, "kind"),
        ({"time": "8:00"}, "time"),
        ({"formats": ["doc"]}, "formats"),
        ({"formats": []}, "formats"),
        ({"folder": "../elsewhere"}, "folder"),
        ({"mail": ["a@b.cn\r\nBcc: x@y.cn"]}, "mail"),
        ({"name": "Monats Bericht"}, "name"),
        ({"workday": 0}, "workday"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_faults_are_named_by_their_key(written: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as fault:
        entry(**written)
    assert fault.value.errors()[0]["loc"][0] == told


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('mail = ["nobody"]', "不是电子邮件地址"),
        ('folder = "../x"', "不得指向用户数据文件夹以外"),
        ("colour = 1", "没有此项"),
        ('time = "25:00"', "格式不对"),
        ("day = 0", "过小，至少为 1"),
        ("formats = []", "至少要有 1 项"),
        ('about = "decade"', "应为"),
    ],
)
def test_a_fault_is_told_in_chinese(tmp_path: Path, written: str, words: str) -> None:
    plain = (Settings(city="wuhai").city_folder / "city.toml").read_text(encoding="utf-8")
    more = f'\n[[reports.schedule]]\nname = "other"\nkind = "week"\n{written}\n'
    (tmp_path / "city.toml").write_text(plain + more, encoding="utf-8")
    with pytest.raises(CityError, match=r"reports\.schedule\.1") as fault:
        read_city(tmp_path)
    told = said(str(fault.value), "zh")
    assert words in told, told
    assert written.split(maxsplit=1)[0] in told


def test_two_entries_of_one_name() -> None:
    with pytest.raises(ValidationError, match="twice"):
        Reports(schedule=(entry(), entry(kind="week")))


def test_the_table_knows_what_there_is() -> None:
    """Its words are those of the program."""
    fields = Scheduled.model_fields
    assert set(get_args(fields["about"].annotation)) == set(PRODUCTS)
    formats = get_args(get_args(fields["formats"].annotation)[0])
    assert set(FORMATS) - {"txt", "json"} <= set(formats)


def test_the_shipped_city_drafts_its_monthly_report(demo: Settings) -> None:
    (monthly,) = read_city(demo.city_folder).reports.schedule
    assert (monthly.kind, monthly.reach, monthly.deliver) == ("month", "draft", "issued")


# In the books.


def test_a_period_stands_there_once(both: Engine) -> None:
    new = periods_due(entry(), None, MORNING, no_calendar)[0]
    assert book.add(both, new, MORNING)
    assert not book.add(both, new, MORNING)
    (held,) = book.due(both, MORNING, 9)
    assert book.step(both, held, MORNING, state=book.DRAFTING) is not None
    assert book.step(both, held, MORNING, state=book.DRAFTING) is None, "another worker took it"
    assert book.known_until(both) == {"monthly": date(2026, 10, 31)}


def test_a_delivery_is_taken_once(both: Engine) -> None:
    book.add(both, periods_due(entry(), None, MORNING, no_calendar)[0], MORNING)
    (held,) = book.due(both, MORNING, 9)
    for _ in range(2):
        book.address(both, held.run_id, [(book.MAIL, "a@b.cn"), (book.MAIL, "a@b.cn"), (book.FOLDER, "x")], MORNING)
    one, _other = book.deliveries(both, [held.run_id])
    assert book.take(both, one, MORNING)
    assert not book.take(both, one, MORNING)
    book.delivered(both, one.delivery_id, MORNING, state=book.FAILED)
    book.step(both, held, MORNING, state=book.FAILED)
    assert book.again(both, held.run_id, MORNING)
    assert not book.again(both, held.run_id, MORNING)
    left = book.run(both, held.run_id)
    assert left is not None
    assert left.state == book.DELIVERING
    assert [one.state for one in book.deliveries(both, [held.run_id])] == [book.WAITING] * 2


# Carried on.


class Office:
    """A city with a schedule, its worker and its people; the clock stands where it is told."""

    def __init__(self, demo: Settings, view: View, folder: Path, *entries: Scheduled, **more: Any) -> None:
        self.settings = demo.model_copy(update={"people": folder / "people", **more})
        self.store = engine_of(f"sqlite:///{folder / 'people.sqlite'}")
        upgrade(self.store)
        self.view, self.now = view, MORNING
        self.enter(*entries)

    def enter(self, *entries: Scheduled) -> None:
        self.view = replace(self.view, city=self.view.city.model_copy(update={"reports": Reports(schedule=entries, office="市域办")}))

    @property
    def desk(self) -> Desk:
        return Desk(self.settings, replace(self.view, moment=self.now), self.store, self.now)

    def round(self, after: timedelta = timedelta()) -> None:
        """What the worker does in one round, and then the jobs it asked for."""
        self.now += after
        plan(self.desk)
        entries = {one.name: one for one in self.view.city.reports.schedule}
        for run in book.due(self.store, self.now, 9):
            carry(self.desk, run, entries.get(run.entry))

    def work(self) -> list[jobs.Job]:
        done = []
        while job := jobs.claim(self.store, ["make_report"], self.now):
            run_job(Workshop(self.settings, self.view, self.store, lambda _: None), job)
            found = jobs.job(self.store, job.job_id)
            assert found is not None
            done.append(found)
        return done

    def do(self, act: str, body: dict[str, Any], profile: Profile = REPORT_CLERK) -> Any:
        settings, view = self.settings, replace(self.view, profile=profile, moment=self.now)
        return perform(act, body, Acting(profile, "127.0.0.1", view, self.store, "", settings.uploads, settings.evidence))

    @property
    def run(self) -> ScheduledRun:
        return book.runs(self.store)[0]

    @property
    def deliveries(self) -> list[ReportDelivery]:
        return list(book.deliveries(self.store, [self.run.run_id]))


@pytest.fixture
def office(demo: Settings, demo_view: View, tmp_path: Path) -> Iterator[Any]:
    made: list[Office] = []

    def open_one(*entries: Scheduled, **more: Any) -> Office:
        made.append(Office(demo, demo_view, tmp_path, *entries, **more))
        return made[-1]

    yield open_one
    for one in made:
        one.store.dispose()


def test_several_missed_months_are_caught_up_oldest_first(office: Any) -> None:
    there = office(entry())
    plan(there.desk)
    assert [run.until for run in book.runs(there.store)] == [date(2026, 10, 31)]
    there.enter(entry(name="late", since=date(2024, 1, 1)))
    plan(there.desk)
    plan(there.desk)
    late = [run for run in book.runs(there.store, 200) if run.entry == "late"]
    assert len(late) == 34, "each month since January 2024 once"
    alive = [run.until for run in book.due(there.store, there.now, 99) if run.entry == "late"]
    assert alive == sorted(alive)
    assert len(alive) == MOST_CAUGHT_UP
    assert sum(run.state == book.SKIPPED for run in late) == 34 - MOST_CAUGHT_UP


def test_data_that_are_not_there_are_waited_for(office: Any) -> None:
    there = office(entry(kind="day", about="disputes", grace_hours=24))
    there.now = datetime(2026, 11, 22, 9)  # The data end on 20 November.
    there.round()
    assert there.run.state == book.WAITING
    assert there.run.note.startswith("等待数据：本期至 2026-11-21，数据截至 2026-11-20")
    there.round(timedelta(hours=24))
    run = next(run for run in book.runs(there.store) if run.until == date(2026, 11, 21))
    assert (run.state, run.is_partial) == (book.DRAFTING, True)
    assert "不完整数据" in run.note
    assert len(book.runs(there.store)) == 2, "the next day fell due meanwhile"


def test_an_entry_that_is_gone_is_left(office: Any) -> None:
    there = office(entry())
    there.round()
    there.enter()
    there.round(timedelta(hours=1))
    assert there.run.state == book.SKIPPED
    assert there.run.note == "城市设置中已无此项"


def test_a_draft_that_cannot_be_made_is_tried_again_and_then_told(office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    there = office(entry(kind="day", about="disputes"))
    there.round()
    for _ in range(ATTEMPTS + 1):
        job = jobs.claim(there.store, ["make_report"], there.now)
        if job is not None:
            jobs.finish(there.store, job.job_id, there.now, state=jobs.FAILED, error="磁盘空间不足")
        there.round(timedelta(minutes=1))
        before = book.runs(there.store)
        there.round(timedelta(hours=12))
        assert before
    run = next(run for run in book.runs(there.store) if run.until == date(2026, 11, 19))
    assert run.state == book.FAILED
    assert run.note == "起草未成功：磁盘空间不足"
    assert run.attempt_count <= ATTEMPTS
    assert "schedule monthly: 2026-11-19 to 2026-11-19 failed" in capsys.readouterr().err


class Letters(Message):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.taken.append(message)


@pytest.fixture
def letters() -> Iterator[tuple[Letters, dict[str, Any]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Letters()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "report@wuhai.gov.cn"}
    controller.stop()


def test_from_the_end_of_a_day_to_the_addressees(office: Any, letters: tuple[Letters, dict[str, Any]]) -> None:
    """Drafted by the schedule, submitted, reviewed and issued by people, delivered by the schedule; nothing of it twice."""
    box, server = letters
    form = next(iter({"docx", "xlsx", "pdf"} & set(FORMATS)), "txt")
    known = entry(name="daily", kind="day", about="disputes", folder="outbox", mail=("a@wuhai.gov.cn", "b@wuhai.gov.cn"), formats=("docx",))
    there = office(known.model_copy(update={"formats": (form,)}), **server)
    there.round()
    assert [job.state for job in there.work()] == ["done"]
    there.round(timedelta(minutes=1))
    there.round(timedelta(minutes=1))
    issue = reports.issue(there.store, there.run.issue_id)
    assert issue is not None
    assert (issue.state, issue.drafted_by, issue.office) == (reports.DRAFTED, "schedule", "市域办")
    assert (there.run.state, there.run.note) == (book.DRAFTED, "草稿已就绪，等待签发后投递")
    assert box.taken == []
    for finding in {found.key for found in _found(there, issue.issue_id)}:
        _act(there, "waive_finding", finding=finding, reason="已核实")
    _act(there, "submit_report", name="王敏")
    _act(there, "review_report", COMMITTEE, name="赵强")
    _act(there, "issue_report", name="王敏", formats=[form])
    assert there.work()[-1].state == "done"
    there.round(timedelta(hours=1))
    there.round(timedelta(minutes=1))
    assert [one.state for one in there.deliveries] == [book.DONE] * 3
    assert there.run.state == book.DONE
    (file,) = (there.settings.city_people / "outbox").iterdir()
    assert file.name == there.deliveries[0].files
    assert sorted(message["X-RcptTo"] for message in box.taken) == ["a@wuhai.gov.cn", "b@wuhai.gov.cn"]
    for message in box.taken:
        (attached,) = (part for part in message.walk() if part.get_filename())
        assert attached.get_payload(decode=True) == file.read_bytes()
    there.round(timedelta(minutes=30))
    assert len(box.taken) == 2
    # Issued once, the same day is neither drafted nor corrected by the schedule.
    asked = asked_of(there.desk, there.run, there.view.city.reports.schedule[0])
    assert issued_before(there.desk, asked) is not None


def _found(there: Office, issue_id: int) -> Any:
    issue = reports.issue(there.store, issue_id)
    assert issue is not None
    draft = draft_of(there.store, issue)
    assert draft is not None
    return [found for found in draft.found if found.is_stopping]


def _act(there: Office, act: str, profile: Profile = REPORT_CLERK, **more: Any) -> None:
    issue = reports.issue(there.store, there.run.issue_id or 0)
    assert issue is not None
    there.do(act, {"issue_id": issue.issue_id, "version": issue.version, **more}, profile)


def test_a_letter_that_was_broken_off_is_not_sent_again(office: Any, letters: tuple[Letters, dict[str, Any]]) -> None:
    """A folder may be filled again; whether a letter arrived only people can ask."""
    box, server = letters
    there = office(entry(folder="outbox", mail=("a@wuhai.gov.cn",)), **server)
    plan(there.desk)
    book.address(there.store, there.run.run_id, [(book.FOLDER, "outbox"), (book.MAIL, "a@wuhai.gov.cn")], there.now)
    for one in there.deliveries:
        assert book.take(there.store, one, there.now)
    book.step(there.store, there.run, there.now, state=book.DELIVERING, next_at=there.now)
    there.round(timedelta(minutes=20))
    mail = next(one for one in there.deliveries if one.road == book.MAIL)
    assert mail.state == book.FAILED
    assert "不能确定" in mail.note
    assert box.taken == []


def test_the_worker_keeps_the_schedule(demo: Settings, tmp_path: Path) -> None:
    """The round as the worker does it, on the city as it is shipped."""
    settings = demo.model_copy(update={"people": tmp_path / "people"})
    Schedule(settings, lambda _: MORNING)()
    engine = engine_of(settings.people_url)
    (held,) = book.runs(engine)
    assert (held.entry, held.until, held.state) == ("monthly", date(2026, 10, 31), book.DRAFTING)
    assert held.due_at == datetime(2026, 11, 3, 8), "the second working day of November"
    (job,) = jobs.latest(engine, ["make_report"])
    assert job.requested_by == "schedule"
    engine.dispose()
