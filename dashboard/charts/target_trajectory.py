"""The way of one pilot target: what was reported, the plan and the plans before it, milestones, and what is likely until it is due."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import PLAIN, Chart, annotate, rows_of, shortened
from dashboard.charts.end_labels import apart, number
from dashboard.charts.lamps import SMALL
from dashboard.charts.track_rows import frame_of
from dashboard.filters import ScopedFilters
from dashboard.forecast.track import BAND, track_of
from dashboard.forecast.words import METHOD, OF_MEDIAN
from dashboard.measures import unit_in
from dashboard.texts import Text
from dashboard.theme import Theme

TRACKS = {
    "observed": Text("上报值", "Reported"), "part": Text("责任条上报值", "Reported by a part"), "band": Text("预测", "Forecast"),
    "plan": Text("计划", "Plan"), "former": Text("曾用计划", "Former plan"), "milestone": Text("节点", "Milestone"),
}  # fmt: skip
MEDIAN = Text("{n} 条责任的中位数", "median of {n} parts")
LEAST_LIKELY = Text("所选 {n} 项中可能性最低的一项", "least likely of {n} selected")
NOW, TARGET, FORMER = (
    Text("现值 <b>{}</b>", "now <b>{}</b>"),
    Text("目标 <b>{}</b><br>{:%y-%m-%d} 到期", "target <b>{}</b><br>due {:%y-%m-%d}"),
    Text("原目标 {}", "was {}"),
)
COMING = Text("预计 <b>{}</b><br>{}–{}", "expected <b>{}</b><br>{}–{}")
DATA_DAY = Text("数据至 {:%m-%d}", "data to {:%m-%d}")
PARTS_THERE = Text("{}/{} 条已达", "{}/{} reached")
LETTERS = {"zh": 34, "en": 40}
WIDEST = 1.6  # The band is drawn no wider than so often what else is drawn.
NO_TARGET = Text("所选范围内没有指标", "No target in this selection")
NOTE = Text(
    "粗线为上报值，细线为各责任条，虚线为计划（灰色为曾用版本），◆ 为各责任条均已达到的节点，◇ 为未达，色带为 50% 与 80% 预测区间。",
    "Thick: what was reported; thin: each part; dashed: the plan (grey: former ones); ◆ milestones every part has reached, ◇ others;"
    " bands: 50% and 80% prediction.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns of COLUMNS, a row for each point of each line (see track_rows); attrs: what is said of the target."""
    track = track_of(engine, filters)
    if track is None:
        empty = pd.DataFrame()
        empty.attrs["lack"] = NO_TARGET
        return empty
    return frame_of(engine, track)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    tracks = {str(name): rows for name, rows in frame.groupby("track", sort=False)}
    figure, low, high = go.Figure(), *_range(frame)
    _draw_parts(figure, tracks.get("part"), look)
    _draw_plans(figure, frame, look)
    _draw_band(figure, tracks, look)
    observed = tracks.get("observed")
    if observed is not None:
        figure.add_scatter(
            x=observed["at"], y=observed["value"], mode="lines+markers", line={"color": look.accent, "width": 2.5},
            marker={"size": look.size * 0.45}, hovertemplate=_hover(frame, look), name=look.say(TRACKS["observed"]),
        )  # fmt: skip
    milestones = tracks.get("milestone")
    if milestones is not None:
        _draw_milestones(figure, rows_of(milestones), frame, look)
    ends = frame["at"].min(), frame["at"].max()
    span = ends[1] - ends[0]
    annotate(figure, [_heading(frame, look), *_right(frame, tracks, low, high, look), *_today(figure, frame, look)])
    figure.update_xaxes(
        range=[ends[0] - span * 0.01, ends[1] + span * 0.012], tickformat="%y-%m", nticks=8, tickangle=0,
        tickfont={"color": look.muted, "size": look.size * SMALL},
    )  # fmt: skip
    figure.update_yaxes(
        range=[low, high], tickfont={"color": look.muted, "size": look.size * SMALL}, tickformat=",~r" if high < 1e4 else ",.0f"
    )
    return figure.update_layout(margin={"l": 4, "r": look.size * 8.6, "t": look.size * 4.7, "b": 2})


