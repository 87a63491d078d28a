"""Whose pilot tasks lag: units by the lamps of what they carry, those with red first; no ranking."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, with_labels
from dashboard.charts.lamps import COUNTED, HEADINGS, METRICS, lamp_bars, lamp_counts
from dashboard.filters import ScopedFilters
from dashboard.texts import Text
from dashboard.theme import Theme

MOST = 14
ORDER = Text(
    "先列有红灯的单位，再列有黄灯的，其余按承担任务多少；由几个单位共担的任务在每个单位各计一项。",
    "Units with red first, then with yellow, then by what they carry; a task carried by several units counts for each.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, red, yellow, green, none, label…, is_chosen`: tasks by unit; a chosen unit stands beside the others."""
    found = lamp_counts(engine, filters.only(units=()), ("unit_code",))
    found = found.sort_values(["red", "yellow", "value", "unit_code"], ascending=[False, False, False, True], ignore_index=True)
    frame = with_labels(found, engine, "unit_code").rename(columns={"unit_code": "code"})
    return frame.assign(is_chosen=frame["code"].isin(filters.wish.units))


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    shown = frame[(frame.index < look.rows_that_fit(MOST, taken=3.4, pitch=1.6)) | frame["is_chosen"]]
    return lamp_bars(shown, look, left_out=len(frame) - len(shown))


CHART = Chart(
    "pilot_units", Text("责任单位亮灯", "Lamps by responsible unit"), ask, draw, kind="pilots", selects="units", metrics=METRICS,
    headings=HEADINGS, definition=Text(COUNTED.zh + ORDER.zh, f"{COUNTED.en} {ORDER.en}"),
)  # fmt: skip
