"""What the page of reports says."""

from __future__ import annotations

from dashboard.texts import Text

PATH = "/reports"
NEW, DRAFT = Text("起草报告", "A new report"), Text("生成初稿", "Make the draft")
PRODUCT = Text("文种", "Document")
KIND, PERIOD, DAY, DAYS = Text("种类", "Kind"), Text("时段", "Period"), Text("日期", "Day"), Text("起止日期", "Days")
WHOLE_CITY, ALL_UNITS, LANGUAGE = Text("全市", "the whole city"), Text("全部单位", "all units"), Text("语言", "Language")
LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
RUNNING = Text("{name}（进行中）", "{name} (running)")
IS_RUNNING = Text(
    "该时段尚未结束：只统计到{day}，与上期同时段比较。",
    "The period is not over: counted up to {day}, compared with the same part of the period before.",
)
NOT_REACHED = Text("数据只到{time}，未覆盖整个时段。", "The data end on {time}, before the period does.")
NO_DATA = Text("该时段没有数据。", "There are no data of these days.")
CHAPTERS = Text("章节：{}", "Chapters: {}")
DATA_TO = Text("数据截至{}", "Data as of {}")
STANDS = Text("该时段已有报告：", "There is a report of these days already: ")

READ_ONLY = Text(
    "当前身份只能查阅。报告员起草、编辑、送审和签发；政法委审核或退回。",
    "This profile can only read. The report clerk drafts, edits, hands in and issues; the committee reviews or returns.",
)
AWAY = Text(
    "报告数据库正忙或正在升级，请稍后刷新。已保存的内容不受影响。",
    "The store of reports is busy or being upgraded; load the page again later. What was saved is safe.",
)
NO_SUCH = Text("没有这份报告。", "There is no such report.")
BACK = Text("← 全部报告", "← all reports")

