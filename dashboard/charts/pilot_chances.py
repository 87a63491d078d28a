"""Which pilot targets will hardly be reached: those least likely to be on target on their due date, each with its interval."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import PLAIN, Chart, Column, beside, rows_of, shortened
from dashboard.filters import ScopedFilters
from dashboard.forecast.asked import chances_by_target
from dashboard.forecast.words import METHOD, NONE, OF_MEDIAN, between, rounded
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme

MOST, FEWEST = 12, 5
LETTERS = {"zh": 22, "en": 24}
LIKELY, UNLIKELY = 80.0, 50.0
STEPS = (0, 50, 100)
INTERVAL = Text("80% 区间", "80% interval")
PARTS = Text("责任条", "parts")
NOTE = Text(
    "到期日各责任条中位数达到目标的可能性，由低到高，至多十二项；线为 80% 区间；责任条为预计达标条数与可预测条数。",
    "The chance that the median of a target's parts is on target when due, the lowest first, at most twelve; lines are 80% intervals;"
    " parts are those expected on target, of those with a forecast.",
)
NONE_ASKED = Text("所选范围内没有可预测的指标", "No target in this selection can be forecast")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, chance, low, high, is_reached, observed, due_on, likely, told, parts`, the least likely first."""
    found = chances_by_target(engine, filters)
    told = found[found["chance"].notna()].sort_values(["chance", "low", "target_code"], ignore_index=True)
    if told.empty:
        # Where one thing was asked for, why there is no forecast of it.
        states = set(found["state"])
        told.attrs["lack"] = None if found.empty else NONE[states.pop()] if len(states) == 1 else NONE_ASKED
        return told
    for column in ("label", "label_en"):
        told[column] = told[column].fillna(told["label"]).fillna(told["target_code"]).astype(str).str.translate(PLAIN)
    told["is_reached"] = told["state"] == "reached"
    names = ["label", "label_en", "chance", "low", "high", "is_reached", "observed", "due_on", "likely", "told", "parts"]
    return told[["target_code", *names]].rename(columns={"target_code": "code"})


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    rows = rows_of(frame.head(look.rows_that_fit(MOST, taken=2.6, pitch=1.4)).iloc[::-1])
    places, figure = list(range(len(rows))), go.Figure()
    for place, row in zip(places, rows, strict=True):
        line = {"color": look.context, "width": look.size * 0.45}
        figure.add_scatter(x=[row["low"], row["high"]], y=[place, place], mode="lines", line=line, hoverinfo="skip")
    figure.add_scatter(
        x=[row["chance"] for row in rows], y=places, mode="markers", customdata=[[row["code"], _hover(row, look)] for row in rows],
        hovertemplate="%{customdata[1]}<extra></extra>", cliponaxis=False,
        marker={"color": [_colour(row, look) for row in rows], "size": look.size * 0.8},
    )  # fmt: skip
    columns = [
        Column([f"<b>{rounded(row['chance'])}</b>" for row in rows], 3.6),
        Column([_parts(row) for row in rows], 5.8, look.muted, look.say(PARTS)),
    ]
    beside(figure, places, columns, look)
    ticks = {
        "tickvals": STEPS,
        "ticktext": [f"{step}%" for step in STEPS],
        "tickfont": {"color": look.faint, "size": look.small},
        "tickangle": 0,
    }
    figure.update_xaxes(range=[-2, 102], showgrid=True, **ticks)
    names = [shortened(row[look.label_column], LETTERS[look.language]) for row in rows]
    figure.update_yaxes(
        tickvals=places, ticktext=names, showgrid=False, tickfont={"color": look.text, "size": look.size}, ticklabelstandoff=8,
        range=[min(len(rows) - FEWEST, 0) - 0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


def _colour(row: dict[str, Any], look: Theme) -> str:
    """Red where it will rather not be reached, beside the number that says so."""
    return look.bad if row["chance"] < UNLIKELY else look.warn if row["chance"] < LIKELY else look.good


def _parts(row: dict[str, Any]) -> str:
    """How many of its parts may be expected on target, of those with a forecast."""
    return f"{row['likely']:.1f} / {row['told']:.0f}" if row["told"] > 1 else MISSING


def _hover(row: dict[str, Any], look: Theme) -> str:
    return f"{row['code']} {row[look.label_column]}<br>{rounded(row['chance'])}　{look.say(INTERVAL)} {between(row['low'], row['high'])}"


CHART = Chart(
    "pilot_chances", Text("最难按期达标的指标", "Targets least likely to be met"), ask, draw, kind="pilots", selects="targets", note=NOTE,
    definition=Text(NOTE.zh + OF_MEDIAN.zh + METHOD.zh, f"{NOTE.en} {OF_MEDIAN.en} {METHOD.en}"),
    headings={
        "label": Text("指标", "Target"), "code": Text("指标代码", "Code of the target"),
        "chance": Text("按期达标可能性（%）", "Chance (%)"), "low": Text("可能性 80% 区间下端（%）", "Lower end of its 80% interval (%)"),
        "high": Text("可能性 80% 区间上端（%）", "Upper end of its 80% interval (%)"), "is_reached": Text("已达标", "On target now"),
        "observed": Text("观测期数（期）", "Observations"), "due_on": Text("到期日", "Due"),
        "likely": Text("预计达标责任条（条）", "Parts expected on target"), "told": Text("可预测责任条（条）", "Parts with a forecast"),
        "parts": Text("责任条数（条）", "Parts"),
    },
)  # fmt: skip
