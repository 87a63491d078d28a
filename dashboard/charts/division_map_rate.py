"""Where, for each 10,000 residents: the same map by rate, beside the count, with whose residents and of when."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine

from dashboard.charts.base import Chart
from dashboard.charts.division_map import ILLUSTRATIVE, NOT_NEED, RESIDENTS, Subject, ask_of, draw
from dashboard.charts.division_map import lacks_in as undivided
from dashboard.filters import ScopedFilters
from dashboard.reference import residents
from dashboard.texts import Text

SUBJECT = Subject("per_10k", "received_count", Text("受理最多的社区（件）", "most accepted, by community"), decimals=1)
NO_RESIDENTS = Text("该市未提供常住人口<br>无法计算万人诉求率", "The city's folder has no residents<br>a rate per 10,000 cannot be known")
NOTE = Text(
    f"期内受理件数 ÷ 常住人口 × 10000；点击进入下一级。{NOT_NEED.zh}",
    f"Tickets accepted in the period / residents × 10,000; a click goes one level down. {NOT_NEED.en}",
)


def lacks_in(engine: Engine) -> Text | None:
    """A map of rates needs places, and somebody who counted who lives there."""
    return undivided(engine) or (None if residents(engine) else NO_RESIDENTS)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, SUBJECT)


def with_residents(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows, with a remark that says when the residents were counted."""
    found = frame.copy()
    if frame.attrs["counted_on"]:
        day, is_illustrative = frame.attrs["counted_on"]
        said = Text(RESIDENTS.zh.format(day), RESIDENTS.en.format(day))
        found.attrs["remark"] = Text(said.zh + ILLUSTRATIVE.zh, said.en + ILLUSTRATIVE.en) if is_illustrative else said
    return found


CHART = Chart(
    "division_map_rate", Text("万人诉求率（件/万人）", "Appeals per 10,000 residents"), ask, draw, selects="divisions", lacks_in=lacks_in,
    note=NOTE, metrics=("per_10k",), headings={"count": Text("受理（件）", "Accepted")},
    lay=with_residents,
)  # fmt: skip