def _range(frame: pd.DataFrame) -> tuple[float, float]:
    """Where the axis of values begins and ends; a band as wide as that of few reports is cut."""
    drawn = frame.loc[frame["track"] != "band", "value"].dropna()
    low, high = float(drawn.min()), float(drawn.max())
    room = max(high - low, abs(high) * 0.02, 1e-9) * WIDEST
    low, high = max(min(low, frame["low"].min()), low - room), min(max(high, frame["high"].max()), high + room)
    low, high = (float(drawn.min()) if pd.isna(low) else low), (float(drawn.max()) if pd.isna(high) else high)
    space = max(high - low, abs(high) * 0.02, 1e-9) * 0.06
    return (low - space if low < 0 or low - space > 0 else min(low, 0.0) - space / 3), high + space


def _hover(frame: pd.DataFrame, look: Theme) -> str:
    return "%{x|%Y-%m-%d}<br>%{y:,.2~f}" + unit_in(frame.attrs["unit"], look.language).translate(PLAIN) + "<extra>%{fullData.name}</extra>"


def _draw_parts(figure: go.Figure, parts: pd.DataFrame | None, look: Theme) -> None:
    """Thin lines of all parts as one trace: a gap lies between two of them."""
    if parts is None:
        return
    x: list[Any] = []
    y: list[float | None] = []
    for _, part in parts.groupby("label", sort=False):
        x += [*part["at"], None]
        y += [*part["value"], None]
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": look.context, "width": 1}, opacity=0.7, hoverinfo="skip")


def _draw_plans(figure: go.Figure, frame: pd.DataFrame, look: Theme) -> None:
    lines = frame[frame["track"].isin(("plan", "former"))]
    for start in range(0, len(lines), 2):
        line = lines.iloc[start : start + 2]
        is_plan = line["track"].iloc[0] == "plan"
        stroke = {"color": look.muted if is_plan else look.context, "width": 1.6 if is_plan else 1.2, "dash": "dash" if is_plan else "dot"}
        figure.add_scatter(
            x=line["at"], y=line["value"], mode="lines", line=stroke, hovertemplate=_hover(frame, look),
            name=look.say(TRACKS["plan" if is_plan else "former"]),
        )  # fmt: skip


def _draw_band(figure: go.Figure, tracks: dict[str, pd.DataFrame], look: Theme) -> None:
    """The band opens at the last report."""
    band, observed = tracks.get("band"), tracks.get("observed")
    if band is None or observed is None:
        return
    last = observed.iloc[-1]
    first = pd.DataFrame([{"at": last["at"], **dict.fromkeys(BAND, last["value"])}])
    whole = pd.concat([first, band[["at", *BAND]]], ignore_index=True)
    for low, high, opacity in (("low", "high", 0.14), ("low_50", "high_50", 0.22)):
        figure.add_scatter(
            x=[*whole["at"], *whole["at"][::-1]], y=[*whole[low], *whole[high][::-1]], mode="lines", fill="toself", line={"width": 0},
            fillcolor=look.accent, opacity=opacity, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=whole["at"], y=whole["value"], mode="lines", line={"color": look.accent, "width": 1.6, "dash": "dot"},
        hovertemplate="%{x|%Y-%m-%d}<br>%{y:,.2~f}<extra>%{fullData.name}</extra>", name=look.say(TRACKS["band"]),
    )  # fmt: skip


def _draw_milestones(figure: go.Figure, rows: list[dict[str, Any]], frame: pd.DataFrame, look: Theme) -> None:
    """Diamonds on the plan, filled once every part asked for has reached them, with their day; that of the last stands at the right."""
    has_all = [row["parts"] > 0 and row["reached"] == row["parts"] for row in rows]
    hover = [
        f"{row['at']:%Y-%m-%d} {row[look.label_column]}"
        + (f"<br>{look.say(PARTS_THERE).format(int(row['reached']), int(row['parts']))}" if row["parts"] > 0 else "")
        for row in rows
    ]
    days = ["" if row["at"] == frame["at"].max() else f"{row['at']:%m-%d}" for row in rows]
    figure.add_scatter(
        x=[row["at"] for row in rows], y=[row["value"] for row in rows], mode="markers+text", text=days,
        textposition="bottom right" if _rises(frame) else "top right", textfont={"color": look.muted, "size": look.size * SMALL},
        customdata=hover, hovertemplate="%{customdata}<extra></extra>", cliponaxis=False,
        marker={"symbol": ["diamond" if has else "diamond-open" for has in has_all], "size": look.size * 0.85, "color": look.text,
            "line": {"width": 1.4}},
    )  # fmt: skip


