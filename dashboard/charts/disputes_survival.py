"""How long disputes take: share concluded by day t with open ones counted, drawn as that of appeals."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.resolution_survival import BAND, CURVE, ask_of, draw, with_median
from dashboard.filters import ScopedFilters
from dashboard.texts import Text
from dashboard.warehouse import disputes


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, disputes)


CHART = Chart(
    "disputes_survival", Text("多久化解：第 t 天累计办结率", "Concluded by day t"), ask, draw, kind="disputes",
    needs=("concluded_at",), metrics=("dispute_median_hours",),
    note=Text("期内受理的纠纷，在调件计入。", "Disputes accepted in the period; open ones count."),
    headings=BAND | {"resolved": Text("累计办结率（%）", "Concluded (%)")}, definition=CURVE, lay=with_median,
)  # fmt: skip
