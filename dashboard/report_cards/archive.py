"""The archive: every report with its number, state, snapshot, hash and files; filtered by kind, state and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine

from dashboard.components import table
from dashboard.filters import one_of
from dashboard.issuing.drafting import span_of
from dashboard.issuing.numbering import number_of
from dashboard.issuing.products import PRODUCTS, REPORT
from dashboard.profiles import COMMITTEE, REPORT_CLERK, VISITOR
from dashboard.report_cards import words
from dashboard.report_cards.files import OFFERED, file_path
from dashboard.report_cards.hands import whose
from dashboard.report_cards.markup import aria
from dashboard.reports.subjects import REPORTS
from dashboard.store import reports as book
from dashboard.store.report_tables import ReportFile, ReportIssue
from dashboard.store.reports import DISCARDED, ISSUED, OPEN
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

# Pages that belong to reports and have no place in the menu, and what a city must have for them.
BESIDE = {
    "/reports/supervision": (Text("督办与催办", "Supervision slips"), "tickets"),
    "/reports/schedule": (Text("自动编报", "Schedule"), ""),
}
ROWS = 50
MOST = 2000
KEPT = ("of", "state", "year")
HEADINGS = [
    (Text("报告", "Report"), "text"), (Text("时段", "Period"), "text"), (Text("范围", "Scope"), "text"), (Text("期号", "Number"), "text"),
    (Text("状态", "State"), "when"), (Text("数据快照", "Snapshot"), "when"),
    (Text("校验码", "Hash"), "when"), (Text("文件", "Files"), "text"),
    (Text("经手", "By"), "when"),
]  # fmt: skip


def archive_card(view: View, store: Engine, query: Mapping[str, str | list[str]]) -> Component:
    """The card of the archive."""
    # Drafts are for those who write and review them.
    every = book.issues(store, count=MOST) if view.profile in (REPORT_CLERK, COMMITTEE) else book.issues(store, (ISSUED,), count=MOST)
    asked = {name: one_of(query, name)[:40] for name in KEPT}
    shown = [one for one in every if _fits(one, asked)]
    wanted = one_of(query, "page", "1")
    pages = max(1, -(-len(shown) // ROWS))
    page = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
    rows = [_row(view, one, book.files(store, one.issue_id)) for one in shown[(page - 1) * ROWS : page * ROWS]]
    links = [html.A(view.say(name), href=path) for path, (name, has) in BESIDE.items() if not has or has in view.city.has]
    title = html.Div([html.H2([view.say(words.ARCHIVE), html.Small(f" {len(shown):,}")]), html.Nav(links)], className="rp-archive-head")
    if not every:
        return html.Section([title, html.Div([html.B(view.say(words.NONE_YET)), view.say(words.NONE_YET_HINT)], className="rp-empty")],
                            className="card card-free rp-archive")  # fmt: skip
    body = table(HEADINGS, rows, view, words.NONE_FIT)
    return html.Section(
        [title, _filters(view, every, asked), body, *_pager(view, asked, page, pages)], className="card card-free rp-archive"
    )


def _fits(one: ReportIssue, asked: Mapping[str, str]) -> bool:
    state = (
        one.state != DISCARDED if not asked["state"] else one.state == asked["state"] or (asked["state"] == "open" and one.state in OPEN)
    )
    return state and asked["of"] in ("", kind_code(one)) and asked["year"] in ("", str(one.since.year))


def kind_code(one: ReportIssue) -> str:
    """What a report is filed under: reports by their kind, others by their name."""
    return one.kind if one.product == REPORT else one.product


def kind_name(view: View, code: str) -> str:
    return view.say(REPORTS[code] if code in REPORTS else PRODUCTS[code].label if code in PRODUCTS else Text(code, code))


def _filters(view: View, every: Sequence[ReportIssue], asked: Mapping[str, str]) -> Component:
    """Links that narrow the archive, of what there is."""
    order = [*REPORTS, *PRODUCTS]
    kinds = sorted({kind_code(one) for one in every}, key=lambda code: order.index(code) if code in order else len(order))
    states = [
        code for code in ("open", ISSUED, DISCARDED) if any(one.state == code or (code == "open" and one.state in OPEN) for one in every)
    ]
    years = sorted({str(one.since.year) for one in every}, reverse=True)
    groups = {
        "of": [(code, kind_name(view, code)) for code in kinds],
        "state": [(code, view.say(words.SHOW[code])) for code in states],
        "year": [(year, year) for year in years],
    }
    return html.Nav(
        [
            html.Span([_filter(asked, name, code, text) for code, text in (("", view.say(words.EVERY[name])), *held)])
            for name, held in groups.items() if len(held) > 1 or asked[name]
        ],
        className="rp-filter", **aria(label=view.say(words.NARROW)),
    )  # fmt: skip


def _filter(asked: Mapping[str, str], name: str, code: str, text: str) -> Component:
    said = {key: value for key, value in {**asked, name: code}.items() if value}
    is_here = asked[name] == code
    more: dict[str, Any] = {"aria-current": "true"} if is_here else {}
    return html.A(text, href=f"{words.PATH}?{urlencode(said)}" if said else words.PATH, className="is-here" if is_here else "", **more)


def _row(view: View, one: ReportIssue, files: Sequence[ReportFile]) -> list[Any]:
    text, sign, look = words.STATES[one.state]
    state = html.Span(f"{sign} {view.say(text)}", className=f"rp-state {look}")
    span = span_of(one)
    kind = html.Small(kind_name(view, kind_code(one)))
    is_new = one.state == ISSUED
    shown = {file.format: file for file in files if file.is_issued or not is_new}
    links = [
        html.A(name, href=file_path(shown[name]), title=shown[name].name, download=shown[name].name)
        for name in OFFERED
        if name in shown and view.profile is not VISITOR
    ]
    at, by, person = next(
        (getattr(one, f"{step}_at"), getattr(one, f"{step}_by"), getattr(one, f"{step}_person"))
        for step in ("issued", "reviewed", "submitted", "drafted") if getattr(one, f"{step}_at") and (step != "issued" or is_new)
    )  # fmt: skip
    title = html.A(one.title or kind_name(view, kind_code(one)), href=f"{words.PATH}?issue={one.issue_id}", className="rp-name")
    return [
        html.Div([title, kind]),
        span.name(view.language), one.scope or MISSING, number_of(one) or MISSING, state, one.snapshot_name.partition("-")[0],
        html.Code(one.content_hash[:10], title=one.content_hash) if one.content_hash else MISSING,
        html.Div(links, className="rp-files") if links else MISSING,
        html.Div([f"{at:%Y-%m-%d}", html.Small(whose(view, by or "", person))]),
    ]  # fmt: skip


def _pager(view: View, asked: Mapping[str, str], page: int, pages: int) -> list[Component]:
    if pages < 2:
        return []
    said = {key: value for key, value in asked.items() if value}
    steps = [(words.NEWER_PAGE, page - 1), (words.OLDER_PAGE, page + 1)]
    links = [html.A(view.say(text), href=f"{words.PATH}?{urlencode({**said, 'page': at})}") for text, at in steps if 1 <= at <= pages]
    return [html.Nav([*links, html.Span(f"{page} / {pages}")], className="pager")]
