"""Where risks are: how many are open in each town, or community of a chosen town; places of high ones outlined and numbered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts import division_map
from dashboard.charts.base import Chart, annotate, rows_of
from dashboard.charts.division_map import Subject, ask_of, lacks_in
from dashboard.charts.heat_table import PALE
from dashboard.charts.map_sides import free_sides
from dashboard.charts.risk_levels import LEVELS, marked
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.reference import LEVELS as COLUMNS
from dashboard.texts import Text
from dashboard.theme import Theme

SUBJECT = Subject("risks_open", "risks_open", Text("在控最多的社区（项）", "most open, by community"))
HIGH_PLACES = Text("{mark}风险（红线）：{n} 处 {high} 项", "{mark}: {high} in {n} places (outlined)")
NO_HIGH = Text("没有在控的高风险", "no high risk is open")
ELSEWHERE = Text("另有 {n} 项不在图上", "{n} more are not on the map")
LATE_PLACES, HIGH_ONES = Text("逾期未销号（项）", "overdue"), Text("▲ 高风险（项）", "▲ high")
MOST = 8
NOTE = Text(
    "截至数据时间在控的风险项数，每项计一；有高风险的地方以红线勾出，▲ 后为高风险项数。点击进入下一级。",
    "Risks open at the data time, each counts one; places with high ones are outlined, after ▲ how many. A click goes one level down.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """As any map, with columns `high` and `overdue`; `elsewhere` in attrs counts what has no such place."""
    frame = ask_of(engine, filters, SUBJECT)
    if frame.empty:
        return frame
    column = COLUMNS.get(frame.attrs["level"], "town_code")
    for name, code in (("high", "risks_high_open"), ("overdue", "risks_overdue")):
        found = measure(engine, code, filters, (column,)).set_index(column)["value"]
        frame[name] = frame["code"].map(found.to_dict()).fillna(0)
    whole = measure(engine, "risks_open", filters)["value"].sum()
    frame.attrs["elsewhere"] = int(whole - frame["value"].sum())
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    high = frame[frame["high"] > 0]
    sign = LEVELS["high"].shape
    marks = [f" <span style='color:{look.bad}'>{sign}</span><b>{n:.0f}</b>" if n else "" for n in frame["high"]]
    data = frame.assign(mark=marks)
    data.attrs = frame.attrs
    is_listed = bool(look.room and frame.attrs["bounds"] and free_sides(frame.attrs["bounds"], look).left)
    if is_listed:
        data.attrs = frame.attrs | _listed(frame)
    # Only so far up the ramp that text and red can be read on all of it: what counts here is the outline.
    figure = division_map.draw(data, replace(look, ramp=look.ramp[: len(PALE)]))
    if frame.attrs["bounds"] and len(high):
        figure.add_choropleth(
            geojson=frame.attrs["url"], locations=high["code"], z=[0] * len(high), showscale=False, hoverinfo="skip",
            colorscale=[[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]], marker={"line": {"color": look.bad, "width": look.size / 6}},
        )  # fmt: skip
    annotate(figure, [_legend(frame, high, look)] if not is_listed else [_elsewhere(frame, look)] if frame.attrs["elsewhere"] > 0 else [])
    return figure


def _listed(frame: pd.DataFrame) -> dict[str, Any]:
    """What the lists beside a map of the wall say: where most is overdue, and where the high ones are."""
    late, high = (
        rows_of(frame.assign(value=frame[name])[frame[name] > 0].sort_values("value", ascending=False, kind="stable"))
        for name in ("overdue", "high")
    )
    return {"busiest": late, "busiest_title": LATE_PLACES, "late": high, "late_title": HIGH_ONES}


def _elsewhere(frame: pd.DataFrame, look: Theme) -> dict[str, Any]:
    return {
        "x": 1, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "yshift": 1.5 * look.size,
        "text": look.say(ELSEWHERE).format(n=frame.attrs["elsewhere"]), "showarrow": False,
        "font": {"color": look.muted, "size": look.small},
    }  # fmt: skip


def _legend(frame: pd.DataFrame, high: pd.DataFrame, look: Theme) -> dict[str, Any]:
    """How many are high and where, and what cannot be shown."""
    said = look.say(NO_HIGH)
    if len(high):
        mark = f"<span style='color:{look.bad}'>{marked(LEVELS['high'], look)}</span>"
        said = look.say(HIGH_PLACES).format(mark=mark, n=len(high), high=f"<b>{high['high'].sum():.0f}</b>")
        # Where places lie close together not all can be named on the map.
        first = high.sort_values(["high", "value"], ascending=False, kind="stable").head(MOST)
        names = first["label_en" if look.language == "en" else "short_label"]
        lines = [f"{name} <b>{n:.0f}</b>" for name, n in zip(names, first["high"], strict=True)]
        more = [f"… {len(high) - MOST}"] if len(high) > MOST else []
        said += "".join(f"<br><span style='color:{look.text}'>{line}</span>" for line in [*lines, *more])
    if frame.attrs["elsewhere"] > 0:
        said += f"<br>{look.say(ELSEWHERE).format(n=frame.attrs['elsewhere'])}"
    return {
        "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top", "align": "right", "text": said,
        "showarrow": False, "font": {"color": look.muted, "size": look.size},
    }  # fmt: skip


CHART = Chart(
    "risk_map", Text("在控风险分布", "Where open risks are"), ask, draw, kind="risks", selects="divisions", lacks_in=lacks_in, note=NOTE,
    metrics=("risks_open", "risks_high_open", "risks_overdue"),
    headings={"high": Text("其中高风险（项）", "Of these high"), "overdue": Text("其中逾期（项）", "Of these overdue")},
)  # fmt: skip
