"""What clerks and the committee do with reports: draft, edit, waive, submit, review, return, issue, discard."""

from __future__ import annotations

from typing import Any

from dashboard import jobs
from dashboard.acts.base import NOTHING, Act, Acting, ActRefused, Outcome
from dashboard.acts.report_forms import DraftForm, FilesForm, IssueForm, JobForm, NamedForm, OfIssue, ReasonForm, ReturnForm
from dashboard.acts.report_parts import ask_of, by_of, issue_in, made_draft, must, must_be_idle, must_not_stop
from dashboard.acts.report_refusals import EARLIER, HANDS, NO_FORMAT, NO_KIND, NUMBER_TAKEN, TAKEN, filled
from dashboard.filters import Filters
from dashboard.issuing import KINDS, asking, drafting
from dashboard.issuing.asking import DRAFT, FILES, ISSUE, PREVIEW, hold, let_go
from dashboard.issuing.drafting import Asked
from dashboard.issuing.numbering import next_number
from dashboard.issuing.products import PRODUCTS
from dashboard.profiles import COMMITTEE, REPORT_CLERK
from dashboard.reports.reach import no_data
from dashboard.reports.spans import Span, span_holding
from dashboard.reports.subjects import NoSubject
from dashboard.store import reports as book
from dashboard.store.report_files import forget_drafts
from dashboard.texts import Text

PAGE = "/reports"


def draft_report(acting: Acting, form: DraftForm) -> Outcome:
    product = PRODUCTS.get(form.product)
    if product is None or form.kind not in product.kinds or not product.is_had(acting.view.city.has):
        raise ActRefused(422, NO_KIND)
    if form.kind == "special":
        if form.until is None or form.until < form.on:
            raise ActRefused(422, NO_KIND)
        span = Span("special", form.on, form.until)
    else:
        span = span_holding(form.kind, form.on)  # type: ignore[arg-type]
    if span.since > acting.view.today:
        raise ActRefused(422, Text("所选时段尚未开始", "The days chosen lie in the future"))
    if (lack := no_data(acting.view, span, product.speaks_of)) is not None:
        raise ActRefused(422, lack)
    asked = Asked(span, Filters.from_json(form.wish), form.language, form.product, form.office, form.issuer)
    try:
        issue_id = drafting.begin(acting.view, acting.store, asked, by_of(acting, form.name))
    except NoSubject as missing:
        raise ActRefused(422, missing.why) from None
    except book.Taken as taken:
        raise ActRefused(409, filled(TAKEN, link=f"{PAGE}?issue={taken.issue_id}")) from None
    hold(acting.view, acting.store, issue_id, acting.view.snapshot)
    job = ask_of(acting, issue_id, DRAFT, form.name, snapshot=acting.view.snapshot)
    return Outcome(Text("正在生成草稿", "The draft is being made"), job, f"{PAGE}?issue={issue_id}", f"report {issue_id}")


