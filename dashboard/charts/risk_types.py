"""What: open risks by type, stacked by level."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import PLAIN, Chart, Column, beside, fitted, is_rest, named, rows_of, width_of, with_rest
from dashboard.charts.risk_bars import REST, faded, rows_range
from dashboard.charts.risk_levels import LEVELS, colour_of, marked
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 10
ROOMY = 0.04  # Of the longest bar: a part as long has room for a shape.
NO_TYPE = Text("未分类", "No type")
TOTAL = Text("合计", "total")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value` and one per level, the commonest type first, at most 10 and the rest.

    The chart's own choice marks rows (`is_chosen`) instead of leaving one alone.
    """
    found = measure(engine, "risks_open", filters.only(risk_types=()), ("risk_type", "level_code"))
    found = found[found["value"] > 0]
    if found.empty:
        return found
    keys = found.assign(code=found["risk_type"].fillna(""), level=found["level_code"].where(found["level_code"].isin(LEVELS), ""))
    frame = keys.pivot_table(index="code", columns="level", values="value", aggfunc="sum", fill_value=0).reindex(
        columns=list(LEVELS), fill_value=0
    )
    frame = frame.assign(value=frame.sum(axis=1)).sort_values("value", ascending=False, kind="stable").reset_index()
    label = frame["code"].astype("str").str.translate(PLAIN)
    frame["label"], frame["short_label"] = label.replace("", NO_TYPE.zh), label.replace("", NO_TYPE.zh)
    frame["label_en"] = label.replace("", NO_TYPE.en)
    return with_rest(frame.assign(is_chosen=frame["code"].isin(filters.wish.risk_types)), MOST, REST)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = fitted(frame, look, REST, 1.6).iloc[::-1]
    rows = rows_of(data)
    names = named(rows, look)
    levels = {code: level for code, level in LEVELS.items() if data[code].sum() > 0}
    figure = go.Figure()
    for code, level in levels.items():
        figure.add_bar(
            y=names, x=data[code].mask(is_rest(data), 0), orientation="h", width=0.62, customdata=data["code"], name=marked(level, look),
            marker={"color": colour_of(level, look), "opacity": faded(rows)},
            hovertemplate="%{y}<br>%{x:,.0f}<extra>%{fullData.name}</extra>", **_shaped(data[code], level.shape, data["value"].max(), look),
        )  # fmt: skip
    columns = [Column([f"<b>{look.count(row['value'], compact=False)}</b>" for row in rows], 2.8, heading=look.say(TOTAL))]
    for code, level in levels.items():
        texts = [look.count(row[code], compact=False) if row[code] else "" for row in rows]
        width = 0.9 + 0.5 * width_of(marked(level, look))
        columns.append(Column(texts, width, colour_of(level, look) if code else look.muted, marked(level, look)))
    beside(figure, names, columns, look)
    figure.update_xaxes(visible=False, range=[0, float(data["value"].mask(is_rest(data)).max()) or 1.0])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=rows_range(len(rows), look),
    )  # fmt: skip
    return figure.update_layout(barmode="stack")


def _shaped(counts: pd.Series, shape: str, most: float, look: Theme) -> dict[str, Any]:
    """On paper, where colours may be greys, each part bears its shape as far as it has room."""
    if not look.is_paper:
        return {}
    texts = [shape if count >= most * ROOMY else "" for count in counts]
    font = {"color": "#FFFFFF", "size": look.size}
    return {
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": font,
        "constraintext": "none",
    }


HEADINGS = {code: Text(f"{level.word.zh}（项）", level.word.en) for code, level in LEVELS.items()}
CHART = Chart(
    "risk_types", Text("在控风险：类型与等级", "Open risks by type and level"), ask, draw, kind="risks", selects="risk_types",
    metrics=("risks_open",), headings=HEADINGS,
)  # fmt: skip
