"""Tables of who lags where: rows by blocks, each cell “behind / with a lamp” in parts, tinted by the share; two charts are drawn so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import named, rows_of, shortened, with_labels, without_shared_word
from dashboard.charts.heat_table import NO_CODE, PALE, TOTAL
from dashboard.charts.lamps import with_blocks
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import blocks as block_order
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme

ALL = "all"
OWN = Text("市级", "City")
METRICS = ("parts_behind",)
# From this share on a cell is tinted no deeper; of fewer parts than ENOUGH it is tinted less.
DEEPEST, ENOUGH = 60.0, 5
FEWEST = 16  # Rows are no higher than if so many stood there.
WIDE = {"zh": 8, "en": 16}
CELLS = Text(
    "每格为慢于序时（黄、红灯）的责任条数／有灯的责任条数，底色随占比（不足 5 条的减淡）；"
    "未填报的不计，负面清单不计。点击一格，台账只看它。",
    "Cells: parts behind schedule (yellow, red) / parts with a lamp, tinted by the share (paler under 5 parts); not those never reported,"
    " negative items left out. A click narrows the ledger to the cell.",
)
HEADINGS = {
    "label": Text("名称", "Name"), "code": Text("代码", "Code"), "block_label": Text("板块", "Block"),
    "block": Text("板块代码", "Code of the block"),
    "numerator": Text("慢于序时（条）", "Behind"), "denominator": Text("有灯（条）", "With a lamp"),
}  # fmt: skip


def ask_by(engine: Engine, filters: ScopedFilters, column: str, choice: str) -> pd.DataFrame:
    """Columns `code, label…, block, block_label…, value, numerator, denominator, is_chosen`: cells, and totals under the block “all”.

    Rows with the most behind first; all rows and blocks stand there whatever was chosen of them, lamps do not narrow a share of lamps.
    """
    every = filters.only(blocks=(), lamps=(), **{choice: ()})
    cells = _measured(engine, every, (column, "block"))
    if cells.empty:
        return pd.DataFrame()
    blocks = with_blocks(cells, engine).rename(columns={"code": "block", "label": "block_label", "label_en": "block_label_en"})
    by_row = _measured(engine, every, (column,)).assign(block=ALL, block_label=TOTAL.zh, block_label_en=TOTAL.en)
    frame = pd.concat([blocks.drop(columns="short_label"), by_row], ignore_index=True)
    order = by_row.sort_values(["numerator", "value"], ascending=[False, False])[column].fillna("").tolist()
    frame = frame.assign(at=frame[column].fillna("").map(order.index)).sort_values("at", kind="stable", ignore_index=True)
    frame = with_labels(frame.drop(columns="at"), engine, column)
    if column != "unit_code":  # What the city carries itself stands in no district.
        for name, text in (("label", OWN.zh), ("short_label", OWN.zh), ("label_en", OWN.en)):
            frame[name] = frame[name].mask(frame[column].isna(), text)
    chosen = frame[column].isin(getattr(filters.wish, choice)) & (frame["block"].isin(filters.wish.blocks) | (not filters.wish.blocks))
    found = frame.rename(columns={column: "code"}).assign(is_chosen=chosen)
    found.attrs["blocks"] = block_order(engine)
    return found


def _measured(engine: Engine, filters: ScopedFilters, by: tuple[str, ...]) -> pd.DataFrame:
    found = measure(engine, "parts_behind", filters, by)
    return found[found["denominator"] > 0][[*by, "value", "numerator", "denominator"]].reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Rows from the top, blocks from the left, the total of each row at the right."""
    name = "block_label_en" if look.language == "en" else "block_label"
    across = [*dict.fromkeys(frame.loc[frame["block"].ne(ALL), "block"].fillna("")), ALL]
    said = dict(zip(frame["block"].fillna(""), frame[name], strict=True))
    held = frame[frame["block"].eq(ALL)]
    rows = rows_of(held.assign(down=[code if isinstance(code, str) else f"{NO_CODE}{place}" for place, code in enumerate(held["code"])]))
    place = {str(row["code"]): row["down"] for row in rows}
    order: list[str] = frame.attrs.get("blocks", [])
    across.sort(key=lambda block: (block == ALL, order.index(block) if block in order else len(order)))
    cells = {(place[str(row["code"])], row["block"] if isinstance(row["block"], str) else ""): row for row in rows_of(frame)}
    down = [row["down"] for row in rows]
    grid = [[cells.get((one, block)) for block in across[:-1]] for one in down]
    figure = go.Figure()
    ends = [block if block not in ("", ALL) else f"{NO_CODE}{block}" for block in across]
    figure.add_scatter(
        x=[ends[-1]] * len(rows), y=down, mode="text", text=[f"<b>{_said(row)}</b>" for row in rows], cliponaxis=False,
        textfont={"color": look.text, "size": look.size}, customdata=[[row["code"], None] for row in rows],
        hovertext=[_whole(row, row, said[ALL], look) for row in rows], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure.add_heatmap(
        x=ends[:-1], y=down, z=[[_share(cell) for cell in line] for line in grid], zmin=0, zmax=DEEPEST, showscale=False,
        xgap=1, ygap=1, hoverongaps=False,
        text=[[_said(cell) for cell in line] for line in grid], texttemplate="%{text}", textfont={"size": look.size, "color": look.text},
        hovertext=[[_whole(cell, row, said[block], look) for cell, block in zip(line, across[:-1], strict=True)]
            for line, row in zip(grid, rows, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
        colorscale=[[0, look.panel], *([(step + 1) / len(PALE), look.ramp[shade]] for step, shade in enumerate(PALE))],
    )  # fmt: skip
    tick = {"color": look.text, "size": look.size}
    figure.update_xaxes(
        type="category", categoryarray=ends, tickvals=ends,
        ticktext=[_bold(shortened(said[block], WIDE[look.language]), block) for block in across],
        side="top", tickfont=tick, tickangle=0, showgrid=False, range=[-0.5, len(across) - 0.5],
    )  # fmt: skip
    figure.update_yaxes(
        type="category", categoryarray=down, tickvals=down, ticktext=_names(rows, look), tickfont=tick, showgrid=False,
        range=[max(len(down), FEWEST) - 0.5, -0.5], ticklabelstandoff=6,
    )  # fmt: skip
    figure.update_layout(shapes=_outlines(grid, look), margin={"l": 4, "r": 2, "t": 4, "b": 2})
    return figure


def _names(rows: list[dict[str, Any]], look: Theme) -> list[str]:
    """Short names; in English without the city's, with which most units begin."""
    plain = without_shared_word([str(row["label_en"]) for row in rows])
    return named([{**row, "label_en": name} for row, name in zip(rows, plain, strict=True)], look, short=True)


def _share(cell: dict[str, Any] | None) -> float:
    """How deep a cell is tinted: by its share, less so where that is of too few."""
    return np.nan if cell is None else min(float(cell["value"]), DEEPEST) * min(float(cell["denominator"]) / ENOUGH, 1.0)


def _said(cell: dict[str, Any] | None) -> str:
    return "" if cell is None else f"{cell['numerator']:.0f}/{cell['denominator']:.0f}"


def _whole(cell: dict[str, Any] | None, row: dict[str, Any], block: str, look: Theme) -> str:
    value = MISSING if cell is None else f"{_said(cell)} · {look.percent(cell['value'])}"
    return f"{row[look.label_column]} · {block}<br>{value}"


def _bold(text: str, block: str) -> str:
    return f"<b>{text}</b>" if block == ALL else text


def _outlines(grid: list[list[dict[str, Any] | None]], look: Theme) -> list[dict[str, Any]]:
    """A line around each cell that was chosen."""
    return [
        {"type": "rect", "x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.46, "y1": y + 0.46, "line": {"color": look.accent, "width": 2}}
        for y, line in enumerate(grid)
        for x, cell in enumerate(line)
        if cell is not None and cell["is_chosen"]
    ]


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows under whole names; the total of a row bears no code of a block."""
    found = frame.assign(block=frame["block"].where(frame["block"].ne(ALL)))
    return found[["label", "label_en", "code", "block_label", "block_label_en", "block", "value", "numerator", "denominator"]]
