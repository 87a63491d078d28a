"""If it were filed today: by when half and four in five of its kind were closed in the last 90 days, beside the limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart, Column, annotate, rows_of, with_labels
from dashboard.charts.resolution_percentiles import HALF, HOURS_A_DAY, draw_spans, in_days
from dashboard.filters import ScopedFilters
from dashboard.survival import quantile_hours, survival
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import category_limits

DAYS, MOST, FEWEST = 90, 12, 20
NARROW = 34.0
SPAN = Text("近90天上报", "of 90 days")
MOSTLY, LIMIT = Text("八成 ●", "4 in 5 ●"), Text("时限", "limit")
UNITS = {
    "day": Text("{}天", "{} d"), "work_day": Text("{}个工作日", "{} working d"), "hour": Text("{}小时", "{} h"),
    "work_hour": Text("{}个工作小时", "{} working h"),
}  # fmt: skip


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, p50, p80` (days; missing = not reached), `n`, `amount, unit` of the limit; the commonest minor categories.

    Of tickets reported in the 90 days up to the last day asked for, open ones counted; kinds with fewer than 20 are left out.
    """
    span = filters.between(filters.until - timedelta(days=DAYS - 1), filters.until)
    curves = survival(engine, span, ("category_code",))
    rows = []
    for code, curve in curves.dropna(subset=["category_code"]).groupby("category_code", sort=False):
        held = int((curve["events"] + curve["censored"]).sum())
        if held >= FEWEST:
            rows.append((code, quantile_hours(curve, 0.5) / HOURS_A_DAY, quantile_hours(curve, 0.8) / HOURS_A_DAY, held))
    frame = pd.DataFrame(rows, columns=["category_code", "p50", "p80", "n"])
    if frame.empty:
        return frame
    frame = frame.nlargest(MOST, "n")
    c = category_limits.c
    limits = fetch(engine, select(c.category_code, c.amount, c.unit).where(c.stage_code == "close")).drop_duplicates("category_code")
    frame = frame.merge(limits, on="category_code", how="left")
    return with_labels(frame, engine, "category_code").rename(columns={"category_code": "code"}).reset_index(drop=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    frame = frame.head(look.rows_that_fit(len(frame), pitch=1.4))
    rows = rows_of(frame.iloc[::-1])
    widths = (6.0, 6.0, 6.8) if look.language == "en" else (5.0, 5.4, 6.2)
    columns = [
        Column([f"<b>{in_days(row['p50'], look)}</b>" for row in rows], widths[0], look.accent, look.say(HALF)),
        Column([in_days(row["p80"], look) for row in rows], widths[1], look.muted, look.say(MOSTLY)),
        Column([_limit(row, look) for row in rows], widths[2], look.faint, look.say(LIMIT)),
    ]
    # In a narrow panel of the wall the half is where its mark stands; what is promised is what four in five get.
    is_narrow = look.room is not None and look.room[0] < NARROW
    figure = draw_spans(frame, "p80", columns[1:] if is_narrow else columns, look)
    said: dict[str, Any] = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    half = f"　<span style='color:{look.accent}'>{look.say(HALF)}</span>" if is_narrow else ""
    if is_narrow:
        said |= {"xanchor": "right", "xshift": 3 * look.size}
    annotate(figure, [said | {"text": look.say(SPAN) + half, "font": {"color": look.faint, "size": look.small}}])
    return figure


def _limit(row: dict[str, Any], look: Theme) -> str:
    return look.say(UNITS[row["unit"]]).format(f"{row['amount']:g}") if row["unit"] in UNITS else MISSING


PROMISE = Text(
    "截至所选末日的90天内上报的诉求，Kaplan–Meier 估计，在办件计入；不足 20 件的小类不列；用时空白为尚未达到。",
    "Of tickets reported in the 90 days up to the last day chosen, by Kaplan–Meier, open ones counted; kinds under 20 are left out;"
    " an empty time was not reached yet.",
)
CHART = Chart(
    "living_promise", Text("今日上报，何时办结", "If filed today"), ask, draw,
    needs=("closing_times",), selects="categories", metrics=("median_hours",), definition=PROMISE,
)  # fmt: skip
