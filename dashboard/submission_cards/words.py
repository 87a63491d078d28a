"""What the page of reports says."""

from __future__ import annotations

from dashboard.texts import Text

STATES: dict[str, Text] = {
    "none": Text("未填", "Not begun"), "ledger": Text("台账已报", "In the ledger"), "draft": Text("草稿", "Draft"),
    "returned": Text("已退回", "Returned"),
    "submitted": Text("待确认", "To be confirmed"), "confirmed": Text("待审核", "To be reviewed"), "accepted": Text("已审核", "Accepted"),
}  # fmt: skip
SHAPES = {"none": "○", "ledger": "●", "draft": "◐", "returned": "▲", "submitted": "◇", "confirmed": "◆", "accepted": "✓"}
COLOURS = {
    "none": "faint",
    "ledger": "faint",
    "draft": "",
    "returned": "is-bad",
    "submitted": "is-warn",
    "confirmed": "is-accent",
    "accepted": "is-good",
}
STEPS: dict[str, Text] = {
    "draft": Text("保存", "saved"), "submitted": Text("提交", "submitted"), "confirmed": Text("确认", "confirmed"),
    "returned": Text("退回", "returned"), "accepted": Text("审核通过", "accepted"),
}  # fmt: skip
LANDED, TO_LAND = Text("已入库", "in the numbers"), Text("待入库", "to be landed")
TARGET, LAST, GOAL, NOW = Text("指标任务", "Target"), Text("上期", "Last"), Text("目标", "Goal"), Text("本期", "This period")
CHANGE, FLAGS, STATE, WHO = Text("变化", "Change"), Text("提示", "To check"), Text("状态", "State"), Text("填报人", "Reported by")
CHOOSE, UNIT = Text("选择", "Choose"), Text("单位", "Unit")
DUE, NO_DUE, ELAPSED = Text("{} 前完成", "due {}"), Text("未定完成时限", "no due date"), Text("时间进度 {:.0f}%", "{:.0f} % of the time")
OVERDUE = Text("已过完成时限", "past its due date")
PROGRESS = Text("进度", "progress")
HISTORY, FILE = Text("经过", "History"), Text("附件", "File")
SAVE, SUBMIT = Text("保存草稿", "Save drafts"), Text("提交", "Submit")
FORM, UPLOAD = Text("下载 Excel 填报表", "Excel form"), Text("上传填报表", "Upload form")
CONFIRM, ACCEPT, RETURN = Text("确认所选", "Confirm chosen"), Text("通过所选", "Accept chosen"), Text("退回所选", "Return chosen")
AMEND = Text("更正", "Correct")
NAME, REASON = Text("姓名（将被记录）", "Your name (recorded)"), Text("退回原因", "Reason for returning")
RETURNED = Text("退回原因：{}（{} {}）", "Returned: {} ({} {})")
OF_UNIT, ALL_UNITS = Text("{} · {}", "{} · {}"), Text("全部单位", "All units")
PERIOD, REPORT_DUE = Text("填报期", "Period"), Text("{} 前填报", "reports due {}")
LEFT = Text("超过填报期限", "past the day reports were due")
NOTHING_DUE = Text("本单位本期没有要填报的任务", "Your unit owes no reports for this period")
NOTHING_TO_REVIEW = Text("没有待办", "Nothing waits for you")
NOTHING_HERE = Text("没有符合的条目", "Nothing here")
NO_PERIOD = Text("还没有要填报的时期：试点台账尚未装载", "No reports are owed yet: the pilot ledger is not loaded")
NO_UNIT = Text("请在右上角身份菜单中选择填报单位。", "Choose the unit in the profile menu at the top right.")
VISITOR = Text(
    "各单位逐期填报，单位负责人确认，政法委审核后入库。内容仅本单位和政法委可见。",
    "Units report each period, their heads confirm, the committee reviews; then it is landed. Only they see what is written.",
)
AWAY = Text(
    "填报数据库正忙或正在升级，请稍后刷新。已填内容不受影响。", "The store of reports is busy or being upgraded; load the page again later."
)
SHOW: dict[str, Text] = {
    "all": Text("全部", "All"), "todo": Text("待填", "To do"), "sent": Text("已提交", "Submitted"), "done": Text("已审核", "Accepted"),
}  # fmt: skip
ALL_TARGETS = Text("全部指标", "All targets")
PAGE, OLDER, NEWER = Text("第 {} / {} 页，共 {} 条", "Page {} of {}, {} rows"), Text("上一页", "Previous"), Text("下一页", "Next")
SAME = Text("持平", "same")
# Words of the script.
SCRIPT: dict[str, Text] = {
    "dirty": Text("{n} 条已改未保存", "{n} changed, not saved"),
    "bad": Text("{n} 处填写有误，这些条目没有保存：", "{n} cells are wrong, their rows were not saved:"),
    "bad-submit": Text("{n} 处填写有误，未提交：", "{n} cells are wrong, nothing was submitted:"),
    "saved": Text("其余已保存草稿 {n} 条", "the other {n} were saved as drafts"),
    "no-number": Text("不是数字", "not a number"), "no-day": Text("应为 年-月-日", "expected a day as year-month-day"),
    "more": Text("展开全文", "Show all"), "less": Text("收起", "Fold"),
    "calendar": Text("日历", "Calendar"),
    "low": Text("不能小于 {least}", "cannot be below {least}"), "high": Text("不能大于 {most}", "cannot be above {most}"),
    "day-wrong": Text("应在 {least} 至 {most} 之间", "expected a day from {least} to {most}"),
    "ask": Text("将提交 {n} 条：{names}", "{n} will be submitted: {names}"),
    "ask-others": Text("其中 {n} 条由他人起草：{names}", "Of these {n} were drafted by others: {names}"),
    "ask-check": Text("提示：{names}", "To check: {names}"),
    "ask-returned": Text("退回后未修改的 {n} 条不在其中：{names}", "Left out, returned and not changed since: {n}: {names}"),
    "unnamed": Text("未署名", "no name given"), "separator": Text("、", ", "),
    "sure": Text("确定提交", "Submit"), "cancel": Text("先不提交", "Not now"),
    "not-submitted": Text("没有提交。{said}", "Nothing was submitted. {said}"),
    "nothing": Text("没有改动", "Nothing was changed"), "none-chosen": Text("请先选择条目", "Choose some first"),
    "none-ready": Text("没有可提交的条目", "Nothing to submit"), "name-missing": Text("请填写姓名", "Give your name"),
    "reason-missing": Text("请填写退回原因", "Give a reason"), "large": Text("文件超过 20 MB", "The file has more than 20 MB"),
    "away": Text("服务器无应答，填写内容仍在页面上", "The server does not answer; what you wrote is still on the page"),
    "faults": Text("下载错误清单", "Save this list"), "working": Text("正在处理…", "Working…"),
}  # fmt: skip