AWAITS = Text("待填写：由起草单位填写本段", "To be written by the drafting office")
WRITE, EDIT = Text("填写", "Write"), Text("编辑", "Edit")
FOOTNOTE = Text("注：", "Note: ")
EDITED, ADDED, LEFT_OUT = Text("已编辑", "edited"), Text("增写", "added"), Text("本段不印", "left out")
STALE = Text("编辑之后，系统生成的内容已有变化", "what is generated has changed since it was edited")
MORE_ROWS = Text("其余 {} 行", "{} more rows")
ON_PAGES = Text("图表见版面预览", "Charts are drawn on the pages")
CONTENTS, CHECKS, FILES, HISTORY = Text("目录", "Contents"), Text("勾稽校验", "Checks"), Text("文件", "Files"), Text("办理记录", "History")
MARKS = {
    "is-blocked": Text("有阻断项", "blocking finding"),
    "has-finding": Text("有提醒", "warning"),
    "is-awaiting": Text("待填写", "to be written"),
    "is-stale": Text("生成内容已变化", "generated text has changed"),
    "is-edited": Text("已编辑", "edited"),
}
CHECK_COUNT = Text("{n} 处，阻断 {m} 处，已说明 {w} 处", "{n} findings, {m} blocking, {w} waived")
CLEAN = Text("{n} 条规则均未发现不一致", "{n} rules, nothing disagrees")
WAIVED, WAIVE, UNWAIVE = Text("已说明理由", "Waived"), Text("说明理由", "Waive with a reason"), Text("撤回说明", "Take the waiver back")
WAIVER_REASON = Text("理由（印在附件中）", "Reason (printed in the annex)")
EXPECTED, FOUND, REASON = Text("应为", "Expected"), Text("现为", "Found"), Text("理由", "Reason")
PERSON = Text("姓名（将被记录）", "Your name (recorded)")
WILL_BE_NUMBERED = Text("拟编 {}", "will be {}")
SCOPE, AS_OF, SNAPSHOT = Text("范围", "Scope"), Text("数据截至", "Data as of"), Text("快照", "Snapshot")
OFFICE, ISSUER, TITLE, HASH = (
    Text("编发单位", "Office"),
    Text("签发人", "Issued by"),
    Text("标题", "Title"),
    Text("内容校验码", "Content hash"),
)
DESCRIBE = Text("题名与落款", "Title and office")
WAY = {
    "drafted": Text("已起草", "Drafted"),
    "submitted": Text("已送审", "Submitted"),
    "reviewed": Text("已审核", "Reviewed"),
    "issued": Text("已签发", "Issued"),
}
WAY_AHEAD = {
    "drafted": Text("起草", "Draft"),
    "submitted": Text("送审", "Submit"),
    "reviewed": Text("审核", "Review"),
    "issued": Text("签发", "Issue"),
}
STATES = {
    "drafted": (Text("草稿", "Draft"), "◐", ""), "submitted": (Text("待审核", "To be reviewed"), "◇", "is-warn"),
    "reviewed": (Text("待签发", "To be issued"), "◆", "is-accent"), "issued": (Text("已签发", "Issued"), "✓", "is-good"),
    "discarded": (Text("已作废", "Discarded"), "×", "is-faint"),
}  # fmt: skip
STEPS = {
    "drafted": Text("起草", "begun"),
    "generated": Text("生成初稿", "generated"),
    "edited": Text("编辑", "edited"),
    "waived": Text("说明理由", "finding waived"),
    "uploaded": Text("上传成稿", "finished file uploaded"),
    "submitted": Text("送审", "submitted"),
    "reviewed": Text("审核通过", "approved"),
    "issued": Text("签发", "issued"),
    "discarded": Text("作废", "discarded"),
    "returned": Text("退回", "returned"),
}
CORRECT = Text("起草更正", "Draft a correction")
NUMBER = Text("期号（此前各期未在本系统签发时填写，一般留空）", "Number (only where earlier issues were not issued here)")
NUMBER_IN_ALL = Text("总期号（一般留空）", "Number in all (usually empty)")
RETURNED = Text("已退回：{}", "Returned: {}")
DISCARDED = Text("已作废：{}", "Discarded: {}")
STOPPING = Text("{} 处不一致须更正或说明理由", "{} findings must be mended or waived")
WAITING = Text("{} 段待填写", "{} paragraphs to be written")
STALE_COUNT = Text("{} 段编辑后生成内容有变化", "{} edited paragraphs: generated text has changed")
GONE_COUNT = Text("{} 处编辑已无对应段落", "{} edits have lost their paragraph")
NEWER = Text("数据已更新（快照 {}，截至 {}），可重新生成", "the data were renewed (snapshot {}, as of {}): it can be made again")
NOTHING_LACKS = Text("校验通过，无待办事项", "Checks passed, nothing is lacking")
FORGET, GONE = Text("不再保留", "Forget it"), Text("已无对应段落的编辑", "Edits without their paragraph")
CORRECTS, CORRECTED = Text("更正的是已签发的上一版", "corrects an issued report"), Text("已有更正版", "was corrected")
IN_THE_MAKING = Text("正在生成初稿", "The draft is being made")
NOT_MADE = Text("初稿尚未生成", "The draft was not made")
PANES = {"text": Text("正文", "Text"), "pages": Text("版面", "Pages"), "changes": Text("与上一期相比", "Since the last issue")}
COMPARING = Text("正在比较，约需数秒。", "Being compared; this takes some seconds.")
NO_CHANGES = Text("没有上一期可比，或未发现变化。", "There is no earlier issue to compare with, or nothing changed.")
SNAPSHOT_GONE = Text("报告所依据的数据快照已不在，无法比较。", "The snapshot the report rests on is gone: nothing can be compared.")
NOT_YOURS = Text(
    "草稿由报告员和政法委查阅，签发后公开。", "Drafts are read by the report clerk and the committee; once issued, by everybody."
)
SMALLER, LARGER = Text("缩小", "Smaller"), Text("放大", "Larger")
DRAW, NOT_DRAWN = (
    Text("生成版面", "Draw the pages"),
    Text("版面尚未生成，或内容已有改动。", "The pages are not drawn, or the text has changed since."),
)
PAGE = Text("第 {n} / {m} 页", "Page {n} of {m}")
UPLOADED, OLD_FILE = Text("上传的成稿", "finished file that was uploaded"), Text("此后内容已有改动", "the text has changed since")
MAKE, MAKE_AGAIN = Text("生成文件", "Make the files"), Text("重新生成文件", "Make the files again")
NO_FILES = Text("没有文件", "No files")
UPLOAD = Text("上传成稿（.docx）", "Upload the finished .docx")
UPLOAD_HINT = Text(
    "上传后自动校验：改动的段落记为编辑，发现的问题列入校验，不合要求的文件不予接收。",
    "It is checked: changed paragraphs become edits, what is found is listed, a file that does not fit is refused.",
)
ARCHIVE = Text("报告档案", "Archive")
NONE_YET = Text("还没有报告", "No reports yet")
NONE_YET_HINT = Text("报告员选择种类和时段，生成初稿后即列在这里。", "Once the report clerk has made a draft, it stands here.")
NONE_FIT = Text("没有符合的报告", "No report fits")
NARROW = Text("筛选", "Filter")
SHOW = {"open": Text("办理中", "Under way"), "issued": Text("已签发", "Issued"), "discarded": Text("已作废", "Discarded")}
EVERY = {"of": Text("全部种类", "All kinds"), "state": Text("全部", "All"), "year": Text("全部年份", "All years")}
NEWER_PAGE, OLDER_PAGE = Text("← 较新", "← newer"), Text("较早 →", "older →")
