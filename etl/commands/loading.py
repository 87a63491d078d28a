"""Files and databases in: `load`, and the workers that load by themselves."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from datetime import datetime
from typing import Annotated

import typer

from etl.commands.console import KNOWN, CityOption, settings_for, steps
from etl.commands.outcome import reasons, report
from etl.deliveries import Delivery
from etl.errors import FileRefused, SourceError
from etl.find_files import STDIN, Form, find, spooled
from etl.load import load as load_files
from etl.source import source_named


def load(
    source: Annotated[str, typer.Option("--source", help="Which source of the city delivered the files.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, patterns such as 'exports/*.csv', or - for standard input. None: poll the source's database."),
    ] = None,
    city: CityOption = "",
    received_at: Annotated[datetime | None, typer.Option(help="When the files arrived, for replays; default now.")] = None,
    name: Annotated[str, typer.Option("--name", help="What to call standard input.")] = "standard input",
    form: Annotated[Form | None, typer.Option("--format", help="What standard input is; default: told by its content.")] = None,
) -> None:
    """Load files of one source, or what its database has new. The same file twice changes nothing.

    A file that cannot be read does not stop the others; the command then ends with 1, as it does when a check fails.
    """
    settings = settings_for(city)
    declared = source_named(settings.city_folder, source)
    if not files and not declared.database:
        raise SourceError("no files were named, and there is no database to poll", f"sources/{source}.toml", expected="a table [database]")
    found = find((word for word in files or [] if word != STDIN), declared)
    with ExitStack() as stack:
        if STDIN in (files or []):
            suffix = f".{form.value}" if form else None
            path = stack.enter_context(spooled(sys.stdin.buffer, settings.city_warehouse / "landing", suffix))
            found.deliveries.append(Delivery(path, source, name=name))
        if found.refused and not found.deliveries:
            raise found.refused[0]
        progress = stack.enter_context(steps())
        polled = [] if files else [source]
        try:
            outcome = load_files(settings, found.deliveries, polled=polled, received_at=received_at, progress=progress)
        except FileRefused as refusal:
            for other in found.refused:
                refusal.add_note(str(other))
            raise
    outcome.refused.extend(found.refused)
    outcome.notes.extend(found.notes)
    report(outcome)
    reasons(settings, outcome)
    if outcome.refused or outcome.damaged:
        raise typer.Exit(1)


def work(city: CityOption = "") -> None:
    """Load what arrives in the drop folder and do what the web asks for, until stopped."""
    from etl import work as worker  # noqa: PLC0415 only this command needs it

    worker.work(settings_for(city))


def watch(city: CityOption = "") -> None:
    """Load what arrives in the drop folder `inbox/<source>/`, until stopped; without the web's store."""
    from etl import watch as watching  # noqa: PLC0415 only this command needs it

    watching.forever(settings_for(city), KNOWN)


def job(number: int, city: CityOption = "") -> None:
    """Do one job of the queue; started by `work`."""
    from etl import work as worker  # noqa: PLC0415 only this command needs it

    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    worker.run_job(settings_for(city), number, KNOWN)
