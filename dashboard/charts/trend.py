"""Reported per day, week or month beside the same time last year."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

YEAR_DAYS = 364  # 52 weeks: a Monday is compared with a Monday.
NOW, BEFORE, RUNNING = Text("本期", "this period"), Text("去年同期", "last year"), Text("未完", "so far")


def grain_of(filters: ScopedFilters) -> str:
    if filters.day_count <= 62:
        return "day"
    return "week" if filters.day_count <= 200 else "month"


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, value, before`: one row per step, none left out; a step with no ticket is 0."""
    grain = grain_of(filters)
    weeks = timedelta(days=YEAR_DAYS)
    earlier = filters.last_year() if grain == "month" else filters.between(filters.since - weeks, filters.until - weeks)
    shift = pd.DateOffset(years=1) if grain == "month" else pd.DateOffset(days=YEAR_DAYS)
    now = measure(engine, "reported_count", filters, (grain,)).set_index(grain)["value"]
    before = measure(engine, "reported_count", earlier, (grain,)).set_index(grain)["value"]
    if now.empty:
        return pd.DataFrame()
    first = {"day": filters.since, "week": filters.since - timedelta(days=filters.since.weekday()), "month": filters.since.replace(day=1)}
    spine = pd.date_range(first[grain], filters.until, freq={"day": "D", "week": "W-MON", "month": "MS"}[grain])
    before.index = pd.DatetimeIndex(before.index) + shift
    values = {"at": spine, "value": now.reindex(spine).fillna(0), "before": before.reindex(spine)}
    frame = pd.DataFrame({key: pd.Series(series).to_numpy() for key, series in values.items()})
    frame.attrs = {"grain": grain, "is_running": filters.seen_until is not None}
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    figure = go.Figure()
    hover = "%{x|%Y-%m-%d}<br>%{y:,.0f}"
    if frame["before"].notna().any():
        figure.add_scatter(
            x=frame["at"],
            y=frame["before"],
            line={"color": look.context, "width": 1.5},
            mode="lines",
            name=look.say(BEFORE),
            hovertemplate=hover,
        )
    whole = frame.iloc[:-1] if frame.attrs["is_running"] and len(frame) > 1 else frame
    figure.add_scatter(
        x=whole["at"], y=whole["value"], line={"color": look.accent, "width": 2.5}, mode="lines", name=look.say(NOW), hovertemplate=hover
    )
    if len(whole) < len(frame):  # The last step still runs: it is not a fall.
        figure.add_scatter(
            x=frame["at"].iloc[-1:],
            y=frame["value"].iloc[-1:],
            marker={"color": look.accent, "size": look.size * 0.5, "symbol": "circle-open", "line": {"width": 2}},
            mode="markers",
            cliponaxis=False,
            name=look.say(RUNNING),
            hovertemplate=hover,
        )
    ends = [("value", NOW, look.accent)] + ([("before", BEFORE, look.muted)] if frame["before"].notna().any() else [])
    last = {name: whole[name].dropna().iloc[-1] for name, _, _ in ends if whole[name].notna().any()}
    ends = [end for end in ends if end[0] in last]
    order = sorted(ends, key=lambda end: last[end[0]])
    for place, (name, text, colour) in enumerate(order):
        figure.add_annotation(
            x=frame["at"].iloc[-1], y=last[name], text=f" {look.say(text)} {look.count(last[name])}",
            font={"color": colour, "size": look.size},
            showarrow=False, xanchor="left", yshift=(place * 2 - len(order) + 1) * look.size * 0.6,
        )  # fmt: skip
    months = "%-m月" if look.language == "zh" else "%b"
    form = months if frame.attrs["grain"] == "month" else "%-m/%-d"
    figure.update_xaxes(tickformat=form, ticklabelposition="outside right", range=[frame["at"].iloc[0], frame["at"].iloc[-1]])
    most = float(frame[["value", "before"]].max().max())
    figure.update_yaxes(rangemode="tozero", tickformat=",.0f", nticks=int(min(5, most + 1)))
    return figure.update_layout(margin={"l": 4, "r": look.size * 7, "t": look.size * 0.7, "b": 4})


CHART = Chart(
    "trend", Text("诉求量走势", "Reported over time"), ask, draw, metrics=("reported_count",),
    headings={"before": Text("去年同期：诉求量（件）", "Last year: reported")},
)  # fmt: skip