def renew_draft(acting: Acting, form: OfIssue) -> Outcome:
    """Write a draft anew on the snapshot that is served now; what people wrote stays."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    must_be_idle(acting, issue)
    hold(acting.view, acting.store, issue.issue_id, acting.view.snapshot)
    job = ask_of(acting, issue.issue_id, DRAFT, form.name, snapshot=acting.view.snapshot)
    return Outcome(Text("正在按最新数据重新生成", "Being made again on the newest data"), job)


def submit_report(acting: Acting, form: NamedForm) -> Outcome:
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    must_be_idle(acting, issue)
    must_not_stop(made_draft(acting, issue))
    must(done=book.take(acting.store, issue.issue_id, form.version, book.SUBMITTED, by_of(acting, form.name)))
    return Outcome(Text("已送审", "Submitted for review"))


def review_report(acting: Acting, form: NamedForm) -> Outcome:
    """Who drafted, edited or submitted a report does not review it."""
    issue = issue_in(acting, form.issue_id, form.version, book.SUBMITTED)
    hands = [(step.done_by, step.person) for step in book.steps(acting.store, issue.issue_id) if book.is_of_drafting(step)]
    if any(by == acting.by or person == form.name for by, person in hands):
        raise ActRefused(403, HANDS)
    must_not_stop(made_draft(acting, issue))
    must(done=book.take(acting.store, issue.issue_id, form.version, book.REVIEWED, by_of(acting, form.name)))
    return Outcome(Text("已审核，可以签发", "Reviewed: it may be issued"))


def return_report(acting: Acting, form: ReturnForm) -> Outcome:
    issue = issue_in(acting, form.issue_id, form.version, book.SUBMITTED, book.REVIEWED)
    must_be_idle(acting, issue)
    must(done=book.take(acting.store, issue.issue_id, form.version, book.DRAFTED, by_of(acting, form.name), form.reason))
    return Outcome(Text("已退回", "Returned"))


def issue_report(acting: Acting, form: IssueForm) -> Outcome:
    """Ask that a reviewed report is issued: the worker makes its files, then it gets its number, all at once."""
    issue = issue_in(acting, form.issue_id, form.version, book.REVIEWED)
    must_be_idle(acting, issue)
    must_not_stop(made_draft(acting, issue))
    formats = _formats(form.formats)
    if form.number or form.number_in_all:
        last = next_number(acting.store, issue)
        held, in_all = book.in_series(acting.store, issue.series, last.year)
        if issue.supersedes or (form.number or last.number) <= held or (form.number_in_all or last.number_in_all) <= in_all:
            raise ActRefused(409, NUMBER_TAKEN)
    numbers = {"number": form.number, "number_in_all": form.number_in_all}
    job = ask_of(acting, issue.issue_id, ISSUE, form.name, version=form.version, formats=formats, **numbers)
    return Outcome(Text("正在签发", "Being issued"), job)


def discard_report(acting: Acting, form: ReasonForm) -> Outcome:
    issue = issue_in(acting, form.issue_id, form.version, *book.OPEN)
    must_be_idle(acting, issue)
    must(done=book.take(acting.store, issue.issue_id, form.version, book.DISCARDED, by_of(acting, form.name), form.reason))
    forget_drafts(acting.store, issue.issue_id)
    let_go(acting.view, acting.store, issue.issue_id, issue.snapshot_name)
    return Outcome(Text("已作废", "Discarded"), link=PAGE)


def make_files(acting: Acting, form: FilesForm) -> Outcome:
    """Make files of a draft to look at; each carries who took it."""
    issue = issue_in(acting, form.issue_id, None, *book.OPEN)
    must_be_idle(acting, issue)
    made_draft(acting, issue)
    return Outcome(
        Text("正在生成文件", "The files are being made"), ask_of(acting, issue.issue_id, FILES, "", formats=_formats(form.formats))
    )


def preview_report(acting: Acting, form: OfIssue) -> Outcome:
    issue = issue_in(acting, form.issue_id, None, *book.OPEN, book.ISSUED)
    must_be_idle(acting, issue)
    made_draft(acting, issue)
    return Outcome(Text("正在生成预览", "The pages are being drawn"), ask_of(acting, issue.issue_id, PREVIEW, ""))


def cancel_report(acting: Acting, form: JobForm) -> Outcome:
    job = jobs.job(acting.store, form.job_id)
    if job is None or job.kind not in KINDS or not jobs.cancel(acting.store, form.job_id, acting.view.now):
        raise ActRefused(409, EARLIER)
    return Outcome(Text("正在取消", "Being cancelled"), form.job_id)


def _formats(wanted: tuple[str, ...]) -> list[str]:
    found = asking.known(wanted)
    if len(found) < len(set(wanted)):
        raise ActRefused(422, NO_FORMAT)
    return found


def _of(form: Any) -> str:
    return f"report {form.issue_id}"


ACTS: dict[str, Act[Any]] = {
    "draft_report": Act(
        Text("起草报告", "Draft a report"), REPORT_CLERK, DraftForm, draft_report, lambda form: f"{form.product} {form.kind} {form.on}",
    ),
    "renew_draft": Act(
        Text("按最新数据重新生成", "Make it again"), REPORT_CLERK, OfIssue, renew_draft, _of,
        Text("数字按最新数据重算；您改写的段落保留。", "Numbers are worked out on the newest data; what you wrote stays."),
    ),
    "submit_report": Act(Text("送审", "Submit"), REPORT_CLERK, NamedForm, submit_report, _of),
    "review_report": Act(Text("审核通过", "Approve"), COMMITTEE, NamedForm, review_report, _of),
    "return_report": Act(Text("退回", "Return"), COMMITTEE, ReturnForm, return_report, lambda form: f"{_of(form)}: {form.reason}"),
    "issue_report": Act(
        Text("签发", "Issue"), REPORT_CLERK, IssueForm, issue_report, _of,
        Text(
            "签发后编号、内容和文件不能再改；需要更正时另发更正。",
            "After that its number, content and files stay as they are: an error is mended by a correction.",
        ),
    ),
    "discard_report": Act(
        Text("作废", "Discard"), REPORT_CLERK, ReasonForm, discard_report, lambda form: f"{_of(form)}: {form.reason}",
        Text("作废后不能恢复；编号未被占用。", "A discarded draft cannot be taken up again; it has used no number."),
    ),
    "make_files": Act(
        Text("生成文件", "Make files"), REPORT_CLERK, FilesForm, make_files,
        lambda form: f"{_of(form)}: {', '.join(form.formats)}", NOTHING, (COMMITTEE,),
    ),
    "preview_report": Act(Text("预览", "Preview"), REPORT_CLERK, OfIssue, preview_report, _of, NOTHING, (COMMITTEE,)),
    "cancel_report": Act(
        Text("取消", "Cancel"), REPORT_CLERK, JobForm, cancel_report, lambda form: f"job {form.job_id}", NOTHING, (COMMITTEE,),
    ),
}  # fmt: skip
