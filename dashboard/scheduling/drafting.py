"""The first half of a run: waiting for the data of its period, drafting, passing on."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.filters import Filters
from dashboard.issuing import asking, drafting
from dashboard.issuing.drafting import Asked
from dashboard.issuing.numbering import open_key, series_of
from dashboard.issuing.products import PRODUCTS
from dashboard.profiles import Profile
from dashboard.reports.spans import Span
from dashboard.scheduling import words
from dashboard.settings import Scheduled, Settings
from dashboard.store import reports as archive
from dashboard.store import schedule as book
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import By, Taken
from dashboard.store.schedule_tables import ScheduledRun
from dashboard.texts import Text
from dashboard.view import View

# As whom the schedule stands in the books; nobody can choose it.
SCHEDULE = Profile("schedule", Text("自动编报", "Schedule"))
# The data whose days a report counts.
KINDS = {"whole": ("tickets", "disputes"), "disputes": ("disputes",), "pilots": ("pilots",)}
LOOK_AGAIN, ASK_AGAIN = timedelta(minutes=15), timedelta(seconds=20)
BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
ATTEMPTS = len(BACK_OFF) + 1


@dataclass(frozen=True)
class Desk:
    """What a run is carried on with: one moment, one snapshot."""

    settings: Settings
    view: View
    store: Engine
    now: datetime

    @property
    def by(self) -> By:
        return By(SCHEDULE.code, self.now, SCHEDULE.label.zh)

    def step(self, run: ScheduledRun, note: Text | None = None, **values: object) -> ScheduledRun | None:
        """Change a run; None where another worker was quicker."""
        said = {} if note is None else {"note": note.zh, "note_en": note.en}
        return book.step(self.store, run, self.now, **values, **said)

    def give_up_or_wait(self, run: ScheduledRun, state: str, note: Text) -> ScheduledRun | None:
        """Try a step again later, or not any more."""
        if run.attempt_count >= ATTEMPTS:
            return self.step(run, note, state=book.FAILED)
        return self.step(run, note, state=state, job_id=None, next_at=self.now + BACK_OFF[max(run.attempt_count - 1, 0)])


def wait_or_begin(desk: Desk, run: ScheduledRun, entry: Scheduled) -> ScheduledRun | None:
    """Begin a draft once the data reach the period's end, or the time of grace is over."""
    as_of, is_there = data_reach(desk.view, run, entry)
    until = as_of.strftime("%Y-%m-%d %H:%M") if as_of else words.NO_DATA_YET.zh
    until_en = as_of.strftime("%Y-%m-%d %H:%M") if as_of else words.NO_DATA_YET.en
    if not is_there and desk.now < run.due_at + timedelta(hours=entry.grace_hours):
        said = words.WAITS_FOR_DATA
        note = Text(said.zh.format(until=run.until, as_of=until), said.en.format(until=run.until, as_of=until_en))
        return desk.step(run, note, next_at=desk.now + LOOK_AGAIN)
    said = words.PARTIAL
    note = Text("", "") if is_there else Text(said.zh.format(as_of=until), said.en.format(as_of=until_en))
    taken = desk.step(
        run, note, state=book.DRAFTING, is_partial=not is_there, attempt_count=run.attempt_count + 1, next_at=desk.now + ASK_AGAIN
    )
    return None if taken is None else _begin(desk, taken, entry)


def data_reach(view: View, run: ScheduledRun, entry: Scheduled) -> tuple[datetime | None, bool]:
    """Up to when the data of a report are known: of what it counts, the least; and whether that is past the period's end."""
    kinds = [kind for kind in KINDS[entry.about] if kind in view.city.has] or ["tickets"]
    newest = [view.data_state(kind).newest for kind in kinds]
    known = [one.to_pydatetime() for one in newest if one is not None]
    least = min(known) if known and len(known) == len(newest) else None
    return least, least is not None and least >= datetime.combine(run.until + timedelta(days=1), time.min)


def asked_of(desk: Desk, run: ScheduledRun, entry: Scheduled) -> Asked:
    # As the books keep a wish: its days are the report's own.
    wish = Filters(period="last_month", divisions=entry.divisions, units=entry.units)
    reports = desk.view.city.reports
    span = Span(run.kind, run.since, run.until)  # type: ignore[arg-type]
    return Asked(span, wish, entry.language, entry.about, reports.office, reports.issuer)


