"""Half and nine in ten resolved by when, for each category, with open appeals counted."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

HOURS_A_DAY = 24.0
MOST, FEWEST = 15, 5
NOT_REACHED = Text("未达到", "not reached")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, p50, p90` (days; missing = not reached) and `n`, slowest first; too few tickets are left out."""
    dimension = "category_code" if len(filters.wish.majors) == 1 else "major_code"
    half = measure(engine, "median_hours", filters, (dimension,))
    most = measure(engine, "p90_hours", filters, (dimension,))
    if half.empty:
        return half
    frame = pd.DataFrame(
        {dimension: half[dimension], "p50": half["value"] / HOURS_A_DAY, "p90": most["value"] / HOURS_A_DAY, "n": half["denominator"]}
    )
    frame = frame[frame["n"] >= FEWEST].sort_values("p50", ascending=False, na_position="first").head(MOST)
    return with_labels(frame, engine, dimension).rename(columns={dimension: "code"}).reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = frame.iloc[::-1]
    names = data[look.label_column]
    furthest = float(data[["p50", "p90"]].max().max())
    end = furthest if furthest > 0 else 1.0
    figure = go.Figure()
    for name, low, high in zip(names, data["p50"], data["p90"], strict=True):
        reach = high if pd.notna(high) else end * 1.08
        if pd.notna(low):
            figure.add_scatter(
                x=[low, reach],
                y=[name, name],
                mode="lines",
                line={"color": look.context, "width": look.size * 0.28, "dash": "solid" if pd.notna(high) else "dot"},
                hoverinfo="skip",
            )
    hover = "%{y}<br>%{x:.1f} d<extra></extra>"
    figure.add_scatter(x=data["p90"], y=names, mode="markers+text", marker={"color": look.muted, "size": look.size * 0.6}, text=[_days(v, look) for v in data["p90"]],
        textposition="middle right", textfont={"color": look.muted, "size": look.size * 0.9}, customdata=data["code"], hovertemplate=hover, cliponaxis=False)  # fmt: skip
    figure.add_scatter(x=data["p50"], y=names, mode="markers+text", marker={"color": look.accent, "size": look.size * 0.7}, text=[f"<b>{_days(v, look)}</b>" for v in data["p50"]],
        textposition="top center", textfont={"color": look.accent, "size": look.size * 0.9}, customdata=data["code"], hovertemplate=hover, cliponaxis=False)  # fmt: skip
    for name, low, high in zip(names, data["p50"], data["p90"], strict=True):
        if pd.isna(high):
            x = end * 1.1 if pd.notna(low) else end * 0.5
            figure.add_annotation(
                x=x,
                y=name,
                text=look.say(NOT_REACHED),
                showarrow=False,
                xanchor="left",
                font={"color": look.faint, "size": look.size * 0.9},
            )
    figure.update_xaxes(visible=False, range=[0, end * 1.3])
    figure.update_yaxes(
        showgrid=True,
        tickfont={"color": look.text, "size": look.size},
        tickmode="linear",
        dtick=1,
        ticklabelstandoff=6,
        range=[-0.6, len(data) - 0.3],
    )
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 2})


def _days(days: float, look: Theme) -> str:
    return look.hours(days * HOURS_A_DAY) if pd.notna(days) else ""


CHART = Chart(
    "resolution_percentiles", Text("各类办结用时：半数 ● 与九成 ●（含在办）", "Half and nine in ten resolved, open counted"), ask, draw,
    needs="closing_times", selects="majors",
)  # fmt: skip
