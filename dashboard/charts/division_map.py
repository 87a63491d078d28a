"""Where: appeals received by town, or by the communities of a chosen town; tiles where no outlines exist."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart, with_labels
from dashboard.filters import ScopedFilters
from dashboard.queries import LEVELS, measure
from dashboard.texts import Text
from dashboard.theme import Theme

MARGIN = 0.03
SCHEMATIC = Text("镇街、社区界线为示意", "town and community outlines are schematic")
TILES = Text("本市无界线数据，以方格示意", "no outlines for this city: tiles instead")
LINES = {True: 44, False: 25}  # How many lines of text the map is high, on the wall and in the office.


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per division shown: `code, value, label…, lon, lat`; the frame's attrs hold outline address and bounds."""
    level, codes = places.drill(engine, filters.wish.divisions)
    column = LEVELS.get(level, "town_code")
    found = measure(engine, "reported_count", filters, (column,)).set_index(column)["value"]
    frame = pd.DataFrame({"code": codes, "value": found.reindex(codes).fillna(0).to_numpy()})
    if frame.empty:
        return frame
    frame = with_labels(frame.rename(columns={"code": "division_code"}), engine, "division_code").rename(columns={"division_code": "code"})
    bounds = places.frame_of(engine, codes)
    if bounds is not None:
        frame = frame.join(places.label_points(engine, codes), on="code")
    frame.attrs = {
        "level": level, "bounds": bounds, "url": f"/geo/{engine.url.database.split('/')[-1].removesuffix('.duckdb')}/{level}.json",
        "edges": f"/geo/{engine.url.database.split('/')[-1].removesuffix('.duckdb')}/district.json", "districts": places.codes_of(engine, "district"),
        "is_schematic": places.is_schematic(engine, level),
    }  # fmt: skip
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return _map(frame, look) if frame.attrs["bounds"] else _tiles(frame, look)


def _map(frame: pd.DataFrame, look: Theme) -> go.Figure:
    facts, name = frame.attrs, "label_en" if look.language == "en" else "short_label"
    west, south, east, north = facts["bounds"]
    pad = MARGIN * max(east - west, north - south)
    figure = go.Figure()
    figure.add_choropleth(
        geojson=facts["url"], locations=frame["code"], z=frame["value"], customdata=frame[["code", look.label_column]],
        colorscale=[[place / 4, colour] for place, colour in enumerate(look.ramp)], zmin=0, zmax=max(1.0, float(frame["value"].max())),
        marker={"line": {"color": look.panel, "width": 1}},
        colorbar={
            "orientation": "h", "thickness": look.size * 0.5, "len": 0.32, "x": 0.01, "xanchor": "left", "y": 0.0, "yanchor": "bottom",
            "outlinewidth": 0, "nticks": 4, "tickfont": {"color": look.faint, "size": look.size * 0.85}, "tickformat": ",.0f",
        },
        hovertemplate="%{customdata[1]}<br>%{z:,.0f}<extra></extra>",
    )  # fmt: skip
    if facts["level"] != "community" and facts["districts"]:
        figure.add_choropleth(
            geojson=facts["edges"], locations=facts["districts"], z=[0] * len(facts["districts"]), showscale=False, hoverinfo="skip",
            colorscale=[[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]], marker={"line": {"color": look.muted, "width": 1.6}},
        )  # fmt: skip
    shown = _uncrowded(frame, name, (north - south) / LINES[look.is_dark])
    middle = float(frame["value"].max()) * 0.55
    dark, light = ("#08131F", look.text) if look.is_dark else ("#FFFFFF", look.text)
    figure.add_scattergeo(
        lon=shown["lon"], lat=shown["lat"], mode="text", text=[f"{n}<br><b>{look.count(v)}</b>" for n, v in zip(shown[name], shown["value"], strict=True)],
        textfont={"size": look.size * 0.82, "color": [dark if v > middle else light for v in shown["value"]]}, hoverinfo="skip",
    )  # fmt: skip
    figure.update_geos(
        visible=False, bgcolor="rgba(0,0,0,0)", projection={"type": "mercator"}, lonaxis={"range": [west - pad, east + pad]},
        lataxis={"range": [south - pad, north + pad]}, domain={"x": [0, 1], "y": [0, 1]},
    )  # fmt: skip
    if facts["is_schematic"]:
        _remark(figure, look.say(SCHEMATIC), look)
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})


def _uncrowded(frame: pd.DataFrame, name: str, line: float) -> pd.DataFrame:
    """Those whose two lines of text cover no larger one's; `line` is the height of a line in degrees."""
    taken: list[tuple[float, float, float]] = []
    kept = []
    for row in frame.sort_values("value", ascending=False).itertuples():
        x, y, half = row.lon * math.cos(math.radians(row.lat)), row.lat, len(getattr(row, name)) * line * 0.42
        if all(abs(x - a) > half + b or abs(y - c) > 2.1 * line for a, c, b in taken):
            taken.append((x, y, half))
            kept.append(row.Index)
    return frame.loc[kept]


def _tiles(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Equal squares in reading order of size: a schematic that needs no outline and no approval number."""
    data = frame.sort_values("value", ascending=False, ignore_index=True)
    width = math.ceil(math.sqrt(len(data) * 1.6))
    x, y = data.index % width, -(data.index // width)
    figure = go.Figure()
    figure.add_heatmap(
        x=x, y=y, z=data["value"], xgap=3, ygap=3, showscale=False, customdata=data[["code", look.label_column]],
        colorscale=[[place / 4, colour] for place, colour in enumerate(look.ramp)], zmin=0,
        hovertemplate="%{customdata[1]}<br>%{z:,.0f}<extra></extra>",
    )  # fmt: skip
    middle = float(data["value"].max()) * 0.55
    for place, row in enumerate(data.itertuples()):
        colour = ("#08131F" if look.is_dark else "#FFFFFF") if row.value > middle else look.text
        label = row.label_en if look.language == "en" else row.short_label
        figure.add_annotation(
            x=x[place],
            y=y[place],
            text=f"{label}<br><b>{look.count(row.value)}</b>",
            showarrow=False,
            font={"color": colour, "size": look.size},
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    _remark(figure, look.say(TILES), look)
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": look.size * 2})


def _remark(figure: go.Figure, text: str, look: Theme) -> None:
    figure.add_annotation(
        text=text, x=1, y=0, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False,
        font={"color": look.faint, "size": look.size * 0.85},
    )  # fmt: skip


CHART = Chart("division_map", Text("诉求分布", "Where appeals come from"), ask, draw, selects="divisions")
