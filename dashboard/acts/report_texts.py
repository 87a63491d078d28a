"""What clerks do with the words of a draft: call it, write in place of paragraphs, add their own, say why a finding does not stop it."""

from __future__ import annotations

from typing import Any

from dashboard.acts.base import Act, Acting, ActRefused, Outcome
from dashboard.acts.report_forms import DescribeForm, EditForm, OfIssue, ParagraphForm, WaiveForm
from dashboard.acts.report_parts import by_of, issue_in, made_draft, must, must_be_made
from dashboard.acts.report_refusals import NO_FINDING, NO_PARAGRAPH, NO_WORDS
from dashboard.issuing.drafting import Draft, draft_of, edits_of, reasons_of
from dashboard.issuing.edited import Edit, next_key, places
from dashboard.profiles import REPORT_CLERK
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.texts import Text


def describe_report(acting: Acting, form: DescribeForm) -> Outcome:
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    values = {"title": form.title, "office": form.office, "issuer": form.issuer}
    draft = must_be_made(draft_of(acting.store, issue, described=values))
    must(done=book.describe(acting.store, issue.issue_id, form.version, values, draft.standing, by_of(acting, form.name)))
    return Outcome(Text("已保存", "Saved"))


def edit_paragraph(acting: Acting, form: EditForm) -> Outcome:
    """Write in place of a paragraph, or change one of people's own; no text leaves it out."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    draft, edits = made_draft(acting, issue), edits_of(acting.store, issue.issue_id)
    own = next((edit for edit in edits if edit.key == form.key and edit.after_key), None)
    now = next((part for part in draft.generated.paragraphs if part.key == form.key), None)
    if own is None and now is None:
        raise ActRefused(404, NO_PARAGRAPH)
    if own is not None and not form.text:
        return _dropped(acting, issue, form)
    made = Edit(form.key, form.text, own.after_key if own else "", now.text if now else "")
    return _written(acting, issue, [made], form)


def add_paragraph(acting: Acting, form: EditForm) -> Outcome:
    """Put a paragraph of people's own after another."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    if not form.text:
        raise ActRefused(422, NO_WORDS)
    draft, edits = made_draft(acting, issue), edits_of(acting.store, issue.issue_id)
    if form.key not in places(draft.generated):
        raise ActRefused(404, NO_PARAGRAPH)
    return _written(acting, issue, [Edit(next_key(edits), form.text, form.key)], form)


def keep_edit(acting: Acting, form: ParagraphForm) -> Outcome:
    """Let an edit stand though what is generated there has changed."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    held = next((one for one in made_draft(acting, issue).edits if one.edit.key == form.key), None)
    if held is None or held.state == "gone":
        raise ActRefused(404, NO_PARAGRAPH)
    made = Edit(held.edit.key, held.edit.text, held.edit.after_key, held.generated_now)
    return _written(acting, issue, [made], form)


def restore_paragraph(acting: Acting, form: ParagraphForm) -> Outcome:
    """Let a paragraph read as it is generated; one of people's own goes."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    if form.key not in {edit.key for edit in edits_of(acting.store, issue.issue_id)}:
        raise ActRefused(404, NO_PARAGRAPH)
    return _dropped(acting, issue, form)


def _written(acting: Acting, issue: ReportIssue, made: list[Edit], form: OfIssue) -> Outcome:
    keys = {edit.key for edit in made}
    edits = [*(edit for edit in edits_of(acting.store, issue.issue_id) if edit.key not in keys), *made]
    draft = must_be_made(draft_of(acting.store, issue, edits=edits))
    rows = [{"key": edit.key, "after_key": edit.after_key, "text": edit.text, "generated": edit.generated} for edit in made]
    must(done=book.put_edits(acting.store, issue.issue_id, form.version, rows, draft.standing, by_of(acting, form.name)))
    return Outcome(_checked(Text("已保存", "Saved"), draft))


def _dropped(acting: Acting, issue: ReportIssue, form: ParagraphForm) -> Outcome:
    edits = [edit for edit in edits_of(acting.store, issue.issue_id) if edit.key != form.key]
    draft = must_be_made(draft_of(acting.store, issue, edits=edits))
    must(done=book.drop_edit(acting.store, issue.issue_id, form.version, form.key, draft.standing, by_of(acting, form.name)))
    return Outcome(_checked(Text("已恢复", "Restored"), draft))


def _checked(said: Text, draft: Draft) -> Text:
    """What was done, and what now stops the report."""
    count = draft.standing.blocking_count
    return (
        Text(f"{said.zh}；有 {count} 处不一致须更正或说明理由", f"{said.en}; {count} findings must be mended or waived") if count else said
    )


def waive_finding(acting: Acting, form: WaiveForm) -> Outcome:
    """Let a finding not stop a report, for a reason that is printed; without a reason it stops it again."""
    issue = issue_in(acting, form.issue_id, form.version, book.DRAFTED)
    found = next((one for one in made_draft(acting, issue).found if one.key == form.finding), None)
    reasons = reasons_of(acting.store, issue.issue_id)
    if found is None and form.finding not in reasons:
        raise ActRefused(404, NO_FINDING)
    draft = must_be_made(draft_of(acting.store, issue, reasons=reasons | {form.finding: form.reason}))
    waiver = {
        "finding": form.finding, "rule": found.finding.rule if found else "", "place": found.finding.where.zh if found else "",
        "reason": form.reason,
    }  # fmt: skip
    must(done=book.waive(acting.store, issue.issue_id, form.version, waiver, draft.standing, by_of(acting, form.name)))
    return Outcome(
        Text("已记录理由，将印在附件中", "Recorded; the reason will be printed") if form.reason else Text("已撤回", "Taken back")
    )


def _of(form: OfIssue) -> str:
    return f"report {form.issue_id}"


def _at(form: ParagraphForm) -> str:
    return f"report {form.issue_id}: {form.key}"


ACTS: dict[str, Act[Any]] = {
    "describe_report": Act(Text("保存", "Save"), REPORT_CLERK, DescribeForm, describe_report, _of),
    "edit_paragraph": Act(Text("保存", "Save"), REPORT_CLERK, EditForm, edit_paragraph, _at),
    "add_paragraph": Act(Text("添加段落", "Add a paragraph"), REPORT_CLERK, EditForm, add_paragraph, _at),
    "keep_edit": Act(
        Text("保留我的改写", "Keep what I wrote"), REPORT_CLERK, ParagraphForm, keep_edit, _at,
    ),
    "restore_paragraph": Act(
        Text("恢复生成的文字", "Restore what was generated"), REPORT_CLERK, ParagraphForm, restore_paragraph,
        _at,
        Text("您写的这一段不再保留。", "What you wrote here is gone."),
    ),
    "waive_finding": Act(
        Text("说明理由", "Give a reason"), REPORT_CLERK, WaiveForm, waive_finding, lambda form: f"{_of(form)}: {form.reason}",
    ),
}  # fmt: skip
