"""On-time closure of the units with most to close, with the limits chance alone would set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure, total
from dashboard.texts import Text
from dashboard.theme import Theme

MOST, FEWEST = 10, 5
SIGMAS = 3.0
AVERAGE = Text("全市", "city")
LOW = Text("显著偏低", "clearly low")
FEW = Text("样本不足", "too few")


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
    data = frame.iloc[::-1]
    names = data["label_en" if look.language == "en" else "short_label"]
    start = max(0.0, float(min(data["value"].min(), data["low"].min())) - 8)
    colours = [
        look.context if small else look.warn if low else look.accent for small, low in zip(data["is_small"], data["is_low"], strict=True)
    ]
    average = float(data["average"].iloc[0])
    figure = go.Figure()
    figure.add_scatter(
        x=[average, average],
        y=[-0.5, len(data) - 0.4],
        mode="lines",
        line={"color": look.faint, "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )
    for place, row in enumerate(data.itertuples()):
        figure.add_scatter(
            x=[row.low, average], y=[place, place], mode="lines", line={"color": look.hairline, "width": look.size * 0.7}, hoverinfo="skip"
        )
    figure.add_scatter(
        x=data["value"], y=list(range(len(data))), mode="markers+text", customdata=data["code"],
        marker={"color": colours, "size": look.size * 0.75, "symbol": ["diamond" if low else "circle" for low in data["is_low"]]},
        text=[_label(row, look) for row in data.itertuples()], textposition="middle right", textfont={"size": look.size * 0.92, "color": look.text},
        cliponaxis=False, hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    figure.add_annotation(
        x=average,
        y=len(data) - 0.4,
        text=f"{look.say(AVERAGE)} {look.percent(average)}",
        showarrow=False,
        yanchor="bottom",
        font={"color": look.faint, "size": look.size * 0.85},
    )
    figure.update_xaxes(visible=False, range=[start, 100 + (100 - start) * 0.62])
    figure.update_yaxes(
        tickvals=list(range(len(data))),
        ticktext=list(names),
        showgrid=False,
        tickfont={"color": look.text, "size": look.size},
        ticklabelstandoff=6,
        range=[-0.6, len(data)],
    )
    return figure.update_layout(margin={"l": 4, "r": 4, "t": look.size * 0.6, "b": 2})


def _label(row: object, look: Theme) -> str:
    value, base = getattr(row, "value"), getattr(row, "denominator")  # noqa: B009 a row of itertuples has no declared fields
    if getattr(row, "is_small"):  # noqa: B009
        return f"  n={base:,.0f} {look.say(FEW)}"
    mark = f" <span style='color:{look.warn}'>{look.say(LOW)}</span>" if getattr(row, "is_low") else ""  # noqa: B009
    return f"  <b>{look.percent(value)}</b> <span style='color:{look.faint}'>n={look.count(base)}</span>{mark}"


CHART = Chart("on_time_by_unit", Text("按期办结率：到期最多的单位", "On-time closure of the busiest units"), ask, draw, selects="units")
