"""`python -m bench`: builds a demo city aside, then prints how its work compares with the same work done bare."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from bench.asking import show_asking, show_drawing
from bench.loading import show_loading
from bench.timing import print_table
from dashboard.filters import Filters, scoped
from dashboard.settings import Settings, read_city
from dashboard.view import view_of
from etl.demo import write_deliveries
from etl.load import load

UNTIL = datetime(2026, 11, 20, 14, 30)
CITY, SOURCE = "wuhai", "hotline_12345"


def main(
    tickets: Annotated[int, typer.Option(help="Tickets of the demo city.")] = 300_000,
    runs: Annotated[int, typer.Option(help="Runs of each question; the median counts.")] = 7,
    loads: Annotated[int, typer.Option(help="Runs of each load; the median counts.")] = 3,
) -> None:
    """Print tables of ratios; nothing is asserted."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        aside = Path(scratch)
        settings = Settings(city=CITY, warehouse=aside / "warehouse")
        deliveries = write_deliveries(settings.city_folder, aside / "deliveries", until=UNTIL, tickets=tickets)
        one = next(delivery for delivery in deliveries if delivery.source == SOURCE)
        show_loading(Settings(city=CITY, warehouse=aside / "once"), one.path, SOURCE, UNTIL, loads)
        load(settings, deliveries, received_at=UNTIL)
        view = view_of(read_city(settings.city_folder), settings.city_warehouse, "zh")
        size = next(settings.city_warehouse.glob("snapshots/*.duckdb")).stat().st_size / 1e6
        facts = [("tickets asked for", f"{tickets:,}"), ("snapshot, MB", f"{size:,.1f}"), ("DuckDB", duckdb.__version__)]
        print_table("The city", ("", ""), facts)
        filters = scoped(Filters(period="last_12_months"), UNTIL.date(), seen_at=UNTIL)
        show_asking(view, filters, runs)
        show_drawing(view, filters, runs)


if __name__ == "__main__":
    typer.run(main)
