"""How pilot targets stand: tasks of each block by lamp."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.lamps import COUNTED, HEADINGS, LAMPS, METRICS, lamp_bars, lamp_counts, with_blocks
from dashboard.filters import ScopedFilters
from dashboard.texts import Text
from dashboard.theme import Theme


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, red, yellow, green, none, label…, is_chosen`: tasks by block, in the order of targets; totals in attrs."""
    found = lamp_counts(engine, filters.only(blocks=()), ("block",))
    frame = with_blocks(found, engine)
    frame = frame.assign(is_chosen=frame["code"].isin(filters.wish.blocks))
    # A target stands in one block, so blocks add up.
    frame.attrs = {"totals": {code: float(frame[code].sum()) for code in LAMPS}}
    return frame


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return lamp_bars(frame, look)


CHART = Chart(
    "pilot_lamps", Text("各板块亮灯", "Lamps by block"), ask, draw, kind="pilots", selects="blocks", metrics=METRICS,
    headings=HEADINGS, definition=COUNTED,
)  # fmt: skip
