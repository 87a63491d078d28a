"""Who: open risks by the unit responsible, with what is overdue."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.risk_bars import HEADINGS, METRICS, draw
from dashboard.charts.risk_bars import ask as ask_bars
from dashboard.filters import ScopedFilters
from dashboard.texts import Text


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, overdue, label…`, the units with most first."""
    return ask_bars(engine, filters.only(units=()), "unit_code", filters.wish.units)


CHART = Chart(
    "risk_units",
    Text("在控风险：责任单位", "Open risks by responsible unit"),
    ask,
    draw,
    kind="risks",
    selects="units",
    metrics=METRICS,
    headings=HEADINGS,
)
