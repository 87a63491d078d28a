"""What: the major categories beside the period before; one chosen opens into its minor categories."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, spaced, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 15
REST = Text("其余 {n} 类", "{n} others")
BEFORE = Text("上期", "period before")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, before, label…`, largest first; the minor categories of a chosen major, at most 15 and the rest."""
    dimension = "category_code" if len(filters.wish.majors) == 1 else "major_code"
    now = measure(engine, "reported_count", filters, (dimension,)).set_index(dimension)["value"]
    before = measure(engine, "reported_count", filters.previous(), (dimension,)).set_index(dimension)["value"]
    frame = pd.DataFrame({"value": now, "before": before.reindex(now.index)}).rename_axis(dimension).reset_index()
    frame = with_labels(frame.sort_values("value", ascending=False, ignore_index=True), engine, dimension).rename(
        columns={dimension: "code"}
    )
    if len(frame) <= MOST:
        return frame
    head, tail = frame.iloc[:MOST], frame.iloc[MOST:]
    names = {"label": REST.zh.format(n=len(tail)), "label_en": REST.en.format(n=len(tail)), "short_label": REST.zh.format(n=len(tail))}
    rest = pd.DataFrame([{"code": "", "value": tail["value"].sum(), "before": tail["before"].sum(min_count=1), **names}])
    return pd.concat([head, rest], ignore_index=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = frame.iloc[::-1]
    names = data[look.label_column]
    figure = go.Figure()
    figure.add_bar(
        y=names, x=data["value"], orientation="h", marker={"color": look.accent}, width=0.56, customdata=data["code"],
        text=[_label(value, before, look) for value, before in zip(data["value"], data["before"], strict=True)], textposition="outside",
        textfont={"color": look.text, "size": look.size}, cliponaxis=False, hovertemplate="%{y}<br>%{x:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        y=names, x=data["before"], mode="markers", marker={"symbol": "line-ns", "size": look.size, "line": {"width": 2, "color": look.muted}},
        hovertemplate=f"{look.say(BEFORE)} %{{x:,.0f}}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, spaced(pd.concat([data["value"], data["before"].fillna(0)]), 0.42)])
    figure.update_yaxes(showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6)
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 2, "b": 2}, bargap=0.3)


def _label(value: float, before: float, look: Theme) -> str:
    """The count and its change against the period before; no change without a base."""
    text = f"<b>{look.count(value)}</b>"
    if pd.isna(before) or before <= 0:
        return text
    change = 100.0 * (value - before) / before
    return f"{text} <span style='color:{look.faint}'>{change:+.0f}%</span>"


CHART = Chart("categories", Text("诉求类别与上期对比", "Categories against the period before"), ask, draw, selects="majors")
