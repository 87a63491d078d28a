"""How long a page takes to answer a change of its filters, and how much each page sends at first."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from plotly.io.json import to_json_plotly

from app import create_app
from bench.asking import forget
from bench.timing import ms, print_table, seconds_of
from dashboard.charts import CHARTS, Chart
from dashboard.filters import Filters
from dashboard.guard import guard_text
from dashboard.key_figures import key_figure
from dashboard.rows import event_rows
from dashboard.settings import Settings
from dashboard.view import View
from layouts import PAGES, tickets

# What a change of filters may take on ten million appeals, cold and remembered, and what a page may send at first.
COLD_SECONDS, CACHED_SECONDS, FIRST_BYTES = 1.5, 0.15, 150_000
COMPRESSION = 5


CHARTS_SHOWN = [name for _, held in tickets.SECTIONS for what, _ in held for name in ([what] if isinstance(what, str) else what)]


def verdict(found: float, bar: float) -> str:
    return "" if found <= bar else "over"


def panels(view: View, wish: Filters) -> list[str]:
    """Everything the page of appeals shows for a wish, as it is sent: figures, lists, key figures, the sentence below."""
    engine, look, filters = view.engine, view.theme("office"), view.scoped(wish)
    sent = []
    for name in CHARTS_SHOWN:
        chart = CHARTS[name]
        if isinstance(chart, Chart):
            sent.append(str(chart.figure(engine, filters, look).to_json()))
        else:
            sent.append(to_json_plotly(event_rows(chart.ask(engine, filters), look, view.today)))
    sent += [to_json_plotly(key_figure(engine, code, filters, look).to_json()) for code in tickets.FIGURES]
    return [*sent, guard_text(engine, filters, look)]


def show_filter_changes(view: View, wish: Filters, runs: int) -> None:
    """One district, one major category, one unit, two years: each drawn anew, and drawn again."""
    changes: dict[str, Filters] = {
        "the period alone": wish,
        "one district": wish.model_copy(update={"divisions": ("150303",)}),
        "one major category": wish.model_copy(update={"majors": ("01",)}),
        "two years": Filters(period="custom", since=view.today.replace(year=view.today.year - 2, day=1), until=view.today),
    }
    rows = []
    for name, changed in changes.items():
        redraw: Callable[[], object] = lambda changed=changed: panels(view, changed)  # type: ignore[misc] # noqa: E731
        forget()
        cold, cached = seconds_of(redraw, runs=max(runs // 2, 1), before=forget), seconds_of(redraw, runs=runs)
        sent = len(gzip.compress("".join(panels(view, changed)).encode(), COMPRESSION))
        rows.append(
            [name, ms(cold), verdict(cold, COLD_SECONDS), ms(cached), verdict(cached, CACHED_SECONDS), f"{sent / 1000:,.1f}"],
        )
    title = f"A change of filters on Appeals, {len(CHARTS_SHOWN)} panels and {len(tickets.FIGURES)} key figures"
    print_table(title, ("", "cold ms", "", "remembered ms", "", "kB, zipped"), rows)


def show_pages(settings: Settings, view: View) -> None:
    """What a page sends at first: the shell, and its own layout."""
    server = create_app(settings).server
    client, rows = server.test_client(), []
    for page in PAGES:
        if page.HAS and page.HAS not in view.city.has:
            continue
        shell = len(gzip.compress(client.get(page.PATH).data, COMPRESSION))
        with server.test_request_context(page.PATH):
            laid = len(gzip.compress(to_json_plotly(page.layout(view, {})).encode(), COMPRESSION))
        rows.append([page.PATH, f"{shell / 1000:,.1f}", f"{laid / 1000:,.1f}", verdict(shell + laid, FIRST_BYTES)])
    print_table("The first answer of each page, zipped, without scripts and styles", ("", "shell kB", "layout kB", ""), rows)
