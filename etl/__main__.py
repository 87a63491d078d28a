"""The command line of the loader: files and databases in, immutable snapshots out."""

from __future__ import annotations

import getpass
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dashboard.settings import CityError, Settings, read_city
from dashboard.warehouse import NoSnapshot, current_snapshot, snapshot_path
from etl import batches, checks
from etl.arrivals import STDIN, Form, find, spooled
from etl.contradictions import notes
from etl.deliveries import Delivery
from etl.derive import derive as derived_files
from etl.errors import FileRefused, LoadError, SourceError, placed
from etl.inspect.command import inspect
from etl.load import Outcome, civic_now
from etl.load import load as load_files
from etl.reference import ReferenceFault
from etl.source import source_named

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Files and databases in, immutable snapshots out.")
out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True, soft_wrap=True)
CityOption = Annotated[str, typer.Option("--city", help="A folder of data/cities.")]
KNOWN = (LoadError, CityError, ReferenceFault, NoSnapshot, checks.CheckFailed, duckdb.Error, OSError)


def settings_for(city: str) -> Settings:
    return Settings(city=city) if city else Settings()


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A line that shows the step at work; silent where nobody watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda step: bar.update(task, description=step)


def report(outcome: Outcome) -> None:
    """One line a file, then the warnings, then the reasons of rejected rows."""
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "batch", "received", "accepted", "duplicates", "rejected"):
        table.add_column(heading, justify="left" if heading in ("file", "batch") else "right", overflow="fold")
    for batch in outcome.batches:
        numbers = [f"{n:,}" for n in outcome.counts.get(batch.batch_id, (batch.received_count, 0, 0, 0))]
        table.add_row(batch.file_name, batch.batch_id, *numbers)
    if outcome.batches:
        out.print(table)
    for batch in outcome.batches:
        if batch.batch_id not in outcome.new:
            out.print(f"{batch.file_name}: already loaded as {batch.batch_id}; nothing changed")
        for warning in outcome.warnings.get(batch.batch_id, batch.warnings):
            err.print(f"warning: {batch.file_name}: {warning}", highlight=False, markup=False)
    for warning in outcome.reference_warnings:
        err.print(f"warning: {warning}", highlight=False, markup=False)
    for note in [*outcome.notes, *outcome.mended]:
        err.print(f"note: {note}", highlight=False, markup=False)
    for fault in [*outcome.refused, *outcome.damaged]:
        err.print(f"error: {fault}", style="red", highlight=False, markup=False)


def reasons(settings: Settings, outcome: Outcome) -> None:
    """What was not taken, and why: file, row, column, what was expected."""
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    ids = sorted(outcome.new)
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(
            "select file_name, reason_code, any_value(column_name), any_value(expected), count(*), min(row_number),"
            " min(line_number),"
            " any_value(masked_value) from rejected_rows where list_contains(?, batch_id) group by all order by 1, 5 desc",
            [ids],
        ).fetchall()
        unmatched = con.execute(
            "select kind, cast(sum(row_count) as bigint), count(*), list(name order by row_count desc, name)[:5]"
            " from (select kind, name, sum(row_count) as row_count from unmatched_names where list_contains(?, batch_id) group by all)"
            " group by kind order by kind",
            [ids],
        ).fetchall()
        doubts = notes(con, ids)
        years = checks.undeclared_years(con)
    for file, reason, column, expected, count, row, line, value in rows:
        where = placed(file, row, line, column)
        more = f" (and {count - 1:,} more)" if count > 1 else ""
        seen = f" {value!r}" if value else ""
        err.print(f"rejected: {where}: {reason}{seen}; expected {expected}{more}", highlight=False, markup=False)
    for kind, count, number, names in unmatched:
        listed = ", ".join(name or "(nameless)" for name in names) + (" …" if number > len(names) else "")
        err.print(
            f"note: {count:,} rows with an unknown {kind.replace('_', ' ')} are counted as such; {number:,} names: {listed}",
            highlight=False,
            markup=False,
        )
    for doubt in doubts:
        err.print(f"note: {doubt}", highlight=False, markup=False)
    for year in years:
        err.print(f"warning: holidays.csv has no row for {year}: Monday to Friday are counted as workdays", highlight=False)


