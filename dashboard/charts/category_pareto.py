"""The few that make most: minor categories, the commonest first, with their running share."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, annotate, beside, fitted, is_rest, named, rows_of, with_labels, with_rest
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 20
MOSTLY = 80.0
REST = Text("其余 {n} 类", "{n} others")
FIRST = Text("前 <b>{n}</b> 类占 {share:.0f}%（期内共 {all} 类）", "the first <b>{n}</b> make {share:.0f}% (of {all} that came)")
NOTE = Text("期内上报且已归类的诉求；未归类的不计。", "Tickets reported in the period that have a category.")
RUNNING = Text("累计", "running share")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value, running` (in %), the 20 largest and the rest; attrs: `first` so many make 80 %, of `all`."""
    found = measure(engine, "reported_count", filters, ("category_code",)).dropna(subset=["category_code"])
    if found.empty:
        return found
    frame = found[["category_code", "value"]].sort_values("value", ascending=False, kind="stable", ignore_index=True)
    running = 100.0 * frame["value"].cumsum() / frame["value"].sum()
    first_of: tuple[int, int] = (int((running < MOSTLY - 1e-9).sum()) + 1, len(frame))
    frame = with_rest(with_labels(frame, engine, "category_code").rename(columns={"category_code": "code"}), MOST, REST)
    frame["running"] = 100.0 * frame["value"].cumsum() / frame["value"].sum()
    frame.attrs = {"first": first_of[0], "all": first_of[1]}
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    facts, frame = frame.attrs, fitted(frame, look, REST, taken=4.0)
    frame = frame.assign(running=100.0 * frame["value"].cumsum() / frame["value"].sum())
    data = frame.iloc[::-1]
    rows = rows_of(data)
    names, rest = named(rows, look), is_rest(data)
    codes = [row["code"] if isinstance(row["code"], str) else None for row in rows]
    figure = go.Figure()
    # What is summed up as the rest is written, not drawn: a bar of many would make all others short.
    figure.add_bar(
        y=names, x=data["value"].mask(rest), orientation="h", width=0.6, marker={"color": look.accent},
        customdata=codes, hovertemplate="%{y}<br>%{x:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        y=names, x=data["running"], xaxis="x2", mode="lines+markers",
            hovertemplate=f"%{{y}}<br>{look.say(RUNNING)} %{{x:.1f}}%<extra></extra>", customdata=codes,
        line={"color": look.muted, "width": 1.2}, marker={"color": look.muted, "size": look.size * 0.34},
    )  # fmt: skip
    columns = [
        Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 4.4),
        Column([f"{row['running']:.1f}%" for row in rows], 4.4, look.muted, f"● {look.say(RUNNING)}"),
    ]
    beside(figure, names, columns, look)
    said = look.say(FIRST).format(n=facts["first"], share=MOSTLY, all=facts["all"])
    sentence = {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": look.size * 1.5, "text": said,
        "showarrow": False, "font": {"color": look.text, "size": look.size * 1.08},
    }  # fmt: skip
    annotate(figure, [sentence])
    line = {"color": look.context, "width": 1, "dash": "dot"}
    return figure.update_layout(
        xaxis={"visible": False, "range": [0, float(data["value"].mask(rest).max()) * 1.02]},
        xaxis2={"visible": False, "range": [0, 102], "overlaying": "x"}, bargap=0.3, margin_t=look.size * 3.2,
        yaxis={"showgrid": False, "tickfont": {"color": look.text, "size": look.size}, "tickmode": "linear", "dtick": 1,
            "ticklabelstandoff": 6},
        shapes=[{"type": "line", "xref": "x2", "yref": "paper", "x0": MOSTLY, "x1": MOSTLY, "y0": 0, "y1": 1, "line": line}],
    )  # fmt: skip


CHART = Chart(
    "category_pareto",
    Text("少数小类占多数", "The few that make most"),
    ask,
    draw,
    selects="categories",
    note=NOTE,
    metrics=("reported_count",),
    headings={
        "label": Text("小类", "Minor category"),
        "code": Text("小类代码", "Minor code"),
        "running": Text("累计占比（%）", "Running share (%)"),
    },
    definition=NOTE,
)
