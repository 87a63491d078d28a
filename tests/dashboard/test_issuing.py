"""Reports from draft to archive: what is kept, edits, checks, two hands, numbers, files, and the same content again."""

from __future__ import annotations

import errno
import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from sqlalchemy import Engine, update

from dashboard import jobs
from dashboard.acts import Acting, ActRefused, Outcome, perform
from dashboard.issuing import KINDS
from dashboard.issuing.archive import verify
from dashboard.issuing.content import content_hash, report_from, report_json
from dashboard.issuing.drafting import draft_of, generated, read
from dashboard.issuing.edited import Edit, edited, states
from dashboard.issuing.making import Workshop, run_job
from dashboard.issuing.numbering import next_number
from dashboard.profiles import COMMITTEE, REPORT_CLERK, Profile
from dashboard.reports.model import Report
from dashboard.reports.monthly import report_of
from dashboard.reports.spans import span_holding
from dashboard.settings import Settings
from dashboard.store import engine_of, report_files, reports, upgrade
from dashboard.store.report_files import Finished, Numbered
from dashboard.store.report_tables import ReportContent, ReportEdit, ReportIssue
from dashboard.view import View

BY = reports.By("report_clerk", datetime(2026, 11, 1, 9), "王敏")
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
        job = jobs.claim(self.store, KINDS, datetime(2026, 11, 23, 9))
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


def sent(desk: Desk, data: bytes, name: str = "成稿.docx") -> str:
    """A file as a browser sent it; its token."""
    token = secrets.token_hex(16)
    (desk.settings.uploads / token).mkdir(parents=True)
    (desk.settings.uploads / token / name).write_bytes(data)
    return token


def word_of(desk: Desk, number: int) -> bytes:
    desk.do("make_files", {"issue_id": number, "formats": ["docx"]})
    assert desk.work().state == "done"
    (file,) = [one for one in reports.files(desk.store, number) if not one.is_uploaded]
    return (desk.settings.reports / file.sha256).read_bytes()


def test_a_finished_word_file_is_issued_and_its_changes_return(desk: Desk) -> None:
    number = desk.drafted(kind="month", product="disputes", wish={"divisions": ["150302"]})
    data = word_of(desk, number)
    assert "草稿" in "".join(part.text for part in docx.Document(io.BytesIO(data)).sections[0].header.paragraphs)
    document = docx.Document(io.BytesIO(data))
    # The request to people stands in a field of its own.
    request = next(part for part in document.element.body.iter(qn("w:t")) if "由起草单位填写" in part.text)
    request.text = "一是调解员不足。"
    document.tables[0].cell(1, 1).paragraphs[0].runs[0].text = "999999"
    made = io.BytesIO()
    document.save(made)
    desk.step("submit_report", number)
    assert refused(desk.step, "upload_report", number, upload=sent(desk, b"PK", "x.docx"))[0] == 422
    assert refused(desk.step, "upload_report", number, upload=sent(desk, data, "x.pdf"))[0] == 422
    said = desk.step("upload_report", number, upload=sent(desk, made.getvalue())).message.zh
    assert "取回 1 段修改" in said
    assert (desk.issue(number).state, desk.text(number, "people.problems")) == ("drafted", "一是调解员不足。")
    assert refused(desk.step, "submit_report", number)[0] == 409, "a number of a table was changed"
    draft = draft_of(desk.store, desk.issue(number))
    assert draft is not None
    stopping = [one for one in draft.found if one.is_stopping]
    assert any("999999" in one.finding.found.zh and one.finding.where.zh.startswith("上传的文件") for one in stopping)
    for one in stopping:
        desk.step("waive_finding", number, finding=one.key, reason="以现场核查为准")
    assert desk.issued(number, ("docx", "txt")).result["number"].startswith("海勃湾区2026年第10期")
    files = {file.format: file for file in reports.files(desk.store, number)}
    assert (files["docx"].is_uploaded, files["txt"].is_uploaded) == (True, False)
    issued = docx.Document(desk.settings.reports / files["docx"].sha256)
    assert "草稿" not in "".join(part.text for part in issued.sections[0].header.paragraphs)
    assert any("一是调解员不足。" in (part.text or "") for part in issued.element.body.iter(qn("w:t")))
    assert "以现场核查为准" in (desk.settings.reports / files["txt"].sha256).read_text(encoding="utf-8"), "the reason is printed"
    assert verify(desk.view, desk.store, desk.issue(number), desk.settings.reports).is_whole


