"""How grave: open risks by likelihood and impact, each cell with its count and the levels within."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, annotate, sentence
from dashboard.charts.risk_levels import LEVELS, marked
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

GRADES = range(1, 6)
LIKELIHOOD, IMPACT = Text("可能性 →", "likelihood →"), Text("影响 ↑", "impact ↑")
NOT_ASSESSED = Text("在控风险没有可能性与影响评分", "No open risk carries likelihood and impact")
REST = Text("另有 {n} 项未评分", "{n} more not assessed")
CELL = Text("可能性 %{x} × 影响 %{y}", "likelihood %{x} × impact %{y}")
INK_TURNS = 0.55  # From this share of the largest count on, the ramp is too dark (light) for the usual ink.


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `likelihood, impact, level_code, value`: open risks graded 1 to 5 in both; how many others, in attrs."""
    # The chart's own choice is outlined; what it is compared with stays in sight.
    found = measure(engine, "risks_open", filters.only(risk_cells=()), ("likelihood", "impact", "level_code"))
    found = found[found["value"] > 0]
    is_graded = found["likelihood"].isin(GRADES) & found["impact"].isin(GRADES)
    frame = found if not is_graded.any() else found[is_graded]
    frame.attrs = {
        "rest": int(found.loc[~is_graded, "value"].sum()),
        "is_assessed": bool(is_graded.any()),
        "chosen": filters.wish.risk_cells,
    }
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    if not frame.attrs["is_assessed"]:
        return sentence(NOT_ASSESSED, look)
    cells = frame.groupby(["likelihood", "impact"])["value"].sum()
    counts = [[float(cells.get((x, y), 0)) for x in GRADES] for y in GRADES]
    codes = [[f"{x}-{y}" if counts[y - 1][x - 1] else "" for x in GRADES] for y in GRADES]
    most = max(map(max, counts))
    scale = [[place / (len(look.ramp) - 1), colour] for place, colour in enumerate(look.ramp)]
    figure = go.Figure()
    figure.add_heatmap(
        x=list(GRADES), y=list(GRADES), z=[[count or None for count in row] for row in counts], customdata=codes, xgap=2, ygap=2,
        colorscale=scale, zmin=0, zmax=most, showscale=False, hovertemplate=f"{look.say(CELL)}<br>%{{z:,.0f}}<extra></extra>",
    )  # fmt: skip
    annotate(figure, [_cell(frame, x, y, counts[y - 1][x - 1], most, look) for x in GRADES for y in GRADES])
    annotate(figure, _words(frame, look))
    figure.update_layout(shapes=[_outline(x, y, look) for x in GRADES for y in GRADES if f"{x}-{y}" in frame.attrs["chosen"]])
    axis = {"tickvals": list(GRADES), "range": [0.5, 5.5], "showgrid": False, "tickfont": {"color": look.muted, "size": look.size}}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure.update_layout(margin={"l": 4, "r": 2, "t": look.size * 1.7, "b": look.size * 2.9})


def _cell(frame: pd.DataFrame, x: int, y: int, count: float, most: float, look: Theme) -> dict[str, object]:
    """A cell's count, and beneath it how many of each level."""
    here = frame[(frame["likelihood"] == x) & (frame["impact"] == y)].groupby("level_code", dropna=False)["value"].sum()
    levels = "".join(f"{level.shape}{look.count(float(here[code]), compact=False)}" for code, level in LEVELS.items() if code in here)
    turns = count > most * INK_TURNS
    ink = ("#0A1220" if look.is_dark else "#FFFFFF") if turns else look.text
    counted = f"<b>{look.count(count, compact=False)}</b>"
    # A panel of the wall has room for one line: the count beside the shape of the gravest.
    gravest = next((level.shape for code, level in LEVELS.items() if code in here), "")
    lines = f"{counted}<br><span style='font-size:{look.size * 0.84:.1f}px'>{levels}</span>"
    text = "·" if not count else f"{gravest}\u2009{counted}" if look.is_dark else lines
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": ink if count else look.faint, "size": look.size * 1.1},
        "captureevents": False,
    }


def _outline(x: int, y: int, look: Theme) -> dict[str, object]:
    """The edge of a chosen cell."""
    edge = {"color": look.text, "width": 3}
    return {"type": "rect", "x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.48, "y1": y + 0.48, "line": edge, "fillcolor": "rgba(0,0,0,0)"}


def _words(frame: pd.DataFrame, look: Theme) -> list[dict[str, object]]:
    """What the axes and the shapes mean, and what has no place here."""
    font = {"color": look.faint, "size": look.size * 0.92}
    place = {"xref": "paper", "yref": "paper", "showarrow": False, "font": font}
    legend = "  ".join(marked(level, look) for code, level in LEVELS.items() if code or frame["level_code"].isna().any())
    rest = [look.say(REST).format(n=look.count(frame.attrs["rest"], compact=False))] if frame.attrs["rest"] else []
    return [
        {"x": 0, "y": 1, "text": look.say(IMPACT), "xanchor": "left", "yanchor": "bottom", **place},
        {"x": 1, "y": 1, "text": legend, "xanchor": "right", "yanchor": "bottom", **place},
        {
            "x": 1,
            "y": 0,
            "yshift": -look.size * 1.4,
            "text": " · ".join([*rest, look.say(LIKELIHOOD)]),
            "xanchor": "right",
            "yanchor": "top",
            **place,
        },
    ]


CHART = Chart(
    "risk_matrix", Text("在控风险矩阵", "Matrix of open risks"), ask, draw, kind="risks", selects="risk_cells", metrics=("risks_open",)
)
