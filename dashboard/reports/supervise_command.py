"""Supervision slips (督办单、催办清单) on the command line: previewed, or issued into the log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Report
from dashboard.reports.plates import Printable
from dashboard.reports.supervision import slip_of, supervision_report
from dashboard.reports.terminal import CityOption, FormatOption, OutOption, UnitOption, formats_of, tell, view_in
from dashboard.reports.written import file_name
from dashboard.reports.written import write as put
from dashboard.settings import Settings
from dashboard.store import store
from dashboard.store import supervision as slips
from dashboard.store.supervision import NUMBERS, OVERDUE
from dashboard.supervising.drafting import Asked, drafts, drafts_of
from dashboard.supervising.finding import late_tickets
from dashboard.texts import Text
from dashboard.view import View

NOTHING_TO_URGE, DRAFT = Text("没有可列入的诉求", "Nothing to list"), "预览"


def supervise(
    city: CityOption = "",
    *,
    unit: UnitOption = None,
    kind: Annotated[str, typer.Option("--kind", help="overdue (督办单) or due_soon (催办清单).")] = OVERDUE,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="Only units with so many.")] = 1,
    again: Annotated[bool, typer.Option("--again", help="Also what an open slip urged a short time ago.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Number and log them; without it they are previews.")] = False,
    form: FormatOption = "txt",
    target: OutOption = None,
) -> None:
    """Supervision slips (督办单、催办清单) to the units that have anything over its limit, or soon due."""
    if kind not in NUMBERS:
        raise typer.BadParameter(f"{kind!r}: expected {' or '.join(NUMBERS)}")
    settings = Settings(city=city) if city else Settings()
    view = view_in(city, "zh")
    forms = formats_of(form, target, "zh")
    asked = Asked(kind, tuple(unit or ()), at_least, again)
    made = list(_issued(settings, view, asked) if issue else _previewed(settings, view, asked))
    if not made:
        tell(NOTHING_TO_URGE.zh)
    for report in made:
        for one in forms:
            data = FORMATS[one].render(Printable(report, (), is_draft=not issue))
            if target is None:
                sys.stdout.write(f"{data.decode('utf-8')}\n")
                continue
            path = target / file_name(report.title, report.scope, report.number if issue else DRAFT, one)
            put(path, data)
            tell(str(path))


def _previewed(settings: Settings, view: View, asked: Asked) -> Iterator[Report]:
    for slip in drafts(view, asked, slips.history(store(settings.people_url), asked.kind), view.now):
        yield supervision_report(view, slip)


def _issued(settings: Settings, view: View, asked: Asked) -> Iterator[Report]:
    engine, now = store(settings.people_url), view.now.replace(microsecond=0)
    found = late_tickets(view, asked.kind, asked.units)
    made = slips.issue(engine, asked.kind, lambda urged: drafts_of(view, asked, found, urged, now), by="terminal", at=now)
    held = slips.listed(engine, made)
    for number in made:
        row = slips.slip(engine, number)
        assert row is not None  # noqa: S101 it was just issued
        yield supervision_report(view, slip_of(row, held.get(number, [])), number=row.number, made_on=now.date())