@app.command()
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


@app.command()
def demo(
    city: CityOption = "",
    tickets: Annotated[int, typer.Option(help="How many tickets over 24 months.")] = 300_000,
    seed: int = 20260101,
    until: Annotated[datetime | None, typer.Option(help="The moment the demo city stands at; default now.")] = None,
) -> None:
    """Write a demo city's deliveries as its platforms would export them, and load them by the ordinary road."""
    from etl.demo import write_deliveries  # noqa: PLC0415 only this command needs it

    settings = settings_for(city)
    moment = (until or civic_now(read_city(settings.city_folder).time_zone)).replace(microsecond=0)
    with steps() as progress:
        progress("writing deliveries")
        folder = settings.city_warehouse / "demo"
        deliveries = write_deliveries(settings.city_folder, folder, until=moment, tickets=tickets, seed=seed)
        outcome = load_files(settings, deliveries, received_at=moment, progress=progress)
    report(outcome)
    out.print(f"snapshot {current_snapshot(settings.city_warehouse)}")


@app.command()
def drip(
    city: CityOption = "",
    every: Annotated[float, typer.Option(min=1, help="Seconds from one look at the clock to the next.")] = 60,
    inbox: Annotated[Path | None, typer.Option(help="The drop folder; default: the city's own.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Write what is due now, and end.")] = False,
) -> None:
    """Play the platforms of a demo city: put what each delivers into the drop folder, inbox/<source>/<file>, until stopped."""
    from etl.demo.simulator import Simulator  # noqa: PLC0415 only this command needs it

    settings = settings_for(city)
    facts = read_city(settings.city_folder)
    if not facts.is_demo:
        raise CityError(f"{settings.city_folder / 'city.toml'}: is_demo is not true; only a city of generated data is played")
    folder = settings.city_warehouse
    simulator = Simulator(settings.city_folder, folder, inbox or folder / "inbox")
    with suppress(KeyboardInterrupt):
        for moment, deliveries in simulator.run(lambda: civic_now(facts.time_zone), every):
            out.print(f"{moment:%Y-%m-%d %H:%M:%S} {len(deliveries)} deliveries into {simulator.inbox}", highlight=False)
            if once:
                break


