"""Reports from draft to archive: what is kept, edits, checks, two hands, numbers, files, and the same content again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from dashboard import jobs
from dashboard.acts import Acting, ActRefused, Outcome, perform
from dashboard.issuing.content import content_hash, report_from, report_json
from dashboard.issuing.drafting import draft_of, generated, read
from dashboard.issuing.edited import Edit, edited, states
from dashboard.issuing.making import Workshop, run_job
from dashboard.profiles import COMMITTEE, REPORT_CLERK, Profile
from dashboard.reports.model import Report
from dashboard.reports.monthly import report_of
from dashboard.reports.spans import span_holding
from dashboard.settings import Settings
from dashboard.store import engine_of, reports, upgrade
from dashboard.store.report_tables import ReportIssue
from dashboard.view import View

OCTOBER = span_holding("month", date(2026, 10, 1))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'people.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    engine = engine_of(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date store in a file."""
    engine = engine_of(f"sqlite:///{tmp_path / 'people.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


class Desk:
    """Clerk and committee at work on reports, and the worker that does what they ask."""

    def __init__(self, view: View, store: Engine, settings: Settings) -> None:
        self.view, self.store, self.settings = view, store, settings
        self.told: list[str] = []
        self.committee = COMMITTEE

    def do(self, act: str, body: dict[str, Any], profile: Profile = REPORT_CLERK) -> Outcome:
        settings = self.settings
        folders = (settings.uploads, settings.evidence, settings.reports)
        acting = Acting(profile, "127.0.0.1", replace(self.view, profile=profile), self.store, "", *folders)
        return perform(act, body, acting)

    def work(self) -> jobs.Job:
        """Do the oldest job of reports; how it ended."""
        job = jobs.claim(self.store, ["make_report"], datetime(2026, 11, 23, 9))
        assert job is not None
        run_job(Workshop(self.settings, self.view, self.store, self.told.append), job)
        done = jobs.job(self.store, job.job_id)
        assert done is not None
        return done

    def drafted(self, **more: Any) -> int:
        self.do("draft_report", {"kind": "month", "on": "2026-10-15", "name": "王敏", **more})
        job = self.work()
        assert job.state == "done", job.error
        return int(job.result["issue_id"])

    def issue(self, number: int) -> ReportIssue:
        found = reports.issue(self.store, number)
        assert found is not None
        return found

    def step(self, act: str, number: int, profile: Profile = REPORT_CLERK, **more: Any) -> Outcome:
        name = {"name": "赵强" if profile is COMMITTEE else "王敏"}
        return self.do(act, {"issue_id": number, "version": self.issue(number).version, **name, **more}, profile)

    def issued(self, number: int, formats: tuple[str, ...] = ("txt", "json")) -> jobs.Job:
        self.step("submit_report", number)
        self.step("review_report", number, COMMITTEE)
        self.step("issue_report", number, formats=formats)
        return self.work()

    def text(self, number: int, key: str) -> str:
        draft = draft_of(self.store, self.issue(number))
        assert draft is not None
        return next(part.text for part in draft.report.paragraphs if part.key == key)


@pytest.fixture
def desk(demo_view: View, demo: Settings, book: Engine, tmp_path: Path) -> Desk:
    return Desk(demo_view, book, demo.model_copy(update={"people": tmp_path}))


@pytest.fixture(scope="module")
def october(demo_view: View) -> Report:
    return report_of(demo_view, OCTOBER)


def refused(act: Any, *args: Any, **more: Any) -> tuple[int, str]:
    with pytest.raises(ActRefused) as refusal:
        act(*args, **more)
    return refusal.value.status, refusal.value.message.zh


def test_a_report_is_kept_value_for_value(october: Report) -> None:
    again = report_from(report_json(october))
    assert again == october
    assert [type(cell) for table in again.tables for row in table.rows for cell in row] == [
        type(cell) if type(cell) in (str, int, float, type(None)) else type(other)
        for table, same in zip(october.tables, again.tables, strict=True)
        for row, others in zip(table.rows, same.rows, strict=True)
        for cell, other in zip(row, others, strict=True)
    ]
    assert content_hash(again) == content_hash(october)
    assert content_hash(replace(october, number="x", made_on=date(2027, 1, 1))) == content_hash(october)
    assert content_hash(replace(october, office="政法委")) != content_hash(october)


def test_edits_keep_keys_and_numbers(october: Report) -> None:
    first = october.paragraphs[0]
    number = next(run for run in first.runs if run.said)
    text = f"据统计，{first.text}同比情况见附件。"
    made = edited(
        october, [Edit(first.key, text, "", first.text), Edit("extra.1", "补充说明。", first.key), Edit("gone", "无处可放", "", "旧文")]
    )
    one, two = made.paragraphs[:2]
    assert (one.key, one.text, two.key, two.text) == (first.key, text, "extra.1", "补充说明。")
    assert [run for run in one.runs if run.said] == [run for run in first.runs if run.said]
    assert number in one.runs
    left = edited(october, [Edit(first.key, "", "", first.text)])
    assert first.key not in {part.key for part in left.paragraphs}
    told = states(october, [Edit(first.key, text, "", first.text), Edit(first.key, text, "", "旧文"), Edit("gone", "x")])
    assert [one.state for one in told] == ["applied", "changed", "gone"]


def test_the_life_of_a_report(demo_view: View, demo: Settings, store: Engine, tmp_path: Path) -> None:
    desk = Desk(demo_view, store, demo.model_copy(update={"people": tmp_path}))
    number = desk.drafted(office="市委政法委")
    draft = desk.issue(number)
    assert (draft.state, draft.version, draft.supersedes, draft.number) == ("drafted", 2, None, None)
    key = "people.problems"
    desk.step("edit_paragraph", number, key=key, text="一是超期件较多。")
    assert desk.text(number, key) == "一是超期件较多。"
    assert refused(desk.do, "edit_paragraph", {"issue_id": number, "version": 2, "key": key, "text": "别的"})[0] == 409
    desk.step("submit_report", number)
    assert refused(desk.step, "edit_paragraph", number, key=key, text="再改")[0] == 409
    desk.step("return_report", number, COMMITTEE, reason="请补充下步工作")
    assert (desk.issue(number).state, desk.issue(number).reason) == ("drafted", "请补充下步工作")
    desk.step("add_paragraph", number, key=key, text="二是满意度偏低。")
    desk.step("submit_report", number)
    assert (
        refused(desk.do, "review_report", {"issue_id": number, "version": desk.issue(number).version, "name": "王敏"}, COMMITTEE)[0] == 403
    )
    desk.step("review_report", number, COMMITTEE)
    reviewed = desk.issue(number)
    desk.step("issue_report", number, formats=["txt", "json"])
    assert desk.work().result["number"] == "2026年第10期（总第10期）"
    done = desk.issue(number)
    assert (done.state, done.year, done.number, done.number_in_all, done.correction) == ("issued", 2026, 10, 10, 0)
    assert done.content_hash == reviewed.content_hash, "what was reviewed is what was issued"
    files = reports.files(store, number)
    assert [(file.format, file.is_issued) for file in files] == [("txt", True), ("json", True)]
    text = (desk.settings.reports / files[0].sha256).read_text(encoding="utf-8")
    assert "一是超期件较多。" in text
    assert "二是满意度偏低。" in text
    assert "2026年第10期（总第10期）" in text
    said = read(store, done)
    assert said is not None
    made, _ = generated(demo_view, done)
    held = reports.content(store, number)
    assert held is not None
    assert made == report_from(held.generated), "the same snapshot says the same"
    stated = {(one.metric, one.what, one.by): one.value for one in reports.numbers(store, number) if not one.code}
    first = next(run.said for part in said.paragraphs for run in part.runs if run.said)
    assert stated[first.metric, first.what, first.by] == first.value
    assert [step.step_code for step in reports.steps(store, number)] == [
        "drafted", "generated", "edited", "submitted", "drafted", "edited", "submitted", "reviewed", "issued",
    ]  # fmt: skip
    pins = jobs.latest(store, ["pin"])
    assert [json.loads(json.dumps(job.arguments)) for job in pins] == [{"snapshot": done.snapshot_name, "holder": f"report-{number}"}]


def test_a_correction_keeps_the_number(desk: Desk) -> None:
    first = desk.drafted()
    assert refused(desk.do, "draft_report", {"kind": "month", "on": "2026-10-01"})[0] == 409
    desk.issued(first)
    second = desk.drafted()
    assert desk.issue(second).supersedes == first
    assert desk.issued(second).result["number"] == "2026年第10期（总第10期）（第1次更正）"
    found = reports.superseded_by(desk.store, first)
    assert found is not None
    assert found.issue_id == second
