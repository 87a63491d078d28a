"""If it were filed today: by when half and four in five of its kind were closed in the last 90 days, beside the limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, Column, beside, named, rows_of, with_labels
from dashboard.filters import ScopedFilters
from dashboard.survival import quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import category_limits

DAYS, MOST, FEWEST = 90, 12, 20
HALF, MOSTLY, LIMIT = Text("半数 ●", "half ●"), Text("八成 ●", "four in five ●"), Text("时限", "limit")
NOT_REACHED = Text("未达到", "not reached")
UNITS = {
    "day": Text("{}天", "{} d"), "work_day": Text("{}个工作日", "{} working d"), "hour": Text("{}小时", "{} h"),
    "work_hour": Text("{}个工作小时", "{} working h"),
}  # fmt: skip


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, p50, p80` (hours; missing = not reached), `n`, `amount, unit` of the limit; the commonest minor categories.

    Of tickets reported in the 90 days up to the last day asked for, open ones counted; kinds with fewer than 20 are left out.
    """
    span = filters.between(filters.until - timedelta(days=DAYS - 1), filters.until)
    curves = survival(engine, span, ("category_code",))
    rows = []
    for code, curve in curves.dropna(subset=["category_code"]).groupby("category_code", sort=False):
        held = int((curve["events"] + curve["censored"]).sum())
        if held >= FEWEST:
            rows.append((code, quantile_hours(curve, 0.5), quantile_hours(curve, 0.8), held))
    frame = pd.DataFrame(rows, columns=["category_code", "p50", "p80", "n"])
    if frame.empty:
        return frame
    frame = frame.nlargest(MOST, "n")
    c = category_limits.c
    limits = fetch(engine, select(c.category_code, c.amount, c.unit).where(c.stage_code == "close")).drop_duplicates("category_code")
    frame = frame.merge(limits, on="category_code", how="left")
    return with_labels(frame, engine, "category_code").rename(columns={"category_code": "code"}).reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    data = frame.iloc[::-1]
    rows = rows_of(data)
    names = named(rows, look)
    end = float(frame[["p50", "p80"]].max().max()) or 1.0
    figure = go.Figure()
    for name, row in zip(names, rows, strict=True):
        if pd.notna(row["p50"]):
            reached = pd.notna(row["p80"])
            line = {"color": look.context, "width": look.size * 0.28, "dash": "solid" if reached else "dot"}
            figure.add_scatter(
                x=[row["p50"], row["p80"] if reached else end * 1.04], y=[name, name], mode="lines", line=line, hoverinfo="skip"
            )
    for share, colour, size in (("p80", look.muted, 0.6), ("p50", look.accent, 0.75)):
        figure.add_scatter(
            x=data[share], y=names, mode="markers", marker={"color": colour, "size": look.size * size}, customdata=data["code"],
            hovertemplate="%{y}<br>%{x:.1f} h<extra></extra>",
        )  # fmt: skip
    columns = [
        Column([f"<b>{_time(row['p50'], look)}</b>" for row in rows], 5.0, look.accent, look.say(HALF)),
        Column([_time(row["p80"], look) for row in rows], 5.4, look.muted, look.say(MOSTLY)),
        Column([_limit(row, look) for row in rows], 6.2, look.faint, look.say(LIMIT)),
    ]
    beside(figure, names, columns, look)
    figure.update_xaxes(visible=False, range=[-end * 0.02, end * 1.06])
    figure.update_yaxes(
        showgrid=True, tickfont={"color": look.text, "size": look.size}, tickmode="linear", dtick=1, ticklabelstandoff=6,
        range=[-0.6, len(rows) - 0.4],
    )  # fmt: skip
    return figure


def _time(hours: float, look: Theme) -> str:
    return look.hours(hours) if pd.notna(hours) else look.say(NOT_REACHED)


def _limit(row: dict[str, Any], look: Theme) -> str:
    return look.say(UNITS[row["unit"]]).format(f"{row['amount']:g}") if row["unit"] in UNITS else MISSING


CHART = Chart(
    "living_promise", Text("今日上报，何时办结（近90天，含在办）", "If filed today (last 90 days, open counted)"), ask, draw,
    needs=("closing_times",), selects="categories",
)  # fmt: skip
