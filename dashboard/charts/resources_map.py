"""Where mediation rooms and other stations are: small hollow marks on the map of appeals, below its numbers; as a layer or by itself."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard import places
from dashboard.asking import fetch
from dashboard.charts import division_map
from dashboard.charts.base import Chart, annotate
from dashboard.charts.resource_types import named
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import N, resources

# What people go to; where a city has none of these, its three commonest types that have coordinates.
STATIONS = ("调解室", "综治中心", "警务室")
SYMBOLS = {"circle-open": "○", "square-open": "□", "triangle-up-open": "△"}
MOST_POINTS = 1500
NO_POINTS = Text("资源没有坐标，无法上图", "No resource has coordinates to be drawn by")
NOTE = Text(
    "底图为期内上报的诉求件数；空心标记为有坐标且数量大于零的调解室等站点，每处一个，不论数量。",
    "Shades are appeals reported in the period; hollow marks are stations such as mediation rooms that have coordinates, one each.",
)


def lacks_in(engine: Engine) -> Text | None:
    """Marks need coordinates, and outlines to stand on."""
    r = resources.c
    lack = division_map.lacks_in(engine)
    if lack is not None:
        return lack
    if places.outlines(engine).empty:
        return division_map.UNDIVIDED
    return None if fetch(engine, select(func.count(r.lon).label("n")))["n"].iloc[0] else NO_POINTS


def points(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `type, label…, name, lon, lat, n`: stations with coordinates inside what is asked for, of at most three types."""
    r = resources.c
    query = (
        select(r.resource_type.label("type"), r.label.label("name"), r.lon, r.lat, func.coalesce(r.resource_count, 1).label("n"))
        .where(where(resources, N, filters), r.lon.is_not(None), r.lat.is_not(None), func.coalesce(r.resource_count, 1) > 0)
        .order_by(r.resource_type, r.resource_code)
    )
    frame = fetch(engine, query)
    held = frame["type"].value_counts()
    kinds = [name for name in STATIONS if name in held.index] or list(held.index[: len(SYMBOLS)])
    frame = frame[frame["type"].isin(kinds)].head(MOST_POINTS).reset_index(drop=True)
    label, label_en = named(frame["type"])
    return frame.assign(label=label, label_en=label_en)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """The map of appeals; its attrs hold the `points`."""
    frame = division_map.ask(engine, filters)
    if not frame.empty:
        frame.attrs["points"] = points(engine, filters).to_dict("records")
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    figure = division_map.draw(frame, look)
    return add_points(figure, frame.attrs["points"], look) if frame.attrs["bounds"] else figure


def add_points(figure: go.Figure, stations: list[dict[Any, Any]], look: Theme) -> go.Figure:
    """Add the quiet layer to a map: below its names and numbers, and what the marks are at the right."""
    rank = {name: place for place, name in enumerate(STATIONS)}
    kinds = sorted({station["type"] for station in stations}, key=lambda name: (rank.get(name, len(rank)), name))
    lines, marks = [], []
    for kind, (symbol, sign) in zip(kinds, SYMBOLS.items(), strict=False):
        held = [station for station in stations if station["type"] == kind]
        marks.append(
            go.Scattergeo(
                lon=[one["lon"] for one in held],
                lat=[one["lat"] for one in held],
                mode="markers",
                marker={"symbol": symbol, "size": look.size * 0.42, "color": look.muted, "opacity": 0.8},
                text=[f"{one['name'] or one[look.label_column]}" for one in held],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        lines.append(f"{sign} {held[0][look.label_column]} <b>{len(held)}</b>")
    # Marks are drawn in the order of traces: under the names, over the areas.
    names = [trace for trace in figure.data if trace.type == "scattergeo"]
    figure.data = [trace for trace in figure.data if trace.type != "scattergeo"]
    figure.add_traces([*marks, *names])
    if lines:
        annotate(figure, [{
            "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top", "align": "right", "showarrow": False,
            "text": "<br>".join(lines), "font": {"color": look.muted, "size": look.size},
        }])  # fmt: skip
    return figure


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """The stations that are marked, each under its name."""
    found = pd.DataFrame(frame.attrs["points"], columns=["type", "name", "lon", "lat", "n", "label", "label_en"])
    return found.rename(columns={"name": "station", "lon": "longitude", "lat": "latitude"})[
        ["label", "label_en", "station", "longitude", "latitude", "n"]
    ]


CHART = Chart(
    "resources_map", Text("诉求分布与调解、警务站点", "Appeals, and where mediation and police are"), ask, draw, kind="resources",
    selects="divisions", lacks_in=lacks_in, note=NOTE, lay=lay,
    headings={
        "label": Text("类型", "Type"), "station": Text("站点", "Station"), "longitude": Text("经度", "Longitude"),
        "latitude": Text("纬度", "Latitude"), "n": Text("数量", "Count"),
    },
    definition=NOTE,
)  # fmt: skip
