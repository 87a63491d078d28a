"""The honest clock in office hours: nights, week-ends and holidays do not count."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart
from dashboard.charts.resolution_survival import BAND, CURVE, HOURS_A_DAY, ask_of, draw, with_median
from dashboard.filters import ScopedFilters
from dashboard.survival import HOUR
from dashboard.texts import Text
from dashboard.warehouse import calendar_days, tickets

COHORT = Text(
    "期内上报的诉求，按上报日期归组；工作时钟：只计本市工作日的办公时间。在办件计至其来源最后报送，撤回件计至撤回。",
    "Tickets by the day they were reported, working clock: only office hours of the city's workdays count. Open ones are watched as"
    " far as their source was seen, withdrawn ones until withdrawn.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    return ask_of(engine, filters, tickets, clock="work", day_hours=work_day_hours(engine))


def work_day_hours(engine: Engine) -> float:
    """How many hours a working day of the city has, by its calendar."""
    c = calendar_days.c
    following = func.lead(c.work_seconds_before).over(order_by=c.day_on) - c.work_seconds_before
    days = select(following.label("seconds"), c.is_workday).subquery()
    found = fetch(engine, select(func.max(days.c.seconds).label("seconds")).where(days.c.is_workday))["seconds"].iloc[0]
    return float(found) / HOUR if pd.notna(found) and found > 0 else HOURS_A_DAY


CHART = Chart(
    "resolution_survival_work", Text("多少工作日办结：累计办结率（含在办）", "Resolved by working day t, open counted"), ask, draw,
    needs=("closing_times",), note=COHORT, headings=BAND | {"days": Text("工作日数（工作日）", "Working day")},
    definition=Text(COHORT.zh + CURVE.zh, f"{COHORT.en} {CURVE.en}"), lay=with_median,
)  # fmt: skip