def _rises(frame: pd.DataFrame) -> bool:
    plan = frame.loc[frame["track"] == "plan", "value"]
    return len(plan) < 2 or plan.iloc[-1] >= plan.iloc[0]


def _heading(frame: pd.DataFrame, look: Theme) -> dict[str, Any]:
    """The chance in words, and beneath it which target is drawn, and of how many parts."""
    facts = frame.attrs
    more = [look.say(MEDIAN).format(n=facts["parts"])] if facts["parts"] > 1 else []
    more += [look.say(LEAST_LIKELY).format(n=facts["asked"])] if facts["asked"] > 1 else []
    name = f"{facts['code']} {shortened(facts[look.label_column], LETTERS[look.language])}"
    beneath = "<br>".join([name, " · ".join(more) or "\u200b"])
    text = f"<b>{look.say(facts['said'])}</b><br><span style='color:{look.muted};font-size:{look.size * SMALL:.1f}px'>{beneath}</span>"
    return {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "text": text, "showarrow": False,
        "align": "left", "font": {"color": look.text, "size": look.size * 1.1},
    }  # fmt: skip


def _right(frame: pd.DataFrame, tracks: dict[str, pd.DataFrame], low: float, high: float, look: Theme) -> list[dict[str, Any]]:
    """Lines by name and value at their right ends, kept apart in their order."""
    unit = str(frame.attrs["unit"]).translate(PLAIN)
    unit = unit_in(unit, look.language)
    said: list[tuple[float, int, str, str]] = []
    if "band" in tracks:
        last = tracks["band"].iloc[-1]
        text = look.say(COMING).format(number(last["value"]) + unit, number(last["low"]), number(last["high"]) + unit)
        said.append((float(last["value"]), 2, text, look.accent))
    elif "observed" in tracks:
        value = float(tracks["observed"]["value"].iloc[-1])
        said.append((value, 1, look.say(NOW).format(number(value) + unit), look.accent))
    lines = frame[frame["track"].isin(("plan", "former"))].iloc[1::2]
    told: set[tuple[str, float]] = set()
    for row in rows_of(lines):
        if (row["track"], row["value"]) not in told:
            told.add((row["track"], row["value"]))
            is_plan = row["track"] == "plan"
            text = look.say(TARGET if is_plan else FORMER).format(number(row["value"]) + unit, row["at"])
            said.append((float(row["value"]), 2 if is_plan else 1, text, look.text if is_plan else look.faint))
    return apart(said, low, high, look)


def _today(figure: go.Figure, frame: pd.DataFrame, look: Theme) -> list[dict[str, Any]]:
    """A line where the data end, if that lies on the way."""
    seen = frame.attrs["seen_on"]
    if seen is None or not frame["at"].min() <= pd.Timestamp(seen) <= frame["at"].max():
        return []
    figure.add_shape(type="line", x0=seen, x1=seen, y0=0, y1=1, yref="paper", line={"color": look.faint, "width": 1})
    return [
        {"x": seen, "y": 0, "yref": "paper", "yanchor": "bottom", "xanchor": "right", "xshift": -4, "showarrow": False,
            "text": look.say(DATA_DAY).format(seen), "font": {"color": look.faint, "size": look.size * SMALL}}
    ]  # fmt: skip


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """The table says the chance, as the drawing does."""
    found = frame.copy()
    found.attrs["remark"] = frame.attrs["said"]
    return found


CHART = Chart(
    "target_trajectory", Text("指标走势与按期达标可能性", "Trajectory and chance"), ask, draw, kind="pilots", note=NOTE, lay=lay,
    definition=Text(OF_MEDIAN.zh + METHOD.zh, f"{OF_MEDIAN.en} {METHOD.en}"),
    headings={
        "track": Text("线", "Line"), "value": Text("值", "Value"), "low": Text("80% 预测区间下端", "Lower end of 80 %"),
        "low_50": Text("50% 预测区间下端", "Lower end of 50 %"), "high_50": Text("50% 预测区间上端", "Upper end of 50 %"),
        "high": Text("80% 预测区间上端", "Upper end of 80 %"), "reached": Text("已达责任条（条）", "Parts that reached it"),
        "parts": Text("责任条数（条）", "Parts"),
    },
)  # fmt: skip
