"""What changed since the last issue and why: an issued report against the data of now, a correction against what it corrects."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.issuing.drafting import read, span_of, view_then, wish_of
from dashboard.report_cards import words
from dashboard.report_cards.paper import Ink, on_paper
from dashboard.reports.difference_words import difference_blocks
from dashboard.reports.differences import Stated, stated_of
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportIssue
from dashboard.store.reports import ISSUED
from dashboard.view import View
from dashboard.warehouse import NoSnapshot


def changes_paper(view: View, store: Engine, issue: ReportIssue) -> Component:
    """The page of differences on paper; where a snapshot is gone, that is said."""
    report = read(store, issue)
    if report is None:
        return html.P(view.say(words.NOT_MADE), className="none")
    held = replace(view_then(view, issue), language=view.language)
    snapshot, stated = _printed(store, issue)
    if issue.state == ISSUED:
        # Against the data that are served now, reckoned as then.
        held = replace(held, snapshot=view.snapshot)
    try:
        blocks = difference_blocks(held, report, span_of(issue), wish_of(issue), snapshot, stated)
    except NoSnapshot:
        return html.P(view.say(words.SNAPSHOT_GONE), className="none")
    if not blocks:
        return html.P(view.say(words.NO_CHANGES), className="none")
    return html.Article(on_paper(view, blocks, Ink()), className="rp-paper", lang=view.language)


def _printed(store: Engine, issue: ReportIssue) -> tuple[str, list[Stated]]:
    """What was printed before of the same days, and on which snapshot: by itself, or by the report it corrects."""
    earlier = issue if issue.state == ISSUED else book.issue(store, issue.supersedes) if issue.supersedes else None
    report = read(store, earlier) if earlier is not None else None
    return (earlier.snapshot_name, stated_of(report)) if earlier is not None and report is not None else ("", [])
