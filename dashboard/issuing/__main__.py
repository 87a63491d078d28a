"""The command line of the archive of reports: what was issued, and whether it still is what it was."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from dashboard.issuing.archive import verify as verified
from dashboard.issuing.numbering import number_of
from dashboard.settings import CityError, Settings, read_city
from dashboard.store import reports as book
from dashboard.store import store
from dashboard.view import view_of
from dashboard.warehouse import NoSnapshot

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The archive of issued reports.")
out = Console(width=None if sys.stdout.isatty() else 150, soft_wrap=True)
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]
LanguageOption = Annotated[str, typer.Option("--lang", help="zh or en.")]


@app.callback()
def archive() -> None:
    """The archive of issued reports."""


@app.command()
def verify(city: CityOption = "", lang: LanguageOption = "zh") -> None:
    """Make every issued report again from its snapshot and read its files again; exit 1 where one is not what it was."""
    settings = Settings(city=city) if city else Settings()
    engine, view = store(settings.people_url), view_of(read_city(settings.city_folder), settings.city_warehouse, lang)
    is_fine = True
    for issue in book.issues(engine, [book.ISSUED], count=100_000):
        found = verified(view, engine, issue, settings.reports)
        is_fine = is_fine and found.is_whole
        style = "green" if found.is_whole else "red"
        for line in found.said:
            out.print(f"{issue.title} {number_of(issue)}: {line.in_(lang)}", style=style, markup=False, highlight=False)
    raise typer.Exit(0 if is_fine else 1)


def main() -> None:
    try:
        app()
    except (CityError, NoSnapshot, OSError) as error:
        out.print(f"error: {error}", style="red", markup=False, highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
