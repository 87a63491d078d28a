"""What every command shares: its consoles, the choice of a city, the line that shows the step at work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dashboard.phrases import said
from dashboard.settings import CityError, Settings
from dashboard.warehouse import NoSnapshot
from etl import checks
from etl.errors import LoadError, shortened
from etl.reference import ReferenceFault

out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True, soft_wrap=True)
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]
KNOWN = (LoadError, CityError, ReferenceFault, NoSnapshot, checks.CheckFailed, duckdb.Error, OSError)


def say(text: str) -> str:
    """What a command prints, in the language of messages; folders of the city and the program are left out of paths."""
    settings = Settings()
    return said(shortened(text, settings), settings.message_language)


def tell(what: str, text: object, style: str = "", to: Console = err) -> None:
    """A line on the error channel: an error, a warning, a note."""
    to.print(f"{say(what)}: {say(str(text))}", style=style, highlight=False, markup=False)


def settings_for(city: str) -> Settings:
    return Settings(city=city) if city else Settings()


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A line that shows the step at work; silent where nobody watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda step: bar.update(task, description=step)
