"""The city's own folder: checked, completed from what was delivered, its outlines divided; and a person forgotten."""

from __future__ import annotations

from typing import Annotated

import duckdb
import typer

from dashboard.roster import roster_faults
from dashboard.settings import read_city
from dashboard.warehouse import current_snapshot, snapshot_path
from etl import checks
from etl.commands.console import CityOption, err, out, say, settings_for, tell
from etl.derive import derive as derived_files
from etl.reference import warnings_of


def derive(city: CityOption = "", force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False) -> None:
    """Write the divisions, units, categories and channels read off the deliveries into the city's folder, to be corrected there."""
    for path, count in derived_files(settings_for(city), force=force).items():
        out.print(f"{count:>9,} rows in {path}", soft_wrap=True, highlight=False)


def check(city: CityOption = "") -> None:
    """Count what the city has, compare with what it expects, and run every check on the snapshot in use."""
    settings = settings_for(city)
    facts = read_city(settings.city_folder)
    path = snapshot_path(settings.city_warehouse, current_snapshot(settings.city_warehouse))
    with duckdb.connect(str(path), read_only=True) as con:
        found, counted = checks.findings(con), checks.counts(con, facts)
        years, weights = checks.undeclared_years(con), checks.uneven_weights(con, facts)
    for name, number, expected in counted:
        wrong = expected is not None and expected != number
        out.print(f"{number:>9,} {name}" + (f"   expected {expected:,}" if wrong else ""))
        if wrong:
            found.append(checks.Finding(f"{name} expected {expected}", 1, str(number)))
    for finding in found:
        err.print(f"{say('finding')}: {finding.check}: {finding.row_count:,} rows, first {finding.sample}", highlight=False)
    faults = roster_faults(settings.city_folder)
    for fault in faults:
        tell("finding", fault)
    for oddity in [*warnings_of(settings.city_folder, facts), *weights]:
        tell("warning", oddity)
    for year in years:
        tell("warning", f"holidays.csv has no row for {year}: Monday to Friday are counted as workdays")
    out.print(say(f"{len(found) + len(faults)} findings"))
    if found or faults:
        raise typer.Exit(1)


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
    from etl.forget.request import asked_to_forget  # noqa: PLC0415 only this command needs it

    request = {"source": source, "number": number, "caller": caller, "older_than": older_than, "reason": reason}
    for line in asked_to_forget(settings_for(city), request, is_whole=whole, is_sure=yes):
        out.print(line, highlight=False, markup=False)


def schematic(city: CityOption = "") -> None:
    """Divide the outlines of a city's folder among their towns and communities, as a schematic map."""
    from etl.schematic import write_boundaries  # noqa: PLC0415 only this command needs it

    write_boundaries(settings_for(city).city_folder)
