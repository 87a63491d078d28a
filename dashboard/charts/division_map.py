"""Where: appeals reported by town, or by the communities of a chosen town; tiles where no outlines exist. Disputes use it too."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard import places
from dashboard.asking import fetch
from dashboard.charts.base import Chart, annotate, rows_of, shortened, spaced, width_of, with_labels
from dashboard.charts.map_sides import free_sides, short_name, side_lists
from dashboard.filters import ScopedFilters
from dashboard.metrics import metric_of
from dashboard.queries import measure
from dashboard.reference import LEVELS, data_state, residents
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import populations

MARGIN = 0.03
SIDE = 0.45
SCHEMATIC = Text("镇街、社区界线为示意", "outlines are schematic")
TILES = Text("本市无界线数据，以方格示意", "no outlines for this city: tiles instead")
RESIDENTS, ILLUSTRATIVE = Text("常住人口：{}", "residents as of {}"), Text("（示意）", " (illustrative)")
NOT_NEED = Text("投诉密度不等于需求。", "Complaint density is not need.")
NOTE = Text(
    f"期内上报的诉求件数；点击进入下一级。{NOT_NEED.zh}", f"Tickets reported in the period; a click goes one level down. {NOT_NEED.en}"
)
UNDIVIDED = Text("该市未提供区划边界", "No boundaries in the city's folder")
LINES = 23  # How many lines of text tiles are high, on the wall.
LOW_LINES = 15  # Tiles must fit the lowest card of an office page too.
LETTERS = 57  # And how many Latin letters it is wide, at least.
SMALLEST = 0.7  # Tiles with names longer than they are wide are written so much smaller, no more.
BUSIEST, MORE = 5, 10  # In a map's corner, and in a list of its own beside it.
HOVER = "%{customdata[1]}<br>%{customdata[2]}<extra></extra>"
INK_TURNS = 0.6  # From this share of the largest value on, the ramp is too light (dark) for the usual ink.


def lacks_in(engine: Engine) -> Text | None:
    """A city that is not divided has no map."""
    return None if places.in_order(engine) else UNDIVIDED


NO_LIST = Text("", "")


@dataclass(frozen=True)
class Subject:
    """What a map shows: the metric that colours it, and the one by which the busiest communities are listed under `busiest`."""

    code: str
    counted: str
    busiest: Text
    # How the colouring metric is printed: a count without, a rate with decimals.
    decimals: int = 0
    # On the wall: what is late, and how the list of where most of it is, by the divisions shown, is called.
    late: str = ""
    latest: Text = NO_LIST


APPEALS = Subject(
    "reported_count", "reported_count", Text("诉求最多的社区", "busiest communities"),
    late="overdue_open", latest=Text("超期未结最多", "most overdue"),
)  # fmt: skip


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, APPEALS)


def ask_of(engine: Engine, filters: ScopedFilters, subject: Subject) -> pd.DataFrame:
    """One row per division shown: `code, value, count, label…, lon, lat`; the frame's attrs hold outline address and bounds.

    A chart may add `mark`, a text drawn after the value of what must not be overlooked.
    """
    level, codes = places.drill(engine, filters.wish.divisions)
    column = LEVELS.get(level, "town_code")
    found = measure(engine, subject.code, filters, (column,)).set_index(column)
    # Where nothing came in there is 0; a rate of residents nobody counted stays missing.
    held = {"value": found["value"], "count": found["numerator"]}
    if subject.decimals:
        # A rate says what it is divided by; where nothing came in, those who live there all the same.
        held["residents"] = found["denominator"].reindex(codes).fillna(pd.Series(codes, index=codes).map(residents(engine)))
    frame = pd.DataFrame({"code": codes} | {name: column.reindex(codes, fill_value=0).to_numpy() for name, column in held.items()})
    if frame.empty:
        return frame
    if subject.decimals:
        # Nothing over nobody is no rate of nothing.
        frame["value"] = frame["value"].where(frame["residents"] > 0)
    frame = with_labels(frame.rename(columns={"code": "division_code"}), engine, "division_code").rename(columns={"division_code": "code"})
    bounds = places.frame_of(engine, codes)
    if bounds is not None:
        frame = frame.join(places.label_points(engine, codes), on="code")
    frame.attrs = {
        "level": level, "bounds": bounds, "url": places.address(engine, level), "edges": places.address(engine, "district"),
        "districts": places.districts_of(engine, codes), "is_schematic": places.is_schematic(engine, level),
        "busiest": _busiest(engine, filters, subject.counted) if level == "town" else [], "busiest_title": subject.busiest,
        "late": _latest(engine, filters, subject.late, column), "late_title": subject.latest,
        "decimals": subject.decimals, "counted_on": residents_of(engine, codes) if subject.decimals else None,
    }  # fmt: skip
    return frame


def residents_of(engine: Engine, codes: list[str]) -> tuple[str, bool] | None:
    """When the residents of divisions were counted, and whether the figures are illustrative; None where nobody counted them."""
    p = populations.c
    found = fetch(
        engine, select(func.max(p.as_of_on).label("on"), func.bool_or(p.is_illustrative).label("is")).where(p.division_code.in_(codes))
    )
    day, illustrative = found.iloc[0]
    return None if pd.isna(day) else (pd.Timestamp(day).date().isoformat(), bool(illustrative))


def _busiest(engine: Engine, filters: ScopedFilters, code: str) -> list[dict[str, Any]]:
    """The communities with most of what is counted: `label, label_en, value`."""
    found = measure(engine, code, filters, ("community_code",)).dropna(subset=["community_code"])
    return rows_of(with_labels(found.nlargest(MORE, "value"), engine, "community_code"))


def _latest(engine: Engine, filters: ScopedFilters, code: str, column: str) -> list[dict[str, Any]]:
    """The divisions with most that is late now: `code, label…, value`; none where nobody can know."""
    needed = metric_of(code).needed if code else ()
    if not code or any(data_state(engine, metric_of(code).table.name, filters.wish.sources).lacks(name) for name in needed):
        return []
    found = measure(engine, code, filters, (column,)).dropna(subset=[column])
    most = found[found["value"] > 0].nlargest(MORE, "value").rename(columns={column: "division_code"})
    return rows_of(with_labels(most, engine, "division_code").rename(columns={"division_code": "code"}))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return _map(frame, look) if frame.attrs["bounds"] else _tiles(frame, look)


def _map(frame: pd.DataFrame, look: Theme) -> go.Figure:
    facts = frame.attrs
    west, south, east, north = facts["bounds"]
    pad = MARGIN * max(east - west, north - south)
    most, free = spaced(frame["value"], 0.0), free_sides(facts["bounds"], look)
    # Names at the edge of a tall city stand out beyond it, and what lies beyond the range is cut.
    side = pad
    if free.left and look.room:
        # As far as the panel reaches between its lists.
        reach = look.room[0] * (1 - free.left - free.right) / look.room[1] * (north - south + 2 * pad)
        side = max(pad, (reach / math.cos(math.radians((south + north) / 2)) - (east - west)) / 2)
    elif north - south > east - west:
        side = max(pad, SIDE * (north - south) - (east - west) / 2)
    figure = go.Figure()
    figure.add_choropleth(
        geojson=facts["url"], locations=frame["code"], z=frame["value"], customdata=_said(rows_of(frame), facts, look),
        colorscale=_scale(look), zmin=0, zmax=most,
        marker={"line": {"color": look.panel, "width": 1}},
        colorbar={
            "orientation": "h", "thickness": look.size * 0.5, "len": free.left * 0.9 or 0.32, "x": 0.0,
            "xanchor": "left", "y": 0.0, "yanchor": "bottom",
            "outlinewidth": 0, "tickvals": [0, most], "tickangle": 0,
            # Nothing is “0”, for a longer word would reach beyond the ramp and be left out.
            "ticktext": ["0", _printed(most, facts, look)],
            "tickfont": {"color": look.faint, "size": look.small},
        },
        hovertemplate=HOVER,
    )  # fmt: skip
    if facts["level"] != "community" and facts["districts"]:
        figure.add_choropleth(
            geojson=facts["edges"], locations=facts["districts"], z=[0] * len(facts["districts"]), showscale=False, hoverinfo="skip",
            colorscale=[[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]], marker={"line": {"color": look.muted, "width": 1.6}},
        )  # fmt: skip
    if free.left and facts["late"]:
        # Where most is late is seen before it is read.
        figure.add_choropleth(
            geojson=facts["url"], locations=[facts["late"][0]["code"]], z=[0], showscale=False, hoverinfo="skip",
            colorscale=[[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]], marker={"line": {"color": look.bad, "width": look.size * 0.14}},
        )  # fmt: skip
    first = facts["late"][0]["code"] if free.left and facts["late"] else ""
    shown = _uncrowded(rows_of(frame.dropna(subset=["lon"])), look, (north - south + 2 * pad) / free.lines, first)
    # Each name has a rim, dark or (of dark names) light, by the style sheets; a page's is light throughout.
    inks = [_ink(row["value"], most, look) if look.is_dark else look.text for row in shown]
    figure.add_scattergeo(
        lon=[row["lon"] for row in shown], lat=[row["lat"] for row in shown], mode="text", hoverinfo="skip",
        text=[f"{short_name(row, look)}<br><b>{_printed(row['value'], facts, look)}</b>{row.get('mark', '')}" for row in shown],
        textfont={"size": look.small, "color": inks},
    )  # fmt: skip
    figure.update_geos(
        visible=False, bgcolor="rgba(0,0,0,0)", projection={"type": "mercator"}, lonaxis={"range": [west - side, east + side]},
        lataxis={"range": [south - pad, north + pad]}, domain={"x": [free.left, 1 - free.right], "y": [0, 1]},
    )  # fmt: skip
    if free.left:
        lists = [(look.say(facts[f"{name}_title"]), facts[name], ink) for name, ink in (("busiest", look.text), ("late", look.bad))]
        annotate(figure, side_lists(lists, free, look))
    else:
        _list_busiest(figure, facts, look)
    remarks = [_residents(facts["counted_on"], look)] if facts["counted_on"] else []
    if facts["is_schematic"]:
        remarks.append(look.say(SCHEMATIC))
    if remarks:
        # Beside a map with lists on its left alone there is no room but above the ramp.
        _remark(figure, "<br>".join(remarks), look, shift=look.size * 2.6 if free.left and not free.right else 0.0)
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})


def _residents(counted_on: tuple[str, bool], look: Theme) -> str:
    """Which residents a rate speaks of."""
    day, illustrative = counted_on
    return look.say(RESIDENTS).format(day) + (look.say(ILLUSTRATIVE) if illustrative else "")


def _printed(value: float, facts: dict[Any, Any], look: Theme) -> str:
    """A value as it is written on a map."""
    if facts["decimals"]:
        return MISSING if math.isnan(value) else f"{value:,.{facts['decimals']}f}"
    return look.count(value, compact=False)


def _said(rows: list[dict[str, Any]], facts: dict[Any, Any], look: Theme) -> list[list[str]]:
    """Code, name and value of each row; a rate says the count it is made of."""
    made_of = [f" ({look.count(row['count'], compact=False)})" if facts["decimals"] else "" for row in rows]
    return [
        [row["code"], row[look.label_column], _printed(row["value"], facts, look) + n + str(row.get("mark", ""))]
        for row, n in zip(rows, made_of, strict=True)
    ]


def _list_busiest(figure: go.Figure, facts: dict[Any, Any], look: Theme) -> None:
    """The busiest communities by name, in the corner the map leaves free."""
    rows: list[dict[str, Any]] = facts["busiest"][:BUSIEST]
    if not rows:
        return
    lines = [f"<span style='color:{look.faint}'>{look.say(facts['busiest_title'])}</span>"]
    lines += [f"<b>{look.count(row['value'], compact=False)}</b>  {row[look.label_column]}" for row in rows]
    figure.add_annotation(
        x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="top", align="left", showarrow=False, text="<br>".join(lines),
        font={"color": look.text, "size": look.size},
    )  # fmt: skip


def _uncrowded(rows: list[dict[str, Any]], look: Theme, line: float, first: str = "") -> list[dict[str, Any]]:
    """Those whose two lines of text cover no larger one's, nor one that bears a mark; `line` is the height of a line in degrees."""
    taken: list[tuple[float, float, float]] = []
    kept = []
    # One scale for all: east and west are told apart where names stand at different heights, too.
    narrowing = math.cos(math.radians(sum(row["lat"] for row in rows) / len(rows))) if rows else 1.0
    for row in sorted(rows, key=lambda row: (row["code"] == first or bool(row.get("mark")), *_size(row)), reverse=True):
        x, y = row["lon"] * narrowing, row["lat"]
        half = (len(short_name(row, look)) * (0.25 if look.language == "en" else 0.45) + 0.2) * line
        if all(abs(x - a) > half + b or abs(y - c) > 2.3 * line for a, c, b in taken):
            taken.append((x, y, half))
            kept.append(row)
    return kept


