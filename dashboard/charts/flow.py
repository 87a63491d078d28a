"""What came in and what was closed, week by week, and how long the open stock lasts at that pace."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, annotate, spaced
from dashboard.filters import ScopedFilters
from dashboard.queries import measure, total
from dashboard.texts import Text
from dashboard.theme import Theme

WEEKS, PACE_WEEKS = 26, 4
FLOOR = 0.4
IN, OUT = Text("上报", "in"), Text("办结", "out")
CLEAR = Text("在办 {n} 件，按近{k}周办结速度约需 {w:.1f} 周清零", "{n} open: {w:.1f} weeks at the pace of the last {k}")
GROWS = Text("在办 {n} 件，近{k}周平均每周净增 {d} 件", "{n} open, growing by {d} a week over the last {k}")
STANDS = Text("在办 {n} 件，近{k}周无办结", "{n} open, none closed in the last {k} weeks")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `at, come, gone`: one row for each of the last 26 whole weeks, none left out; `attrs` hold the open stock."""
    # Whole weeks only: a running one would look like a fall.
    last = filters.until - timedelta(days=filters.until.weekday() + 1) if filters.until.weekday() != 6 else filters.until
    first = last - timedelta(days=7 * WEEKS - 1)
    weeks = pd.date_range(first, periods=WEEKS, freq="W-MON")
    span = filters.between(first, last)
    counts = {}
    for name, code in (("come", "reported_count"), ("gone", "completed_count")):
        found = measure(engine, code, span, ("week",)).set_index("week")["value"]
        counts[name] = found.reindex(weeks).fillna(0).to_numpy()
    frame = pd.DataFrame({"at": weeks, **counts})
    if not frame[["come", "gone"]].to_numpy().any():
        return frame.iloc[:0]
    frame.attrs = {"open": total(engine, "open_count", filters).value}
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    figure = go.Figure()
    ends = []
    for name, text, colour in (("come", IN, look.muted), ("gone", OUT, look.accent)):
        figure.add_scatter(
            x=frame["at"], y=frame[name], mode="lines", line={"color": colour, "width": 2.2 if name == "gone" else 1.6},
            hovertemplate="%{x|%Y-%m-%d}<br>%{y:,.0f}<extra></extra>", name=look.say(text),
        )  # fmt: skip
        ends.append((float(frame[name].iloc[-1]), look.say(text), colour))
    written = [
        {
            "x": frame["at"].iloc[-1], "y": value, "text": f" {text} {look.count(value)}", "showarrow": False, "xanchor": "left",
            "yshift": (place * 2 - 1) * look.size * 0.6, "font": {"color": colour, "size": look.size},
        }
        for place, (value, text, colour) in enumerate(sorted(ends))
    ]  # fmt: skip
    written.append({
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
        "text": outlook(frame, look), "font": {"color": look.text, "size": look.size},
    })  # fmt: skip
    annotate(figure, written)
    both = frame[["come", "gone"]].to_numpy()
    most, least = float(both.max()), float(both.min())
    # Two lines that never come near nothing are told apart by their distance, not by their height.
    start = 0.0 if least < most * FLOOR else least * 0.9
    figure.update_yaxes(range=[start, spaced(frame[["come", "gone"]].max(axis=1), 0.05)], tickformat=",.0f", nticks=4)
    figure.update_xaxes(tickformat="%-m/%-d", ticklabelposition="outside right", range=[frame["at"].iloc[0], frame["at"].iloc[-1]])
    return figure.update_layout(margin={"l": 4, "r": look.size * 7, "t": look.size * 1.8, "b": 4})


def outlook(frame: pd.DataFrame, look: Theme) -> str:
    """One sentence: how many weeks the open stock takes at the pace of the last four, or by how much it grows."""
    pace = frame.tail(PACE_WEEKS)
    come, gone, held = pace["come"].mean(), pace["gone"].mean(), float(frame.attrs["open"])
    words = {"n": look.count(held, compact=False), "k": PACE_WEEKS}
    if come > gone:
        return look.say(GROWS).format(d=look.count(come - gone, compact=False), **words)
    return look.say(CLEAR).format(w=held / gone, **words) if gone else look.say(STANDS).format(**words)


SPAN = Text("截至所选末日的26个整周（周一至周日）。", "The last 26 whole weeks (Monday to Sunday) up to the last day chosen.")
CHART = Chart(
    "flow", Text("进出与清零", "In, out, and time to clear"), ask, draw, needs=("closing_times",),
    metrics=("reported_count", "completed_count", "open_count"), headings={"at": Text("周（周一）", "Week from")}, definition=SPAN,
)  # fmt: skip
