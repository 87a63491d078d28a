"""Who lags in which block: responsible units by blocks of the pilot."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.behind_table import CELLS, HEADINGS, METRICS, ask_by, draw, lay
from dashboard.filters import ScopedFilters
from dashboard.texts import Text


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_by(engine, filters, "unit_code", "units")


CHART = Chart(
    "pilot_unit_blocks", Text("责任单位×板块：慢于序时", "Behind schedule, unit by block"), ask, draw, kind="pilots", selects="units",
    selects_too="blocks", note=CELLS, metrics=METRICS, headings=HEADINGS, lay=lay,
)  # fmt: skip
