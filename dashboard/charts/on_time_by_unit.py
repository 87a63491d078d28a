"""On-time closure of the units with most to close, with the limits chance alone would set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, beside, named, rows_of, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure, total
from dashboard.texts import Text
from dashboard.theme import Theme

MOST, FEWEST = 10, 5
SIGMAS = 3.0
AVERAGE = Text("合计", "overall")
LOW = Text("偏低", "low")
FEW = Text("样本不足", "too few")
DUE = Text("到期", "due")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value, denominator, low, is_low, average`: the ten units with most due, in that order.

    `low` is the lower funnel limit: average − 3 √(p(1−p)/n), in %. A unit under 5 due tickets shows its count only.
    """
    frame = measure(engine, "on_time_closure", filters, ("unit_code",))
    frame = frame[frame["denominator"] > 0].sort_values("denominator", ascending=False).head(MOST)
    if frame.empty:
        return frame
    whole = total(engine, "on_time_closure", filters)
    share = whole.value / 100
    frame["low"] = (100 * (share - SIGMAS * np.sqrt(share * (1 - share) / frame["denominator"]))).clip(lower=0)
    frame["is_small"] = frame["denominator"] < FEWEST
    frame["is_low"] = (frame["value"] < frame["low"]) & ~frame["is_small"]
    frame["average"] = whole.value
    return with_labels(frame, engine, "unit_code").rename(columns={"unit_code": "code"}).reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.iloc[::-1])
    places, average = list(range(len(rows))), rows[0]["average"]
    start = max(0.0, min(min(row["value"], row["low"]) for row in rows) - 6)
    figure = go.Figure()
    for place, row in enumerate(rows):
        # The band chance alone would fill: a unit inside it is not distinguishable from the city.
        band = {"color": look.hairline, "width": look.size * 0.7}
        figure.add_scatter(
            x=[row["low"], min(100.0, 2 * average - row["low"])], y=[place, place], mode="lines", line=band, hoverinfo="skip"
        )
    dotted = {"color": look.faint, "width": 1.2, "dash": "dot"}
    figure.add_scatter(x=[average, average], y=[-0.5, len(rows) - 0.4], mode="lines", line=dotted, hoverinfo="skip")
    figure.add_scatter(
        x=[row["value"] for row in rows], y=places, mode="markers", customdata=[row["code"] for row in rows],
        hovertemplate="%{x:.1f}%<extra></extra>",
        marker={
            "color": [look.context if row["is_small"] else look.warn if row["is_low"] else look.accent for row in rows],
            "size": look.size * 0.75, "symbol": ["diamond" if row["is_low"] else "circle" for row in rows],
        },
    )  # fmt: skip
    columns = [
        Column([look.say(FEW) if row["is_small"] else f"<b>{look.percent(row['value'])}</b>" for row in rows], 4.4),
        Column([f"{row['denominator']:,.0f}" for row in rows], 3.2, look.faint, look.say(DUE)),
        Column([look.say(LOW) if row["is_low"] else "" for row in rows], 2.8, look.warn),
    ]
    beside(figure, places, columns, look)
    figure.add_annotation(
        x=average, y=1, yref="paper", text=f"{look.say(AVERAGE)} {look.percent(average)}", showarrow=False, yanchor="bottom",
        font={"color": look.faint, "size": look.size * 0.92},
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[start, 100.5])
    figure.update_yaxes(
        tickvals=places, ticktext=named(rows, look, short=True), showgrid=False,
        tickfont={"color": look.text, "size": look.size}, ticklabelstandoff=6, range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


CHART = Chart(
    "on_time_by_unit",
    Text("按期办结率：到期最多的单位", "On-time closure of the busiest units"),
    ask,
    draw,
    selects="units",
    needs=("limits", "outcomes"),
)
