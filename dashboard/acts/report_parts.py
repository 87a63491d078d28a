"""What the acts of reports share: who acts, on which report, and what must be so before anything is done."""

from __future__ import annotations

from dashboard.acts.base import Acting, ActRefused
from dashboard.acts.report_refusals import BUSY, CHANGED, GONE, NOT_MADE, STATE, STOPPED, filled
from dashboard.issuing import asking
from dashboard.issuing.asking import ask
from dashboard.issuing.drafting import Draft, draft_of
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import By


def by_of(acting: Acting, name: str) -> By:
    return By(acting.by, acting.view.now.replace(microsecond=0), name)


def ask_of(acting: Acting, issue_id: int, do: str, name: str, **more: object) -> int:
    return ask(acting.view, acting.store, issue_id, do, by=acting.by, person=name, **more)


def issue_in(acting: Acting, issue_id: int, version: int | None, *states: str) -> ReportIssue:
    """A report in one of some states, unchanged since a version. Raises ActRefused."""
    held = book.issue(acting.store, issue_id)
    if held is None:
        raise ActRefused(404, GONE)
    if held.state not in states:
        raise ActRefused(409, STATE[held.state])
    if version is not None and held.version != version:
        raise ActRefused(409, CHANGED)
    return held


def must_be_idle(acting: Acting, issue: ReportIssue) -> None:
    if asking.is_at_work(acting.store, issue):
        raise ActRefused(409, BUSY)


def made_draft(acting: Acting, issue: ReportIssue) -> Draft:
    return must_be_made(draft_of(acting.store, issue))


def must_be_made(draft: Draft | None) -> Draft:
    if draft is None:
        raise ActRefused(409, NOT_MADE)
    return draft


def must_not_stop(draft: Draft) -> None:
    count = draft.standing.blocking_count
    if count:
        raise ActRefused(409, filled(STOPPED, n=count))


def must(*, done: bool) -> None:
    if not done:
        raise ActRefused(409, CHANGED)
