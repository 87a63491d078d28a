"""What the worker of reports does for a job: write a draft, draw its pages, make its files, issue it; each step is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.issuing import asking
from dashboard.issuing.checked import body_hash
from dashboard.issuing.content import report_json
from dashboard.issuing.drafting import Draft, draft_of, generate, provisional, read, span_of, view_then
from dashboard.issuing.files import keep, kept
from dashboard.issuing.finished_word import as_issued
from dashboard.issuing.numbering import next_number, number_words, scope_before
from dashboard.issuing.pictures_kept import PicturesKept
from dashboard.issuing.previews import keep_pages
from dashboard.issuing.stated import stated
from dashboard.profiles import PROFILES
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Report
from dashboard.reports.pdf import NoFace, pages
from dashboard.reports.plates import Draws, Plate, Printable
from dashboard.reports.subjects import NoSubject
from dashboard.reports.written import NotWritten, file_name
from dashboard.settings import Settings
from dashboard.store import report_files as shelf
from dashboard.store import reports as book
from dashboard.store.report_files import Finished, NewFile, Numbered
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import By
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot

Progress = Callable[[str], None]
WRITING, DRAWING, RENDERING = (
    Text("计算并撰写", "Working out the numbers"),
    Text("绘制图表 {n}/{m}", "Drawing charts {n}/{m}"),
    Text("生成 {form}", "Making {form}"),
)
KEEPING, PAGES = Text("归档", "Filing"), Text("绘制预览页", "Drawing the pages")
GONE = Text("报告不存在，或已不是可以处理的状态", "The report is gone, or no longer in a state to be worked on")
MEANWHILE = Text("其间报告有变动，没有签发；请刷新后再试", "The report was changed meanwhile and not issued: load the page and try again")
SNAPSHOT_GONE = Text("报告所依据的数据快照已不在：{name}", "The snapshot the report rests on is gone: {name}")
NOT_DRAWN = Text("{n} 幅图表未能绘制，以数据表代替：{why}", "{n} charts could not be drawn and stand as tables: {why}")
DRAFT_MARK, WATERMARK = Text("草稿", "draft"), Text("草稿　{who}　{time:%Y-%m-%d %H:%M}", "Draft  {who}  {time:%Y-%m-%d %H:%M}")
STOPPED = Text("有 {n} 处不一致未处理，没有签发", "{n} findings stop the report; it was not issued")
UPLOAD_GONE = Text("上传的 Word 文件已不在，请重新上传", "The Word file that was sent is gone: send it again")
UPLOAD_OLD = Text("上传的 Word 文件之后又有修改，请重新上传", "The report was changed after its Word file was sent: send it again")


class NotMade(Exception):  # noqa: N818 a state, not a fault of the program
    """A job could not be done; `why` says so in both languages."""

    def __init__(self, why: Text, **values: object) -> None:
        self.why = Text(why.zh.format(**values), why.en.format(**values))
        super().__init__(self.why.en)


@dataclass(frozen=True)
class Workshop:
    """What a job is done with. `draws` is who draws charts; without one, files hold tables in their place."""

    settings: Settings
    view: View
    store: Engine
    progress: Progress
    draws: Draws | None = None
    kept: PicturesKept = field(default_factory=PicturesKept)
    # Whether a draft's pages are drawn as soon as it is written.
    draws_pages: bool = False

    @property
    def folder(self) -> Path:
        return self.settings.reports

    def tell(self, text: Text, language: str, **values: object) -> None:
        self.progress(text.in_(language).format(**values))


def do(shop: Workshop, job: jobs.Job) -> dict[str, Any]:
    """Do one job. Raises NotMade, NotWritten."""
    asked = job.arguments
    issue = book.issue(shop.store, asked["issue_id"])
    if issue is None:
        raise NotMade(GONE)
    by = By(asked["by"], shop.view.now.replace(microsecond=0), asked.get("person", ""))
    try:
        return DO[asked["do"]](shop, issue, job, by)
    except (NoSubject, NoFace) as error:
        raise NotMade(error.why) from error
    except NoSnapshot as error:
        raise NotMade(SNAPSHOT_GONE, name=asked.get("snapshot") or issue.snapshot_name) from error


def write_draft(shop: Workshop, issue: ReportIssue, job: jobs.Job, by: By) -> dict[str, Any]:
    language = job.arguments["language"]
    shop.tell(WRITING, language)
    old = issue.snapshot_name
    view = replace(shop.view, snapshot=job.arguments["snapshot"])
    if not generate(view, shop.store, issue, by):
        raise NotMade(GONE)
    if old != view.snapshot:
        asking.let_go(shop.view, shop.store, issue.issue_id, old)
    if shop.draws_pages:
        view = replace(shop.view, language=language)
        asking.ask(view, shop.store, issue.issue_id, asking.PREVIEW, by=by.by, person=by.person)
    return {"issue_id": issue.issue_id}


def draw_pages(shop: Workshop, issue: ReportIssue, job: jobs.Job, _by: By) -> dict[str, Any]:
    """Pictures of the pages as a reader will see them."""
    language, report = job.arguments["language"], read(shop.store, issue)
    if report is None:
        raise NotMade(GONE)
    plates = drawn_for(shop, issue, report, language)
    shop.tell(PAGES, language)
    drawn = pages(Printable(report, tuple(plates), is_draft=issue.state != book.ISSUED))
    # What it reads by now may be something else: its pages are drawn when they are asked for.
    return {"issue_id": issue.issue_id, "pages": keep_pages(shop.settings.previews, issue, drawn)}


def make_files(shop: Workshop, issue: ReportIssue, job: jobs.Job, by: By) -> dict[str, Any]:
    draft = _draft(shop, issue)
    who = PROFILES[by.by].label.in_(issue.language) if by.by in PROFILES else by.by
    mark = WATERMARK.in_(issue.language).format(who=who, time=by.at)
    report = replace(draft.report, number=provisional(shop.store, issue))
    files = files_of(shop, issue, report, draft.standing.content_hash, job.arguments, watermark=mark, is_draft=True)
    shop.tell(KEEPING, job.arguments["language"])
    numbers = shelf.keep_files(shop.store, issue.issue_id, files, by)
    return {"issue_id": issue.issue_id, "files": numbers}


def issue_report(shop: Workshop, issue: ReportIssue, job: jobs.Job, by: By) -> dict[str, Any]:
    """Everything is made before anything is written in the books: a crash leaves the report reviewed, and its number free."""
    asked, draft = job.arguments, _draft(shop, issue)
    if issue.state != book.REVIEWED or issue.version != asked["version"]:
        raise NotMade(MEANWHILE)
    if draft.standing.blocking_count:
        raise NotMade(STOPPED, n=draft.standing.blocking_count)
    numbered = next_number(shop.store, issue)
    numbered = replace(
        numbered, number=asked.get("number") or numbered.number, number_in_all=asked.get("number_in_all") or numbered.number_in_all
    )
    report = issued_report(draft, numbered, by)
    content_hash = draft.standing.content_hash
    sent = uploads(shop.store, issue)
    if any(file.content_hash != body_hash(draft.report) for file in sent):
        raise NotMade(UPLOAD_OLD)
    asked = asked | {"formats": [form for form in asked["formats"] if form not in {file.format for file in sent}]}
    before = replace(draft.report, number=provisional(shop.store, issue))
    files = [*files_of(shop, issue, report, content_hash, asked), *(finished(shop, file, before, report) for file in sent)]
    shop.tell(KEEPING, asked["language"])
    made = Finished(numbered, content_hash, report_json(report), files, stated(report))
    if not shelf.finish(shop.store, issue.issue_id, issue.version, made, by):
        raise NotMade(MEANWHILE)
    return {"issue_id": issue.issue_id, "number": report.number}


def issued_report(draft: Draft, numbered: Numbered, by: By) -> Report:
    """What is printed once a report has its number and its day."""
    language = draft.issue.language
    before = scope_before(draft.generated.number, span_of(draft.issue), language)
    return replace(draft.report, number=number_words(numbered, language, before), made_on=by.at.date())


def finished(shop: Workshop, sent: NewFile, before: Report, report: Report) -> NewFile:
    """A file that a person finished, as it is issued. Raises NotMade, NotWritten."""
    path = kept(shop.folder, sent.sha256)
    if path is None:
        raise NotMade(UPLOAD_GONE)
    data = as_issued(path.read_bytes(), before, report)
    city = shop.view.city.label_en if report.language == "en" else shop.view.city.label
    name = file_name(report.title, city, report.period.name, sent.format)
    return keep(shop.folder, data, sent.format, name, sent.content_hash, sent.note, is_uploaded=True)


def uploads(store: Engine, issue: ReportIssue) -> list[NewFile]:
    """Finished files that people sent for a report that is not issued yet."""
    return [
        NewFile(file.format, file.name, file.sha256, file.size, file.content_hash, file.note, is_uploaded=True)
        for file in book.files(store, issue.issue_id)
        if file.is_uploaded and not file.is_issued
    ]


def files_of(
    shop: Workshop,
    issue: ReportIssue,
    report: Report,
    content_hash: str,
    asked: dict[str, Any],
    *,
    watermark: str = "",
    is_draft: bool = False,
) -> list[NewFile]:
    """The files of a report in some formats, kept in its folder. Raises NotWritten, NoSnapshot."""
    formats, language = asking.known(asked["formats"]), asked["language"]
    drawn = drawn_for(shop, issue, report, language) if any(FORMATS[form].has_pictures for form in formats) else ()
    missing = [plate for plate in drawn if plate.png is None]
    note = NOT_DRAWN.in_(issue.language).format(n=len(missing), why=missing[0].why.in_(issue.language)) if missing else ""
    city = shop.view.city.label_en if issue.language == "en" else shop.view.city.label
    made = []
    for form in formats:
        shop.tell(RENDERING, language, form=form)
        data = FORMATS[form].render(Printable(report, tuple(drawn), watermark, is_draft))
        mark = DRAFT_MARK.in_(issue.language) if is_draft else ""
        name = file_name(report.title, city, report.period.name, form, mark)
        made.append(keep(shop.folder, data, form, name, content_hash, note if FORMATS[form].has_pictures else ""))
    return made


def drawn_for(shop: Workshop, issue: ReportIssue, report: Report, language: str) -> Sequence[Plate]:
    """The pictures of a report, each told as it is drawn."""
    found, count = [], len(report.figures)
    shop.tell(DRAWING, language, n=0, m=count)
    for plate in shop.kept.plates(view_then(shop.view, issue), report, shop.draws):
        found.append(plate)
        shop.tell(DRAWING, language, n=len(found), m=count)
    return found


def _draft(shop: Workshop, issue: ReportIssue) -> Draft:
    draft = draft_of(shop.store, issue)
    if draft is None:
        raise NotMade(GONE)
    return draft


DO: dict[str, Callable[[Workshop, ReportIssue, jobs.Job, By], dict[str, Any]]] = {
    asking.DRAFT: write_draft, asking.PREVIEW: draw_pages, asking.FILES: make_files, asking.ISSUE: issue_report,
}  # fmt: skip


def run_job(shop: Workshop, job: jobs.Job) -> None:
    """Do one job and write down how it ended; what people can mend is told in words of theirs, anything else is raised."""
    now = shop.view.now.replace(microsecond=0)
    try:
        result = do(shop, job)
    except (NotMade, NotWritten) as error:
        jobs.finish(shop.store, job.job_id, now, state=jobs.FAILED, error=error.why.in_(job.arguments.get("language", "zh")))
        return
    jobs.finish(shop.store, job.job_id, shop.view.now.replace(microsecond=0), result=result)
