"""Where, as a schematic: each place a square of the same size near its true neighbours; no map, so it needs no approval number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart, rows_of, shortened, with_labels
from dashboard.charts.division_map import NOT_NEED, lacks_in
from dashboard.charts.heat_table import shades
from dashboard.charts.map_sides import KIND
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import LEVELS
from dashboard.texts import Text
from dashboard.theme import Theme

SIDE = 0.94
LETTERS = 10
NOTE = Text(
    f"期内上报的诉求件数。方格只示意相对位置，不是地图，无需审图号；粗线为上级区划的分界。{NOT_NEED.zh}",
    "Tickets reported in the period. Tiles show places near their neighbours: no map, so no map approval number is needed; thick lines"
    f" part the divisions above. {NOT_NEED.en}",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per place shown: `code, value, label…, column, row`, and whose it is: `parent, above, above_en`, short `group, group_en`."""
    level, codes = places.drill(engine, filters.wish.divisions)
    if not codes:
        return pd.DataFrame()
    column = LEVELS.get(level, "town_code")
    found = measure(engine, "reported_count", filters, (column,)).set_index(column)["value"]
    frame = pd.DataFrame({"division_code": codes, "value": found.reindex(codes, fill_value=0).to_numpy()})
    frame = with_labels(frame, engine, "division_code").join(places.tiles(engine, tuple(codes)), on="division_code")
    above = with_labels(frame[["parent"]].rename(columns={"parent": "division_code"}), engine, "division_code")
    frame["group"], frame["group_en"] = above["short_label"], above["label_en"]
    frame["above"], frame["above_en"] = above["label"], above["label_en"]
    return frame.rename(columns={"division_code": "code"})


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.sort_values(["row", "column"]))
    english = look.language == "en"
    most = max(float(frame["value"].max()), 1.0)
    several = frame["parent"].nunique() > 1
    texts, heads = [], set()
    for row in rows:
        name = KIND.sub("", str(row["label_en"])) if english else str(row["short_label"])
        text = f"{shortened(name, LETTERS)}<br><b>{look.count(row['value'], compact=False)}</b>"
        # The first tile of a district bears its name.
        if several and row["parent"] not in heads:
            heads.add(row["parent"])
            group = shortened(str(row["group_en"] if english else row["group"]), LETTERS)
            text = f"<span style='color:{look.accent}'><b>{group}</b></span><br>{text}"
        texts.append(text)
    figure = go.Figure()
    figure.add_bar(
        x=[row["column"] for row in rows], y=[SIDE] * len(rows), base=[row["row"] - SIDE / 2 for row in rows], width=SIDE,
        text=texts, textposition="inside", insidetextanchor="middle", textangle=0, textfont={"size": look.size, "color": look.text},
        customdata=[[row["code"], row[look.label_column], look.count(row["value"], compact=False)] for row in rows],
        hovertemplate="%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        marker={"color": shades(np.array([row["value"] for row in rows], dtype="float64"), most, look), "line": {"width": 0}},
    )  # fmt: skip
    if several:
        x, y = edges({(row["column"], row["row"]): row["parent"] for row in rows})
        figure.add_scatter(x=x, y=y, mode="lines", line={"color": look.muted, "width": 2}, hoverinfo="skip")
    figure.update_xaxes(visible=False, range=[-0.55, float(frame["column"].max()) + 0.55], constrain="domain")
    figure.update_yaxes(visible=False, range=[float(frame["row"].max()) + 0.55, -0.55], scaleanchor="x", constrain="domain")
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 2, "b": 2})


def edges(tiles: dict[tuple[int, int], str]) -> tuple[list[float | None], list[float | None]]:
    """The outline of each division above, as one broken line: every side of a tile beyond which another begins, or nothing."""
    x: list[float | None] = []
    y: list[float | None] = []
    for (column, row), parent in tiles.items():
        for across, down in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            other = tiles.get((column + across, row + down))
            # A side between two divisions is drawn once, by the tile before it.
            if other == parent or (other is not None and across + down < 0):
                continue
            middle_x, middle_y = column + across / 2, row + down / 2
            x += [middle_x - abs(down) / 2, middle_x + abs(down) / 2, None]
            y += [middle_y - abs(across) / 2, middle_y + abs(across) / 2, None]
    return x, y


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Places under whole names, without where their tiles stand."""
    return frame[["label", "label_en", "code", "above", "above_en", "parent", "value"]]


CHART = Chart(
    "tile_map",
    Text("诉求分布（方格示意）", "Where appeals come from (tiles)"),
    ask,
    draw,
    selects="divisions",
    lacks_in=lacks_in,
    note=NOTE,
    metrics=("reported_count",),
    headings={"above": Text("上级区划", "Division above"), "parent": Text("上级代码", "Code of the division above")},
    lay=lay,
)
