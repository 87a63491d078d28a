"""What: the major categories beside the period before; one chosen opens into its minor categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, Column, beside, fitted, is_rest, named, rows_of, with_labels, with_rest
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import category_level
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme

MOST, MOST_CHANGE = 15, 999
REST = Text("其余 {n} 类", "{n} others")
BEFORE = Text("上期", "period before")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, before, label…`, largest first, at most 15 and the rest.

    Major categories; the minor ones of a chosen major, or where the city has no majors.
    """
    dimension = category_level(engine, filters.wish.majors)
    now = measure(engine, "reported_count", filters, (dimension,)).set_index(dimension)["value"]
    before = measure(engine, "reported_count", filters.previous(), (dimension,)).set_index(dimension)["value"]
    frame = pd.DataFrame({"value": now, "before": before.reindex(now.index)}).rename_axis(dimension).reset_index()
    frame = with_labels(frame.sort_values("value", ascending=False, ignore_index=True), engine, dimension).rename(
        columns={dimension: "code"}
    )
    return with_rest(frame, MOST, REST)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return draw_compared(fitted(frame, look, REST), look)


def draw_compared(frame: pd.DataFrame, look: Theme, more: Sequence[Column] = (), widths: tuple[float, float] = (3.8, 3.8)) -> go.Figure:
    """Bars of `value` with a tick at `before`; beside them both as columns of these widths, and more columns.

    Where some rows are chosen (`is_chosen`) the others stand back.
    """
    data = frame.iloc[::-1]
    rows = rows_of(data)
    # The sum of the rest is written, not drawn: it would make all others short.
    drawn = data[["value", "before"]].mask(is_rest(data), axis=0)
    names, end = named(rows, look), float(drawn.max().max()) or 1.0
    figure = go.Figure()
    figure.add_bar(
        y=names, x=drawn["value"], orientation="h", marker={"color": _colours(rows, look)}, width=0.56, customdata=data["code"],
        hovertemplate="%{y}<br>%{x:,.0f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        y=names, x=drawn["before"], mode="markers", customdata=data["code"], hovertemplate=f"{look.say(BEFORE)} %{{x:,.0f}}<extra></extra>",
        marker={"symbol": "line-ns", "size": look.size * 0.8, "line": {"width": 2, "color": look.muted}},
    )  # fmt: skip
    counts = [f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows]
    changes = [change_text(row["value"], row["before"]) for row in rows]
    compared = [Column(counts, widths[0]), Column(changes, widths[1], look.faint, f"┃ {look.say(BEFORE)}")]
    beside(figure, names, [*compared, *more], look)
    figure.update_xaxes(visible=False, range=[0, end])
    figure.update_yaxes(showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6)
    return figure.update_layout(bargap=0.3)


def _colours(rows: list[dict[str, Any]], look: Theme) -> list[str]:
    some = any(row.get("is_chosen") for row in rows)
    return [look.context if some and not row["is_chosen"] else look.accent for row in rows]


def change_text(value: float, before: float) -> str:
    """The change against the period before; nothing without a base."""
    if pd.isna(before) or before <= 0:
        return MISSING
    change = 100.0 * (value - before) / before
    return f"{change:+.0f}%" if change < MOST_CHANGE else f">{MOST_CHANGE}%"


CHART = Chart(
    "categories", Text("诉求类别与上期对比", "Categories vs period before"), ask, draw, selects="majors",
    metrics=("reported_count",),
)  # fmt: skip
