"""`python -m bench`: builds a demo city aside, then prints how its work compares with the same work done bare."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from bench.asking import show_asking, show_drawing
from bench.frames import show_frames
from bench.loading import show_loading
from bench.pages import show_filter_changes, show_pages
from bench.report import show_report
from bench.timing import print_table
from dashboard.filters import EARLIEST, Filters, scoped
from dashboard.queries import total
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
    warehouse: Annotated[Path | None, typer.Option(help="Ask one that stands, such as that of bench.scale; nothing is loaded.")] = None,
) -> None:
    """Print tables of ratios, with `over` beside what passes its bar; nothing is asserted."""
    if warehouse is not None:
        show(Settings(city=CITY, warehouse=warehouse), runs)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        aside = Path(scratch)
        settings = Settings(city=CITY, warehouse=aside / "warehouse")
        deliveries = write_deliveries(settings.city_folder, aside / "deliveries", until=UNTIL, tickets=tickets)
        one = next(delivery for delivery in deliveries if delivery.source == SOURCE)
        show_loading(Settings(city=CITY, warehouse=aside / "once"), one.path, SOURCE, UNTIL, loads)
        load(settings, deliveries, received_at=UNTIL)
        show(settings, runs)


def show(settings: Settings, runs: int) -> None:
    """What a warehouse answers, and how fast: at its data time."""
    view = view_of(read_city(settings.city_folder), settings.city_warehouse, "zh")
    size = (settings.city_warehouse / "snapshots" / f"{view.snapshot}.duckdb").stat().st_size / 1e6
    newest = view.data_state("tickets").newest
    seen = newest.to_pydatetime() if newest is not None else UNTIL
    wish = Filters(period="last_12_months")
    filters = scoped(wish, seen.date(), seen_at=seen)
    held = int(total(view.engine, "reported_count", filters.between(EARLIEST, seen.date())).value)
    facts = [("appeals counted", f"{held:,}"), ("snapshot, MB", f"{size:,.1f}"), ("DuckDB", duckdb.__version__)]
    print_table("The city", ("", ""), facts)
    show_asking(view, filters, runs)
    show_drawing(view, filters, runs)
    # The page's own clock stands where the data end, as in a city of historic data.
    standing = replace(view, city=view.city.model_copy(update={"today": "as_of"}))
    show_frames(standing, runs)
    show_filter_changes(standing, wish, runs)
    show_pages(settings, view)
    show_report(standing)


if __name__ == "__main__":
    typer.run(main)