@app.command()
def history(city: CityOption = "", as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Every batch: file, received, accepted, duplicates, rejected, file hash."""
    settings = settings_for(city)
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    columns = (
        "batch_id", "source_code", "file_name", "received_at", "received_count", "accepted_count", "duplicate_count",
        "rejected_count", "file_sha256", "loaded_by",
    )  # fmt: skip
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute(f"select {', '.join(columns)} from load_batches order by batch_id").fetchall()
    if as_json:
        sys.stdout.write(
            json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str, ensure_ascii=False, indent=1) + "\n"
        )
        return
    table = Table(box=None, pad_edge=False)
    for column in columns[:-2]:
        table.add_column(column.removesuffix("_count").replace("_", " "), justify="right" if column.endswith("_count") else "left")
    table.add_column("sha256")
    for row in rows:
        table.add_row(*(f"{v:,}" if isinstance(v, int) else str(v) for v in row[:-2]), row[-2][:12])
    out.print(table)


@app.command()
def undo(batch: str, city: CityOption = "", reason: Annotated[str, typer.Option(help="Why; kept with the batch.")] = "") -> None:
    """Publish a snapshot without a batch. Its rows stay in landing: `redo` brings them back."""
    settings = settings_for(city)
    with steps() as progress:
        name = batches.undo(settings, batch, by=getpass.getuser(), reason=reason, progress=progress)
    out.print(f"{batch} is undone; snapshot {name}")


@app.command()
def redo(batch: str, city: CityOption = "") -> None:
    """Let a batch count again that was undone, or set aside because nothing could be published with it."""
    with steps() as progress:
        name = batches.redo(settings_for(city), batch, progress=progress)
    out.print(f"{batch} counts again; snapshot {name}")


@app.command()
def rebuild(city: CityOption = "") -> None:
    """Build a snapshot anew from everything landed and the city's folder as it is now."""
    with steps() as progress:
        name = batches.rebuild(settings_for(city), progress=progress)
    out.print(f"snapshot {name}")


@app.command()
def rejects(
    batch: str,
    out_file: Annotated[Path, typer.Option("--csv", "--xlsx", help="Where to write; .xlsx keeps every cell as text.")],
    city: CityOption = "",
) -> None:
    """Write the rejected rows of a batch as delivered, with what is wrong with each; mended, the file can be loaded."""
    settings = settings_for(city)
    count = batches.write_rejects(settings, batch, out_file)
    mended = batches.mended_count(settings, batch)
    out.print(f"{count:,} rows in {out_file}" + (f"; {mended:,} of them came back mended (_mended_by)" if mended else ""))


@app.command()
def work(city: CityOption = "") -> None:
    """Load what arrives in the drop folder and do what the web asks for, until stopped."""
    from etl import work as worker  # noqa: PLC0415 only this command needs it

    worker.work(settings_for(city))


@app.command()
def watch(city: CityOption = "") -> None:
    """Load what arrives in the drop folder `inbox/<source>/`, until stopped; without the web's store."""
    from etl import watch as watching  # noqa: PLC0415 only this command needs it

    watching.forever(settings_for(city), KNOWN)


@app.command(hidden=True)
def job(number: int, city: CityOption = "") -> None:
    """Do one job of the queue; started by `work`."""
    from etl import work as worker  # noqa: PLC0415 only this command needs it

    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    worker.run_job(settings_for(city), number, KNOWN)


@app.command()
def derive(city: CityOption = "", force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False) -> None:
    """Write the divisions, units, categories and channels read off the deliveries into the city's folder, to be corrected there."""
    for path, count in derived_files(settings_for(city), force=force).items():
        out.print(f"{count:>9,} rows in {path}", soft_wrap=True, highlight=False)


@app.command()
def check(city: CityOption = "") -> None:
    """Count what the city has, compare with what it expects, and run every check on the snapshot in use."""
    settings = settings_for(city)
    facts = read_city(settings.city_folder)
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    with duckdb.connect(str(path), read_only=True) as con:
        found, counted = checks.findings(con), checks.counts(con, facts)
        years = checks.undeclared_years(con)
    for name, number, expected in counted:
        wrong = expected is not None and expected != number
        out.print(f"{number:>9,} {name}" + (f"   expected {expected:,}" if wrong else ""))
        if wrong:
            found.append(checks.Finding(f"{name} expected {expected}", 1, str(number)))
    for finding in found:
        err.print(f"finding: {finding.check}: {finding.row_count:,} rows, first {finding.sample}", highlight=False)
    for year in years:
        err.print(f"warning: holidays.csv has no row for {year}: Monday to Friday are counted as workdays", highlight=False)
    out.print(f"{len(found)} findings")
    if found:
        raise typer.Exit(1)


app.command()(inspect)


@app.command()
def forget(
    source: Annotated[str, typer.Option("--source", help="The source of the number.")] = "",
    number: Annotated[str, typer.Option("--number", help="The ticket's number at its source.")] = "",
    caller: Annotated[str, typer.Option("--caller", help="A telephone, however it is written.")] = "",
    older_than: Annotated[str, typer.Option("--older-than", help="Tickets that were over so many months ago: 36m.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; kept, so it must not name the person.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Leave the rows out entirely; else only what tells of a person.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --older-than: do it, not only say how much.")] = False,
    city: CityOption = "",
) -> None:
    """Forget a person: empty his cells in what was landed, rebuild the snapshot, delete those that knew. Run again if cut off."""
    from etl.forgetting import asked_to_forget  # noqa: PLC0415 only this command needs it

    request = {"source": source, "number": number, "caller": caller, "older_than": older_than, "reason": reason}
    for line in asked_to_forget(settings_for(city), request, is_whole=whole, is_sure=yes):
        out.print(line, highlight=False, markup=False)


@app.command()
def schematic(city: CityOption = "") -> None:
    """Divide the outlines of a city's folder among their towns and communities, as a schematic map."""
    from etl.schematic import write_boundaries  # noqa: PLC0415 only this command needs it

    write_boundaries(settings_for(city).city_folder)


def main() -> None:
    try:
        app()
    except KNOWN as error:
        for line in (str(error), *getattr(error, "__notes__", ())):
            err.print(f"error: {line}", style="red", highlight=False, markup=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
