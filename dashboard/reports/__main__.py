"""The command line of reports: what a report says, and whether any document's numbers agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Shown

from dashboard.filters import Filters
from dashboard.reports.checking.document import Unreadable
from dashboard.reports.checking.finding import BLOCKING, RULES, SEVERITIES, Finding
from dashboard.reports.difference_words import difference_blocks
from dashboard.reports.differences import stated_of
from dashboard.reports.monthly import report_of
from dashboard.reports.reach import no_data
from dashboard.reports.reconcile import check_file, is_blocked
from dashboard.reports.spans import KINDS, Span, span_holding
from dashboard.reports.subjects import SUBJECTS, WHOLE, NoSubject
from dashboard.reports.supervise_command import supervise
from dashboard.reports.terminal import (
    AboutOption,
    CityOption,
    DivisionOption,
    FormatOption,
    LanguageOption,
    OutOption,
    UnitOption,
    chosen,
    err,
    formats_of,
    out,
    put_report,
    tell,
    view_in,
)
from dashboard.reports.written import NotWritten
from dashboard.settings import CityError, Settings
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What reports say, and whether their numbers agree.")
HEADINGS = (Text("级别", "Severity"), Text("规则", "Rule"), Text("位置", "Where"), Text("应为", "Expected"), Text("现为", "Found"))
CLEAN = Text("{file}：未发现不一致", "{file}: nothing disagrees")
COUNTED = Text("{file}：{n} 处不一致，其中阻断 {m} 处", "{file}: {n} findings, {m} of them blocking")
CANNOT = Text("{file}：{why}", "{file}: {why}")
A_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
# Exit codes: blocking findings, and a file that could not be read; of a report, that it could not be written,
# or that there are no data of its days.
BLOCKED, UNREAD, NO_DATA = 1, 2, 3


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Files .docx, .xlsx, .csv, .txt.")], lang: LanguageOption = "zh") -> None:
    """Reconcile documents (勾稽校验): print what does not agree; exit 1 where something blocks, 2 where a file cannot be read."""
    worst = 0
    for path in files:
        try:
            found = check_file(path)
        except Unreadable as error:
            err.print(CANNOT.in_(lang).format(file=path.name, why=error.why.in_(lang)), style="red", markup=False, highlight=False)
            worst = max(worst, UNREAD)
            continue
        _show(path.name, found, lang)
        worst = max(worst, BLOCKED if is_blocked(found) else 0)
    raise typer.Exit(worst)


def _show(name: str, found: list[Finding], lang: str) -> None:
    if not found:
        out.print(CLEAN.in_(lang).format(file=name), style="green", markup=False, highlight=False)
        return
    blocking = sum(one.severity == BLOCKING for one in found)
    out.print(COUNTED.in_(lang).format(file=name, n=len(found), m=blocking), markup=False, highlight=False)
    shown = Shown(*(heading.in_(lang) for heading in HEADINGS))
    for one in found:
        shown.add_row(*(text.in_(lang) for text in (SEVERITIES[one.severity], RULES[one.rule], one.where, one.expected, one.found)))
    out.print(shown, markup=False, highlight=False)


@app.command()
def monthly(
    city: CityOption = "",
    *,
    month: Annotated[str, typer.Option("--month", help="YYYY-MM; the last whole month without it.")] = "",
    division: DivisionOption = None,
    unit: UnitOption = None,
    about: AboutOption = WHOLE,
    form: FormatOption = "txt",
    lang: LanguageOption = "zh",
    target: OutOption = None,
) -> None:
    """What the report of a month says."""
    match = A_MONTH.fullmatch(month)
    if month and (match is None or not 1 <= int(match[2]) <= 12 or not 1990 <= int(match[1]) < 2100):
        raise typer.BadParameter(f"{month!r}: expected a month such as 2026-10")
    view = view_in(city, lang)
    day = date(int(match[1]), int(match[2]), 1) if match else Filters(period="last_month").resolved(view.today)[0]
    _write(view, span_holding("month", day), chosen(division, unit), about, form, target)


@app.command()
def write(
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    days: Annotated[str, typer.Argument(help="A day of the period, YYYY-MM-DD; of a special report both its ends, FIRST..LAST.")],
    *,
    city: CityOption = "",
    division: DivisionOption = None,
    unit: UnitOption = None,
    about: AboutOption = WHOLE,
    form: FormatOption = "txt",
    lang: LanguageOption = "zh",
    target: OutOption = None,
) -> None:
    """What the report of a day, week, month, quarter, half-year, year, or of any days says."""
    span = _span(kind, days)
    _write(view_in(city, lang), span, chosen(division, unit), about, form, target)


@app.command()
def differences(
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    days: Annotated[str, typer.Argument(help="A day of the period, YYYY-MM-DD; of a special report both its ends, FIRST..LAST.")],
    *,
    earlier: Annotated[str, typer.Option("--from", help="The snapshot that the report was printed from.")],
    later: Annotated[str, typer.Option("--to", help="The snapshot to hold it against; the one in use without it.")] = "",
    city: CityOption = "",
    division: DivisionOption = None,
    unit: UnitOption = None,
    about: AboutOption = WHOLE,
    form: FormatOption = "txt",
    lang: LanguageOption = "zh",
    target: OutOption = None,
) -> None:
    """What a report said on one snapshot and says on another, each difference explained; and what moved since the period before."""
    span, wish = _span(kind, days), chosen(division, unit)
    view, first = view_in(city, lang, later), view_in(city, lang, earlier)
    try:
        # Numbers are stated in Chinese sentences alone.
        stated = stated_of(report_of(replace(first, language="zh"), span, wish, about=about))
        report = report_of(view, span, wish, about=about)
    except NoSubject as error:
        raise typer.BadParameter(view.say(error.why)) from None
    found = difference_blocks(view, report, span, wish, earlier, stated)
    put_report(view, replace(report, blocks=tuple(found)), form, target)


def _span(kind: str, days: str) -> Span:
    """The days meant. Raises BadParameter."""
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r}: expected one of {', '.join(KINDS)}")
    since, _, until = days.partition("..")
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until or since)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if last < first:
        raise typer.BadParameter("the last day lies before the first")
    return Span(kind, first, last) if kind == "special" else span_holding(kind, first)


def _write(view: View, span: Span, wish: Filters, about: str, form: str, target: Path | None) -> None:
    """The report over the days of a span, put as `form` and `target` say."""
    formats_of(form, target, view.language)
    if (lack := no_data(view, span, SUBJECTS[about].kinds if about in SUBJECTS else ())) is not None:
        tell(view.say(lack))
        raise typer.Exit(NO_DATA)
    try:
        report = report_of(view, span, wish, about=about)
    except NoSubject as error:
        raise typer.BadParameter(view.say(error.why)) from None
    put_report(view, report, form, target)


app.command()(supervise)


def main() -> None:
    try:
        app()
    except NotWritten as error:
        err.print(f"error: {error.why.in_(Settings().message_language)}", style="red", markup=False, highlight=False)
        raise SystemExit(UNREAD) from None
    except (CityError, NoSnapshot, OSError) as error:
        err.print(f"error: {error}", style="red", markup=False, highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