def _begin(desk: Desk, run: ScheduledRun, entry: Scheduled) -> ScheduledRun | None:
    """Put the draft into the books and ask for it; a report that is there already is taken as it is."""
    product = PRODUCTS.get(entry.about)
    if product is None or not product.is_had(desk.view.city.has):
        said = words.NO_PRODUCT
        return desk.step(run, Text(said.zh.format(about=entry.about), said.en.format(about=entry.about)), state=book.FAILED)
    asked = asked_of(desk, run, entry)
    issued = issued_before(desk, asked)
    if issued is not None:
        return desk.step(run, words.ISSUED_ALREADY, state=book.DRAFTED, issue_id=issued.issue_id, next_at=desk.now)
    view = replace(desk.view, language=entry.language, profile=SCHEDULE)
    try:
        issue_id = drafting.begin(view, desk.store, asked, desk.by)
    except Taken as taken:
        held = archive.issue(desk.store, taken.issue_id)
        if held is None or held.drafted_by != SCHEDULE.code:
            return desk.step(run, words.THERE_ALREADY, state=book.DRAFTED, issue_id=taken.issue_id, next_at=desk.now)
        issue_id = taken.issue_id  # Begun by us before a crash.
    asking.hold(view, desk.store, issue_id, view.snapshot)
    return _ask_draft(desk, run, issue_id, view)


def _ask_draft(desk: Desk, run: ScheduledRun, issue_id: int, view: View) -> ScheduledRun | None:
    job = asking.ask(view, desk.store, issue_id, asking.DRAFT, by=SCHEDULE.code, person=SCHEDULE.label.zh, snapshot=view.snapshot)
    return desk.step(run, issue_id=issue_id, job_id=job, next_at=desk.now + ASK_AGAIN)


def issued_before(desk: Desk, asked: Asked) -> ReportIssue | None:
    """The issued report of the same days and choice, if there is one: the schedule corrects nothing."""
    series = series_of(asked.product, asked.span, asked.wish, asked.language)
    last = archive.latest_issued(desk.store, series, asked.span.since, asked.span.until)
    if last is None:
        return None
    key = open_key(asked.product, asked.span, asked.wish, asked.language)
    theirs = open_key(last.product, drafting.span_of(last), Filters.from_json(json.loads(last.wish)), last.language)
    return last if theirs == key else None


def draft_ready(desk: Desk, run: ScheduledRun, entry: Scheduled) -> ScheduledRun | None:
    """Look after the job that writes the draft."""
    if run.issue_id is None or run.job_id is None:
        if run.attempt_count < ATTEMPTS:
            # Broken off between two steps, or to be tried again.
            taken = desk.step(run, attempt_count=run.attempt_count + bool(run.issue_id), next_at=desk.now + ASK_AGAIN)
            return None if taken is None else _begin(desk, taken, entry)
        return desk.step(run, state=book.FAILED)
    job = jobs.job(desk.store, run.job_id)
    if job is not None and job.state not in jobs.ENDED:
        return desk.step(run, next_at=desk.now + ASK_AGAIN)
    if job is None or job.state != jobs.DONE:
        return desk.give_up_or_wait(run, book.DRAFTING, said_of(words.NOT_DRAFTED, job))
    note = _passed_on(desk, run, entry)
    return desk.step(run, None if run.is_partial and note is None else note, state=book.DRAFTED, job_id=None, next_at=desk.now)


def said_of(text: Text, job: jobs.Job | None) -> Text:
    """Why a job came to nothing; a job speaks one language."""
    gone = words.WORKER_GONE
    why = Text(gone.zh, gone.en) if job is None or not job.error else Text(job.error, job.error)
    return Text(text.zh.format(why=why.zh), text.en.format(why=why.en))


def _passed_on(desk: Desk, run: ScheduledRun, entry: Scheduled) -> Text | None:
    """Pass a draft on for review, where the entry says so and no check stops it."""
    issue = archive.issue(desk.store, run.issue_id or 0)
    if entry.reach != "submitted" or issue is None or issue.state != archive.DRAFTED:
        return None
    if issue.blocking_count:
        said = words.STOPPED
        return Text(said.zh.format(n=issue.blocking_count), said.en.format(n=issue.blocking_count))
    archive.take(desk.store, issue.issue_id, issue.version, archive.SUBMITTED, desk.by)
    return None
