"""What is asked of workers for a report: of the reports' own to make it, of the loader to hold its snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.issuing import DRAW, MAKE
from dashboard.reports.formats import FORMATS
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.view import View

# What a job of that kind does: write the draft, draw its pages, make files of it, issue it.
DRAFT, PREVIEW, FILES, ISSUE = "draft", "preview", "files", "issue"
PIN, UNPIN = "pin", "unpin"
A_MINUTE, LIMIT = 60, 600


def ask(view: View, store: Engine, issue_id: int, do: str, *, by: str, person: str = "", **more: object) -> int:
    """Ask the worker of reports; its progress is told in the language of who asks."""
    arguments = {"issue_id": issue_id, "do": do, "language": view.language, "by": by, "person": person, **more}
    job = jobs.ask(store, DRAW if do == PREVIEW else MAKE, arguments, by=by, now=view.now.replace(microsecond=0), limit_seconds=LIMIT)
    book.ask_noted(store, issue_id, job_id=job)
    return job


def hold(view: View, store: Engine, issue_id: int, snapshot: str) -> None:
    """Ask that a report's snapshot stays, for as long as there is the report."""
    book.ask_noted(store, issue_id, pin_job_id=_ask_pin(view, store, PIN, issue_id, snapshot))


def let_go(view: View, store: Engine, issue_id: int, snapshot: str) -> None:
    _ask_pin(view, store, UNPIN, issue_id, snapshot)


def _ask_pin(view: View, store: Engine, kind: str, issue_id: int, snapshot: str) -> int:
    arguments = {"snapshot": snapshot, "holder": f"report-{issue_id}"}
    return jobs.ask(store, kind, arguments, by=view.profile.code, now=view.now.replace(microsecond=0), limit_seconds=A_MINUTE)


def job_of(store: Engine, issue: ReportIssue) -> jobs.Job | None:
    """The job asked last for a report; None where none is, or it is forgotten."""
    return jobs.job(store, issue.job_id) if issue.job_id else None


def is_at_work(store: Engine, issue: ReportIssue) -> bool:
    """Whether anything is being made that the report's next step must wait for; pictures of its pages are not."""
    job = job_of(store, issue)
    return job is not None and job.state not in jobs.ENDED and job.kind != DRAW


def known(formats: Sequence[str]) -> list[str]:
    """Those of some formats that this program can make, in order, each once."""
    return [name for name in dict.fromkeys(formats) if name in FORMATS]
