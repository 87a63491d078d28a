"""Indicators of risks (风险防控)."""

from __future__ import annotations

from dashboard.metrics.base import Count, Metric, Rate
from dashboard.texts import Text
from dashboard.warehouse import D, N, risks

r = risks.c

METRICS: dict[str, Metric] = {
    "risks_open": Count(
        label=Text("风险在控", "Risks under control"), table=risks, base=N, of=r.is_open, unit=Text("项", "risks"),
        definition=Text("截至数据时间在册未销号的风险。", "On the register and not struck off at the data time."),
    ),
    "risks_closed_rate": Rate(
        label=Text("风险销号率", "Risks struck off"), table=risks, base=D, better="up", of=r.closed_at.is_not(None),
        definition=Text("期内到期的风险中已销号的占比。", "Struck off / fell due in the period."),
    ),
}  # fmt: skip
