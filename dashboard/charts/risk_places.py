"""Where: open risks by town, or by the communities of a chosen town, with what is overdue."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart
from dashboard.charts.risk_bars import HEADINGS, METRICS, draw
from dashboard.charts.risk_bars import ask as ask_bars
from dashboard.filters import ScopedFilters
from dashboard.reference import LEVELS
from dashboard.texts import Text


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, overdue, label…`, the places with most first; what has no place is named so."""
    level, _ = places.drill(engine, filters.wish.divisions)
    return ask_bars(engine, filters, LEVELS.get(level, "town_code"))


CHART = Chart(
    "risk_places",
    Text("在控风险：镇街、社区", "Open risks by place"),
    ask,
    draw,
    kind="risks",
    selects="divisions",
    metrics=METRICS,
    headings=HEADINGS,
)
