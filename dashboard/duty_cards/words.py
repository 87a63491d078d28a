"""The numbers of a handover as they are read: in groups, each with its name and where it leads."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from dashboard.handover.counts import COUNTS
from dashboard.handover.lists import LATE, URGENT
from dashboard.handover.platforms import CAME, WENT
from dashboard.handover.seen import RAISED
from dashboard.texts import Text

PATH = "/duty"
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("诉求", "Appeals"),
        ("reported", "completed", "became_overdue", "overdue", "due_next", "urgent", "urgent_open"),
    ),
    (
        Text("纠纷与风险", "Disputes and risks"),
        ("disputes", "disputes_concluded", "risks_opened", "risks_closed", RAISED),
    ),
    (
        Text("平台与数据", "Platforms and data"),
        (WENT, CAME, "batches", "rows", "rejected", "set_aside"),
    ),
)  # fmt: skip
LABELS = {code: count.label for code, count in COUNTS.items()} | {
    RAISED: Text("风险升级", "Risks raised"),
    WENT: Text("平台转为无数据", "Platforms fallen silent"),
    CAME: Text("平台恢复报送", "Platforms back"),
    "batches": Text("装载批次", "Batches loaded"),
    "rows": Text("收到行数", "Rows received"),
    "rejected": Text("退回行数", "Rows rejected"),
    "set_aside": Text("未计入的批次", "Batches set aside"),
}
DEFINITIONS = {code: count.definition for code, count in COUNTS.items()} | {
    RAISED: Text(
        "在控风险中，等级高于接班前最后一个快照的。", "Open risks whose level is higher than in the last snapshot from before the shift."
    ),
    WENT: Text("接班时正常或迟到、班末（或此刻）已无数据的平台。", "Platforms that delivered before the shift and were silent at its end."),
    CAME: Text("接班时无数据、班内恢复报送的平台。", "Platforms that were silent when the shift began and delivered again."),
    "batches": Text("本班内装载并计入的批次。", "Batches that were loaded during the shift and count."),
    "rows": Text("本班内装载的批次所含的行。", "Rows of the batches loaded during the shift."),
    "rejected": Text("本班内装载的批次中未采纳的行。", "Rows of these batches that were not taken."),
    "set_aside": Text("本班内到达、被撤销或未能发布的批次。", "Batches of the shift that were undone or could not be published."),
}
BETTER = {code: count.better for code, count in COUNTS.items()} | {
    RAISED: "down", WENT: "down", CAME: "up", "rejected": "down", "set_aside": "down",
}  # fmt: skip
# Red where they are not zero: what somebody has to act on.
ALARMS = {"became_overdue", RAISED, WENT, "rejected", "set_aside"}
PAGES = {"batches": "/data?part=batches", "rows": "/data?part=batches", "rejected": "/data?part=refused", "set_aside": "/data?part=batches"}
WHY = {URGENT: Text("紧急件", "Urgent"), LATE: Text("新增超期", "Became overdue")}
STATES = {
    "open": Text("在办", "open"), "overdue": Text("超期未结", "overdue"), "closed": Text("已办结", "closed"),
    "silent": Text("无数据", "silent"),
    "fresh": Text("已恢复", "back"), "high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low"),
    "": Text("—", "—"),
}  # fmt: skip


def shift_path(since: datetime, **more: str) -> str:
    """The address of a shift's handover."""
    return f"{PATH}?{urlencode({'shift': since.strftime('%Y-%m-%dT%H:%M'), **more}, safe=':')}"


def leads_to(code: str, since: datetime) -> str:
    """Where a number leads: the page of the books, or the list of the rows behind it."""
    return PAGES.get(code) or f"{shift_path(since, list=code)}#behind"
