"""When people write: appeals by weekday and hour of reporting."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch, remembered
from dashboard.charts.base import Chart
from dashboard.charts.heat_table import WITH_TOTAL, heat_table
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import R, tickets

WEEKDAYS = (
    Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu"), Text("周五", "Fri"), Text("周六", "Sat"),
    Text("周日", "Sun"),
)  # fmt: skip
TIMES = Text("{}（{}天）", "{} ({} d)")
NO_HOURS = Text("来源只报送上报日期<br>不知道几点", "Sources deliver report dates alone<br>the hour is not known")
HOURS = 24
NARROW = 60.0  # Label sizes that a panel of the wall needs for a number in every cell.


def lacks_in(engine: Engine) -> Text | None:
    """A city whose appeals all came in at midnight has been told their days alone."""
    return None if _has_hours(engine) else NO_HOURS


@remembered(64)
def _has_hours(engine: Engine) -> bool:
    t = tickets.c
    times = select(func.count().label("n"), func.count().filter(t.reported_at != func.date_trunc("day", t.reported_at)).label("timed"))
    row = fetch(engine, times).iloc[0]
    return bool(row["timed"]) or not row["n"]


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """One row per weekday (0 is Monday), one column per hour, and `days`: how often that weekday came in the period."""
    at = tickets.c.reported_at
    keys = (func.isodow(at).label("weekday"), func.hour(at).label("hour"))
    found = fetch(engine, select(*keys, func.count().label("n")).where(where(tickets, R, filters)).group_by(*keys))
    if found.empty:
        return found
    counts = found.assign(weekday=found["weekday"] - 1).pivot_table(index="weekday", columns="hour", values="n", aggfunc="sum")
    frame = counts.reindex(index=range(len(WEEKDAYS)), columns=range(HOURS)).fillna(0).astype("int64")
    first = filters.since.weekday()
    return frame.assign(days=[(filters.day_count + 6 - (day - first) % 7) // 7 for day in frame.index])


def draw(frame: pd.DataFrame, look: Theme) -> go.Figure:
    is_narrow = look.room is not None and look.room[0] < NARROW
    days = [look.say(day) for day in WEEKDAYS]
    names = days if is_narrow else [look.say(TIMES).format(*pair) for pair in zip(days, frame["days"], strict=True)]
    counts = frame[list(range(HOURS))].to_numpy()
    return heat_table(counts, names, [str(hour) for hour in range(HOURS)], look, every=3 if is_narrow else 1)


def lay(frame: pd.DataFrame) -> pd.DataFrame:
    """Weekdays by name, how often each came, its hours side by side and their sum."""
    counts = frame[list(range(HOURS))]
    names = {"label": [day.zh for day in WEEKDAYS], "label_en": [day.en for day in WEEKDAYS], "days": frame["days"].to_numpy()}
    found = pd.DataFrame(names | {f"hour_{hour}": counts[hour].to_numpy() for hour in range(HOURS)})
    return found.assign(total=counts.sum(axis=1).to_numpy())


HEADINGS = {"label": Text("星期", "Weekday"), "days": Text("期内天数（天）", "Such days in the period"), **WITH_TOTAL} | {
    f"hour_{hour}": Text(f"{hour}时", f"{hour}:00") for hour in range(HOURS)
}
CELLS = Text(
    "单元格为件数；“8时”为 8:00 至 8:59 上报。各星期的天数可能不同，比较时宜除以期内天数。",
    "Cells are counts; 8:00 is what was reported from 8:00 to 8:59. Weekdays may come unequally often: divide by their days to compare.",
)
NOTE = Text(
    "期内上报的诉求，按上报时刻；括号内为期内该星期几的天数。",
    "Tickets reported in the period, by the hour; in brackets how often that weekday came.",
)
CHART = Chart(
    "hour_of_week", Text("何时上报：星期与时刻", "When reported: weekday and hour"), ask, draw, lacks_in=lacks_in, note=NOTE,
    metrics=("reported_count",), headings=HEADINGS, definition=CELLS, lay=lay,
)  # fmt: skip
