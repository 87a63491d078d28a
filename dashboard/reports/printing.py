"""How a chart stands on paper: as wide as the text, as high as what it shows needs, with its outlines and where they come from."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places, texts
from dashboard.charts import Chart
from dashboard.charts.base import annotate, width_of
from dashboard.theme import Theme

# Millimetres: as wide as the text; a chart that asks for no height of its own; no lower, no higher than these.
WIDE, USUAL, LEAST, MOST, SENTENCE = 156.0, 84.0, 40.0, 200.0, 24.0
MAP_MOST, TREE = 118.0, 104.0
PX_PER_MM = 96 / 25.4
# In label sizes: a row of one line of text, each further line of it, and what headings and axes need beside the rows.
ROW, LINE, TAKEN = 1.7, 1.15, 3.0
CELL, CELLS_TAKEN = 0.5, 2.4  # A cell's edges, and the names of columns.
LETTER = 0.52  # The width of a Latin letter in heights.
FOOT = 1.5  # A line of small print under a map.
RIM = ", ".join(["1px 0 1px #fff, -1px 0 1px #fff, 0 1px 1px #fff, 0 -1px 1px #fff"] * 3)
WORD = re.compile(r"[^\W\d_]")
BREAKS = re.compile(r"[（《“]*(?:[\u2e80-\u9fff]|[^\u2e80-\u9fff\uff00-\uffef\s（《“]+|[^（《“])[）》”，。；：、,;]*\s*")


@dataclass(frozen=True)
class Printed:
    """A figure and how high it is printed."""

    figure: go.Figure
    height_mm: float


def printed(chart: Chart, frame: pd.DataFrame, engine: Engine, look: Theme) -> Printed:
    """A chart drawn for paper: once to see how much room it needs, and in that room."""
    draft = chart.drawn(frame, roomy(look, MOST))
    height = height_of(draft, look)
    figure = chart.drawn(frame, roomy(look, height))
    figure.update_layout(paper_bgcolor=look.panel, plot_bgcolor=look.panel)
    if levels := _outlined(figure, engine):
        # Screens give names on a map a rim by their style sheets.
        figure.update_traces(selector={"type": "scattergeo"}, textfont_shadow=RIM)
        height += _signed(figure, engine, levels, look) / PX_PER_MM
    return Printed(figure, height)


def roomy(look: Theme, height_mm: float) -> Theme:
    """A look that knows how much room there is, in label sizes."""
    return replace(look, room=(WIDE * PX_PER_MM / look.size, height_mm * PX_PER_MM / look.size))


def height_of(figure: go.Figure, look: Theme) -> float:
    """How many millimetres a figure needs: a map by its shape, a list by its rows and their lines, tiles by their number."""
    if not figure.data:
        return SENTENCE
    kinds = {trace.type for trace in figure.data}
    if figure.layout.yaxis.scaleanchor or figure.layout.xaxis.scaleanchor:
        return MAP_MOST
    if "choropleth" in kinds:
        return _map_height(figure)
    if "treemap" in kinds:
        return TREE
    rows = rows_of(figure)
    if not rows:
        return USUAL
    row, taken = (ROW + CELL, TAKEN + CELLS_TAKEN) if _has_cells(figure) else (ROW, TAKEN)
    return _held((rows * (row + LINE * (_lines(figure) - 1)) + taken) * look.size / PX_PER_MM)


def _held(height: float) -> float:
    return min(max(height, LEAST), MOST)


def _map_height(figure: go.Figure) -> float:
    """As high as makes it as wide as the text, within reason."""
    geo = figure.layout.geo
    (west, east), (south, north) = geo.lonaxis.range, geo.lataxis.range
    shape = (east - west) * math.cos(math.radians((south + north) / 2)) / (north - south)
    return min(max(float(WIDE / shape), USUAL), MAP_MOST)


def rows_of(figure: go.Figure) -> float:
    """How many rows stand one above the other; 0 where the vertical axis is a scale."""
    axis = figure.layout.yaxis
    names = list(dict.fromkeys(chain.from_iterable(_names(trace.y) for trace in figure.data if "y" in trace)))
    worded = any(WORD.search(str(text)) for text in axis.ticktext or ())
    is_list = bool(names) or worded or _has_cells(figure) or any(_lies(trace) for trace in figure.data)
    if not is_list:
        return 0
    if axis.range is not None and all(isinstance(end, int | float) for end in axis.range):
        return abs(float(axis.range[1]) - float(axis.range[0]))
    if names:
        return len(names)
    return len({value for trace in figure.data if "y" in trace and trace.y is not None for value in trace.y})


def _has_cells(figure: go.Figure) -> bool:
    return any(trace.type == "heatmap" for trace in figure.data)


def _lies(trace: Any) -> bool:
    return bool(trace.type == "bar" and trace.orientation == "h")


def _names(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if values is not None else []


def _lines(figure: go.Figure) -> int:
    """The lines of the tallest text of a row: of its name or of what is written in it."""
    said = [*(figure.layout.yaxis.ticktext or ())]
    for trace in figure.data:
        said += _names(trace.y) if "y" in trace else []
        said += [text for text in chain.from_iterable(_each(trace.text)) if isinstance(text, str)] if "text" in trace else []
    said += [note.text for note in figure.layout.annotations if note.yref != "paper" and note.text]
    return 1 + max((text.count("<br>") for text in said), default=0)


def _each(said: Any) -> list[Any]:
    if said is None or isinstance(said, str):
        return [[said]]
    return [[one] if isinstance(one, str) or one is None else one for one in said]


def _outlined(figure: go.Figure, engine: Engine) -> list[str]:
    """Puts outlines that the screen fetches by their address into the figure, those that are drawn; says of which levels they are."""
    levels: list[str] = []
    for trace in figure.data:
        address = trace.geojson if "geojson" in trace else None
        if isinstance(address, str):
            trace.geojson = places.outlines_at(engine, address, set(trace.locations))
            levels.append(places.level_at(address))
    return list(dict.fromkeys(levels))


def _signed(figure: go.Figure, engine: Engine, levels: list[str], look: Theme) -> float:
    """Writes under a map where its outlines come from, with its approval number; gives the pixels that needs."""
    origins = dict.fromkeys(origin for level in levels if (origin := places.imprint(engine, level)))
    if not origins:
        return 0.0
    lines = wrapped(look.say(texts.OUTLINES).format("; ".join(origins)), WIDE * PX_PER_MM / (look.small * LETTER))
    font = {"color": look.faint, "size": look.small}
    note = {"text": "<br>".join(lines), "x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
    annotate(figure, [{**note, "align": "left", "showarrow": False, "yshift": -look.size * 0.4, "font": font}])
    needed = (len(lines) * FOOT + 0.6) * look.small
    figure.update_layout(margin_b=(figure.layout.margin.b or 0) + needed)
    return needed


def wrapped(text: str, letters: float) -> list[str]:
    """A text on lines of so many Latin letters, broken between signs of Chinese and at spaces of English."""
    lines, line = [], ""
    for part in _parts(text):
        if line and width_of(line + part.rstrip()) > letters:
            lines.append(line.rstrip())
            line = ""
        line += part if line else part.lstrip()
    return [*lines, line.rstrip()]


def _parts(text: str) -> list[str]:
    """Where a line may end: after a word or a Chinese sign, but not after a bracket that opens nor before what closes."""
    return BREAKS.findall(text)
