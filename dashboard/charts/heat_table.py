"""A table of counts whose cells are coloured by size, with totals of rows and columns; several charts are drawn so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.texts import Text
from dashboard.theme import Theme

TOTAL = Text("合计", "Total")
WITH_TOTAL = {"total": Text("合计（件）", "Total")}
PALE = (0, 1, 2)  # Only so far up the ramp that one colour of text can be read on all.
NO_CODE = "~"
Codes = Sequence[str | None]


def heat_table(
    counts: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    look: Theme,
    *,
    codes: tuple[Codes, Codes] | None = None,
    slant: int = 0,
    every: int = 1,
) -> go.Figure:
    """Rows from the top, columns from the left, both in the order given; totals stand below and at the right.

    `codes` of rows and columns make cells and totals clickable: a cell gives both, a total its own. Where cells are too narrow for
    numbers, one of `every` so many columns is named and only rows have totals.
    """
    high, wide = counts.shape
    row_codes, column_codes = codes or ([None] * high, [None] * wide)
    texts = [[f"{count:,}" if count else "" for count in line] for line in counts.tolist()]
    # A click on a cell is told by where it stands, so axes are of codes; ~ marks what is none.
    down = [code or f"{NO_CODE}{place}" for place, code in enumerate(row_codes)]
    across = [code or f"{NO_CODE}{place}" for place, code in enumerate(column_codes)]
    end = f"{NO_CODE}total"
    figure = go.Figure()
    # By the root of the count: a few large cells would leave all others pale.
    figure.add_heatmap(
        x=across, y=down, z=np.sqrt(counts), text=texts, texttemplate="%{text}" if every == 1 else "",
        hovertext=[[f"{row} · {column}<br>{count:,}" for column, count in zip(columns, line, strict=True)]
            for row, line in zip(rows, counts.tolist(), strict=True)],
        hovertemplate="%{hovertext}<extra></extra>", xgap=1, ygap=1, showscale=False, zmin=0,
        zmax=max(float(np.sqrt(counts.max())), 1.0), textfont={"size": look.small, "color": look.text},
        colorscale=[[place / (len(PALE) - 1), look.ramp[shade]] for place, shade in enumerate(PALE)],
    )  # fmt: skip
    sums: list[dict[str, Any]] = [
        *({"x": end, "y": down[place], "n": int(n), "codes": [row_codes[place], None]} for place, n in enumerate(counts.sum(axis=1))),
        *({"x": across[place], "y": end, "n": int(n), "codes": [None, column_codes[place]]} for place, n in enumerate(counts.sum(axis=0))),
        {"x": end, "y": end, "n": int(counts.sum()), "codes": [None, None]},
    ]
    if every > 1:
        sums = sums[:high]
    figure.add_scatter(
        x=[one["x"] for one in sums], y=[one["y"] for one in sums], text=[f"<b>{one['n']:,}</b>" for one in sums], mode="text",
        customdata=[one["codes"] for one in sums], textfont={"color": look.text, "size": look.small}, hoverinfo="none",
        cliponaxis=False, textposition="middle center" if every == 1 else "middle right",
    )  # fmt: skip
    total = f"<b>{look.say(TOTAL)}</b>"
    tick = {"color": look.text, "size": look.small}
    figure.update_xaxes(
        range=[-0.5, wide + (0.5 if every == 1 else 2.5)], type="category", categoryarray=[*across, end],
        tickvals=[*across[::every], *([end] if every == 1 else [])], ticktext=[*columns[::every], total],
        side="top", tickangle=slant, tickfont=tick,
        showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        range=[high + 0.5 - (every > 1), -0.5], type="category", categoryarray=[*down, end], tickvals=[*down, end],
        ticktext=[*rows, total],
        tickfont=tick, showgrid=False,
        ticklabelstandoff=6,
    )  # fmt: skip
    return figure.update_layout(margin={"l": 4, "r": 2, "t": 4, "b": 2})


def shades(values: np.ndarray, most: float, look: Theme) -> list[str]:
    """A colour for each value, from none to `most`, on which the theme's text can be read."""
    stops = np.array([[int(look.ramp[shade][place : place + 2], 16) for place in (1, 3, 5)] for shade in PALE], dtype="float64")
    at = np.clip(values / max(most, 1e-9), 0, 1) * (len(PALE) - 1)
    mixed = [np.rint(np.interp(at, range(len(PALE)), stops[:, channel])).astype(int) for channel in range(3)]
    return [f"rgb({red},{green},{blue})" for red, green, blue in zip(*(channel.tolist() for channel in mixed), strict=True)]
