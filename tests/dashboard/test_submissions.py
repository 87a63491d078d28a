"""Reports of units through the acts, on both databases: their life, who may do what, what is refused, and how they are landed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dashboard import jobs
from dashboard.acts import ActRefused
from dashboard.profiles import COMMITTEE, UNIT_HEAD, UNIT_MEMBER, VISITOR
from dashboard.settings import Settings
from dashboard.store import audit, engine_of, submissions, upgrade
from dashboard.submissions.computed import computed
from dashboard.submissions.flags import flags_of
from dashboard.submissions.parts import Part, Place, Seen, before, observations, parts_of, period_of, periods
from dashboard.submissions.pending import pending
from dashboard.texts import Text
from etl import batches
from etl.errors import FileRefused
from etl.landing import Landing
from etl.load import load
from etl.work import load_submissions
from tests.conftest import made_once
from tests.dashboard.submitting import PERIOD, Desk, entry, small_city
from tests.deliveries import asked

EAST, WEST = ("T01", "990101"), ("T01", "990102")


@pytest.fixture(scope="session")
def reporting(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small city; nobody loads into it."""
    folder = made_once("reporting", tmp_path_factory, lambda place: (small_city(place), None)[1])
    return Settings(city="small", cities=folder / "cities", warehouse=folder / "warehouse", people=folder / "people")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'people.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    engine = engine_of(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(reporting: Settings, store: Engine, tmp_path: Path) -> Desk:
    return Desk(reporting.model_copy(update={"people": tmp_path}), store)


@pytest.fixture
def sqlite_desk(reporting: Settings, tmp_path: Path) -> Iterator[Desk]:
    """A desk for what the database makes no difference to."""
    engine = engine_of(f"sqlite:///{tmp_path / 'people.sqlite'}")
    upgrade(engine)
    yield Desk(reporting.model_copy(update={"people": tmp_path}), engine)
    engine.dispose()


def refused(act: Any, *args: Any, **more: Any) -> tuple[int, str]:
    with pytest.raises(ActRefused) as refusal:
        act(*args, **more)
    return refusal.value.status, refusal.value.message.zh


def test_what_a_unit_owes(sqlite_desk: Desk) -> None:
    view = sqlite_desk.view()
    assert periods(view)[:3] == [date(2026, 10, 31), PERIOD, date(2026, 8, 31)]
    assert period_of(view, "2026-09-30") == PERIOD
    parts = parts_of(view, PERIOD, "CG")
    assert list(parts) == [
        Place("N01", "CG", "990100"), Place("T01", "CG", "990101"), Place("T01", "CG", "990102"), Place("T02", "CG", "990100"),
        Place("T03", "CG", ""),
    ]  # fmt: skip
    assert [part.is_counted for part in parts.values()] == [True, True, True, True, False]
    seen = observations(view.engine, "CG")[Place(*EAST[:1], "CG", EAST[1])]
    assert [one.value for one in before(seen, date(2026, 8, 1))] == [80, 82, 84]
    # Due on the fifteenth of September and never done: it is still asked for.
    assert Place("T03", "CG", "") in parts_of(view, date(2026, 10, 31), "CG")


def test_the_life_of_a_report(desk: Desk, tmp_path: Path) -> None:
    token = "0123456789abcdef" * 2
    (tmp_path / "small" / "uploads" / token).mkdir(parents=True)
    (tmp_path / "small" / "uploads" / token / "佐证.html").write_text("<script>1</script>", encoding="utf-8")
    desk.save(entry(*EAST, value=90, narrative="推进", confidence_code="high", evidence="文号8", upload=token), entry(*WEST))
    assert refused(desk.submit, EAST, WEST) == (422, "尚不能提交：\nT01 河西街道 “完成值”：未填")
    assert {row.state for row in desk.rows().values()} == {"draft"}, "all or none"
    desk.submit(EAST)
    assert refused(desk.save, entry(*EAST, 2, value=91))[0] == 409
    desk.step("return_submission", UNIT_HEAD, EAST, reason="数字待核")
    desk.save(entry(*EAST, desk.rows()[EAST].version, value=91, narrative="已核"))
    desk.submit(EAST)
    desk.confirm(EAST)
    desk.step("return_submission", COMMITTEE, EAST, reason="补佐证")
    desk.save(entry(*EAST, desk.rows()[EAST].version, value=92, evidence="补"))
    desk.submit(EAST)
    desk.confirm(EAST)
    desk.accept(EAST)
    row = desk.rows()[EAST]
    assert (row.state, row.value, row.file_name, row.submitted_by, row.reviewed_by) == ("accepted", 92, "佐证.html", "王敏", "赵强")
    assert [path.name for path in (tmp_path / "small" / "evidence").iterdir()] == [row.file_sha256]
    steps = submissions.steps(desk.store, [row.submission_id])[row.submission_id]
    assert [step.step_code for step in steps] == [
        "draft", "submitted", "returned", "draft", "submitted", "confirmed", "returned", "draft", "submitted", "confirmed", "accepted",
    ]  # fmt: skip
    (job,) = jobs.latest(desk.store, ["load_submissions"])
    assert (job.state, job.requested_by) == ("waiting", "committee")
    lines = [(line.act_code, line.outcome, line.who) for line in audit.latest(desk.store, 2)]
    assert lines == [("accept_submission", "done", "committee"), ("confirm_submission", "done", "unit_head CG")]
    found = pending(desk.store, desk.view().engine)
    assert found.of() == (0, 0, 1)
    assert found.of("T01") == (0, 0, 1)
    assert found.of("T02") == (0, 0, 0)


