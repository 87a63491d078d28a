"""Where disputes wait: what is open by town, or community of a chosen town, with what is open over 30 days, most of that first."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard import places
from dashboard.charts.base import Chart
from dashboard.charts.risk_bars import ask as ask_bars
from dashboard.charts.risk_bars import draw_bars
from dashboard.filters import ScopedFilters
from dashboard.reference import LEVELS
from dashboard.texts import Text
from dashboard.theme import Theme

METRICS = ("disputes_open", "disputes_long_open")
OPEN, LONG = Text("在调", "open"), Text("超30日", ">30 d")


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, value, overdue, label…`: the places with most that is open over 30 days first, then with most open."""
    level, _ = places.drill(engine, filters.wish.divisions)
    return ask_bars(engine, filters, LEVELS.get(level, "town_code"), of=METRICS, first="overdue")


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return draw_bars(frame, look, (OPEN, LONG))


CHART = Chart(
    "disputes_waiting", Text("在调纠纷：哪里久拖未结", "Open disputes: where they wait"), ask, draw, kind="disputes",
    needs=("concluded_at",), selects="divisions", metrics=METRICS, headings={"overdue": Text("其中超30日（件）", "Of these over 30 days")},
)  # fmt: skip
