"""Where disputes come from: how many for 10,000 residents of each town, or of the communities of a chosen town."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.division_map import Subject, ask_of, draw, lacks_in
from dashboard.charts.division_map_rate import with_residents
from dashboard.filters import ScopedFilters
from dashboard.texts import Text

SUBJECT = Subject(
    "disputes_per_10k", "disputes_received", Text("受理最多的社区（件）", "most received, by community"), decimals=1,
    late="disputes_long_open", latest=Text("超30日未结（件）", "open over 30 days"),
)  # fmt: skip


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, SUBJECT)


CHART = Chart(
    "disputes_map",
    Text("万人纠纷率（件/万人）", "Disputes per 10,000 residents"),
    ask,
    draw,
    kind="disputes",
    selects="divisions",
    lacks_in=lacks_in,
    metrics=("disputes_per_10k", "disputes_received"),
    headings={"count": Text("受理（件）", "Received")},
    lay=with_residents,
)
