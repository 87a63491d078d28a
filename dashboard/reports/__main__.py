"""The command line of reports: what a report says, and whether any document's numbers agree."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Shown

from dashboard.filters import Filters
from dashboard.reports.checking.document import Unreadable
from dashboard.reports.checking.finding import BLOCKING, RULES, SEVERITIES, Finding
from dashboard.reports.difference_words import difference_blocks
from dashboard.reports.differences import stated_of
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Report
from dashboard.reports.monthly import report_of
from dashboard.reports.pictures import Drawer
from dashboard.reports.plain import as_text
from dashboard.reports.plates import Plate, Printable, plates_of
from dashboard.reports.reach import no_data
from dashboard.reports.reconcile import check_file, is_blocked
from dashboard.reports.spans import KINDS, Span, span_holding
from dashboard.reports.subjects import SUBJECTS, WHOLE, NoSubject
from dashboard.reports.written import NotWritten, file_name
from dashboard.reports.written import write as put
from dashboard.settings import CityError, Settings, read_city
from dashboard.texts import Text
from dashboard.view import View, view_of
from dashboard.warehouse import NoSnapshot

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What reports say, and whether their numbers agree.")
out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True, soft_wrap=True)
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]
FormatOption = Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}; several with commas.")]
LanguageOption = Annotated[str, typer.Option("--lang", help="zh or en.")]
DivisionOption = Annotated[list[str] | None, typer.Option("--division", help="Only this place: its code. May stand several times.")]
AboutOption = Annotated[str, typer.Option("--about", help=f"What it is about: {', '.join(SUBJECTS)}.")]
UnitOption = Annotated[list[str] | None, typer.Option("--unit", help="Only this unit: its code. May stand several times.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A folder for the files; or one file, named with its suffix.")]
HEADINGS = (Text("级别", "Severity"), Text("规则", "Rule"), Text("位置", "Where"), Text("应为", "Expected"), Text("现为", "Found"))
CLEAN = Text("{file}：未发现不一致", "{file}: nothing disagrees")
COUNTED = Text("{file}：{n} 处不一致，其中阻断 {m} 处", "{file}: {n} findings, {m} of them blocking")
CANNOT = Text("{file}：{why}", "{file}: {why}")
ON_SCREEN = ("txt", "json")
A_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
NEEDS_FOLDER = Text("格式 {form} 须用 --out 指定文件夹", "--format {form} needs --out with a folder")
DRAWING, MAKING = Text("绘制图表 {n}/{m}", "drawing charts {n}/{m}"), Text("生成 {form}", "making {form}")
NOT_DRAWN = Text("{n} 幅图表未能绘制，以数据表代替：{why}", "{n} charts could not be drawn and stand as tables: {why}")
RUNNING = Text("{period}的数据未到期末", "the data do not reach the end of {period}")
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
    view = _view(city, lang)
    day = date(int(match[1]), int(match[2]), 1) if match else Filters(period="last_month").resolved(view.today)[0]
    _write(view, span_holding("month", day), _chosen(division, unit), about, form, target)


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
    _write(_view(city, lang), span, _chosen(division, unit), about, form, target)


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
    lang: LanguageOption = "zh",
    target: OutOption = None,
) -> None:
    """What a report said on one snapshot and says on another, each difference explained; and what moved since the period before."""
    span, wish = _span(kind, days), _chosen(division, unit)
    view, first = _view(city, lang, later), _view(city, lang, earlier)
    try:
        # Numbers are stated in Chinese sentences alone.
        stated = stated_of(report_of(replace(first, language="zh"), span, wish, about=about))
        report = report_of(view, span, wish, about=about)
    except NoSubject as error:
        raise typer.BadParameter(view.say(error.why)) from None
    found = difference_blocks(view, report, span, wish, earlier, stated)
    _put(as_text(replace(report, blocks=tuple(found))), target)


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


def _chosen(division: list[str] | None, unit: list[str] | None) -> Filters:
    return Filters(divisions=tuple(division or ()), units=tuple(unit or ()))


def _view(city: str, lang: str, snapshot: str = "") -> View:
    settings = Settings(city=city) if city else Settings()
    return view_of(read_city(settings.city_folder), settings.city_warehouse, lang, snapshot)


def _write(view: View, span: Span, wish: Filters, about: str, form: str, target: Path | None) -> None:
    """The report in one format onto the screen, or in several into a folder; how far it is goes to stderr."""
    forms = list(dict.fromkeys(one.strip() for one in form.split(",") if one.strip()))
    if not forms or any(one not in FORMATS for one in forms):
        raise typer.BadParameter(f"{form!r}: expected {', '.join(FORMATS)}")
    if target is None and (len(forms) > 1 or forms[0] not in ON_SCREEN):
        raise typer.BadParameter(view.say(NEEDS_FOLDER).format(form=",".join(forms)))
    is_file = target is not None and len(forms) == 1 and target.suffix == FORMATS[forms[0]].suffix and not target.is_dir()
    if (lack := no_data(view, span, SUBJECTS[about].kinds if about in SUBJECTS else ())) is not None:
        _tell(view.say(lack))
        raise typer.Exit(NO_DATA)
    try:
        report = report_of(view, span, wish, about=about)
    except NoSubject as error:
        raise typer.BadParameter(view.say(error.why)) from None
    if report.period.is_running:
        _tell(view.say(RUNNING).format(period=report.period.name))
    plates = _plates(view, report) if any(FORMATS[one].has_pictures for one in forms) else ()
    for one in forms:
        data = FORMATS[one].render(Printable(report, plates))
        if target is None:
            text = data.decode("utf-8")
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            continue
        city = view.city.label_en if view.language == "en" else view.city.label
        path = target if is_file else target / file_name(report.title, city, report.period.name, one)
        _tell(view.say(MAKING).format(form=one))
        put(path, data)
        out.print(str(path), markup=False, highlight=False, soft_wrap=True)


def _plates(view: View, report: Report) -> tuple[Plate, ...]:
    found: list[Plate] = []
    with Drawer() as draws:
        for plate in plates_of(view, report, draws):
            found.append(plate)
            _tell(view.say(DRAWING).format(n=len(found), m=len(report.figures)))
    missing = [plate for plate in found if plate.png is None]
    if missing:
        _tell(view.say(NOT_DRAWN).format(n=len(missing), why=view.say(missing[0].why)))
    return tuple(found)


def _tell(line: str) -> None:
    err.print(line, markup=False, highlight=False)


def _put(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    else:
        target.write_text(text, encoding="utf-8")


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
