"""What the commands of reports share: their options, the formats asked for, and the way of a report onto the screen or into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dashboard.filters import Filters
from dashboard.reports.formats import FORMATS
from dashboard.reports.model import Report
from dashboard.reports.pictures import Drawer
from dashboard.reports.plates import Plate, Printable, plates_of
from dashboard.reports.subjects import SUBJECTS
from dashboard.reports.written import file_name
from dashboard.reports.written import write as put
from dashboard.settings import Settings, read_city
from dashboard.texts import Text
from dashboard.view import View, view_of

out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True, soft_wrap=True)
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]
FormatOption = Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}; several with commas.")]
LanguageOption = Annotated[str, typer.Option("--lang", help="zh or en.")]
DivisionOption = Annotated[list[str] | None, typer.Option("--division", help="Only this place: its code. May stand several times.")]
AboutOption = Annotated[str, typer.Option("--about", help=f"What it is about: {', '.join(SUBJECTS)}.")]
UnitOption = Annotated[list[str] | None, typer.Option("--unit", help="Only this unit: its code. May stand several times.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A folder for the files; or one file, named with its suffix.")]
ON_SCREEN = ("txt", "json")
NEEDS_FOLDER = Text("格式 {form} 须用 --out 指定文件夹", "--format {form} needs --out with a folder")
DRAWING, MAKING = Text("绘制图表 {n}/{m}", "drawing charts {n}/{m}"), Text("生成 {form}", "making {form}")
NOT_DRAWN = Text("{n} 幅图表未能绘制，以数据表代替：{why}", "{n} charts could not be drawn and stand as tables: {why}")
RUNNING = Text("{period}的数据未到期末", "the data do not reach the end of {period}")


def formats_of(form: str, target: Path | None, language: str) -> list[str]:
    """The formats asked for. Raises typer.BadParameter where one is unknown, or they need a folder."""
    forms = list(dict.fromkeys(one.strip() for one in form.split(",") if one.strip()))
    if not forms or any(one not in FORMATS for one in forms):
        raise typer.BadParameter(f"{form!r}: expected {', '.join(FORMATS)}")
    if target is None and (len(forms) > 1 or forms[0] not in ON_SCREEN):
        raise typer.BadParameter(NEEDS_FOLDER.in_(language).format(form=",".join(forms)))
    return forms


def chosen(division: list[str] | None, unit: list[str] | None) -> Filters:
    return Filters(divisions=tuple(division or ()), units=tuple(unit or ()))


def view_in(city: str, lang: str, snapshot: str = "") -> View:
    settings = Settings(city=city) if city else Settings()
    return view_of(read_city(settings.city_folder), settings.city_warehouse, lang, snapshot)


def put_report(view: View, report: Report, form: str, target: Path | None) -> None:
    """The report in one format onto the screen, or in several into a folder; how far it is goes to stderr."""
    forms = formats_of(form, target, view.language)
    is_file = target is not None and len(forms) == 1 and target.suffix == FORMATS[forms[0]].suffix and not target.is_dir()
    if report.period.is_running:
        tell(view.say(RUNNING).format(period=report.period.name))
    plates = _plates(view, report) if any(FORMATS[one].has_pictures for one in forms) else ()
    for one in forms:
        data = FORMATS[one].render(Printable(report, plates))
        if target is None:
            text = data.decode("utf-8")
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            continue
        city = view.city.label_en if view.language == "en" else view.city.label
        path = target if is_file else target / file_name(report.title, city, report.period.name, one)
        tell(view.say(MAKING).format(form=one))
        put(path, data)
        out.print(str(path), markup=False, highlight=False, soft_wrap=True)


def _plates(view: View, report: Report) -> tuple[Plate, ...]:
    found: list[Plate] = []
    with Drawer() as draws:
        for plate in plates_of(view, report, draws):
            found.append(plate)
            tell(view.say(DRAWING).format(n=len(found), m=len(report.figures)))
    missing = [plate for plate in found if plate.png is None]
    if missing:
        tell(view.say(NOT_DRAWN).format(n=len(missing), why=view.say(missing[0].why)))
    return tuple(found)


def tell(line: str) -> None:
    err.print(line, markup=False, highlight=False)
