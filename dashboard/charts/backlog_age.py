"""What is still open, by how long, with the overdue part of each age."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, spaced
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

BANDS = {
    "0-1": Text("不足1天", "< 1 d"), "1-3": Text("1–3天", "1–3 d"), "3-7": Text("3–7天", "3–7 d"),
    "7-15": Text("7–15天", "7–15 d"), "15-30": Text("15–30天", "15–30 d"), "30+": Text("30天以上", "> 30 d"),
}  # fmt: skip
LATE = Text("超期 {}", "{} late")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `band, value, overdue`: open tickets by age now, youngest first."""
    held = measure(engine, "open_count", filters, ("age_band",)).set_index("age_band")["value"]
    late = measure(engine, "overdue_open", filters, ("age_band",)).set_index("age_band")["value"]
    frame = pd.DataFrame(
        {
            "band": list(BANDS),
            "value": held.reindex(list(BANDS)).fillna(0).to_numpy(),
            "overdue": late.reindex(list(BANDS)).fillna(0).to_numpy(),
        }
    )
    return frame if frame["value"].sum() else frame.iloc[:0]


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    names = [look.say(BANDS[band]) for band in frame["band"]]
    in_time = frame["value"] - frame["overdue"]
    figure = go.Figure()
    figure.add_bar(x=names, y=in_time, marker={"color": look.context}, hovertemplate="%{x}<br>%{y:,.0f}<extra></extra>")
    figure.add_bar(x=names, y=frame["overdue"], marker={"color": look.bad}, hovertemplate="%{x}<br>%{y:,.0f}<extra></extra>")
    for name, value, late in zip(names, frame["value"], frame["overdue"], strict=True):
        text = f"<b>{look.count(value)}</b>"
        if late:
            text += f"<br><span style='color:{look.bad}'>{look.say(LATE).format(look.count(late))}</span>"
        figure.add_annotation(x=name, y=value, text=text, showarrow=False, yanchor="bottom", font={"size": look.small, "color": look.text})
    figure.update_yaxes(visible=False, range=[0, spaced(frame["value"], 0.02)])
    figure.update_xaxes(tickfont={"color": look.muted, "size": look.small}, tickmode="linear", dtick=1)
    return figure.update_layout(barmode="stack", bargap=0.35, margin={"l": 2, "r": 2, "t": look.size * 3.0, "b": 2})


CHART = Chart(
    "backlog_age", Text("当前在办件积压", "Age of what is open now"), ask, draw, needs=("closing_times",),
    metrics=("open_count", "overdue_open"),
)  # fmt: skip
