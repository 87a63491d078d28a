"""How long questions and figures take, beside their own SQL on DuckDB's bare cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from bench.timing import ms, print_table, seconds_of, times
from dashboard import asking, places
from dashboard.charts import CHARTS, Chart
from dashboard.filters import ScopedFilters
from dashboard.metrics import METRICS
from dashboard.queries import measure
from dashboard.theme import theme
from dashboard.view import View

Statements = list[tuple[str, Any]]


def forget() -> None:
    """Empty every cache, of answers and of outlines."""
    asking.forget()
    for held in vars(places).values():
        if hasattr(held, "cache_clear"):
            held.cache_clear()


@contextmanager
def overheard(engine: Engine) -> Iterator[Statements]:
    """The statements an engine runs meanwhile, with their parameters."""
    heard: Statements = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: object, _context: object, _many: bool) -> None:
        heard.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def bare(engine: Engine, statements: Statements, runs: int) -> float:
    """Seconds the same statements take on the raw cursor, their rows fetched."""
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()

        def run() -> None:
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
                cursor.fetchall()

        run()
        return seconds_of(run, runs=runs)
    finally:
        connection.close()


def row_of(name: str, engine: Engine, ask: Callable[[], object], runs: int) -> list[str]:
    forget()
    with overheard(engine) as statements:
        ask()
    base, cold, warm = bare(engine, statements, runs), seconds_of(ask, runs=runs, before=forget), seconds_of(ask, runs=runs)
    over = "over" if cold > RATIO * base + SLACK else ""
    return [name, str(len(statements)), ms(base), ms(cold), times(cold, base), over, ms(warm)]


# A question may take so much of its bare SQL and so many seconds more; a figure may take so long to draw.
RATIO, SLACK, DRAWN = 1.3, 0.003, 0.015
COLUMNS = ("", "queries", "bare ms", "asked ms", "of bare", "", "remembered ms")


def show_asking(view: View, filters: ScopedFilters, runs: int) -> None:
    engine, span = view.engine, f"{filters.since} to {filters.until}"
    rows = [row_of(name, engine, lambda chart=chart: chart.ask(engine, filters), runs) for name, chart in CHARTS.items()]  # type: ignore[misc]
    print_table(f"Charts: ask() beside its own SQL, {span}", COLUMNS, rows)
    rows = [row_of(code, engine, lambda code=code: measure(engine, code, filters), runs) for code in METRICS]  # type: ignore[misc]
    print_table(f"Metrics: measure() beside its own SQL, {span}", COLUMNS, rows)


def show_drawing(view: View, filters: ScopedFilters, runs: int) -> None:
    look, rows = theme("wall", "zh"), []
    for name, chart in CHARTS.items():
        if not isinstance(chart, Chart) or chart.lack(view.engine, filters):
            continue
        frame = chart.ask(view.engine, filters)
        if frame.empty:
            continue
        drawn = seconds_of(lambda chart=chart, frame=frame: chart.draw(frame, look).to_plotly_json(), runs=runs)  # type: ignore[misc]
        written = seconds_of(lambda chart=chart, frame=frame: chart.draw(frame, look).to_json(), runs=runs)  # type: ignore[misc]
        size = len(chart.draw(frame, look).to_json())
        rows.append([name, f"{len(frame):,}", ms(drawn), "over" if drawn > DRAWN else "", ms(written), f"{size / 1000:,.1f}"])
    print_table("Figures: drawn, and drawn and written", ("", "rows", "drawn ms", "", "with JSON ms", "kB"), rows)
