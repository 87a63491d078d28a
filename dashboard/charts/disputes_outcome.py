"""How disputes ended: their outcomes, and which agreements were reached."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine

from dashboard.charts.base import Chart, grouped_bars
from dashboard.charts.disputes_by_level import counted
from dashboard.charts.disputes_by_origin import by_code, others
from dashboard.filters import ScopedFilters
from dashboard.queries import measure
from dashboard.texts import Text
from dashboard.theme import Theme

GROUPS = {"outcome_code": Text("调解结果", "Outcome"), "agreement_code": Text("协议形式", "Agreement")}


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `group…, label…, value, whole`: disputes concluded in the period by outcome, then by agreement."""
    parts = [
        by_code(measure(engine, "disputes_concluded", others(filters, column), (column,)), column, title, filters)
        for column, title in GROUPS.items()
    ]
    return pd.concat([part.assign(whole=part["value"].sum()) for part in parts], ignore_index=True)


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    return grouped_bars(frame, counted(frame, look), look)


CHART = Chart(
    "disputes_outcome", Text("办结结果与协议", "Outcomes and agreements"), ask, draw, kind="disputes", needs=("concluded_at",),
    metrics=("disputes_concluded",), selects_any=("outcomes", "agreements"),
)  # fmt: skip
