"""The words of the page of supervision slips."""

from __future__ import annotations

from dashboard.store.supervision import CLOSED, DUE_SOON, ISSUED, OVERDUE, REPLIED
from dashboard.texts import Text

PATH = "/reports/supervision"
KINDS = {OVERDUE: Text("督办单（超期）", "Overdue"), DUE_SOON: Text("催办清单（临期）", "Due soon")}
SHORT = {OVERDUE: Text("督办单", "Overdue"), DUE_SOON: Text("催办清单", "Due soon")}
STATES = {ISSUED: Text("待回复", "Awaiting an answer"), REPLIED: Text("已回复", "Answered"), CLOSED: Text("已销号", "Closed")}
SHAPES = {ISSUED: "○", REPLIED: "◐", CLOSED: "✓"}
LATE = Text("▲ 逾期未回复 {} 天", "▲ answer {} d late")
ANSWER_DUE = Text("{} 前回复", "answer by {}")

NOT_YOURS = Text(
    "督办单只向政法委、报告员和被督办单位显示；请在右上角选择身份。",
    "Slips are shown to the committee, the report clerk and the unit they went to: choose your profile at the top right.",
)
NO_UNIT = Text("请先在右上角选择单位。", "Choose your unit first, at the top right.")
AWAY = Text("数据库正忙或正在升级，请稍后再试。", "The store is busy, out of reach or being upgraded: try again later.")
CLOCK_OUT = Text("快照的工作日历不含今天，无法推算回复期限。", "The snapshot's calendar does not hold today: no deadline can be told.")

UNITS = Text("待催督的单位", "Units to be urged")
UNITS_NOTE = Text(
    "数据时间 {at}。超期天数按本市工作日历计。涉密件计数而不列入；同一诉求 {days} 天内不重复催督，除非另行选择。",
    "Data time {at}. Days over count by the city's working calendar. Tickets under secrecy are counted, not listed; no ticket is urged"
    " twice within {days} days unless that is asked for.",
)
NOBODY = {OVERDUE: Text("没有超期未结的诉求。", "Nothing is overdue."), DUE_SOON: Text("没有临期的诉求。", "Nothing is due soon.")}
WITHOUT_UNIT = Text("另有 {} 件未定承办单位，无法催督。", "{} more have no unit and cannot be urged.")
UNIT_HEADINGS = {
    OVERDUE: (
        (Text("选", "✓"), "pick"), (Text("承办单位", "Unit"), "text"), (Text("超期未结", "Overdue"), "num"),
        (Text("可列入", "To be listed"), "num"), (Text("最长超期", "Longest over"), "num"), (Text("临期", "Due soon"), "num"),
        (Text("最近一份", "Last slip"), "text"), (Text("状态", "State"), "when"),
    ),
    DUE_SOON: (
        (Text("选", "✓"), "pick"), (Text("承办单位", "Unit"), "text"), (Text("临期", "Due soon"), "num"),
        (Text("可列入", "To be listed"), "num"), (Text("最早到期", "First due"), "num"), (Text("超期未结", "Overdue"), "num"),
        (Text("最近一份", "Last slip"), "text"), (Text("状态", "State"), "when"),
    ),
}  # fmt: skip
DAYS = Text("{} 工作日", "{} wd")
PICK_ALL, PICK_MANY, PICK_NONE = Text("全选 {n}", "All {n}"), Text("≥{least} 件 {n}", "≥{least}: {n}"), Text("清除", "Clear")
PICKED = Text("已选 {n} 个单位", "{n} units chosen")
AGAIN = Text("重复列入近期已催督的", "Also what was urged just now")
PREVIEW = Text("预览", "Preview")

PREVIEWS = Text("预览：共 {n} 份，列 {m} 件", "Preview: slips {n}, tickets {m}")
PREVIEW_NOTE = Text(
    "签发前请核对。以快照 {snapshot} 为准；签发后编号、登记，不能删除。",
    "Check before you issue. They are of snapshot {snapshot}; once issued they are numbered and logged, and cannot be deleted.",
)
MORE = Text("其余 {} 份：{}", "{} more: {}")
NOTHING_LEFT = Text(
    "没有可列入的诉求：已签发的见登记簿，其余已办结、涉密，或近期已催督。",
    "Nothing is left to list: what was issued is in the log; the rest is closed, under secrecy, or was urged a short time ago.",
)
BACK = Text("← 返回", "← Back")

LOG = Text("登记簿", "The book of slips")
LOG_HEADINGS = (
    (Text("编号", "Number"), "when"), (Text("类型", "Kind"), "when"), (Text("单位", "Unit"), "text"), (Text("列入", "Listed"), "num"),
    (Text("签发", "Issued"), "when"), (Text("回复期限", "Answer by"), "when"), (Text("状态", "State"), "when"),
    (Text("下载", "Files"), "acts"),
)  # fmt: skip
NO_SLIPS = Text("还没有签发过。", "None was issued yet.")
NO_SUCH = Text("没有符合条件的。", "None is like that.")
ALL_UNITS, ALL_STATES, ALL_KINDS = Text("全部单位", "All units"), Text("全部状态", "All states"), Text("全部类型", "All kinds")
UNIT, STATE, KIND, SHOW = Text("单位", "Unit"), Text("状态", "State"), Text("类型", "Kind"), Text("筛选", "Show")
PLACE = Text("第 {first}–{last} 份，共 {total} 份", "{first}–{last} of {total}")
NEWER, OLDER = Text("← 较新", "← newer"), Text("较早 →", "older →")
PACKED = Text("打包下载 .docx", "All as .docx (.zip)")

UNKNOWN = Text("没有这份督办单，或它是发给其他单位的。", "There is no such slip, or it went to another unit.")
NOW = Text("现在", "Now")
NOW_TITLE = Text("所列诉求现在的情况", "What has become of them")
NOW_HEADINGS = (
    (Text("工单编号", "Number"), "when"), (Text("类别", "Category"), "text"), (Text("签发时", "When issued"), "when"), (NOW, "when"),
)  # fmt: skip
STILL_OPEN, DONE, GONE = Text("▲ 仍未办结", "▲ still open"), Text("✓ {} 办结", "✓ closed {}"), Text("已不在数据中", "no longer in the data")
NOW_COUNT = Text("{done} 件已办结，{open} 件仍未办结", "{done} closed, {open} still open")
REPLY, REPLY_ASK = Text("单位回复", "The unit's answer"), Text("回复内容", "The answer")
CLOSE_ASK = Text("销号说明", "Why it is closed")
NO_REPLY = Text("尚未回复。", "No answer yet.")
CLOSE_NOTE = Text("销号说明", "Closed because")
BY_AT = Text("{by}，{at}", "{by}, {at}")
