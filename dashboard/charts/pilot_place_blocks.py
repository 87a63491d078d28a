"""Where which block lags: divisions by blocks of the pilot."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.behind_table import CELLS, HEADINGS, METRICS, ask_by, draw, lay
from dashboard.filters import ScopedFilters
from dashboard.texts import Text


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_by(engine, filters, "district_code", "divisions")


CHART = Chart(
    "pilot_place_blocks", Text("区县×板块：慢于序时", "Behind schedule, division by block"), ask, draw, kind="pilots", selects="divisions",
    selects_too="blocks", note=CELLS, metrics=METRICS, headings=HEADINGS, lay=lay,
)  # fmt: skip
