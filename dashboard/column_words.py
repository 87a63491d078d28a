"""What the columns of the contract are called where rows are listed, in the order they stand, and how each is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.texts import Text

Kind = Literal["text", "code", "place", "time", "date", "flag", "count", "number", "hours"]


@dataclass(frozen=True)
class Word:
    """A column's heading and how its cells are printed; `always` where it is listed whatever the metric asks about."""

    title: Text
    kind: Kind
    always: bool = True


CATEGORY, PLACE, UNIT = Text("类别", "Category"), Text("地点", "Place"), Text("承办单位", "Unit")
OVERDUE = Text("超期", "Overdue")
# The order is that of the listing. A table is listed by what it has of these.
COLUMNS: dict[str, Word] = {
    "ticket_number": Word(Text("工单编号", "Number"), "text"),
    "dispute_number": Word(Text("纠纷编号", "Number"), "text"),
    "risk_number": Word(Text("风险编号", "Number"), "text"),
    "survey_code": Word(Text("调查编号", "Number"), "text"),
    "target_code": Word(Text("指标编号", "Target"), "text"),
    "label": Word(Text("名称", "Name"), "text"),
    "block": Word(Text("板块", "Block"), "text"),
    "kind": Word(Text("性质", "Kind"), "code"),
    "category_code": Word(CATEGORY, "code"),
    "dispute_type_code": Word(Text("纠纷类型", "Type"), "code"),
    "risk_type": Word(Text("风险类型", "Type"), "text"),
    "division_code": Word(PLACE, "place"),
    "unit_code": Word(UNIT, "code"),
    "organisation_code": Word(Text("调解组织", "Organisation"), "code"),
    "level_code": Word(Text("等级", "Level"), "code"),
    "channel_code": Word(Text("渠道", "Channel"), "code"),
    "status_code": Word(Text("状态", "Status"), "code"),
    "outcome_code": Word(Text("结果", "Outcome"), "code"),
    "lamp_code": Word(Text("亮灯", "Lamp"), "code"),
    "gap_pct": Word(Text("序时进度差（百分点）", "Schedule gap (pp)"), "number"),
    "progress_pct": Word(Text("进度 %", "Progress %"), "number"),
    "elapsed_pct": Word(Text("时间进度 %", "Time elapsed %"), "number"),
    "attainment_pct": Word(Text("达成度 %", "Attainment %"), "number"),
    "is_done": Word(Text("完成", "Done"), "flag", always=False),
    "is_due": Word(Text("到期", "Due"), "flag", always=False),
    "is_reported": Word(Text("填报过", "Reported"), "flag", always=False),
    "is_hit": Word(Text("触发", "Touched"), "flag", always=False),
    "hit_count": Word(Text("触发次数", "Times touched"), "count", always=False),
    "baseline_value": Word(Text("基期值", "Baseline"), "number"),
    "target_value": Word(Text("目标值", "Target value"), "number"),
    "value": Word(Text("数值", "Value"), "number"),
    "measure_unit": Word(Text("计量单位", "Measured in"), "text"),
    "weight": Word(Text("权重", "Weight"), "number", always=False),
    "is_open": Word(Text("在办", "Open"), "flag"),
    "reported_at": Word(Text("上报时间", "Reported"), "time"),
    "registered_at": Word(Text("登记时间", "Registered"), "time"),
    "accepted_at": Word(Text("受理时间", "Accepted"), "time"),
    "filed_at": Word(Text("立案时间", "Filed"), "time", always=False),
    "dispatched_at": Word(Text("派遣时间", "Dispatched"), "time", always=False),
    "signed_at": Word(Text("签收时间", "Signed"), "time", always=False),
    "held_on": Word(Text("调查日期", "Held"), "date"),
    "period_on": Word(Text("所属期末", "Period ending"), "date"),
    "observed_on": Word(Text("数据日期", "Observed"), "date"),
    "report_due_at": Word(Text("应填报时限", "Report due"), "time"),
    "submitted_at": Word(Text("填报时间", "Submitted"), "time"),
    "is_on_time": Word(Text("按时填报", "In time"), "flag"),
    "start_on": Word(Text("起始日期", "Begins"), "date"),
    "due_on": Word(Text("完成期限", "Due"), "date"),
    "accept_due_at": Word(Text("受理时限", "Acceptance due"), "time", always=False),
    "dispatch_due_at": Word(Text("派遣时限", "Dispatch due"), "time", always=False),
    "sign_due_at": Word(Text("签收时限", "Signing due"), "time", always=False),
    "close_due_at": Word(Text("办结时限", "Closing due"), "time"),
    "close_base_at": Word(Text("到期计入时间", "Counted as due"), "time", always=False),
    "due_at": Word(Text("整改期限", "Due"), "time"),
    "fulfil_due_at": Word(Text("履行期限", "Fulfilment due"), "time", always=False),
    "completed_at": Word(Text("办结时间", "Closed"), "time"),
    "concluded_at": Word(Text("办结时间", "Concluded"), "time"),
    "closed_at": Word(Text("结案时间", "Closed and checked"), "time", always=False),
    "verified_at": Word(Text("核查时间", "Inspected"), "time", always=False),
    "rated_at": Word(Text("评价时间", "Rated"), "time", always=False),
    "is_overdue": Word(OVERDUE, "flag"),
    "is_due_soon": Word(Text("临期", "Due soon"), "flag", always=False),
    "limit_used_pct": Word(Text("时限已用 %", "Limit used %"), "number", always=False),
    "is_closed_on_time": Word(Text("按期", "In time"), "flag", always=False),
    "is_accepted_on_time": Word(Text("按时受理", "Accepted in time"), "flag", always=False),
    "is_dispatched_on_time": Word(Text("按时派遣", "Dispatched in time"), "flag", always=False),
    "is_signed_on_time": Word(Text("按时签收", "Signed in time"), "flag", always=False),
    "extension_count": Word(Text("延期次数", "Extensions"), "count", always=False),
    "satisfaction_score": Word(Text("评分", "Score"), "count", always=False),
    "is_solved": Word(Text("解决", "Solved"), "flag", always=False),
    "is_asked": Word(Text("征询", "Asked"), "flag", always=False),
    "is_repeat": Word(Text("重复诉求", "Repeat"), "flag", always=False),
    "rework_count": Word(Text("返工次数", "Reworks"), "count", always=False),
    "refusal_count": Word(Text("退单次数", "Refusals"), "count", always=False),
    "supervision_count": Word(Text("督办次数", "Supervisions"), "count", always=False),
    "has_closing_times": Word(Text("报办结时间", "Closing times"), "flag", always=False),
    "origin_code": Word(Text("来由", "Origin"), "code", always=False),
    "referral_code": Word(Text("移送渠道", "Referred by"), "code", always=False),
    "agreement_code": Word(Text("协议", "Agreement"), "code", always=False),
    "is_successful": Word(Text("调解成功", "Settled"), "flag", always=False),
    "is_fulfilled": Word(Text("履行", "Fulfilled"), "flag", always=False),
    "is_escalation_prevented": Word(Text("防止激化", "Escalation prevented"), "flag", always=False),
    "is_confirmed": Word(Text("司法确认", "Confirmed"), "flag", always=False),
    "amount_yuan": Word(Text("金额（元）", "Amount (CNY)"), "number"),
    "valid_count": Word(Text("有效样本", "Valid sample"), "count"),
    "positive_count": Word(Text("肯定回答", "Positive"), "count"),
    "source_code": Word(Text("来源", "Source"), "code"),
    "batch_id": Word(Text("装载批次", "Batch"), "text"),
    "file_name": Word(Text("来源文件", "File"), "text"),
    "row_number": Word(Text("文件行序", "Row in file"), "count"),
}
# What a column is called of one table where that differs; there it is always listed.
OF_TABLE: dict[tuple[str, str], Text] = {
    ("disputes", "level_code"): Text("调解层级", "Level"), ("risks", "is_open"): Text("在控", "Open"),
    ("risks", "closed_at"): Text("销号时间", "Struck off"), ("disputes", "is_open"): Text("在调", "Open"),
    ("risks", "unit_code"): Text("责任单位", "Unit"),
    **{(table, "unit_code"): Text("责任单位", "Unit") for table in ("pilot_standing", "pilot_reports", "pilot_observations")},
}  # fmt: skip
STATUS = {
    "open": Text("在办", "Open"), "closed": Text("已办结", "Closed"), "withdrawn": Text("已撤回", "Withdrawn"),
    "deleted": Text("已删除", "Deleted"), "unknown": Text("状态未知", "Status unknown"),
}  # fmt: skip
KINDS = {"target": Text("指标", "Target"), "task": Text("任务", "Task"), "negative": Text("负面清单", "Negative list")}
LAMPS = {"green": Text("绿灯", "Green"), "yellow": Text("黄灯", "Yellow"), "red": Text("红灯", "Red")}
# What the codes of a column are called whose table does not matter.
CODES = {"status_code": STATUS, "kind": KINDS, "lamp_code": LAMPS}
# What a table's rows are counted in.
PIECES = {
    "tickets": Text("件", "tickets"), "disputes": Text("件", "disputes"), "risks": Text("项", "risks"), "surveys": Text("次", "surveys"),
    "pilot_observations": Text("条", "reports"), "pilot_standing": Text("条", "parts"), "pilot_reports": Text("次", "reports"),
}  # fmt: skip
ROWS = Text("条", "rows")
# What things are counted in that are known by a column, however many rows they have.
THINGS = {"target_code": Text("项", "items")}
# What a row of the base is put into the period by.
BASES = {
    "R": Text("上报口径（R）", "reported (R)"), "A": Text("受理口径（A）", "accepted (A)"), "D": Text("到期口径（D）", "fell due (D)"),
    "C": Text("办结口径（C）", "completed (C)"), "N": Text("现状口径（N）", "now (N)"),
}  # fmt: skip


def title_of(table: str, column: str) -> Text | None:
    """What a column of a table is called; None for one that is not shown to people."""
    found = COLUMNS.get(column)
    return OF_TABLE.get((table, column), None if found is None else found.title)


def is_listed(table: str, column: str, asked: frozenset[str]) -> bool:
    """Whether a column is listed for a metric that asks about `asked`."""
    return COLUMNS[column].always or column in asked or (table, column) in OF_TABLE
