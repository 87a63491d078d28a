"""Half and nine in ten resolved by when, for each category, with open appeals counted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, beside, named, rows_of, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import category_level
from dashboard.texts import Text
from dashboard.theme import Theme

HOURS_A_DAY = 24.0
MOST = 15
NOT_REACHED = Text("未达到", "not reached")
HALF, NINE = Text("半数 ●", "half ●"), Text("九成 ●", "nine in ten ●")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, p50, p90` (days; missing = not reached) and `n`, slowest first; too few tickets are left out."""
    dimension = category_level(engine, filters.wish.majors)
    half = measure(engine, "median_hours", filters, (dimension,))
    most = measure(engine, "p90_hours", filters, (dimension,))
    if half.empty:
        return half
    frame = pd.DataFrame(
        {dimension: half[dimension], "p50": half["value"] / HOURS_A_DAY, "p90": most["value"] / HOURS_A_DAY, "n": half["denominator"]}
    )
    frame = frame[frame["n"] >= filters.minimum_count].sort_values("p50", ascending=False, na_position="first").head(MOST)
    return with_labels(frame, engine, dimension).rename(columns={dimension: "code"}).reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    frame = frame.head(look.rows_that_fit(len(frame), pitch=1.4))
    rows = rows_of(frame.iloc[::-1])
    half = f"<span style='color:{look.accent}'>{look.say(HALF)}</span>"
    # "not reached" and "nine in ten" are longer than 未达到 and 九成.
    widths = (6.4, 6.8) if look.language == "en" else (4.8, 5.2)
    columns = [
        Column([f"<b>{in_days(row['p50'], look)}</b>" for row in rows], widths[0], look.accent, half),
        Column([in_days(row["p90"], look) for row in rows], widths[1], look.muted, look.say(NINE)),
    ]
    return draw_spans(frame, "p90", columns, look)


def draw_spans(frame: pd.DataFrame, most: str, columns: Sequence[Column], look: Theme) -> go.Figure:
    """A line from `p50` to the column `most` for each row, dotted where that is not reached, and `columns` beside (last row first)."""
    rows = rows_of(frame.iloc[::-1])
    names = named(rows, look)
    furthest = float(frame[["p50", most]].max().max())
    end = furthest if furthest > 0 else 1.0
    figure = go.Figure()
    for reached, dash in ((True, "solid"), (False, "dot")):
        held = [(name, row) for name, row in zip(names, rows, strict=True) if pd.notna(row["p50"]) and pd.notna(row[most]) == reached]
        if held:
            # All spans of a kind are one broken line: a trace for each would cost as much as the rest of the figure.
            x = [place for _, row in held for place in (row["p50"], row[most] if reached else end * 1.04, None)]
            line = {"color": look.context, "width": look.size * 0.28, "dash": dash}
            figure.add_scatter(x=x, y=[y for name, _ in held for y in (name, name, None)], mode="lines", line=line, hoverinfo="skip")
    for share, colour, size in ((most, look.muted, 0.6), ("p50", look.accent, 0.75)):
        figure.add_scatter(
            x=frame[share].iloc[::-1], y=names, mode="markers", marker={"color": colour, "size": look.size * size},
            customdata=[row["code"] for row in rows], hovertemplate="%{y}<br>%{x:.1f} d<extra></extra>",
        )  # fmt: skip
    beside(figure, names, columns, look)
    figure.update_xaxes(visible=False, range=[-end * 0.02, end * 1.06])
    figure.update_yaxes(
        showgrid=True, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


def in_days(days: float, look: Theme) -> str:
    return look.hours(days * HOURS_A_DAY) if pd.notna(days) else look.say(NOT_REACHED)


CHART = Chart(
    "resolution_percentiles", Text("各类办结用时（含在办）", "Time taken, open counted"), ask, draw,
    needs=("closing_times",), selects="majors", metrics=("median_hours", "p90_hours"),
)  # fmt: skip
