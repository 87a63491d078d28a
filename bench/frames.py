"""How long the wall's frames take: made anew, by chart and key figure, and asked for again."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any

from bench.asking import forget, overheard
from bench.timing import ms, print_table, seconds_of
from dashboard.charts import CHARTS, Chart
from dashboard.filters import Filters
from dashboard.key_figures import key_figure
from dashboard.metrics import METRICS
from dashboard.rows import event_rows
from dashboard.scenes import Scene, scenes_of
from dashboard.view import View
from dashboard.wall_frames import Wanted, frame, room_of, token_of

# What a scene may take when all of it is new, in seconds.
COLD_SECONDS = 1.0
LAYOUT = "16x9"


def show_frames(view: View, runs: int) -> None:
    """Each scene whole, then what it is made of, slowest first."""
    scenes, rows = scenes_of(view.city.has), []
    for scene in scenes:
        wanted = Wanted(token_of(view), scene.name, LAYOUT, 1.0, view.language)
        forget()
        with overheard(view.engine) as first:
            frame(view, wanted)
        cold = seconds_of(lambda wanted=wanted: frame(view, wanted), runs=runs, before=forget)  # type: ignore[misc]
        with overheard(view.engine) as again:
            warm = seconds_of(lambda wanted=wanted: frame(view, wanted), runs=runs)  # type: ignore[misc]
        size = len(frame(view, wanted)) / 1000
        over = "over" if cold > COLD_SECONDS else ""
        rows.append([scene.name, str(len(first)), ms(cold), over, str(len(again)), f"{warm * 1000:.3f}", f"{size:,.1f}"])
    columns = ("", "queries", "cold ms", "", "queries warm", "warm ms", "kB, zipped")
    print_table(f"Frames of the wall, {LAYOUT}", columns, rows)
    for scene in scenes:
        print_table(f"  {scene.name}, one after the other", ("", "queries", "asked ms", "drawn ms"), parts_of(view, scene))


def parts_of(view: View, scene: Scene) -> list[list[str]]:
    """Each chart and key figure of a scene by itself, with nothing remembered before the first of them."""
    forget()
    wish, look, rows = Filters(period=view.city.period), view.theme("wall"), []
    for slot, name in scene.charts_in(LAYOUT).items():
        chart: Any = CHARTS[name]
        filters, sized = view.scoped(wish, chart.kind), replace(look, room=room_of(LAYOUT, slot))
        with overheard(view.engine) as asked:
            begun = perf_counter()
            found = chart.ask(view.engine, filters)
            said = perf_counter()
            if isinstance(chart, Chart):
                drawn = "" if found.empty else chart.draw(found, sized).to_json()
            else:
                drawn = str(event_rows(found, sized, view.today))
            ended = perf_counter()
        rows.append((ended - begun, [f"{name}, {len(drawn) / 1000:,.0f} kB", str(len(asked)), ms(said - begun), ms(ended - said)]))
    for code, period in scene.figures:
        asked_of = view.scoped(wish.model_copy(update={"period": period or wish.period}), METRICS[code].table.name)
        with overheard(view.engine) as asked:
            begun = perf_counter()
            key_figure(view.engine, code, asked_of, look)
            taken = perf_counter() - begun
        rows.append((taken, [f"number {code}", str(len(asked)), ms(taken), ""]))
    return [row for _, row in sorted(rows, key=lambda held: -held[0])]
