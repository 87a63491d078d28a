"""Received against concluded by week or month, and below them how many were open at the end of each."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, annotate, spaced
from dashboard.filters import EARLIEST, ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

WEEKS_UNTIL = 200  # days: longer periods are drawn by month
RECEIVED, CONCLUDED, OPEN = Text("受理", "received"), Text("办结", "concluded"), Text("期末在调", "still open")
LAST = {"week": Text("上周", "last wk "), "month": Text("上月", "last mo. ")}
STEPS = {"week": Text("每周（周一起）", "per week, from Monday"), "month": Text("每月", "per month")}
MOST_TICKS, FEWEST_WEEKS = 14, 8
TICK_WIDE = 4  # Label sizes that a day below the axis needs.
LOW = 10.5  # Label sizes that two panels one below the other need.
HOVER = "%{x|%Y-%m-%d}<br>%{y:,.0f}<extra></extra>"
FREQUENCY = {"week": "W-MON", "month": "MS"}


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, received, concluded, stock`: one row per step, the first one whole; `stock` is open at its end.

    A short period is shown with the weeks before it: one point says nothing of what comes and goes.
    """
    grain = "week" if filters.day_count <= WEEKS_UNTIL else "month"
    weeks_back = filters.until - timedelta(weeks=FEWEST_WEEKS - 1)
    since = min(filters.since, weeks_back) if grain == "week" else filters.since.replace(day=1)
    since -= timedelta(days=since.weekday() if grain == "week" else 0)
    # What is open now came in at any time before.
    ever = filters.between(EARLIEST, filters.until)
    came, left = (_steps(engine, code, ever, grain) for code in ("disputes_received", "disputes_concluded"))
    if came.empty:
        return pd.DataFrame()
    spine = pd.date_range(since, filters.until, freq=FREQUENCY[grain])
    every = came.index.union(left.index).union(spine)
    stock = (came.reindex(every, fill_value=0.0) - left.reindex(every, fill_value=0.0)).cumsum()
    frame = pd.DataFrame(
        {name: held.reindex(spine, fill_value=0.0) for name, held in (("received", came), ("concluded", left), ("stock", stock))}
    )
    frame = frame.rename_axis("at").reset_index()
    frame.attrs = {"grain": grain, "is_running": _is_running(filters, spine[-1].date(), grain)}
    return frame if frame[["received", "concluded", "stock"]].to_numpy().any() else frame.iloc[:0]


def _steps(engine: Engine, code: str, filters: ScopedFilters, grain: str) -> pd.Series:
    found = measure(engine, code, filters, (grain,))
    return pd.Series(found["value"].to_numpy(dtype="float64"), index=pd.DatetimeIndex(found[grain]))


