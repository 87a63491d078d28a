"""The second half of a run: its files into folders and letters, each addressee at most once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dashboard import jobs
from dashboard.delivering.folder import into_folder
from dashboard.delivering.mail import letter, post_of, send
from dashboard.delivering.parcel import NotDelivered, Parcel
from dashboard.issuing import asking, drafting
from dashboard.issuing.files import is_whole, kept
from dashboard.issuing.numbering import number_of
from dashboard.scheduling import words
from dashboard.scheduling.drafting import ASK_AGAIN, ATTEMPTS, BACK_OFF, LOOK_AGAIN, SCHEDULE, Desk, said_of
from dashboard.settings import Scheduled
from dashboard.store import reports as archive
from dashboard.store import schedule as book
from dashboard.store.report_tables import ReportFile, ReportIssue
from dashboard.store.schedule_tables import ReportDelivery, ScheduledRun
from dashboard.texts import Text

# A delivery that was begun so long ago was broken off.
BROKEN_AFTER = timedelta(minutes=15)


def addressees(entry: Scheduled) -> list[tuple[str, str]]:
    return [*([(book.FOLDER, entry.folder)] if entry.folder else []), *((book.MAIL, address) for address in entry.mail)]


def wait_or_file(desk: Desk, run: ScheduledRun, entry: Scheduled) -> ScheduledRun | None:
    """A draft is delivered at once where the entry says so, else once a person has issued it."""
    issue = archive.issue(desk.store, run.issue_id or 0)
    if issue is None or issue.state == archive.DISCARDED:
        return desk.step(run, words.DISCARDED, state=book.SKIPPED)
    if not addressees(entry):
        return desk.step(run, None if run.note else words.READY, state=book.DONE)
    if issue.state == archive.ISSUED:
        return desk.step(run, state=book.DELIVERING, next_at=desk.now)
    if entry.deliver == "issued":
        return desk.step(run, None if run.is_partial else words.AWAITS_ISSUE, next_at=desk.now + LOOK_AGAIN)
    view = replace(desk.view, language=entry.language, profile=SCHEDULE)
    taken = desk.step(run, state=book.FILING, attempt_count=run.attempt_count + 1, next_at=desk.now + ASK_AGAIN)
    if taken is None:
        return None
    job = asking.ask(
        view, desk.store, issue.issue_id, asking.FILES, by=SCHEDULE.code, person=SCHEDULE.label.zh, formats=list(entry.formats)
    )
    return desk.step(taken, job_id=job)


def files_ready(desk: Desk, run: ScheduledRun) -> ScheduledRun | None:
    """Look after the job that makes the files of a draft."""
    job = jobs.job(desk.store, run.job_id) if run.job_id else None
    if job is not None and job.state not in jobs.ENDED:
        return desk.step(run, next_at=desk.now + ASK_AGAIN)
    if job is None or job.state != jobs.DONE:
        return desk.give_up_or_wait(run, book.DRAFTED, said_of(words.NOT_FILED, job))
    return desk.step(run, state=book.DELIVERING, next_at=desk.now)


def deliver(desk: Desk, run: ScheduledRun, entry: Scheduled) -> ScheduledRun | None:
    """Deliver to whom it was not delivered yet; done once all have it, failed once no more is tried."""
    # Whoever takes the run delivers: another worker finds it taken.
    taken = desk.step(run, next_at=desk.now + BROKEN_AFTER)
    if taken is None:
        return None
    book.address(desk.store, run.run_id, addressees(entry), desk.now)
    for one in book.deliveries(desk.store, [run.run_id]):
        _mend(desk, one)
    for one in book.deliveries(desk.store, [run.run_id]):
        if one.state == book.WAITING and one.next_at <= desk.now and book.take(desk.store, one, desk.now):
            _one(desk, taken, entry, one)
    ended = book.deliveries(desk.store, [run.run_id])
    waiting = [one.next_at for one in ended if one.state in (book.WAITING, book.SENDING)]
    failed = sum(one.state == book.FAILED for one in ended)
    if waiting:
        return desk.step(taken, next_at=max(min(waiting), desk.now + ASK_AGAIN))
    if failed:
        said = words.NOT_DELIVERED
        return desk.step(taken, Text(said.zh.format(n=failed), said.en.format(n=failed)), state=book.FAILED)
    return desk.step(taken, None if run.is_partial else Text("", ""), state=book.DONE)


def _mend(desk: Desk, one: ReportDelivery) -> None:
    """What was broken off: a folder may be filled again, a letter may have arrived."""
    if one.state != book.SENDING or one.changed_at > desk.now - BROKEN_AFTER:
        return
    if one.road == book.FOLDER:
        book.delivered(desk.store, one.delivery_id, desk.now, state=book.WAITING, next_at=desk.now)
    else:
        said = words.BROKEN_OFF
        book.delivered(desk.store, one.delivery_id, desk.now, state=book.FAILED, note=said.zh, note_en=said.en)


def _one(desk: Desk, run: ScheduledRun, entry: Scheduled, one: ReportDelivery) -> None:
    """One delivery, and how it ended."""
    try:
        names = _deliver(desk, run, entry, one)
    except NotDelivered as error:
        tries = one.attempt_count + 1
        is_over = error.is_final or tries >= ATTEMPTS
        values = {"state": book.FAILED} if is_over else {"state": book.WAITING, "next_at": desk.now + BACK_OFF[tries - 1]}
        book.delivered(desk.store, one.delivery_id, desk.now, note=error.why.zh, note_en=error.why.en, **values)
    else:
        book.delivered(desk.store, one.delivery_id, desk.now, state=book.DONE, files="\n".join(names), note="", note_en="")


def _deliver(desk: Desk, run: ScheduledRun, entry: Scheduled, one: ReportDelivery) -> list[str]:
    issue = archive.issue(desk.store, run.issue_id or 0)
    if issue is None:
        raise NotDelivered(words.DISCARDED, is_final=True)
    parcels = _parcels(desk, run, entry, issue)
    if one.road == book.FOLDER:
        folder = Path(one.addressee)
        # A folder of our own is made; one that the city mounts must be there.
        return into_folder(desk.settings.city_people / folder, parcels, make=not folder.is_absolute())
    post = post_of(desk.settings)
    subject, text = _words(desk, issue, entry)
    base = desk.settings.public_url.rstrip("/")
    link = f"{base}/reports?issue={issue.issue_id}" if base else ""
    send(post, letter(post, one.addressee, subject, text, parcels, language=entry.language, link=link))
    return [parcel.file_name for parcel in parcels]


def _parcels(desk: Desk, run: ScheduledRun, entry: Scheduled, issue: ReportIssue) -> list[Parcel]:
    """The issued files in the formats wanted; of a draft those made for this run. Raises NotDelivered."""
    chosen = [file for file in _files(desk, run, issue) if file.format in entry.formats]
    if not chosen:
        said, formats = words.NO_FILES, "、".join(entry.formats)
        raise NotDelivered(Text(said.zh.format(formats=formats), said.en.format(formats=", ".join(entry.formats))), is_final=True)
    found = []
    for file in chosen:
        path = kept(desk.settings.reports, file.sha256)
        if path is None or not is_whole(path, file.sha256):
            raise NotDelivered(Text(words.FILE_GONE.zh.format(name=file.name), words.FILE_GONE.en.format(name=file.name)))
        found.append(Parcel(file.name, path.read_bytes()))
    return found


def _files(desk: Desk, run: ScheduledRun, issue: ReportIssue) -> Sequence[ReportFile]:
    if issue.state == archive.ISSUED:
        return [file for file in archive.files(desk.store, issue.issue_id) if file.is_issued]
    job = jobs.job(desk.store, run.job_id) if run.job_id else None
    numbers = job.result.get("files", []) if job else []
    return [file for number in numbers if (file := archive.file(desk.store, number)) is not None]


def _words(desk: Desk, issue: ReportIssue, entry: Scheduled) -> tuple[str, str]:
    """Subject and text of the letter, in the report's language."""
    language = entry.language
    is_issued = issue.state == archive.ISSUED
    period = drafting.span_of(issue).name(language)
    number = number_of(issue) if is_issued else words.DRAFT_NUMBER.in_(language)
    as_of = f"{issue.as_of:%Y-%m-%d %H:%M}" if issue.as_of else words.NO_DATA_YET.in_(language)
    city = desk.view.city.label_en if language == "en" else desk.view.city.label
    subject = (words.SUBJECT if is_issued else words.DRAFT_SUBJECT).in_(language).format(title=issue.title, period=period)
    text = words.LETTER.in_(language).format(title=issue.title, period=period, number=number, as_of=as_of, office=issue.office or city)
    return subject, text