def test_two_who_decide_at_once_do_not_both(desk: Desk) -> None:
    desk.save(entry(*EAST, value=90))
    desk.submit(EAST)
    desk.confirm(EAST)
    row, said = desk.rows()[EAST], []
    body = {"name": "甲", "entries": [{"id": row.submission_id, "version": row.version}]}

    def decide(act: str, **more: str) -> None:
        try:
            desk.do(act, {**body, **more}, COMMITTEE)
        except ActRefused as refusal:
            said.append(refusal.message.zh)

    acts = [("accept_submission", {}), ("return_submission", {"reason": "再核"})]
    threads = [threading.Thread(target=decide, args=[act], kwargs=more) for act, more in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["已被他人修改或已流转，请刷新后再试，本次没有保存：T01 河东街道"]
    assert desk.rows()[EAST].version == row.version + 1


def test_who_may_do_what(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.save(entry(*EAST, value=90))
    desk.submit(EAST)
    row = desk.rows()[EAST]
    one = {"name": "甲", "entries": [{"id": row.submission_id, "version": row.version}]}
    for profile in (VISITOR, UNIT_HEAD, COMMITTEE):
        assert refused(desk.do, "save_submission", {"period": "2026-09-30", "entries": [entry(*EAST)]}, profile)[0] == 403
    for profile in (VISITOR, UNIT_MEMBER, COMMITTEE):
        assert refused(desk.do, "confirm_submission", one, profile)[0] == 403
    for profile in (VISITOR, UNIT_MEMBER, UNIT_HEAD):
        assert refused(desk.do, "accept_submission", one, profile)[0] == 403
    assert refused(desk.do, "return_submission", {**one, "reason": "x"}, UNIT_MEMBER) == (403, "需要“政法委”或“单位负责人”身份")
    assert refused(desk.do, "confirm_submission", one, UNIT_HEAD, "ZJ") == (403, "其中有其他单位的填报")
    assert refused(desk.do, "confirm_submission", one, UNIT_HEAD, "")[0] == 409
    assert refused(desk.do, "return_submission", one, UNIT_HEAD) == (422, "填写有误：原因（未填）")
    assert refused(desk.do, "return_submission", {**one, "reason": "x"}, COMMITTEE)[0] == 409, "it was not confirmed yet"
    assert refused(desk.do, "accept_submission", one, COMMITTEE)[0] == 409
    assert refused(desk.save, entry("T02", "990101"))[0] == 403
    assert refused(desk.save, entry(*WEST, value=1), unit="ZJ") == (403, "不是本单位承担的任务：T01 990102")
    assert refused(desk.save, entry(*EAST), unit="") == (409, "请先在右上角选择单位")
    assert desk.rows()[EAST].state == "submitted"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"observed_on": "2026-10-01"}, "“截至日期”：应在 2026-09-01 至 2026-09-30 之间"),
        ({"progress_pct": 101}, "“进度（%）”：应为 0 至 100"),
        ({"value": -1}, "“完成值”：不能小于 0"),
        ({"value": 1e13}, "“完成值”：超出范围"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_and_nothing_is_kept(sqlite_desk: Desk, said: dict[str, Any], why: str) -> None:
    status, told = refused(sqlite_desk.save, entry(*WEST, value=80), {**entry(*EAST, value=90), **said})
    assert (status, told) == (422, f"填写有误，没有保存：\nT01 河东街道 {why}")
    assert sqlite_desk.rows() == {}
    with pytest.raises(ActRefused):
        sqlite_desk.save(entry(*EAST, value="nan"))
    assert refused(sqlite_desk.do, "save_submission", {"period": "2020-01-31", "entries": [entry(*EAST)]}) == (409, "没有这个填报期")


def test_what_is_counted_here_is_not_asked_and_cannot_be_overruled(sqlite_desk: Desk) -> None:
    """By hand: three of the four disputes of September, all in the east, were settled."""
    view = sqlite_desk.view()
    part = parts_of(view, PERIOD, "CG")[Place("T02", "CG", "990100")]
    found = computed(view, part, PERIOD)
    assert found is not None
    assert (found.value, found.numerator, found.denominator) == (75.0, 3, 4)
    assert found.said(view) == "系统计算：调解成功率，2026-09-01 至 2026-09-30，3 / 4"
    assert computed(view, part, date(2026, 8, 31)) is None, "nothing to count: then it is asked"
    sqlite_desk.save(entry("T02", "990100", value=100))
    row = sqlite_desk.rows()["T02", "990100"]
    assert (row.value, row.metric_code, row.observed_on) == (75.0, "mediation_success", PERIOD)


PART = Part(
    Place("T", "U", "P"), Text("", ""), "", "target", "%", "up", 70, 98, date(2026, 1, 1), date(2026, 12, 31), 50, 1, "",
    datetime(2026, 10, 10, 23, 59, 59), False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("part", "value", "earlier", "expected"),
    [
        (PART, 86, [80, 82, 84], []),
        (PART, 90.1, [80, 82, 84], ["jump"]),
        (PART, 90, [80, 82, 84], []),
        (PART, 83, [80, 82, 84], ["back"]),
        (PART, 101, [97, 99], ["beyond"]),
        (PART, 84, [84, 84, 84], ["still"]),
        (PART, 98, [98, 98, 98], []),
        (PART, 84, [84, 84], []),
        (PART, 84, [], []),
        (replace(PART, better="down", target_value=10), 85, [80, 82, 84], ["back"]),
        (replace(PART, due_on=date(2026, 9, 15)), 86, [80, 82, 84], ["late"]),
        (replace(PART, kind="negative", measure_unit="件", target_value=None), 1, [0, 0, 0], ["touched"]),
        (replace(PART, kind="negative", measure_unit="件", target_value=None), 0, [0, 0, 0], []),
        (replace(PART, measure_unit="件", target_value=500), 120, [100, 110], []),
    ],
)
def test_what_a_reviewer_is_told(part: Part, value: float, earlier: list[float], expected: list[str]) -> None:
    seen = [Seen(date(2026, month, 28), number, None) for month, number in enumerate(earlier, 3)]
    assert flags_of(part, Seen(PERIOD, value, None), seen, date(2026, 10, 10)) == expected
    assert flags_of(part, Seen(PERIOD, value, None), seen, date(2026, 10, 11)) == [*expected, "overdue"]


class Loading:
    """The loader beside the desk, and what its snapshot says."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings, self.engine = settings, engine
        self.desk = Desk(settings, engine)

    def job(self) -> int:
        """Do the job that an acceptance asked for; how many rows came."""
        job = jobs.latest(self.engine, ["load_submissions"])[0]
        rows: int = load_submissions(self.settings, job, lambda _step: None)["rows"]
        return rows

    def standing(self, target: str, place: str) -> tuple[Any, ...]:
        names = "value, progress_pct, observed_on, source_code"
        where = f"target_code = '{target}' and unit_code = 'CG' and coalesce(division_code, '') = '{place}'"
        (row,) = asked(self.settings, f"select {names} from pilot_standing where {where}")
        return row

    def batches(self) -> int:
        (row,) = asked(self.settings, "select count(*) from load_batches where source_code = 'pilot_submissions'")
        return int(row[0])

    def pending(self) -> tuple[int, int, int]:
        return pending(self.engine, self.desk.view().engine).of()


def test_accepted_reports_are_landed_once_and_stand_where_the_ledger_stands(tmp_path: Path) -> None:
    """Through the real loader: landed, shown, twice the same, killed half-way, undone; a report after its due date counts with its mark."""
    settings = small_city(tmp_path)
    with pytest.raises(FileRefused, match="no reports of units are kept there yet"):
        load(settings, [], polled=["pilot_submissions"])
    assert not (settings.city_people / "people.sqlite").exists(), "a poll makes no store"
    upgrade(engine_of(settings.people_url))
    loading = Loading(settings, engine_of(settings.people_url))
    desk, late = loading.desk, ("T03", "")
    desk.save(entry(*EAST, value=90, narrative="按月推进", confidence_code="medium"), entry(*WEST, value=88), entry(*late, progress_pct=60))
    desk.submit(EAST, WEST, late)
    desk.confirm(EAST, WEST, late)
    desk.accept(EAST, late)
    assert loading.pending() == (0, 1, 2)
    assert loading.job() == 2
    assert loading.standing(*EAST) == (90.0, pytest.approx(100 * 20 / 28), PERIOD, "pilot_submissions")
    assert loading.standing(*late)[1] == 60.0
    names = "narrative, confidence_code, reviewed_by is not null, submitted_by is not null, evidence"
    told = asked(settings, f"select {names} from pilot_observations where source_code = 'pilot_submissions' and value = 90")
    assert told == [("按月推进", "medium", True, True, None)]
    reports = asked(settings, f"select target_code from pilot_reports where is_submitted and period_on = '{PERIOD}' order by 1")
    assert reports == [("T01",), ("T03",)]
    assert loading.pending() == (0, 1, 0)
    assert (loading.job(), loading.batches()) == (0, 1), "the same again brings nothing"
    desk.accept(WEST)
    killed_before_publishing(settings)
    assert (loading.batches(), loading.standing(*WEST)[0]) == (1, 86.0)
    loading.job()
    assert (loading.batches(), loading.standing(*WEST)[0]) == (2, 88.0), "what was landed by a loader that was killed is published"
    # Undone it is no longer counted and waits to be landed again; the next poll brings it back.
    last = [batch for batch in Landing(settings.city_warehouse / "landing").batches() if batch.source_code == "pilot_submissions"][-1]
    batches.undo(settings, last.batch_id, by="me", reason="错批")
    assert (loading.pending()[2], loading.standing(*WEST)[0]) == (1, 86.0)
    loading.job()
    assert (loading.pending()[2], loading.standing(*WEST)[0]) == (0, 88.0)
    mended(loading)
    loading.engine.dispose()


def mended(loading: Loading) -> None:
    """What was accepted is mended by a report that goes the whole way again; until then the accepted one stands."""
    desk = loading.desk
    desk.save(entry(*EAST, desk.rows()[EAST].version, value=91))
    assert (loading.job(), loading.standing(*EAST)[0]) == (0, 90.0)
    desk.submit(EAST)
    desk.confirm(EAST)
    desk.accept(EAST)
    loading.job()
    assert loading.standing(*EAST)[0] == 91.0
    with loading.engine.begin() as connection:
        connection.execute(text("drop table submission_steps"))
    with pytest.raises(FileRefused, match="no reports of units are kept there yet"):
        loading.job()


def killed_before_publishing(settings: Settings) -> None:
    """A loader that dies as if by kill -9 once its batch is landed."""
    program = (
        "import os\nfrom dashboard.settings import Settings\nfrom etl import snapshot\nfrom etl.load import load\n"
        "snapshot.settle = lambda *_: os._exit(9)\nload(Settings(), [], polled=['pilot_submissions'])\n"
    )
    places = {"CITY": settings.city, "CITIES": settings.cities, "WAREHOUSE": settings.warehouse, "PEOPLE": settings.people}
    environment = os.environ | {name: str(path) for name, path in places.items()}
    done = subprocess.run([sys.executable, "-c", program], env=environment, cwd=Path(__file__).parents[2], timeout=120, check=False)
    assert done.returncode == 9


def test_a_returned_report_waits_to_be_changed_and_a_writer_is_told_what_to_check(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    first = desk.do("save_submission", {"period": "2026-09-30", "name": "李娜", "entries": [entry(*EAST, value=101)]})
    assert first.message.zh == "已保存草稿 1 条\n请核对：T01 河东街道 变动超过平常的 3 倍、超过 100%"
    steps = submissions.steps(desk.store, [desk.rows()[EAST].submission_id])
    assert [step.person for lines in steps.values() for step in lines] == ["李娜"]
    desk.submit(EAST)
    desk.step("return_submission", UNIT_HEAD, EAST, reason="数字待核")
    assert desk.save(entry(*WEST, value=88)).message.zh == "已保存草稿 1 条"
    assert refused(desk.submit, EAST, WEST) == (409, "退回后尚未修改，不能提交：T01 河东街道")
    assert desk.submit(WEST).message.zh == "已提交 1 条"
    assert (desk.rows()[EAST].state, desk.rows()[WEST].state) == ("returned", "submitted")
