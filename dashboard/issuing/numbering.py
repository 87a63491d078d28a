"""Numbers of reports: given when a report is issued, one after the other within its series, corrections under the number they correct."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import Engine

from dashboard.filters import Filters
from dashboard.reports.monthly import NUMBER, TOTAL_NUMBER
from dashboard.reports.spans import Span
from dashboard.store import reports as book
from dashboard.store.report_files import Numbered
from dashboard.store.report_tables import ReportIssue
from dashboard.texts import Text

CORRECTED = Text("{number}（第{n}次更正）", "{number} (correction {n})")
DAYS = ("period", "since", "until", "snapshot")


def chosen(wish: Filters) -> str:
    """All that a wish chooses besides its days, as one canonical text; empty where it chooses nothing."""
    found = {name: sorted(value) if isinstance(value, list) else value for name, value in wish.to_json().items() if name not in DAYS}
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else ""


def series_of(product: str, span: Span, wish: Filters, language: str) -> str:
    """What a report is numbered with: reports of one kind, scope and language; special reports are one series whatever they are about."""
    scope = "" if span.kind == "special" else chosen(wish)
    digest = hashlib.sha256(scope.encode("utf-8")).hexdigest()[:16] if scope else ""
    return ":".join(filter(None, (product, span.kind, language, digest)))


def open_key(product: str, span: Span, wish: Filters, language: str) -> str:
    """What two drafts share that are drafts of one report."""
    said = "\n".join((product, span.kind, span.since.isoformat(), span.until.isoformat(), chosen(wish), language))
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def year_of(span: Span) -> int:
    """In which year a report is counted: that of its days; a week's is the calendar of weeks', a special report's that of its end."""
    if span.kind == "week":
        return span.since.isocalendar().year
    return span.until.year if span.kind == "special" else span.since.year


def next_number(store: Engine, issue: ReportIssue) -> Numbered:
    """The number a report would be given if it were issued now."""
    span = Span(issue.kind, issue.since, issue.until)  # type: ignore[arg-type]
    held = book.issue(store, issue.supersedes) if issue.supersedes else None
    if held is not None and held.number and held.year and held.number_in_all:
        return Numbered(held.year, held.number, held.number_in_all, held.correction + 1)
    year = year_of(span)
    last, in_all = book.in_series(store, issue.series, year)
    # Where none was issued here, those before it in its year were issued elsewhere: October's is the tenth.
    number = last + 1 if last or span.kind == "special" else span.number_of_year
    return Numbered(year, number, in_all + 1 if in_all else number)


def scope_before(printed: str, span: Span, language: str) -> str:
    """The place or unit that a printed number names before itself; empty of the whole city."""
    bare = NUMBER.in_(language).format(year=year_of(span), n="\0").partition("\0")[0]
    before, found, _ = printed.partition(bare)
    return before if found else ""


def number_words(numbered: Numbered, language: str, before: str = "") -> str:
    """A number as printed."""
    words = before + TOTAL_NUMBER.in_(language).format(year=numbered.year, n=numbered.number, m=numbered.number_in_all)
    return CORRECTED.in_(language).format(number=words, n=numbered.correction) if numbered.correction else words


def number_of(issue: ReportIssue) -> str:
    """The number of an issued report, without whose it is; empty of one that has none."""
    if issue.year is None or issue.number is None or issue.number_in_all is None:
        return ""
    return number_words(Numbered(issue.year, issue.number, issue.number_in_all, issue.correction), issue.language)
