"""How appeals end: closed, withdrawn or still open by day t, where each end forecloses the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, annotate
from dashboard.charts.resolution_survival import DAYS, FEWEST_AT_RISK, HOURS_A_DAY, POINTS, axis_end, day_axis
from dashboard.filters import ScopedFilters
from dashboard.survival import HOUR, ends
from dashboard.texts import Text
from dashboard.theme import Theme

NAMES = {"closed": Text("办结", "closed"), "withdrawn": Text("撤回", "withdrawn"), "open": Text("在办", "open")}
LINE = 7.5  # The least distance of two names, in percent of the height.
NOTE = Text(
    "期内上报的诉求，日历时钟；撤回与办结相互竞争（Aalen–Johansen），三者之和为 100%。关联重复件不单独计，由所关联的一件代表。",
    "Tickets reported in the period, calendar clock; withdrawal competes with closing (Aalen–Johansen), the three add up to 100%."
    " A duplicate linked to another ticket is not counted again: that one stands for it.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `days, closed, withdrawn, open` (in %), `at_risk`: at most POINTS steps, up to where too few are left."""
    curve = ends(engine, filters)
    if curve.empty:
        return curve
    frame = pd.DataFrame({"days": curve["seconds"] / HOUR / HOURS_A_DAY, "at_risk": curve["at_risk"]})
    for name in NAMES:
        frame[name] = 100 * curve[f"{name}_share"]
    held: pd.DataFrame = frame[frame["at_risk"] >= min(FEWEST_AT_RISK, frame["at_risk"].iloc[0])]
    held = held.iloc[np.unique(np.linspace(0, len(held) - 1, POINTS).astype(int))]
    start = pd.DataFrame({"days": [0.0], "at_risk": [frame["at_risk"].iloc[0]], "closed": [0.0], "withdrawn": [0.0], "open": [100.0]})
    return pd.concat([start, held], ignore_index=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    end = axis_end(frame["days"], frame["closed"] + frame["withdrawn"], float("nan"))
    colours = {"closed": look.ramp[2], "withdrawn": look.muted, "open": look.context}
    figure = go.Figure()
    for name, text in NAMES.items():
        figure.add_scatter(
            x=frame["days"], y=frame[name], mode="lines", stackgroup="ends", line={"width": 0, "shape": "hv"}, fillcolor=colours[name],
            name=look.say(text), hovertemplate=f"%{{x:.1f}} {look.say(DAYS)}<br>{look.say(text)} %{{y:.1f}}%<extra></extra>",
        )  # fmt: skip
    day_axis(figure, frame["days"], frame["at_risk"], end, look.say(DAYS), look)
    last = frame[frame["days"] <= end].iloc[-1]
    middles = {
        "open": 100 - last["open"] / 2, "withdrawn": last["closed"] + last["withdrawn"] / 2, "closed": last["closed"] / 2,
    }  # fmt: skip
    written, above = [], 100.0 + LINE
    for name, middle in middles.items():
        above = min(float(middle), above - LINE)
        mark = f"<span style='color:{colours[name]}'>■</span> {look.say(NAMES[name])} <b>{last[name]:.1f}%</b>"
        written.append({"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": above, "text": mark, "showarrow": False})
    annotate(figure, written)
    figure.update_yaxes(range=[0, 100])
    return figure.update_layout(margin={"l": 4, "r": look.size * (10.5 if look.language == "en" else 7.2), "t": look.size, "b": 4})


CHART = Chart(
    "ends",
    Text("如何了结", "How appeals end"),
    ask,
    draw,
    needs=("closing_times",),
    note=NOTE,
    headings={
        "closed": Text("累计办结（%）", "Closed by then (%)"),
        "withdrawn": Text("累计撤回（%）", "Withdrawn by then (%)"),
        "open": Text("仍在办（%）", "Still open (%)"),
    },
    definition=NOTE,
)
