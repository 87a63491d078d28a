"""The demo city: its deliveries written and loaded, and its platforms played."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dashboard.settings import CityError, read_city
from dashboard.warehouse import current_snapshot
from etl.commands.console import CityOption, out, say, settings_for, steps
from etl.commands.outcome import report
from etl.load import load as load_files


def demo(
    city: CityOption = "",
    tickets: Annotated[int, typer.Option(help="How many tickets over 24 months.")] = 300_000,
    seed: int = 20260101,
    until: Annotated[datetime | None, typer.Option(help="The moment the demo city stands at; default now.")] = None,
) -> None:
    """Write a demo city's deliveries as its platforms would export them, and load them by the ordinary road."""
    from etl.demo import write_deliveries  # noqa: PLC0415 only this command needs it

    settings = settings_for(city)
    moment = (until or read_city(settings.city_folder).now()).replace(microsecond=0)
    with steps() as progress:
        progress("writing deliveries")
        folder = settings.city_warehouse / "demo"
        deliveries = write_deliveries(settings.city_folder, folder, until=moment, tickets=tickets, seed=seed)
        outcome = load_files(settings, deliveries, received_at=moment, progress=progress)
    report(outcome)
    out.print(say(f"snapshot {current_snapshot(settings.city_warehouse)}"))


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
        for moment, deliveries in simulator.run(facts.now, every):
            out.print(f"{moment:%Y-%m-%d %H:%M:%S} {len(deliveries)} deliveries into {simulator.inbox}", highlight=False)
            if once:
                break
