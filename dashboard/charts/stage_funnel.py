"""How far appeals have come: how many reached each stage, and the usual time from the stage before."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, Column, beside
from dashboard.filters import ScopedFilters, where
from dashboard.survival import HOUR
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import R, stages, tickets

MEDIAN = Text("环节用时中位（已到达件）", "median from the stage before, of those that arrived")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `label, label_en, value, share, hours`: tickets of the period that reached each stage, in the city's order."""
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
    order["hours"] = [float(row[name]) / HOUR if (name := f"{code}_seconds") in row else float("nan") for code in order["stage_code"]]
    order["share"] = 100.0 * order["value"] / order["value"].iloc[0]
    return order[order["value"] > 0].reset_index(drop=True)


def told(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """The stages that say most where not all have room: the first, and those that lose most of the stage before."""
    loss = (frame["share"].shift() - frame["share"]).abs().fillna(float("inf"))
    return frame.loc[loss.nlargest(most).index.sort_values()]


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = told(frame, look.rows_that_fit(len(frame), 1.6, 1.15)).iloc[::-1]
    names = data[look.label_column]
    figure = go.Figure()
    figure.add_bar(
        y=names, x=data["share"], orientation="h", width=0.6, marker={"color": look.accent, "opacity": 0.85},
        hovertemplate="%{y}<br>%{x:.1f}%<extra></extra>",
    )  # fmt: skip
    columns = [
        Column([f"<b>{look.count(value, compact=False)}</b>" for value in data["value"]], 4.2),
        Column([f"{share:.0f}%" for share in data["share"]], 3.2, look.faint),
        Column([look.hours(hours) if pd.notna(hours) else "" for hours in data["hours"]], 5.0, look.muted, look.say(MEDIAN)),
    ]
    beside(figure, list(names), columns, look)
    figure.update_xaxes(visible=False, range=[0, 100])
    figure.update_yaxes(showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6)
    return figure


FUNNEL = Text(
    "期内上报的诉求中到达各环节的件数、占上报的比例；用时为已到达件由上一环节至本环节的中位数。",
    "Of tickets reported in the period: how many reached each stage, their share of those reported, and the median time from the stage"
    " before of those that arrived.",
)
CHART = Chart(
    "stage_funnel", Text("办理环节", "Stages reached"), ask, draw, needs=("stages",),
    headings={"value": Text("到达件数（件）", "Reached")}, definition=FUNNEL,
)  # fmt: skip
