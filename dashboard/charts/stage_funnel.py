"""How far appeals have come: how many reached each stage, and the usual time from the stage before."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.charts.base import Chart
from dashboard.filters import ScopedFilters, where
from dashboard.queries import HOUR, fetch
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import R, stages, tickets

MEDIAN = Text("环节用时中位（已到达件）", "median from the stage before, of those that arrived")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `label, label_en, value, share, hours`: tickets reported in the period that reached the stage, in the city's order."""
    order = fetch(engine, select(stages).order_by(stages.c.sort_order))
    columns, before = [], None
    for code in order["stage_code"]:
        reached = tickets.c[f"{code}_at"]
        columns.append(func.count(reached).label(f"{code}_count"))
        if before is not None:
            lasted = func.date_diff("second", before, reached)
            columns.append(func.quantile_cont(lasted, 0.5).filter(reached >= before).label(f"{code}_seconds"))
        before = reached
    row = fetch(engine, select(*columns).where(where(tickets, R, filters))).iloc[0]
    if not row.iloc[0]:
        return pd.DataFrame()
    order["value"] = [int(row[f"{code}_count"]) for code in order["stage_code"]]
    order["hours"] = [float(row.get(f"{code}_seconds", float("nan")) or float("nan")) / HOUR for code in order["stage_code"]]
    order["share"] = 100.0 * order["value"] / order["value"].iloc[0]
    return order[order["value"] > 0].reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = frame.iloc[::-1]
    figure = go.Figure()
    figure.add_bar(
        y=data[look.label_column], x=data["share"], orientation="h", width=0.6, marker={"color": look.accent, "opacity": 0.85},
        text=[f"<b>{look.count(v)}</b>  <span style='color:{look.faint}'>{s:.0f}%</span>" for v, s in zip(data["value"], data["share"], strict=True)],
        textposition="outside", cliponaxis=False, textfont={"size": look.size}, hovertemplate="%{y}<br>%{x:.1f}%<extra></extra>",
    )  # fmt: skip
    for row in data.itertuples():
        if pd.notna(row.hours):
            label = getattr(row, look.label_column)
            figure.add_annotation(
                x=1,
                xref="paper",
                y=label,
                text=look.hours(row.hours),
                showarrow=False,
                xanchor="right",
                font={"color": look.muted, "size": look.size},
            )
    figure.add_annotation(
        x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False, text=look.say(MEDIAN),
        font={"color": look.faint, "size": look.size * 0.85},
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, 178])
    figure.update_yaxes(showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6)
    return figure.update_layout(margin={"l": 4, "r": 4, "t": look.size * 1.3, "b": 2})


CHART = Chart("stage_funnel", Text("办理环节", "Stages reached"), ask, draw)
