"""How long a monthly report takes, warm: what it says, its charts, each of its files; and whether memory stays flat over many."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Annotated, Any

import typer

from bench.asking import bare, forget, overheard
from bench.timing import ms, print_table, times
from dashboard.filters import Filters
from dashboard.reports.formats import FORMATS
from dashboard.reports.monthly import report_of
from dashboard.reports.pictures import Drawer
from dashboard.reports.plates import Plate, Printable, plates_of
from dashboard.reports.spans import Span, span_holding
from dashboard.settings import Settings, read_city
from dashboard.view import View, view_of

WITHIN = 10.0  # Seconds for a warm report in all its formats on two cores.
TICK = os.sysconf("SC_CLK_TCK")
MB = 2**20


@dataclass(frozen=True)
class Spent:
    """What a piece of work took: seconds, and seconds of processor by us and by the browser."""

    name: str
    seconds: float
    ours: float
    browser: float

    @property
    def row(self) -> list[str]:
        return [self.name, f"{self.seconds:.2f}", f"{self.ours:.2f}", f"{self.browser:.2f}"]


def processes_of(leader: int) -> list[Path]:
    """The processes of a session, as folders of /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if leader and int(_stat(folder)[3]) == leader:
                found.append(folder)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _stat(folder: Path) -> list[str]:
    """Fields of /proc/…/stat from the state on: a name may hold blanks."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def cpu_of(leader: int) -> float:
    return sum(sum(map(int, _stat(folder)[11:13])) for folder in processes_of(leader)) / TICK


def memory_of(folders: list[Path]) -> float:
    """Megabytes, of what several share each its part."""
    lines = [line for folder in folders for line in (folder / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:")]
    return sum(int(line.split()[1]) for line in lines) * 1024 / MB


def timed(name: str, drawer: Drawer, work: Callable[[], Any]) -> tuple[Spent, Any]:
    browser, ours, begun = cpu_of(drawer.process), process_time(), perf_counter()
    made = work()
    return Spent(name, perf_counter() - begun, process_time() - ours, cpu_of(drawer.process) - browser), made


def month_of(view: View) -> Span:
    """The last whole month of a city."""
    return span_holding("month", Filters(period="last_month").resolved(view.today)[0])


def one(view: View, span: Span, drawer: Drawer) -> list[Spent]:
    """A report made whole: its content, its charts, and every format."""
    content, report = timed("content", drawer, lambda: report_of(view, span))
    charts, plates = timed(f"{len(report.figures)} charts", drawer, lambda: tuple(plates_of(view, report, drawer)))
    undrawn = [plate.figure.chart for plate in plates if isinstance(plate, Plate) and plate.png is None]
    if undrawn:
        typer.echo(f"not drawn: {', '.join(undrawn)}", err=True)
    made = Printable(report, plates)
    files = [timed(name, drawer, lambda held=form: held.render(made))[0] for name, form in FORMATS.items()]  # type: ignore[misc]
    return [content, charts, *files]


def show_report(view: View, reports: int = 3) -> None:
    """Tables of one report asked anew, and of the memory after each of many."""
    span = month_of(view)
    with Drawer() as drawer:
        one(view, span, drawer)  # The browser and every module warm.
        forget()
        with overheard(view.engine) as statements:
            spent = one(view, span, drawer)
        base = bare(view.engine, statements, 1)
        again = one(view, span, drawer)
        whole = Spent("in all", *(sum(getattr(part, name) for part in spent) for name in ("seconds", "ours", "browser")))
        rows = [[*part.row, f"{later.seconds:.2f}", ""] for part, later in zip(spent, again, strict=True)]
        rows.append([*whole.row, f"{sum(part.seconds for part in again):.2f}", "over" if whole.seconds > WITHIN else ""])
        columns = ("", "seconds", "our CPU", "browser CPU", "remembered", "")
        print_table(f"The report of a month, {span.since} to {span.until}", columns, rows)
        asked = sum(part.seconds for part in spent[:2])
        facts = [("queries", str(len(statements))), ("bare ms", ms(base)), ("content and charts, of bare", times(asked, base))]
        print_table("Its queries", ("", ""), facts)
        _show_memory(view, span, drawer, reports)


def _show_memory(view: View, span: Span, drawer: Drawer, reports: int) -> None:
    """Memory of this process and of the browser after each report; every other one asks everything anew."""
    rows = []
    for number in range(1, reports + 1):
        if number % 2:
            forget()
        one(view, span, drawer)
        if number in (1, 2, 3, 5) or number % 10 == 0 or number == reports:
            ours, browser = memory_of([Path("/proc/self")]), memory_of(processes_of(drawer.process))
            rows.append([str(number), f"{ours:,.0f}", f"{browser:,.0f}"])
    print_table("Memory after so many reports, MB", ("reports", "this process", "browser"), rows)


def main(
    city: Annotated[str, typer.Option(help="A folder of data/cities.")] = "wuhai",
    warehouse: Annotated[Path | None, typer.Option(help="Where its snapshots stand; the project's own without it.")] = None,
    reports: Annotated[int, typer.Option(help="Reports over which memory is watched.")] = 50,
) -> None:
    """Print tables; nothing is asserted."""
    settings = Settings(city=city) if warehouse is None else Settings(city=city, warehouse=warehouse)
    view = view_of(read_city(settings.city_folder), settings.city_warehouse, "zh")
    show_report(replace(view, city=view.city.model_copy(update={"today": "as_of"})), reports)


if __name__ == "__main__":
    typer.run(main)
