"""What the pages and windows of meetings say."""

from __future__ import annotations

from dashboard.texts import Text

PATH = "/pilots/meeting"
TITLE = Text("工作会议", "Meetings")
NOT_YOURS = Text(
    "会议由政法委召集：在右上角选择“政法委”身份后，可查看会议、议程和交办事项。",
    "Meetings are held by the committee: choose the profile “Committee” at the upper right to see meetings, agendas and actions.",
)
PROPOSED = Text("按当前数字拟列议题", "What the numbers of now would put on the agenda")
PROPOSED_NOTE = Text(
    "数据时间 {at}；会期 {on}，下次会议 {next}。前 {most} 项列入议程，其余备选",
    "data time {at}; held {on}, next meeting {next}. The first {most} go on the agenda, the rest stand by",
)
PROPOSED_HEADINGS = [
    (Text("因何列入", "Why"), "text"),
    (Text("项数", "Items"), "num"),
    (Text("最突出的一项", "The gravest of them"), "text"),
]
NOTHING = Text("没有需要研究的事项", "Nothing asks to be spoken of")
UPCOMING, HELD = Text("待召开", "Upcoming"), Text("已召开", "Held")
MEETING_HEADINGS = [
    (Text("会议", "Meeting"), "text"),
    (Text("时间", "Time"), "when"),
    (Text("议题", "Items"), "num"),
    (Text("已有结论", "Concluded"), "num"),
    (Text("状态", "State"), "when"),
]
NO_MEETINGS = Text("还没有会议。填写右侧表单新建一次。", "No meeting yet. Fill in the form to call one.")
NONE_SUCH = Text("没有这次会议，它可能已被删除", "There is no such meeting; it may have been deleted")
DRAFT, RUNNING, SIGNED = Text("筹备", "being prepared"), Text("进行中", "in session"), Text("{by} 已签署", "signed off by {by}")
NEW = Text("新建会议", "New meeting")
FREEZES = Text(
    "创建时冻结当前快照 {snapshot}（数据时间 {at}）：会议上的数字此后不再变化。",
    "Creating freezes the snapshot of now, {snapshot} (data time {at}): the meeting's numbers do not change after that.",
)
FIELDS = {
    "label": Text("会议名称", "Title"),
    "number": Text("第几次", "Number"),
    "held_at": Text("时间", "Date and time"),
    "next_on": Text("下次会议日期", "Next meeting"),
    "place": Text("地点", "Place"),
    "chair": Text("主持", "Chair"),
    "recorder": Text("记录", "Recorder"),
    "attended": Text("出席", "Present"),
    "excused": Text("请假", "Excused"),
    "observing": Text("列席", "In attendance"),
    "sent_to": Text("分送", "Sent to"),
}
EACH_LINE = Text("每行一人：姓名　职务", "one a line: name, post")
SCOPE = Text("范围", "Scope")
SCOPES = {
    "": Text("全市", "Whole city"),
    "blocks": Text("按板块", "Blocks"),
    "units": Text("按责任单位", "Units"),
    "divisions": Text("按区县", "Divisions"),
}
DEFAULT_LABEL = Text("市域社会治理试点工作调度会", "Monthly meeting on the pilot targets")
ACTIONS = Text("交办事项", "Actions")
ACTION_HEADINGS = [
    (Text("事项", "What"), "text"),
    (Text("责任单位", "Owner"), "text"),
    (Text("时限", "Due"), "when"),
    (Text("来自", "From"), "text"),
    (Text("状态", "State"), "text"),
    (Text("操作", "Do"), "when"),
]
NO_ACTIONS = Text("还没有交办事项", "No actions yet")
DONE_AT = Text("{at} 办结：{note}", "done {at}: {note}")
IS_OPEN, IS_LATE = Text("办理中", "open"), Text("逾期 {n} 天", "{n} days late")
DONE_NOTE = Text("完成情况（将被记录）", "What was done (recorded)")
BACK = Text("← 全部会议", "← all meetings")
START, PRESENT, MINUTES = Text("进入会议", "Enter the meeting"), Text("主持人视图", "Presenter view"), Text("下载纪要", "Minutes (.docx)")
EDIT, SAVE = Text("会议信息", "About the meeting"), Text("保存", "Save")
SIGN_AS = Text("签署人姓名（将被记录）", "Signed off by (recorded)")
PINS = {
    "pinned": Text("快照已固定", "snapshot pinned"),
    "waiting": Text("快照正在固定，请确认装载程序在运行", "snapshot not pinned yet: the loader is asked"),
    "failed": Text("快照尚未固定", "snapshot is not pinned"),
    "gone": Text("所用快照已不在，以下为当时保存的数字", "the snapshot is gone: these are the numbers as they were stored"),
}
FROZEN_AT = Text("数字冻结于快照 {snapshot}，数据时间 {at}", "numbers frozen at snapshot {snapshot}, data time {at}")
CHAIN_HOLDS = Text("结论记录链完整：{n} 条，链首 {head}", "chain of decisions intact: {n}, head {head}")
CHAIN_BROKEN = Text("结论记录链校验未通过：{what}", "the chain of decisions does not hold: {what}")
CHAIN_CHANGED, CHAIN_MISSING = Text("第 {n} 条与记录时不符", "no. {n} is not as it was written"), Text("缺第 {n} 条", "no. {n} is missing")
AGENDA = Text("议程", "Agenda")
AGENDA_HEADINGS = [
    (Text("序", "No."), "num"),
    (Text("因何列入", "Why"), "when"),
    (Text("议题", "Item"), "text"),
    (Text("现值／目标", "Actual / target"), "num"),
    (Text("序时差", "Gap"), "num"),
    (Text("灯", "Lamp"), "when"),
    (Text("到期", "Due"), "when"),
    (Text("结论", "Outcome"), "text"),
]
NOW_HEADING = (Text("当前快照", "As of now"), "text")
MOVE_HEADING = (Text("调整", "Arrange"), "when")
NO_ITEMS = Text("议程为空：请在下方添加任务或其他议题", "The agenda is empty: add targets or other items below")
RESTATED = Text(
    "与当前快照 {snapshot} 相比，{n} 项议题的数字已变化", "Against the snapshot of now, {snapshot}, the numbers of {n} items are restated"
)
NOT_RESTATED = Text("与当前快照 {snapshot} 相比，数字没有变化", "Against the snapshot of now, {snapshot}, no number is restated")
SAME, TARGET_GONE = Text("未变", "unchanged"), Text("任务已不在台账", "no longer in the ledger")
UP, DOWN, DROP, RESTORE = Text("上移", "Move up"), Text("下移", "Move down"), Text("移出", "Drop"), Text("列入", "Take in")
DROPPED = Text("备选 {n} 项", "{n} standing by")
TAKE_ALL, DROP_ALL = Text("全部列入", "Take in all"), Text("全部移出", "Drop all")
ADD_TARGET, ADD_FREE, ADD = Text("添加任务", "Add a target"), Text("或其他议题", "or another item"), Text("加入议程", "Add")
CHOOSE = Text("请选择", "choose")
DUE_BY = Text("{unit}　{day}", "{unit}, {day}")
DEMO = Text("演示数据", "Demo data")
NOT_A_DAY, CALENDAR = Text("应为 年-月-日，如 2026-12-05", "Expected year-month-day, such as 2026-12-05"), Text("日历", "Calendar")
# What a form says of a field that is wrong.
FORM_WORDS = {
    "needed": Text("请填写此项", "Fill this in"),
    "wrong": Text("请检查此项", "Check this"),
    "noDay": NOT_A_DAY,
    "noMoment": Text("应为 年-月-日 时:分，如 2026-12-05 09:30", "Expected year-month-day hour:minute, such as 2026-12-05 09:30"),
    "calendar": CALENDAR,
}
# What the windows say.
WINDOW = {
    "noDay": NOT_A_DAY,
    "calendar": CALENDAR,
    "agenda": Text("Esc 议程", "Esc agenda"),
    "keys": Text("← → 翻页　n 记录　Esc 议程", "← → step · n notes · Esc agenda"),
    "presenterKeys": Text("← → 翻页　d 填写　Ctrl+Enter 记录　Esc 议程", "← → step · d decide · Ctrl+Enter record · Esc agenda"),
    "lagging": Text("落后责任方", "Furthest behind"),
    "touched": Text("触发情况", "Triggered by"),
    "evidence": Text("佐证", "Evidence"),
    "last": Text("上次结论", "Last decision"),
    "carried": Text("以往交办", "Carried over"),
    "trend": Text("各责任方平均进度走势（%）", "Mean progress of all who carry it (%)"),
    "plan": Text("序时", "schedule"),
    "decision": Text("结论", "Decision"),
    "next": Text("下一项", "Next"),
    "end": Text("已是最后一项", "This is the last item"),
    "elapsed": Text("会议已进行", "In session"),
    "onItem": Text("本项用时", "On this item"),
    "saved": Text("已记录", "Recorded"),
    "away": Text("服务器无应答，稍后自动重试", "The server does not answer; trying again"),
    "record": Text("记录结论", "Record"),
    "correct": Text("更正结论", "Correct"),
    "empty": Text("议程为空", "The agenda is empty"),
    "closed": Text("会议已签署结束，只读", "Signed off: read only"),
    "other": Text("他人已作出结论", "Somebody else has decided"),
    "noUnit": Text("未定责任单位", "no owner unit"),
    "noDue": Text("未定完成时限", "no due date"),
    "and": Text("、", ", "),
    "stillListed": Text("：可以记录，仍列入以后会议的交办事项", ": it can be recorded, and later meetings still list it"),
    "state": Text("结论", "Outcome"),
    "text": Text("议定内容", "Decision"),
    "unit": Text("责任单位", "Owner unit"),
    "due": Text("完成时限", "Due"),
    "comment": Text("备注", "Comment"),
    "none": Text("未定", "none"),
    "noLag": Text("没有慢于序时的责任方", "No part is behind schedule"),
    "noEvidence": Text("所列责任方最近一期未附佐证", "No evidence came with the latest reports"),
    "noLast": Text("此前会议没有就此作出结论", "No earlier meeting decided on this"),
}