def _size(row: dict[str, Any]) -> tuple[float, float]:
    """By what a place comes before another; what has no value comes last."""
    return (-1.0 if math.isnan(row["value"]) else row["value"], row["count"])


def _tiles(frame: pd.DataFrame, look: Theme) -> go.Figure:
    """Equal squares in order of size: a schematic that needs no outline and no approval number."""
    rows, facts = rows_of(frame.sort_values("value", ascending=False)), frame.attrs
    names = [short_name(row, look) for row in rows]
    high = LINES if look.is_dark else LOW_LINES
    width = _columns(names, high)
    x, y = [place % width for place in range(len(rows))], [-(place // width) for place in range(len(rows))]
    values = [row["value"] for row in rows]
    figure = go.Figure()
    figure.add_heatmap(
        x=x, y=y, z=values, xgap=3, ygap=3, showscale=False, customdata=_said(rows, facts, look),
        colorscale=_scale(look), zmin=0, hovertemplate=HOVER,
    )  # fmt: skip
    names, scale = _tile_names(names, width, high / (1 - min(y)))
    written = []
    for place, row in enumerate(rows):
        font = {"color": _ink(row["value"], spaced(frame["value"], 0.0), look), "size": look.size * scale}
        text = f"{names[place]}<br><b>{_printed(row['value'], facts, look)}</b>{row.get('mark', '')}"
        written.append({"x": x[place], "y": y[place], "text": text, "showarrow": False, "font": font})
    annotate(figure, written)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    _remark(figure, look.say(TILES), look, anchor="top")
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": look.size * 2})


def _columns(names: list[str], high: int) -> int:
    """How many tiles stand in a row: a little wider than high, fewer where words are long, as long as three lines fit into a tile."""
    usual = math.ceil(math.sqrt(len(names) * 1.6))
    return min(usual, max(int(LETTERS / SMALLEST / _longest_word(names)), math.ceil(len(names) * 3 / high)))


def _longest_word(names: list[str]) -> int:
    """In letters; Chinese may be broken after every second sign."""
    return max((width_of(word) if word.isascii() else min(width_of(word), 4) for name in names for word in name.split()), default=1)


def _tile_names(names: list[str], columns: int, lines_high: float) -> tuple[list[str], float]:
    """The names as they fit into tiles, on several lines or cut short, and how much smaller than usual they are written."""
    scale = min(1.0, max(SMALLEST, LETTERS / columns / _longest_word(names)))
    letters, lines = max(int(LETTERS / columns / scale + 0.01), 3), max(int(lines_high / scale) - 1, 1)
    return ["<br>".join(_wrapped(name, letters, lines)) for name in names], scale


def _wrapped(name: str, letters: int, lines: int) -> list[str]:
    """A name on at most so many lines of so many letters; what is left over is cut with an ellipsis."""
    parts = textwrap.wrap(name, letters if name.isascii() else max(letters // 2, 2), break_long_words=not name.isascii())
    if len(parts) > lines:
        parts = [*parts[: lines - 1], " ".join(parts[lines - 1 :])]
    return [shortened(part, letters) for part in parts]


def _scale(look: Theme) -> list[list[Any]]:
    return [[place / (len(look.ramp) - 1), colour] for place, colour in enumerate(look.ramp)]


def _ink(value: float, most: float, look: Theme) -> str:
    """A text colour that can be read on the ramp's colour of `value`."""
    strong = value > most * INK_TURNS
    return ("#08131F" if strong else look.text) if look.is_dark else ("#FFFFFF" if strong else look.text)


def _remark(figure: go.Figure, text: str, look: Theme, anchor: str = "bottom", shift: float = 0.0) -> None:
    """A remark in the lower right corner, or (`anchor` top) below what is drawn; with a `shift` so much above the lower left corner."""
    side = "left" if shift else "right"
    figure.add_annotation(
        text=text, x=0 if shift else 1, y=0, xref="paper", yref="paper", xanchor=side, yanchor=anchor, showarrow=False,
        yshift=shift, align=side,
        font={"color": look.faint, "size": look.small},
    )  # fmt: skip


CHART = Chart(
    "division_map", Text("诉求分布", "Where appeals come from"), ask, draw, selects="divisions", lacks_in=lacks_in, note=NOTE,
    metrics=("reported_count",),
)  # fmt: skip
