"""What people answer: each survey's share with its 95 % interval, the sample and the day, the newest first."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.chance import wilson
from dashboard.charts.base import Chart, Column, beside, rows_of
from dashboard.filters import EARLIEST, ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

CODES = ("security_sense", "governance_satisfaction")
SHORT = {"security_sense": Text("安全感", "Security"), "governance_satisfaction": Text("满意度", "Governance")}
MOST = 8
SHARE, SAMPLE = Text("肯定", "positive"), Text("样本", "n")
INTERVAL = Text("横线为 95% 区间（Wilson）", "line: 95 % interval (Wilson)")
LEAST_WIDE = 4.0  # Percent that the axis shows at least: a hair's breadth is no difference.


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, at, value, numerator, denominator, low, high, label…`: the last surveys up to the period's end, the newest first."""
    parts = [measure(engine, code, filters.between(EARLIEST, filters.until), ("day",)).assign(code=code) for code in CODES]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"day": "at"})
    frame = frame[frame["denominator"] > 0].sort_values("at", ascending=False, kind="stable", ignore_index=True).head(MOST)
    ends = [wilson(row["numerator"], row["denominator"]) for row in rows_of(frame)]
    frame = frame.assign(low=[low for low, _ in ends], high=[high for _, high in ends])
    for column, language in (("label", "zh"), ("short_label", "zh"), ("label_en", "en")):
        frame[column] = [f"{at:%Y-%m} {SHORT[code].in_(language)}" for at, code in zip(frame["at"], frame["code"], strict=True)]
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.head(look.rows_that_fit(len(frame), 2.8, 1.5)).iloc[::-1])
    places = list(range(len(rows)))
    colours = [look.accent if row["code"] == CODES[0] else look.muted for row in rows]
    figure = go.Figure()
    for place, row in enumerate(rows):
        line = {"color": colours[place], "width": look.size * 0.22}
        figure.add_scatter(x=[row["low"], row["high"]], y=[place, place], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=[row["value"] for row in rows], y=places, mode="markers", marker={"color": colours, "size": look.size * 0.6},
        customdata=[row[look.label_column] for row in rows], hovertemplate="%{customdata}<br>%{x:.1f}%<extra></extra>",
    )  # fmt: skip
    columns = [
        Column([f"<b>{look.percent(row['value'])}</b>" for row in rows], 4.4, heading=look.say(SHARE)),
        Column([look.count(row["denominator"], compact=False) for row in rows], 4.0, look.faint, look.say(SAMPLE)),
    ]
    beside(figure, places, columns, look)
    least = min(row["low"] for row in rows)
    start = max(0.0, min(least - 1, 100 - LEAST_WIDE))
    figure.update_xaxes(range=[start, 100.2], nticks=4, ticksuffix="%", tickfont={"color": look.faint, "size": look.small}, showgrid=True)
    figure.update_yaxes(
        tickvals=places, ticktext=[row[look.label_column] for row in rows], showgrid=False, ticklabelstandoff=6,
        tickfont={"color": look.text, "size": look.size}, range=[min(-0.6, len(rows) - 4.6), len(rows) - 0.4],
    )  # fmt: skip
    return figure


CHART = Chart(
    "surveys", Text("群众安全感与满意度：历次调查", "What people say: survey by survey"), ask, draw, kind="surveys", metrics=CODES,
    note=INTERVAL,
    headings={
        "at": Text("调查日期", "Held on"), "numerator": Text("肯定回答（份）", "Positive"), "denominator": Text("有效样本（份）", "Valid")},
)  # fmt: skip
