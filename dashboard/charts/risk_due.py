"""What falls due: open risks by when they must be struck off, the longest overdue first, stacked by level."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, case, extract, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Chart
from dashboard.charts.risk_levels import LEVELS
from dashboard.charts.risk_types import HEADINGS, draw
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.warehouse import N, risks, sources

DAY_SECONDS = 86_400
WEEK, MONTH = 7, 30
NO_DATE = "none"
BANDS = {
    "late": Text("逾期超30天", "over 30 d late"), "overdue": Text("逾期30天内", "up to 30 d late"), "week": Text("7天内到期", "7 d left"),
    "month": Text("8–30天到期", "8–30 d left"), "later": Text("30天后到期", "over 30 d left"), NO_DATE: Text("未定期限", "no due date"),
}  # fmt: skip
BY_THE_CLOCK = Text(
    "截至各来源的数据时间在控的风险，按整改期限距该时间的天数分段。",
    "Risks open at their source's data time, by the days from that time to their due date.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `code, label…, value` and one per level: each band of days to the due date, none left out but an empty last one."""
    r = risks.c
    left = extract("epoch", r.due_at - sources.c.as_of) / DAY_SECONDS
    band = case(
        (r.due_at.is_(None), NO_DATE), (left < -MONTH, "late"), (left <= 0, "overdue"), (left <= WEEK, "week"), (left <= MONTH, "month"),
        else_="later",
    ).label("code")  # fmt: skip
    query = (
        select(band, func.coalesce(r.level_code, "").label("level"), func.count().label("value"))
        .join_from(risks, sources, sources.c.source_code == r.source_code)
        .where(where(risks, N, filters), r.is_open)
        .group_by(band, r.level_code)
    )
    found = fetch(engine, query)
    if found.empty:
        return found
    found["level"] = found["level"].where(found["level"].isin(LEVELS), "")
    counts = found.pivot_table(index="code", columns="level", values="value", aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=list(BANDS), columns=list(LEVELS), fill_value=0).astype("float64")
    frame = counts.assign(value=counts.sum(axis=1)).rename_axis(None, axis=1).rename_axis("code").reset_index()
    for column, language in (("label", "zh"), ("short_label", "zh"), ("label_en", "en")):
        frame[column] = [BANDS[code].in_(language) for code in frame["code"]]
    return frame[(frame["value"] > 0) | (frame["code"] != NO_DATE)].reset_index(drop=True)


CHART = Chart(
    "risk_due", Text("整改期限：逾期与将到期", "Due dates: overdue and coming"), ask, draw, kind="risks", metrics=("risks_open",),
    headings=HEADINGS, definition=BY_THE_CLOCK,
)  # fmt: skip
