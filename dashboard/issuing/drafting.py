"""Drafts: begun for a kind of report and its days, generated on a snapshot, read with the edits and checks they have now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Engine

from dashboard.filters import Filters, Scope
from dashboard.issuing import checked
from dashboard.issuing.checked import Found, found_in, with_annex
from dashboard.issuing.content import content_hash, findings_from, findings_json, report_from, report_json
from dashboard.issuing.edited import Edit, EditState, edited, states
from dashboard.issuing.numbering import next_number, number_of, number_words, open_key, scope_before, series_of
from dashboard.issuing.products import PRODUCTS, REPORT
from dashboard.reports.checking.finding import Finding
from dashboard.reports.edition import Edition
from dashboard.reports.model import Report
from dashboard.reports.scopes import narrowed
from dashboard.reports.spans import Span
from dashboard.reports.subjects import subject_for
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportContent, ReportIssue
from dashboard.store.reports import By, Generated, NewIssue, Standing
from dashboard.view import View


@dataclass(frozen=True)
class Asked:
    """What a report is drafted for."""

    span: Span
    wish: Filters = field(default_factory=Filters)
    language: str = "zh"
    product: str = REPORT
    office: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Draft:
    """A report as it reads now: `report` with its edits and annex, `generated` without; what is found; how the edits stand."""

    issue: ReportIssue
    generated: Report
    report: Report
    found: tuple[Found, ...]
    edits: tuple[EditState, ...]

    @property
    def standing(self) -> Standing:
        return standing(self.report, self.found)


def begin(view: View, store: Engine, asked: Asked, by: By) -> int:
    """Put a draft into the books; what it says comes with `generate`.

    Raises dashboard.store.reports.Taken, and dashboard.reports.subjects.NoSubject where the city or what is chosen has no such report.
    """
    product = PRODUCTS[asked.product]
    wish = _wish(asked.wish)
    subject_for(view, asked.span, wish, asked.product)
    series = series_of(asked.product, asked.span, wish, asked.language)
    last = book.latest_issued(store, series, asked.span.since, asked.span.until)
    is_same = last is not None and open_key(*_key(last)) == open_key(asked.product, asked.span, wish, asked.language)
    title = product.titles[asked.span.kind].in_(asked.language).format(product=view.product.in_(asked.language))
    new = NewIssue(
        asked.product, asked.span.kind, asked.span.since, asked.span.until, json.dumps(wish.to_json(), ensure_ascii=False),
        json.dumps(asdict(view.scope)), asked.language, "", title, series,
        open_key(asked.product, asked.span, wish, asked.language), view.snapshot, by.at,
        last.issue_id if last is not None and is_same else None, asked.office, asked.issuer,
    )  # fmt: skip
    return book.begin(store, new, by)


def _wish(wish: Filters) -> Filters:
    """The wish without days and snapshot: those are the report's own."""
    return wish.model_copy(update={"period": "last_month", "since": None, "until": None, "snapshot": ""})


def _key(issue: ReportIssue) -> tuple[str, Span, Filters, str]:
    return issue.product, span_of(issue), wish_of(issue), issue.language


def span_of(issue: ReportIssue) -> Span:
    return Span(issue.kind, issue.since, issue.until)  # type: ignore[arg-type]


def wish_of(issue: ReportIssue) -> Filters:
    return Filters.from_json(json.loads(issue.wish))


def view_then(view: View, issue: ReportIssue) -> View:
    """The view by which a report was generated: its snapshot, language, scope, and the day it was reckoned from."""
    scope = Scope(**{name: tuple(codes) for name, codes in json.loads(issue.seen_scope).items()})
    return replace(view, snapshot=issue.snapshot_name, language=issue.language, scope=scope, moment=issue.reckoned_at)


def generated(view: View, issue: ReportIssue) -> tuple[Report, list[Finding]]:
    """What a report says by the program alone, and what its snapshot's checks find. Raises NoSnapshot."""
    held = view_then(view, issue)
    made = PRODUCTS[issue.product].make(held, span_of(issue), wish_of(issue))
    subject = subject_for(held, span_of(issue), wish_of(issue), issue.product)
    return made, checked.measured(Edition(narrowed(held, wish_of(issue)), span_of(issue), wish_of(issue), subject.kinds), made)


