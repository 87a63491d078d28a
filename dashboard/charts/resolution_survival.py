"""The honest clock: share resolved by day t with open appeals counted, the closed-only figure struck through beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, annotate, heading
from dashboard.filters import ScopedFilters
from dashboard.survival import DAY, HOUR, quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import Theme

POINTS = 160
FEWEST_AT_RISK = 10
NOW, BEFORE = Text("本期", "this period"), Text("去年同期", "last year")
MEDIAN = Text("中位", "median")
NOT_REACHED = Text("中位数未达到", "median not yet reached")
NAIVE = Text("仅已办结", "closed only")
AT_RISK = Text("下行：仍在观察的件数", "below: number at risk")
DAYS = Text("天", "d")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `days, resolved, at_risk, era` (resolved in %); attrs: median and closed-only median in hours."""
    curve = survival(engine, filters)
    if curve.empty:
        return curve
    closed = curve[curve["events"] > 0]
    median, naive = quantile_hours(curve, 0.5), _closed_only_median(closed)
    frame = pd.concat([_thinned(curve, "now"), _thinned(survival(engine, filters.last_year()), "before")], ignore_index=True)
    frame.attrs = {"median": median, "naive": naive}
    return frame


def _closed_only_median(closed: pd.DataFrame) -> float:
    """The median of what has closed, forgetting what has not: shown only to be struck through. Hours."""
    if closed.empty:
        return float("nan")
    running = closed["events"].cumsum()
    return float(closed["seconds"][running >= running.iloc[-1] / 2].iloc[0]) / HOUR


def _thinned(curve: pd.DataFrame, era: str) -> pd.DataFrame:
    """At most POINTS steps of the curve, up to where too few are left to say anything."""
    if curve.empty:
        return pd.DataFrame()
    held = curve[curve["at_risk"] >= min(FEWEST_AT_RISK, curve["at_risk"].iloc[0])]
    held = held.iloc[np.unique(np.linspace(0, len(held) - 1, POINTS).astype(int))]
    start = pd.DataFrame({"days": [0.0], "resolved": [0.0], "at_risk": [curve["at_risk"].iloc[0]]})
    steps = pd.DataFrame({"days": held["seconds"] / DAY, "resolved": 100 * (1 - held["open_share"]), "at_risk": held["at_risk"]})
    return pd.concat([start, steps], ignore_index=True).assign(era=era)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    now, before, facts = frame[frame["era"] == "now"], frame[frame["era"] == "before"], frame.attrs
    end = _axis_end(now, facts["median"])
    figure = go.Figure()
    hover = "%{x:.1f} " + look.say(DAYS) + "<br>%{y:.1f}%"
    if len(before):
        figure.add_scatter(
            x=before["days"],
            y=before["resolved"],
            mode="lines",
            line={"color": look.context, "width": 1.5, "shape": "hv"},
            name=look.say(BEFORE),
            hovertemplate=hover,
        )
    figure.add_scatter(
        x=now["days"],
        y=now["resolved"],
        mode="lines",
        line={"color": look.accent, "width": 2.5, "shape": "hv"},
        name=look.say(NOW),
        hovertemplate=hover,
    )
    _say_medians(figure, facts, end, look)
    ticks = [end * step / 4 for step in range(5)]
    texts = [f"{tick:g}{look.say(DAYS)}<br><span style='color:{look.faint}'>{_left(now, tick, look)}</span>" for tick in ticks]
    figure.update_xaxes(
        range=[0, end], tickvals=ticks, ticktext=texts, showgrid=False, tickfont={"color": look.muted, "size": look.size * 0.9}
    )
    annotate(figure, [heading(look.say(AT_RISK), look)])
    percents = [0, 25, 50, 75, 100]
    figure.update_yaxes(range=[0, 103], tickvals=percents[1:], ticktext=[f"{percent}%" for percent in percents[1:]])
    return figure.update_layout(margin={"l": 4, "r": look.size * 2, "t": look.size * 1.3, "b": 4})


def _left(now: pd.DataFrame, day: float, look: Theme) -> str:
    """How many are still observed after `day` days; under ten the curve stops, and so does the count."""
    later = now["at_risk"][now["days"] >= day]
    return look.count(float(later.iloc[0]), compact=False) if len(later) else f"<{FEWEST_AT_RISK}"


def _axis_end(now: pd.DataFrame, median: float) -> float:
    """A round number of days by which nearly all that will close has closed; the median (hours) is always on it."""
    reached = now["days"][now["resolved"] >= min(96.0, now["resolved"].max())]
    wanted = float(reached.iloc[0]) if len(reached) else float(now["days"].max())
    wanted = max(wanted, 0.0 if np.isnan(median) else median * HOUR / DAY)
    return next((float(end) for end in (1, 2, 4, 8, 12, 20, 28, 40, 60, 80, 120, 240) if end >= wanted), 400.0)


def _say_medians(figure: go.Figure, facts: dict[Any, Any], end: float, look: Theme) -> None:
    """The median where the curve crosses one half, and the figure that forgets what is open, struck through."""
    median = facts["median"]
    if np.isnan(median):
        text = f"<b>{look.say(NOT_REACHED)}</b>"
    else:
        x = median * HOUR / DAY
        if x <= end:
            figure.add_scatter(x=[x], y=[50], mode="markers", marker={"color": look.text, "size": look.size * 0.5}, hoverinfo="skip")
        text = f"{look.say(MEDIAN)} <b>{look.hours(median)}</b>"
    if not np.isnan(facts["naive"]):
        text += f"<br><span style='color:{look.faint}'>{look.say(NAIVE)} <s>{look.hours(facts['naive'])}</s></span>"
    figure.add_annotation(
        x=0.97,
        y=0.12,
        xref="paper",
        yref="paper",
        text=text,
        showarrow=False,
        align="right",
        xanchor="right",
        yanchor="bottom",
        font={"color": look.text, "size": look.size * 1.1},
    )


CHART = Chart(
    "resolution_survival",
    Text("多久办结：第 t 天累计办结率（含在办）", "Resolved by day t, open counted"),
    ask,
    draw,
    needs=("closing_times",),
)
