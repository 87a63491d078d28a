"""The command `inspect`: look at an unknown file, print the source that reads it, and put it into a city if asked to."""

from __future__ import annotations

import csv
import re
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dashboard.settings import Settings, civic_time
from etl.commands.console import say
from etl.errors import FileRefused, LoadError, SourceError
from etl.inspect import Findings, inspect_file, parsed_back, toml_of
from etl.inspect.city import city_text, put
from etl.inspect.printing import show
from etl.kinds import KINDS

HAS = {"pilot_observations": "pilots"}


def inspect(  # noqa: PLR0917 options of a command line
    file: Path,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook; default the one that looks most like ours.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}; default what the columns look like.")] = None,
    city: Annotated[str, typer.Option(help="The city the source is for.")] = "",
    source: Annotated[str, typer.Option(help="The name the source shall have: small letters, digits, _ and -.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Put the source into the city's folder, made if it is not there.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a source that is there.")] = False,
    label: Annotated[str, typer.Option(help="The name of a city that is made.")] = "",
    division_code: Annotated[str, typer.Option(help="The statistics code of a city that is made.")] = "",
    time_zone: Annotated[str, typer.Option(help="The time zone of a city that is made.")] = "Asia/Shanghai",
) -> None:
    """Look at an unknown file and print the source (TOML) that reads it.

    What was found out goes to the error channel, the TOML to the output, so that `> sources/x.toml` saves it.
    """
    if kind and kind not in KINDS:
        raise LoadError(f"there is no kind {kind!r}", file, expected=f"one of {', '.join(KINDS)}")
    if write and not (city and source):
        raise LoadError("--write needs --city and --source", file, expected="such as --city mycity --source hotline")
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 190, soft_wrap=False)
    settings = Settings()
    cities = settings.cities
    findings = inspect_file(file, now=civic_time(time_zone), sheet=sheet, kind=kind, channels=_channels(cities / city) if city else [])
    show(findings, console)
    text = toml_of(findings.proposal, settings.message_language)
    name = source or _name(file)
    if findings.proposal.missing:
        sys.stdout.write(text)
        hope = f"a column for {', '.join(findings.proposal.missing)} in [columns], or another --kind or --sheet"
        raise SourceError("the proposal cannot be loaded as it is", f"{name}.toml", expected=hope)
    if not findings.proposal.shape.has_header:
        sys.stdout.write(text)
        raise FileRefused("has no header", file, expected="a row of names above the data")
    parsed_back(text, name)
    sys.stdout.write(text)
    if write:
        for path in put(cities, city, name, text, city_text_of(findings, city, label, division_code, time_zone), force=force):
            console.print(f"{say('written')}: {path}", highlight=False, markup=False, soft_wrap=True)
        command = f"python -m etl load {shlex.quote(str(file))} --city {city} --source {name}"
        console.print(f"{say('next')}: {command}", highlight=False, markup=False, soft_wrap=True)


def city_text_of(findings: Findings, city: str, label: str, division_code: str, time_zone: str) -> str:
    kind = findings.proposal.kind
    return city_text(
        city, label, division_code, time_zone, HAS.get(kind, kind), is_old=findings.proposal.is_old, language=Settings().message_language
    )


def _channels(folder: Path) -> list[str]:
    """The codes a city's channels.csv declares; none where it has no such file."""
    path = folder / "channels.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["channel_code"] for row in csv.DictReader(file) if row.get("channel_code")]


def _name(file: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")[:40] or "source"
