"""How pilot tasks stand in each division that reports, as a schematic: a tile each, zones without an outline too; no map."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart, rows_of, shortened, with_labels
from dashboard.charts.heat_table import shades
from dashboard.charts.lamps import LAMPS, lit
from dashboard.charts.map_sides import KIND
from dashboard.charts.risk_levels import colour_of
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

DISTRICT = "district_code"
SIDE, LETTERS = 0.94, 10
FEW = 12  # So few tiles are squares: filling the card they would be boards.
ENGLISH_KIND = re.compile(r" (Autonomous )?(District|County|Banner)$")
COUNTED = ("red", "yellow", "green")
NOTE = Text(
    "每格为一个填报单元的责任条：▲ 红灯、◆ 黄灯条数（均无则为 ● 绿灯），底色随慢于序时的占比。方格只示意相对位置，不是地图，无需审图号。",
    "A tile for each division that reports: parts at ▲ red and ◆ yellow (● green where there is neither), tinted by the share behind"
    " schedule. Tiles show places near their neighbours: no map, so no map approval number is needed.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per district: `code, label…, red, yellow, green, numerator, denominator, value, column, row, is_chosen`."""
    codes = [code for code, level in places.divisions_of(engine)["level"].items() if level == "district"]
    every = filters.only(divisions=(), lamps=())
    share = measure(engine, "parts_behind", every, (DISTRICT,)).set_index(DISTRICT)
    share = share[share["denominator"] > 0]
    codes = [str(code) for code in codes if code in share.index]
    if not codes:
        return pd.DataFrame()
    lamps = measure(engine, "task_parts", every, (DISTRICT, "lamp_code")).pivot_table(index=DISTRICT, columns="lamp_code", values="value")
    frame = pd.DataFrame({DISTRICT: codes}).join(share[["value", "numerator", "denominator"]], on=DISTRICT)
    frame = frame.join(lamps.reindex(columns=list(COUNTED)).fillna(0), on=DISTRICT)
    frame = with_labels(frame, engine, DISTRICT).join(places.tiles(engine, tuple(codes)), on=DISTRICT)
    return frame.rename(columns={DISTRICT: "code"}).assign(is_chosen=frame[DISTRICT].isin(filters.wish.divisions))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.sort_values(["row", "column"]))
    english, figure = look.language == "en", go.Figure()
    most = max(float(frame["value"].max()), 1.0)
    name = "label_en" if english else "short_label"
    texts = []
    for row in rows:
        behind = [lit(code, row[code], look) for code in COUNTED[:2] if row[code]] or [lit("green", row["green"], look)]
        short = ENGLISH_KIND.sub("", str(row[name])) if english else KIND.sub("", str(row[name]))
        texts.append(f"{shortened(short, LETTERS)}<br><b>{' '.join(behind)}</b>")
    figure.add_bar(
        x=[row["column"] for row in rows], y=[SIDE] * len(rows), base=[row["row"] - SIDE / 2 for row in rows], width=SIDE,
        text=texts, textposition="inside", insidetextanchor="middle", textangle=0, textfont={"size": look.size, "color": look.text},
        constraintext="none",
        customdata=[[row["code"], row[look.label_column], _counted(row, look)] for row in rows],
        hovertemplate="%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        marker={
            "color": shades(np.array([row["value"] for row in rows], dtype="float64"), most, look),
            "line": {"width": [2 if row["is_chosen"] else 0 for row in rows], "color": look.accent},
        },
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-0.55, float(frame["column"].max()) + 0.55], constrain="domain")
    anchor = {"scaleanchor": "x", "constrain": "domain"} if len(rows) < FEW else {}
    figure.update_yaxes(visible=False, range=[float(frame["row"].max()) + 0.55, -0.55], **anchor)
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 2, "b": 2})


def _counted(row: dict[str, object], look: Theme) -> str:
    parts = [
        f"<span style='color:{colour_of(LAMPS[code], look)}'>{LAMPS[code].shape}</span> {look.say(LAMPS[code].word)} {row[code]:.0f}"
        for code in COUNTED
    ]
    return f"{' · '.join(parts)}<br>{row['numerator']:.0f}/{row['denominator']:.0f}"


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Places under whole names, without where their tiles stand."""
    return frame[["label", "label_en", "code", "value", "numerator", "denominator", *COUNTED]]


CHART = Chart(
    "pilot_tiles", Text("各填报单元亮灯（方格示意）", "Lamps by reporting division (tiles)"), ask, draw, kind="pilots", selects="divisions",
    note=NOTE, metrics=("parts_behind",), lay=lay,
    headings={
        "red": Text("红灯（条）", "Red"), "yellow": Text("黄灯（条）", "Yellow"), "green": Text("绿灯（条）", "Green"),
        "numerator": Text("慢于序时（条）", "Behind"), "denominator": Text("有灯（条）", "With a lamp"),
    },
)  # fmt: skip
