"""Times work by the median of several runs, and prints what it found as tables of ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table


def seconds_of(work: Callable[[], object], *, runs: int, before: Callable[[], object] = lambda: None) -> float:
    """The median seconds `work` takes; `before` is done ahead of each run and not timed."""
    taken = []
    for _ in range(runs):
        before()
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One table; the first column is text, the others are numbers already written out."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"


def times(seconds: float, base: float) -> str:
    return f"{seconds / base:.2f}×" if base > 0 else "—"