def generate(view: View, store: Engine, issue: ReportIssue, by: By) -> bool:
    """Write what a draft says on the snapshot of `view`, its edits kept; False where it is no draft any more. Raises NoSnapshot."""
    fresh = _over(issue, snapshot_name=view.snapshot, reckoned_at=by.at)
    made, found = generated(view, fresh)
    held = book.content(store, issue.issue_id)
    # A title that a person gave stays.
    title = issue.title if held is not None and issue.title != report_from(held.generated).title else made.title
    composed = composed_of(fresh, made, found, edits_of(store, issue.issue_id), reasons_of(store, issue.issue_id), {"title": title})
    kept = Generated(report_json(made), findings_json(found), title, made.scope, fresh.snapshot_name, made.as_of, fresh.reckoned_at)
    return book.fill(store, issue.issue_id, kept, composed.standing, by)


def _over(issue: ReportIssue, **values: object) -> ReportIssue:
    """A copy of a row with other values; nothing of it is written."""
    held = {column.name: getattr(issue, column.name) for column in ReportIssue.__table__.columns}
    return ReportIssue(**held | values)


def edits_of(store: Engine, issue_id: int) -> list[Edit]:
    return [Edit(row.key, row.text, row.after_key, row.generated) for row in book.edits(store, issue_id)]


def reasons_of(store: Engine, issue_id: int) -> dict[str, str]:
    """Why findings were waived, by their keys."""
    return {row.finding: row.reason for row in book.waivers(store, issue_id)}


def composed_of(
    issue: ReportIssue,
    made: Report,
    found: Iterable[Finding],
    edits: Sequence[Edit],
    reasons: Mapping[str, str],
    described: Mapping[str, str] = {},
) -> Draft:
    """A report as it reads with edits and waivers; `described` is what it is to say of itself (title, office, issuer)."""
    said = {"title": issue.title, "office": issue.office, "issuer": issue.issuer} | dict(described)
    written = replace(edited(made, edits), **said)  # type: ignore[arg-type]
    every = tuple(found_in(made, written, list(found), reasons))
    return Draft(issue, made, with_annex(written, every), every, tuple(states(made, edits)))


def draft_of(
    store: Engine,
    issue: ReportIssue,
    *,
    edits: Sequence[Edit] | None = None,
    reasons: Mapping[str, str] | None = None,
    measured: Sequence[Finding] | None = None,
    described: Mapping[str, str] = {},
) -> Draft | None:
    """A report as it reads now, or as it would with other edits, reasons, findings or words of itself; None while nothing was generated."""
    held = book.content(store, issue.issue_id)
    if held is None:
        return None
    return composed_of(
        issue, report_from(held.generated), findings_from(held.measured) if measured is None else measured,
        edits_of(store, issue.issue_id) if edits is None else edits,
        reasons_of(store, issue.issue_id) if reasons is None else reasons, described,
    )  # fmt: skip


def read(store: Engine, issue: ReportIssue) -> Report | None:
    """What a report says: an issued one as it was issued, another as it reads now under the number it would be given."""
    held = book.content(store, issue.issue_id)
    if held is not None and held.issued:
        return report_from(held.issued)
    draft = draft_of(store, issue)
    return None if draft is None else replace(draft.report, number=provisional(store, issue))


def provisional(store: Engine, issue: ReportIssue) -> str:
    """The number a report has, or would be given now."""
    held = book.content(store, issue.issue_id)
    return number_of(issue) or number_words(next_number(store, issue), issue.language, prefix_of(issue, held))


def prefix_of(issue: ReportIssue, held: ReportContent | None) -> str:
    """What stands before the number of a report on one place or unit: whose it is."""
    return scope_before(report_from(held.generated).number, span_of(issue), issue.language) if held else ""


def standing(report: Report, found: Sequence[Found]) -> Standing:
    return Standing(content_hash(report), len(found), sum(one.is_stopping for one in found))