def test_edits_survive_newer_data_and_say_that_they_are_old(desk: Desk) -> None:
    number = desk.drafted()
    draft = draft_of(desk.store, desk.issue(number))
    assert draft is not None
    first = draft.generated.paragraphs[0]
    desk.step("edit_paragraph", number, key=first.key, text="改写的第一段。")
    # As newer data would have it: the paragraph says something else.
    older = replace(first, runs=(replace(first.runs[0], text="旧数据。", said=None),))
    blocks = tuple(older if block == first else block for block in draft.generated.blocks)
    with desk.store.begin() as connection:
        connection.execute(update(ReportContent).values(generated=report_json(replace(draft.generated, blocks=blocks))))
        connection.execute(update(ReportEdit).values(generated="旧数据。"))
    desk.step("renew_draft", number)
    assert desk.work().state == "done"
    now = draft_of(desk.store, desk.issue(number))
    assert now is not None
    (state,) = now.edits
    assert (state.state, state.generated_now, desk.text(number, first.key)) == ("changed", first.text, "改写的第一段。")
    desk.step("keep_edit", number, key=first.key)
    kept = draft_of(desk.store, desk.issue(number))
    assert kept is not None
    assert [one.state for one in kept.edits] == ["applied"]
    desk.step("restore_paragraph", number, key=first.key)
    assert desk.text(number, first.key) == first.text


def test_two_that_issue_at_once_get_two_numbers(demo_view: View, store: Engine) -> None:
    ids = []
    for day in (1, 2):
        new = reports.NewIssue(
            "whole", "special", date(2026, 10, day), date(2026, 10, 9), "{}", "{}", "zh", "", "专报", "whole:special:zh", str(day), "s",
            datetime(2026, 11, 1),
        )  # fmt: skip
        ids.append(reports.begin(store, new, BY))
    with pytest.raises(reports.Taken):
        reports.begin(store, new, BY)
    for number in ids:
        assert reports.take(store, number, 1, reports.SUBMITTED, BY)
        assert reports.take(store, number, 2, reports.REVIEWED, BY)
        assert not reports.take(store, number, 2, reports.REVIEWED, BY), "a stale version takes no step"
    both = [reports.issue(store, number) for number in ids]
    given = [next_number(store, one) for one in both if one is not None]
    assert given[0] == given[1] == Numbered(2026, 1, 1)
    done = [report_files.finish(store, one, 3, Finished(given[0], "h", "{}", (), ()), BY) for one in ids]
    assert done == [True, False], "the second has to ask for its number again"
    again = reports.issue(store, ids[1])
    assert again is not None
    assert report_files.finish(store, ids[1], 3, Finished(next_number(store, again), "h", "{}", (), ()), BY)
    assert next_number(store, again).number == 3


def test_what_cannot_be_drafted_is_told(desk: Desk) -> None:
    assert refused(desk.do, "draft_report", {"kind": "month", "on": "2031-01-01"}) == (422, "所选时段尚未开始")
    assert "没有数据" in refused(desk.do, "draft_report", {"kind": "month", "on": "1999-01-01"})[1]
    assert refused(desk.do, "draft_report", {"kind": "special", "on": "2026-10-09", "until": "2026-10-01"})[0] == 422
    assert refused(desk.do, "draft_report", {"kind": "month", "on": "2026-10-01", "product": "novel"})[0] == 422
    number = int(desk.do("draft_report", {"kind": "month", "on": "2026-10-01"}).link.rpartition("=")[2])
    assert refused(desk.step, "edit_paragraph", number, key="digest.1", text="x") == (409, "草稿尚未生成")
    assert refused(desk.step, "submit_report", number)[0] == 409, "it is being made"
    desk.work()
    assert refused(desk.step, "edit_paragraph", number, key="no such", text="x")[0] == 404
    assert refused(desk.step, "edit_paragraph", number, key="digest.1", text="字" * 2001)[0] == 422
    desk.step("edit_paragraph", number, key="digest.1", text="<script>alert(1)</script>\x00😀" + "字" * 1900)
    assert "<script>" in desk.text(number, "digest.1")
    assert "\x00" not in desk.text(number, "digest.1")
    assert refused(desk.step, "issue_report", number, formats=["txt"])[0] == 409, "it was not reviewed"
    assert refused(desk.do, "make_files", {"issue_id": number, "formats": ["odt"]})[0] == 422
    desk.step("discard_report", number, reason="重复")
    assert refused(desk.step, "edit_paragraph", number, key="digest.1", text="x") == (409, "报告已作废")
    assert [job.kind for job in jobs.latest(desk.store, ["pin", "unpin"])] == ["unpin", "pin"]


def test_a_snapshot_that_is_gone_is_told_and_the_archive_stays(desk: Desk) -> None:
    number = desk.drafted()
    assert desk.issued(number).state == "done"
    with desk.store.begin() as connection:
        connection.execute(update(ReportIssue).values(snapshot_name="000999-20200101T000000"))
    found = verify(desk.view, desk.store, desk.issue(number), desk.settings.reports)
    assert found.is_same is None
    assert "已不在" in found.said[0].zh
    said = read(desk.store, desk.issue(number))
    assert said is not None
    assert said.number == "2026年第10期（总第10期）"
    (desk.settings.reports / reports.files(desk.store, number)[0].sha256).write_bytes(b"x")
    assert "已被改动" in verify(desk.view, desk.store, desk.issue(number), desk.settings.reports).said[1].zh


def test_a_full_disk_leaves_a_report_reviewed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.drafted()

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    job = desk.issued(number)
    assert (job.state, desk.issue(number).state, reports.files(desk.store, number)) == ("failed", "reviewed", [])
    assert "磁盘空间不足" in (job.error or "")
    assert list(desk.settings.reports.iterdir()) == [], "nothing half written is left"
