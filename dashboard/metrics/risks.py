"""Indicators of risks (风险防控)."""

from __future__ import annotations

from sqlalchemy import and_

from dashboard.metrics.base import Count, Metric, Rate
from dashboard.texts import Text
from dashboard.warehouse import C, D, N, R, risks

r = risks.c
PIECES = Text("项", "risks")

METRICS: dict[str, Metric] = {
    "risks_open": Count(
        label=Text("风险在控", "Risks under control"), table=risks, base=N, of=r.is_open, unit=PIECES,
        definition=Text("截至数据时间在册未销号的风险。", "On the register and not struck off at the data time."),
    ),
    "risks_high_open": Count(
        label=Text("红色（高）风险", "Red (high) risks"), table=risks, base=N, of=and_(r.is_open, r.level_code == "high"), unit=PIECES,
        definition=Text("在控风险中等级为高的。", "Those under control whose level is high."),
    ),
    "risks_overdue": Count(
        label=Text("逾期未销号", "Risks overdue"), table=risks, base=N, of=r.is_overdue, unit=PIECES, better="down", needs="due_at",
        definition=Text("截至数据时间已过整改期限仍未销号的风险。", "Not struck off and past their due date at their source's data time."),
    ),
    "risks_registered": Count(
        label=Text("新登记风险", "Risks registered"), table=risks, base=R, unit=PIECES,
        definition=Text("期内登记的风险。", "Registered in the period."),
    ),
    "risks_closed": Count(
        label=Text("销号风险", "Risks struck off"), table=risks, base=C, unit=PIECES, better="up", needs="closed_at",
        definition=Text("期内销号的风险，不论何时登记。", "Struck off in the period, whenever registered."),
    ),
    "risks_closed_rate": Rate(
        label=Text("风险销号率", "Strike-off rate"), table=risks, base=D, better="up", of=r.closed_at.is_not(None), needs="closed_at",
        definition=Text("期内到期的风险中已销号的占比。", "Struck off / fell due in the period."),
    ),
}  # fmt: skip
