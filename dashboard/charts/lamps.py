"""The lamps of pilot targets: their words and shapes, how many stand at each, and bars of them; several charts are drawn so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.asking import By, fetch
from dashboard.charts.base import PLAIN, annotate, named, rows_of
from dashboard.charts.risk_bars import faded
from dashboard.charts.risk_levels import Level, colour_of
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import pilot_standing

# The gravest first; the last is what was never reported, or has no time to run.
LAMPS = {
    "red": Level(Text("红灯", "Red"), "▲", "bad"),
    "yellow": Level(Text("黄灯", "Yellow"), "◆", "yellow"),
    "green": Level(Text("绿灯", "Green"), "●", "good"),
    "none": Level(Text("无灯", "No lamp"), "○", "context"),
}
STATES = {"red": "bad", "yellow": "warn", "green": "good"}
# English for the blocks every city has; others are called as the city calls them.
BLOCKS = {
    "政治": "Leadership", "综治": "Public security", "法治": "Rule of law", "德治": "Civic virtue", "自治": "Self-governance",
    "智治": "Smart services",
}  # fmt: skip
NO_BLOCK = Text("未分板块", "No block")
METRICS = ("task_count", "tasks_red", "tasks_behind", "tasks_lit")
HEADINGS = {code: Text(f"{lamp.word.zh}（项）", lamp.word.en) for code, lamp in LAMPS.items()} | {"value": Text("任务（项）", "Tasks")}
COUNTED = Text(
    "每项任务按最慢的责任方亮灯：有红为红，否则有黄为黄；负面清单不计。",
    "A task stands at the lamp of its slowest part; negative items left out.",
)
MORE = Text("另有 {n} 个未列出", "{n} more not shown")
FEWEST = 5  # Bars are no thicker than if so many rows stood there.
NARROW = {"zh": 0.08, "en": 0.11}  # Of the longest bar.
SMALL = 0.95  # Of a label: no text of a wall is smaller.


def lamp_counts(engine: Engine, filters: ScopedFilters, by: By) -> pd.DataFrame:
    """Tasks by `by`: columns `*by, value, red, yellow, green, none`; each task once, at the lamp of its slowest part."""
    held = grouped(engine, dict.fromkeys(METRICS, filters), by)
    found = held[list(by)].assign(
        value=held["task_count"],
        red=held["tasks_red"],
        yellow=held["tasks_behind"] - held["tasks_red"],
        green=held["tasks_lit"] - held["tasks_behind"],
        none=held["task_count"] - held["tasks_lit"],
    )
    return found[found["value"] > 0].reset_index(drop=True)


def grouped(engine: Engine, asked: Mapping[str, ScopedFilters], by: By, part: str = "value") -> pd.DataFrame:
    """Several metrics side by side: columns `*by` and one per metric; the groups are those of the first."""
    answers = [measure(engine, code, filters, by)[[*by, part]].rename(columns={part: code}) for code, filters in asked.items()]
    return reduce(lambda held, more: side_by_side(held, more, by), answers)


def side_by_side(held: pd.DataFrame, more: pd.DataFrame, by: By) -> pd.DataFrame:
    """Two answers grouped alike as one frame; a missing code is a group like any other."""
    return held.merge(more, on=list(by), how="left") if by else held.join(more)


def with_blocks(frame: pd.DataFrame, engine: Engine) -> pd.DataFrame:
    """Blocks in the order of their targets' codes, under names in both languages; the column `block` becomes `code`."""
    p = pilot_standing.c
    first = fetch(engine, select(p.block, func.min(p.target_code).label("first")).where(p.kind != "negative").group_by(p.block))
    order = dict(zip(first["block"], first["first"], strict=True))
    found = frame.assign(first=frame["block"].map(order)).sort_values("first", kind="stable", na_position="last", ignore_index=True)
    said = found["block"].fillna("").astype(str).str.translate(PLAIN)
    label, label_en = said.replace("", NO_BLOCK.zh), said.map(lambda name: BLOCKS.get(name, name)).replace("", NO_BLOCK.en)
    return found.drop(columns="first").rename(columns={"block": "code"}).assign(label=label, short_label=label, label_en=label_en)


def lit(code: str, count: float, look: Theme) -> str:
    """How many stand at a lamp: shape in its colour, and the count."""
    return f"<span style='color:{colour_of(LAMPS[code], look)}'>{LAMPS[code].shape}</span>\u2009{look.count(count, compact=False)}"


def lamp_bars(frame: pd.DataFrame, look: Theme, left_out: int = 0) -> go.Figure:
    """Rows of lamps in the frame's order, each part with its shape and count; the lamps' totals stand above if in attrs.

    `left_out` is how many rows more there are.
    """
    data = frame.iloc[::-1]
    rows, figure = rows_of(data), go.Figure()
    names, strength, most = named(rows, look, short=True), faded(rows), float(data["value"].max())
    for code, lamp in LAMPS.items():
        figure.add_bar(
            y=names, x=data[code], orientation="h", width=0.7, name=f"{lamp.shape} {look.say(lamp.word)}", customdata=data["code"],
            marker={"color": colour_of(lamp, look), "opacity": strength, "line": {"color": look.panel, "width": 1.5}},
            text=[_counted(lamp, row[code], most, look) for row in rows], textposition="inside", insidetextanchor="middle", textangle=0,
            textfont={"color": _ink(code, look), "size": look.size * SMALL}, constraintext="none",
            hovertemplate="%{y}<br>%{x:,.0f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    annotate(figure, [_legend(frame.attrs.get("totals", {}), look), *_more(left_out, look)])
    figure.update_xaxes(visible=False, range=[0, most])
    figure.update_yaxes(
        showgrid=False, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[min(len(rows) - FEWEST, 0) - 0.5, len(rows) - 0.5],
    )  # fmt: skip
    bottom = look.size * 1.4 if left_out else 2
    return figure.update_layout(barmode="stack", margin={"l": 4, "r": 2, "t": look.size * 1.7, "b": bottom})


def _counted(lamp: Level, count: float, most: float, look: Theme) -> str:
    """A part's shape and count; the count alone where the shape has no room."""
    if not count:
        return ""
    return f"{count:.0f}" if count < most * NARROW[look.language] else f"{lamp.shape}\u2009{count:.0f}"


def _ink(code: str, look: Theme) -> str:
    """A text colour that can be read on a lamp's."""
    if code == "none":
        return look.text
    return "#08131F" if look.is_dark or code == "yellow" else "#FFFFFF"


def _legend(totals: dict[str, Any], look: Theme) -> dict[str, Any]:
    """What the shapes mean, with how many of each there are in all."""
    parts = [
        f"<span style='color:{colour_of(lamp, look)}'>{lamp.shape}</span> {look.say(lamp.word)}"
        + (f" <b>{look.count(totals[code], compact=False)}</b>" if code in totals else "")
        for code, lamp in LAMPS.items()
        if code != "none" or totals.get(code, 1)
    ]
    return {
        "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "bottom", "showarrow": False,
        "text": "   ".join(parts), "font": {"color": look.muted, "size": look.size},
    }  # fmt: skip


def _more(left_out: int, look: Theme) -> list[dict[str, Any]]:
    if not left_out:
        return []
    return [{
        "x": 1, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top", "showarrow": False,
        "text": look.say(MORE).format(n=left_out), "font": {"color": look.faint, "size": look.size * SMALL},
    }]  # fmt: skip
