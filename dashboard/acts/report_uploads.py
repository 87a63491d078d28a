"""A report finished in Word and sent back: checked, kept as the version that is issued, its changed paragraphs taken as edits."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from typing import Any

from dashboard.acts.base import Act, Acting, ActRefused, Outcome
from dashboard.acts.report_forms import OfIssue, UploadForm
from dashboard.acts.report_parts import by_of, issue_in, made_draft, must, must_be_idle, must_be_made
from dashboard.acts.report_refusals import FILE_GONE, NO_UPLOAD, NOT_WORD
from dashboard.issuing.checked import body_hash, in_file, is_in_file
from dashboard.issuing.content import findings_from, findings_json
from dashboard.issuing.drafting import Draft, draft_of, edits_of, provisional
from dashboard.issuing.files import keep
from dashboard.issuing.taken_back import TakenBack, taken_back
from dashboard.profiles import REPORT_CLERK
from dashboard.reports.checking.document import Unreadable
from dashboard.reports.checking.finding import Finding
from dashboard.reports.reconcile import check_file
from dashboard.reports.returned import returned
from dashboard.reports.written import NotWritten
from dashboard.store import report_files as shelf
from dashboard.store import reports as book
from dashboard.store.report_files import Upload
from dashboard.store.report_tables import ReportIssue
from dashboard.submissions.evidence import sent_file
from dashboard.texts import Text

WORD = ".docx"


def upload_report(acting: Acting, form: UploadForm) -> Outcome:
    """Keep a finished .docx; what was reviewed has to be reviewed again."""
    issue = issue_in(acting, form.issue_id, form.version, *book.OPEN)
    must_be_idle(acting, issue)
    draft = made_draft(acting, issue)
    sent = sent_file(acting.uploads, form.upload)
    if sent is None or acting.reports is None:
        raise ActRefused(409, FILE_GONE)
    edits = edits_of(acting.store, issue.issue_id)
    try:
        if sent.suffix.lower() != WORD:
            raise ActRefused(422, NOT_WORD)
        found, data = in_file(check_file(sent)), sent.read_bytes()
        report = replace(draft.report, number=provisional(acting.store, issue))
        taken = taken_back(draft, edits, returned(report, data))
    except Unreadable as error:
        raise ActRefused(422, error.why) from None
    finally:
        shutil.rmtree(sent.parent, ignore_errors=True)
    keys = {edit.key for edit in taken.edits}
    all_edits = [*(edit for edit in edits if edit.key not in keys), *taken.edits]
    measured = [*_own(acting, issue), *found, *taken.findings]
    now = must_be_made(draft_of(acting.store, issue, edits=all_edits, measured=measured))
    try:
        kept = keep(acting.reports, data, "docx", sent.name[:120], body_hash(now.report), is_uploaded=True)
    except NotWritten as error:
        raise ActRefused(507, error.why) from None
    upload = Upload(kept, [asdict(edit) for edit in taken.edits], findings_json(measured))
    must(done=shelf.put_upload(acting.store, issue.issue_id, form.version, upload, now.standing, by_of(acting, form.name)))
    return Outcome(_said(taken, now), note=kept.sha256)


def _said(taken: TakenBack, now: Draft) -> Text:
    """What came of a file that was sent."""
    zh, en = ["已接收，将作为签发的 Word 版本"], ["Received: it will be the Word version that is issued"]
    counted = (
        (len(taken.edits), Text("取回 {} 段修改", "{} paragraphs taken as edits")),
        (taken.left_count, Text("另有 {} 处改动仅见于该文件", "{} other changes stand in that file alone")),
        (now.standing.blocking_count, Text("校验发现 {} 处不一致须处理", "{} findings must be mended or waived")),
    )
    for count, text in counted:
        if count:
            zh.append(text.zh.format(count))
            en.append(text.en.format(count))
    return Text("；".join(zh), "; ".join(en))


def drop_upload(acting: Acting, form: OfIssue) -> Outcome:
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    must_be_idle(acting, issue)
    if not any(file.is_uploaded for file in book.files(acting.store, issue.issue_id)):
        raise ActRefused(404, NO_UPLOAD)
    measured = _own(acting, issue)
    draft = must_be_made(draft_of(acting.store, issue, measured=measured))
    by = by_of(acting, form.name)
    must(done=shelf.drop_upload(acting.store, issue.issue_id, form.version, findings_json(measured), draft.standing, by))
    return Outcome(Text("已删除上传的文件", "The file sent is removed"))


def _own(acting: Acting, issue: ReportIssue) -> list[Finding]:
    """What was measured in the draft itself, not in a file."""
    held = book.content(acting.store, issue.issue_id)
    return [one for one in findings_from(held.measured) if not is_in_file(one)] if held else []


def _of(form: OfIssue) -> str:
    return f"report {form.issue_id}"


ACTS: dict[str, Act[Any]] = {
    "upload_report": Act(Text("上传成稿", "Send the finished file"), REPORT_CLERK, UploadForm, upload_report, _of),
    "drop_upload": Act(
        Text("删除上传的文件", "Remove the file sent"), REPORT_CLERK, OfIssue, drop_upload, _of,
        Text("签发时改用系统生成的 Word 文件。", "The Word file made here will be issued instead."),
    ),
}  # fmt: skip
