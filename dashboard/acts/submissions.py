"""What units and the committee do with reports of pilot targets: write, submit, confirm, return, accept; each of several at once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dashboard import jobs
from dashboard.acts.base import NOTHING, Act, Acting, ActRefused, Outcome
from dashboard.acts.submission_forms import FileForm, Numbered, PassForm, ReturnForm, Row, SaveForm, SubmitForm
from dashboard.profiles import COMMITTEE, UNIT_HEAD, UNIT_MEMBER
from dashboard.store import submissions as book
from dashboard.store.submission_tables import Submission
from dashboard.store.submissions import Conflict, File, Key, Said, Step, Written
from dashboard.submissions.computed import computed
from dashboard.submissions.evidence import keep, sent_file
from dashboard.submissions.flags import FLAGS, flags_of
from dashboard.submissions.form_faults import FormFaults
from dashboard.submissions.form_reading import read_form
from dashboard.submissions.parts import Part, Place, Seen, before, begin_of, last_day, observations, parts_of, periods, place_name
from dashboard.submissions.rules import FIELDS, Fault, faults_of, gaps_of
from dashboard.texts import Text

LOAD, LOAD_LIMIT = "load_submissions", 3600
MOST_TOLD = 12
NO_UNIT = Text("请先在右上角选择单位", "Choose your unit first, at the top right")
NO_PERIOD = Text("没有这个填报期", "No reports are owed for this period")
NOT_YOURS = Text("不是本单位承担的任务：{}", "Not carried by your unit: {}")
CHANGED = Text(
    "已被他人修改或已流转，请刷新后再试，本次没有保存：{}",
    "Changed or passed on by somebody else; load the page again, nothing was saved: {}",
)
NOT_SUBMITTED = Text(
    "已被他人修改或已流转，请刷新后再试，本次没有提交：{}",
    "Changed or passed on by somebody else; load the page again, nothing was submitted: {}",
)
RETURNED_ONE = Text("退回后尚未修改，不能提交：{}", "Returned and not changed since, cannot be submitted: {}")
CHECK = Text("请核对：{}", "Please check: {}")
WRONG = Text("填写有误，没有保存：", "Please correct; nothing was saved:")
NOT_READY = Text("尚不能提交：", "Cannot be submitted yet:")
FILE_GONE = Text("附件已失效，请重新选择", "The file is gone; choose it again")
GONE = Text("没有这些填报", "There are no such reports")
OTHERS = Text("其中有其他单位的填报", "Some of these are another unit's")
AND_MORE = Text("另有 {} 处", "and {} more")


def save_submission(acting: Acting, form: SaveForm) -> Outcome:
    parts = _parts(acting, form.period)
    said: list[tuple[Part, Row, Said]] = []
    faults: list[Text] = []
    for row in form.entries:
        part = _part(acting, parts, row.target, row.division)
        report = _said(acting, part, row, form.period)
        faults += [_told(acting, part, fault) for fault in faults_of(part, report, *_span(acting, form.period))]
        said.append((part, row, report))
    _refuse(faults, WRONG)
    drafts = [Written(Key(*part.place, form.period), report, row.version) for part, row, report in said]
    return _written(acting, drafts, parts, form.name)


def fill_form(acting: Acting, form: FileForm) -> Outcome:
    """Read the Excel form: all of its rows become drafts, or none."""
    parts = _parts(acting, form.period)
    sent = sent_file(acting.uploads, form.upload)
    if sent is None:
        raise ActRefused(409, FILE_GONE)
    held = {Place(*_key(row)[:3]): row for row in book.of_period(acting.store, form.period, acting.unit)}
    try:
        rows = read_form(sent, acting.view, acting.unit, form.period, parts, held)
    except FormFaults as found:
        lines = [fault.said() for fault in found.faults]
        raise ActRefused(422, Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))) from None
    finally:
        shutil.rmtree(sent.parent, ignore_errors=True)
    if not rows:
        return Outcome(Text("表中没有新填写的内容", "The form holds nothing new"))
    return _written(acting, rows, parts, form.name)


def submit_submission(acting: Acting, form: SubmitForm) -> Outcome:
    parts = _parts(acting, form.period)
    held = {Place(*_key(row)[:3]): row for row in book.of_period(acting.store, form.period, acting.unit)}
    seen, faults = [], []
    for ref in form.entries:
        part = _part(acting, parts, ref.target, ref.division)
        row = held.get(part.place)
        if row is None:
            raise ActRefused(409, GONE)
        if row.state == book.RETURNED:
            raise ActRefused(409, _named(acting, _key(row), RETURNED_ONE))
        faults += [_told(acting, part, fault) for fault in gaps_of(part, row.value, row.progress_pct)]
        seen.append((row.submission_id, ref.version))
    _refuse(faults, NOT_READY)
    return _step(acting, seen, Step(book.SUBMITTED, acting.by, form.name, acting.view.now), "已提交 {} 条", "{} submitted")


def confirm_submission(acting: Acting, form: PassForm) -> Outcome:
    _of_unit(acting, form.entries)
    return _step(acting, _seen(form), Step(book.CONFIRMED, acting.by, form.name, acting.view.now), "已确认 {} 条", "{} confirmed")


def return_submission(acting: Acting, form: ReturnForm) -> Outcome:
    """A head returns what was submitted to him, the committee what was confirmed."""
    since = (book.CONFIRMED,) if acting.profile is COMMITTEE else (book.SUBMITTED,)
    _of_unit(acting, form.entries)
    step = Step(book.RETURNED, acting.by, form.name, acting.view.now, form.reason)
    return _step(acting, _seen(form), step, "已退回 {} 条", "{} returned", since)


def accept_submission(acting: Acting, form: PassForm) -> Outcome:
    """Accept reports, and ask the loader to land them as a delivery of its own source."""
    _of_unit(acting, form.entries)
    done = _step(
        acting, _seen(form), Step(book.ACCEPTED, acting.by, form.name, acting.view.now), "已审核 {} 条，待入库", "{} accepted, to be landed"
    )
    waiting = next((job for job in jobs.latest(acting.store, [LOAD], 1) if job.state == jobs.WAITING), None)
    if waiting is None:
        jobs.ask(acting.store, LOAD, {}, by=acting.profile.code, now=acting.view.now, limit_seconds=LOAD_LIMIT)
    return done


def _parts(acting: Acting, period_on: date) -> dict[Place, Part]:
    if not acting.unit:
        raise ActRefused(409, NO_UNIT)
    if period_on not in periods(acting.view):
        raise ActRefused(409, NO_PERIOD)
    return parts_of(acting.view, period_on, acting.unit)


def _part(acting: Acting, parts: dict[Place, Part], target: str, division: str) -> Part:
    part = parts.get(Place(target, acting.unit, division))
    if part is None:
        name = " ".join(filter(None, (target, division)))
        raise ActRefused(403, Text(NOT_YOURS.zh.format(name), NOT_YOURS.en.format(name)))
    return part


def _span(acting: Acting, period_on: date) -> tuple[date, date]:
    begins_on = begin_of(acting.view, period_on)
    return begins_on, max(last_day(acting.view, period_on), begins_on - timedelta(days=1))


def _said(acting: Acting, part: Part, row: Row, period_on: date) -> Said:
    """What a row reports; where the snapshot tells the value, that and not what was sent."""
    counted = computed(acting.view, part, period_on)
    sent = sent_file(acting.uploads, row.upload) if row.upload else None
    if row.upload and (sent is None or acting.evidence is None):
        raise ActRefused(409, FILE_GONE)
    file: File | None = keep(acting.evidence, sent) if sent and acting.evidence else None
    return Said(
        counted.until if counted else row.observed_on, counted.value if counted else row.value, row.progress_pct, row.narrative,
        row.confidence_code, row.evidence, counted.metric_code if counted else "", file,
    )  # fmt: skip


def _written(acting: Acting, drafts: Sequence[Written], parts: dict[Place, Part], name: str) -> Outcome:
    """Keep drafts; the writer is told at once what a reviewer would look at twice."""
    try:
        book.write(acting.store, drafts, by=acting.by, now=acting.view.now, person=name)
    except Conflict as conflict:
        raise ActRefused(409, _changed(acting, conflict.of)) from None
    lines = [Text(f"已保存草稿 {len(drafts)} 条", f"{len(drafts)} saved as drafts"), *_to_check(acting, drafts, parts)]
    return Outcome(Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines)), note=f"{len(drafts)} drafts")


def _to_check(acting: Acting, drafts: Sequence[Written], parts: dict[Place, Part]) -> list[Text]:
    seen, found = observations(acting.view.engine, acting.unit), []
    for draft in drafts:
        part = parts[Place(*draft.key[:3])]
        said = Seen(draft.said.observed_on, draft.said.value, draft.said.progress_pct)
        flags = [FLAGS[flag] for flag in flags_of(part, said, before(seen.get(part.place, ()), begin_of(acting.view, draft.key.period_on)))]
        if flags:
            why = Text("、".join(flag.zh for flag in flags), ", ".join(flag.en for flag in flags))
            called = _name(acting, draft.key)
            found.append(Text(CHECK.zh.format(f"{called} {why.zh}"), CHECK.en.format(f"{called} {why.en}")))
    return _cut(found)


def _step(acting: Acting, seen: Sequence[tuple[int, int]], step: Step, zh: str, en: str, since: tuple[str, ...] = ()) -> Outcome:
    try:
        book.take(acting.store, seen, step, since)
    except Conflict as conflict:
        raise ActRefused(409, _changed(acting, conflict.of, NOT_SUBMITTED if step.state == book.SUBMITTED else CHANGED)) from None
    return Outcome(Text(zh.format(len(seen)), en.format(len(seen))), note=f"{step.person}: {len(seen)}")


def _changed(acting: Acting, of: Key | int, told: Text = CHANGED) -> Text:
    if isinstance(of, int):
        row = book.some(acting.store, [of]).get(of)
        if row is None:
            return GONE
        of = _key(row)
    return _named(acting, of, told)


def _named(acting: Acting, of: Key, told: Text) -> Text:
    name = _name(acting, of)
    return Text(told.zh.format(name), told.en.format(name))


def _name(acting: Acting, of: Key) -> str:
    """A report by its target and its place."""
    return " ".join(filter(None, (of.target_code, of.division_code and place_name(acting.view, of.division_code))))


def _seen(form: PassForm) -> list[tuple[int, int]]:
    return [(entry.id, entry.version) for entry in form.entries]


def _of_unit(acting: Acting, entries: Sequence[Numbered]) -> None:
    """All of these exist and, for a unit's profile, are of that unit. Raises ActRefused."""
    numbers = {entry.id for entry in entries}
    found = book.some(acting.store, numbers)
    if len(found) < len(numbers):
        raise ActRefused(404, GONE)
    if acting.profile.of_unit and not acting.unit:
        raise ActRefused(409, NO_UNIT)
    if acting.profile.of_unit and {row.unit_code for row in found.values()} != {acting.unit}:
        raise ActRefused(403, OTHERS)