def _is_running(filters: ScopedFilters, last: date, grain: str) -> bool:
    """Whether the last step ends after what was asked for or seen."""
    following = last + timedelta(days=7) if grain == "week" else (last + timedelta(days=32)).replace(day=1)
    return filters.seen_until is not None or filters.until + timedelta(days=1) < following


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Flows above, the stock below; in a low panel of the wall the flows alone, with the stock in figures."""
    figure, is_low = go.Figure(), look.room is not None and look.room[1] < LOW
    for name, _, colour in lines(look):
        _line(figure, frame, name, colour)
    if not is_low:
        _stock(figure, frame, look)
    ends = sorted(lines(look), key=lambda line: float(frame[line[0]].iloc[-1]))
    shifts = [(2 * place - 1) * look.size * 0.6 for place in range(len(ends))]
    said = [_end(frame, name, text, colour, look) | {"yshift": shift} for (name, text, colour), shift in zip(ends, shifts, strict=True)]
    beside = _in_figures(frame, look) if is_low else [*said, _end(frame, "stock", OPEN, look.muted, look) | {"yref": "y2"}]
    annotate(figure, [*beside, _corner(frame, look)])
    _axes(figure, frame, look, is_low=is_low)
    return figure.update_layout(margin={"l": 4, "r": look.size * (11.5 if is_low else 9), "t": look.size * 1.3, "b": 4})


def _stock(figure: go.Figure, frame: pd.DataFrame, look: Theme) -> None:
    figure.add_scatter(
        x=frame["at"], y=frame["stock"], yaxis="y2", mode="lines+markers", fill="tozeroy", fillcolor=look.hairline, hovertemplate=HOVER,
        line={"color": look.muted, "width": 1.5}, marker={"size": 4},
    )  # fmt: skip


def _in_figures(frame: pd.DataFrame, look: Theme) -> list[dict[str, object]]:
    """What is open, and the flows of the last whole step, one below the other."""
    is_running = frame.attrs["is_running"] and len(frame) > 1
    whole = frame.iloc[:-1] if is_running else frame
    texts = [(look.say(OPEN), float(frame["stock"].iloc[-1]), look.text)]
    last = LAST[frame.attrs["grain"]] if is_running else Text("", "")
    texts += [(look.say(last) + look.say(text), float(whole[name].iloc[-1]), colour) for name, text, colour in lines(look)]
    place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "showarrow": False}
    return [
        place | {"text": f" {text} <b>{look.count(value, compact=False)}</b>", "yshift": -at * look.size * 1.5,
            "font": {"color": colour, "size": look.size}}
        for at, (text, value, colour) in enumerate(texts)
    ]  # fmt: skip


def lines(look: Theme) -> list[tuple[str, Text, str]]:
    """Column, name and colour of what comes in and what goes out."""
    return [("received", RECEIVED, look.accent), ("concluded", CONCLUDED, look.good)]


def _axes(figure: go.Figure, frame: pd.DataFrame, look: Theme, *, is_low: bool) -> None:
    """One time axis under two panels: flows above, the stock below on a scale of its own."""
    months = "%-m月" if look.language == "zh" else "%b"
    edge = pd.Timedelta(days=1)
    figure.update_xaxes(
        tickformat=months if frame.attrs["grain"] == "month" else "%-m/%-d", anchor="y" if is_low else "y2", ticklabelstandoff=6,
        range=[frame["at"].iloc[0] - edge, frame["at"].iloc[-1] + edge], tickvals=list(frame["at"]) if len(frame) <= MOST_TICKS else None,
    )  # fmt: skip
    most = spaced(frame[["received", "concluded"]].max(axis=1), 0.12)
    grid = {"gridcolor": look.hairline, "tickfont": {"color": look.faint, "size": look.size}, "zeroline": False, "fixedrange": True}
    if is_low:
        few = max(1, -(-len(frame) * TICK_WIDE // max(int(look.room[0]) - 10, 1))) if look.room else 1
        figure.update_xaxes(tickvals=list(frame["at"])[::-1][::few], tickangle=0)
        figure.update_yaxes(range=[0, most], tickformat=",.0f", nticks=3)
        return
    figure.update_layout(
        yaxis={"domain": [0.42, 1.0], "range": [0, most], "tickformat": ",.0f", "nticks": 4},
        yaxis2={"domain": [0.0, 0.3], "range": [0, spaced(frame["stock"], 0.2)], "tickformat": ",.0f", "nticks": 3, **grid},
    )


def _line(figure: go.Figure, frame: pd.DataFrame, name: str, colour: str) -> None:
    """Solid for whole steps; dotted to the last one while it runs: it is not a fall."""
    whole = frame.iloc[:-1] if frame.attrs["is_running"] and len(frame) > 1 else frame
    figure.add_scatter(
        x=whole["at"], y=whole[name], mode="lines+markers", line={"color": colour, "width": 2.2}, marker={"size": 5}, hovertemplate=HOVER
    )
    if len(whole) < len(frame):
        dotted = {"color": colour, "width": 1.8, "dash": "dot"}
        figure.add_scatter(x=frame["at"].iloc[-2:], y=frame[name].iloc[-2:], mode="lines", line=dotted, hovertemplate=HOVER)


def _end(frame: pd.DataFrame, name: str, text: Text, colour: str, look: Theme) -> dict[str, object]:
    """What a line is, and its last number, to the right of its end."""
    value = float(frame[name].iloc[-1])
    return {
        "x": 1, "xref": "paper", "y": value, "text": f" {look.say(text)} {look.count(value, compact=False)}", "showarrow": False,
        "xanchor": "left", "font": {"color": colour, "size": look.size},
    }  # fmt: skip


def _corner(frame: pd.DataFrame, look: Theme) -> dict[str, object]:
    return {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
        "text": look.say(STEPS[frame.attrs["grain"]]), "font": {"color": look.faint, "size": look.size * 0.92},
    }  # fmt: skip


CHART = Chart(
    "disputes_flow", Text("受理、办结与在调", "Received, concluded and open"), ask, draw, kind="disputes", needs=("concluded_at",),
    metrics=("disputes_received", "disputes_concluded", "disputes_open"), headings={"at": Text("周（周一）或月", "Week or month from")},
)  # fmt: skip
