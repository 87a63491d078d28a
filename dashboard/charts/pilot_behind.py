"""Which pilot targets lag most: of each its slowest part, how far it came on its way, where the schedule has it, and the gap."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.charts.base import PLAIN, Chart, Column, annotate, beside, rows_of, shortened, with_labels
from dashboard.charts.lamps import LAMPS, SMALL
from dashboard.charts.risk_levels import colour_of
from dashboard.filters import ScopedFilters, where
from dashboard.measures import unit_in
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import N, pilot_standing

MOST, FEWEST = 10, 5
IN_FILE = 100
LETTERS = {"zh": 24, "en": 26}
NONE_BEHIND = Text("没有慢于序时的任务", "No task is behind its schedule")
GAP = Text("序时差（百分点）", "gap (pp)")
TO_BE = Text("{now}，目标 {sign}{then}{unit}", "{now} / {sign}{then}{unit}")
SIGNS = {"up": "≥", "down": "≤"}
SLOWEST = Text(
    "每项任务取慢于序时最多的一条责任；条形为自基期值走向目标值的进度（越低越好的指标同样自左向右），竖线为应有的时间进度。",
    "Of each task the part furthest behind; bars are its way from baseline to target (also where lower is better), the line where time is.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, unit_label…, place_label…, actual, target, measure_unit, better, progress, elapsed, gap, lamp_code`.

    A row for each task with a part behind, the furthest first.
    """
    p = pilot_standing.c
    query = (
        select(
            p.target_code, p.label, p.label_en, p.unit_code, p.division_code, p.value.label("actual"), p.target_value.label("target"),
            p.measure_unit, p.better, p.progress_pct.label("progress"), p.elapsed_pct.label("elapsed"), p.gap_pct.label("gap"), p.lamp_code,
        )
        .where(where(pilot_standing, N, filters), p.gap_pct < 0)
        .order_by(p.gap_pct, p.target_code, p.unit_code, p.division_code)
    )  # fmt: skip
    frame = fetch(engine, query).drop_duplicates("target_code", ignore_index=True).head(IN_FILE)
    if frame.empty:
        frame.attrs["lack"] = NONE_BEHIND if _is_any(engine, filters) else None
        return frame
    for column in ("label", "label_en"):
        frame[column] = frame[column].fillna(frame["label"]).fillna(frame["target_code"]).astype(str).str.translate(PLAIN)
    for column, name in (("unit_code", "unit"), ("division_code", "place")):
        said = with_labels(frame[[column]], engine, column)
        frame[f"{name}_label"], frame[f"{name}_label_en"] = said["short_label"], said["label_en"]
    names = ["target_code", "label", "label_en", "unit_label", "unit_label_en", "place_label", "place_label_en"]
    return frame[[*names, *(name for name in frame.columns if name not in {*names, "unit_code", "division_code"})]].rename(
        columns={"target_code": "code"}
    )


def _is_any(engine: Engine, filters: ScopedFilters) -> bool:
    """Whether anything was asked for that could be behind."""
    p = pilot_standing.c
    return not fetch(engine, select(p.target_code).where(where(pilot_standing, N, filters), p.gap_pct.is_not(None)).limit(1)).empty


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.head(look.rows_that_fit(MOST, taken=1.6, pitch=2.5)).iloc[::-1])
    places, figure = list(range(len(rows))), go.Figure()
    colours = [colour_of(LAMPS[row["lamp_code"]], look) for row in rows]
    # Each row has two lines: name, bar and gap; who, what the bar says in figures, and the lamp.
    upper, bar = [place + 0.2 for place in places], {"orientation": "h", "width": 0.3}
    figure.add_bar(y=upper, x=[100] * len(rows), marker={"color": look.hairline}, hoverinfo="skip", **bar)
    figure.add_bar(
        y=upper, x=[max(row["progress"], 0) for row in rows], marker={"color": colours}, **bar,
        customdata=[[row["code"], row[look.label_column], _values(row, look)] for row in rows],
        hovertemplate="%{customdata[1]}<br>%{customdata[2]}<br>%{x:.1f}%<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        y=upper, x=[row["elapsed"] for row in rows], mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns", "size": look.size * 0.62, "line": {"color": look.text, "width": max(look.size / 7, 2)}},
    )  # fmt: skip
    beside(figure, places, [Column([_judged(row, look) for row in rows], 5.2, look.text, look.say(GAP))], look)
    below = {"x": 0, "xanchor": "left", "showarrow": False, "font": {"color": look.muted, "size": look.size * SMALL}}
    annotate(figure, [{"y": place - 0.25, "text": _values(row, look), **below} for place, row in zip(places, rows, strict=True)])
    figure.update_xaxes(visible=False, range=[0, 101])
    figure.update_yaxes(
        showgrid=False, tickvals=places, ticktext=[_named(row, look) for row in rows], tickfont={"color": look.text, "size": look.size},
        ticklabelstandoff=6, range=[len(rows) - max(len(rows), FEWEST if look.room is None else 1) - 0.5, len(rows) - 0.5],
    )  # fmt: skip
    return figure.update_layout(barmode="overlay")


def _named(row: dict[str, Any], look: Theme) -> str:
    """The target, and beneath it who carries its slowest part, and where."""
    end = "_en" if look.language == "en" else ""
    most = LETTERS[look.language]
    who = shortened(f"{row[f'unit_label{end}']} · {row[f'place_label{end}']}", most)
    return f"{shortened(row[f'label{end}'], most)}<br><span style='color:{look.faint};font-size:{look.size * SMALL:.1f}px'>{who}</span>"


def _values(row: dict[str, Any], look: Theme) -> str:
    """What is, and what is to be, in the target's own unit."""
    unit = unit_in(row["measure_unit"], look.language)
    return look.say(TO_BE).format(now=_number(row["actual"]), sign=SIGNS.get(row["better"], ""), then=_number(row["target"]), unit=unit)


def _number(value: float) -> str:
    return MISSING if pd.isna(value) else f"{value:,.1f}".removesuffix(".0")


def _judged(row: dict[str, Any], look: Theme) -> str:
    """The gap, and beneath it the lamp."""
    lamp = LAMPS[row["lamp_code"]]
    return f"<b>−{abs(row['gap']):.1f}</b><br><span style='color:{colour_of(lamp, look)}'>{lamp.shape}</span> {look.say(lamp.word)}"


CHART = Chart(
    "pilot_behind", Text("慢于序时的任务", "Tasks furthest behind"), ask, draw, kind="pilots", selects="targets",
    metrics=("schedule_gap",), definition=SLOWEST,
    headings={
        "label": Text("任务", "Task"), "code": Text("任务代码", "Code of the task"), "unit_label": Text("责任单位", "Responsible unit"),
        "place_label": Text("区划", "Place"), "actual": Text("现值", "Actual"), "target": Text("目标值", "Target"),
        "measure_unit": Text("计量单位", "Measured in"), "better": Text("方向", "Direction"),
        "progress": Text("进度（%）", "Progress (%)"), "elapsed": Text("时间进度（%）", "Elapsed (%)"),
        "gap": Text("序时进度差（百分点）", "Schedule gap (pp)"), "lamp_code": Text("亮灯", "Lamp"),
    },
)  # fmt: skip