def _key(row: Submission) -> Key:
    return Key(row.target_code, row.unit_code, row.division_code, row.period_on)


def _told(acting: Acting, part: Part, fault: Fault) -> Text:
    """A part and its field by their names, and what is wrong."""
    name, why = fault
    place = part.place.division_code and place_name(acting.view, part.place.division_code)
    called = " ".join(filter(None, (part.place.target_code, place)))
    return Text(f"{called} “{FIELDS[name].zh}”：{why.zh}", f"{called} “{FIELDS[name].en}”: {why.en}")


def _refuse(faults: Sequence[Text], what: Text) -> None:
    if not faults:
        return
    lines = [what, *_cut(faults)]
    raise ActRefused(422, Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines)))


def _cut(lines: Sequence[Text]) -> list[Text]:
    """The first of them, and how many more there are."""
    left = len(lines) - MOST_TOLD
    return [*lines[:MOST_TOLD], *([Text(AND_MORE.zh.format(left), AND_MORE.en.format(left))] if left > 0 else [])]


def _rows_in_words(form: SaveForm | SubmitForm) -> str:
    return f"{form.period}: " + ", ".join(f"{row.target}/{row.division}" if row.division else row.target for row in form.entries)


def _numbers_in_words(form: PassForm) -> str:
    return ", ".join(f"#{entry.id}" for entry in form.entries)


ACTS: dict[str, Act[Any]] = {
    "save_submission": Act(Text("保存草稿", "Save draft"), UNIT_MEMBER, SaveForm, save_submission, _rows_in_words),
    "fill_form": Act(Text("上传填报表", "Upload the form"), UNIT_MEMBER, FileForm, fill_form, lambda form: f"{form.period}: {form.upload}"),
    "submit_submission": Act(Text("提交", "Submit"), UNIT_MEMBER, SubmitForm, submit_submission, _rows_in_words, NOTHING),
    "confirm_submission": Act(Text("确认", "Confirm"), UNIT_HEAD, PassForm, confirm_submission, _numbers_in_words),
    "return_submission": Act(
        Text("退回", "Return"), COMMITTEE, ReturnForm, return_submission, lambda form: f"{_numbers_in_words(form)}: {form.reason}",
        others=(UNIT_HEAD,),
    ),
    "accept_submission": Act(Text("通过", "Accept"), COMMITTEE, PassForm, accept_submission, _numbers_in_words),
}  # fmt: skip
