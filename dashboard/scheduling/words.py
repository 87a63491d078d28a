"""What the schedule says of its runs and deliveries."""

from __future__ import annotations

from dashboard.texts import Text

WAITS_FOR_DATA = Text("等待数据：本期至 {until}，数据截至 {as_of}", "Waits for data: the period ends {until}, the data reach {as_of}")
NO_DATA_YET = Text("尚无", "nowhere")
PARTIAL = Text(
    "超过等候时限，按不完整数据起草（数据截至 {as_of}）", "Drafted on what there was after the days of grace (data up to {as_of})"
)
GONE_ENTRY = Text("城市设置中已无此项", "city.toml has no such entry any more")
TOO_OLD = Text("停机期间错过的周期过多，只补最近 {n} 期", "Too many periods were missed: only the latest {n} are caught up")
NO_PRODUCT = Text("没有这种报告，或本市没有其数据：{about}", "There is no such report, or the city lacks its data: {about}")
THERE_ALREADY = Text("同期报告已有草稿，未另行起草", "A draft of this report was there already")
ISSUED_ALREADY = Text("同期报告此前已签发，未另行起草", "The report had been issued before")
NOT_DRAFTED = Text("起草未成功：{why}", "Could not be drafted: {why}")
NOT_FILED = Text("文件未能生成：{why}", "The files could not be made: {why}")
WORKER_GONE = Text("任务已中断", "the job broke off")
AWAITS_ISSUE = Text("草稿已就绪，等待签发后投递", "The draft is ready; it is delivered once a person has issued it")
READY = Text("草稿已就绪", "The draft is ready")
STOPPED = Text("校验有 {n} 处阻断，留作草稿", "{n} findings stop it; it stays a draft")
DISCARDED = Text("报告已作废，没有投递", "The report was discarded; nothing was delivered")
NO_FILES = Text("签发的报告没有所需格式的文件：{formats}", "The issued report has no file of these formats: {formats}")
FILE_GONE = Text("归档文件缺失或已损坏：{name}", "A file of the archive is missing or damaged: {name}")
NOT_DELIVERED = Text("有 {n} 处没有送达", "{n} deliveries did not arrive")
BROKEN_OFF = Text(
    "发送时程序中断，不能确定对方是否已收到；请核实后再决定是否重发",
    "The program was stopped while sending: whether it arrived is not known. Ask before you send it again",
)
SUBJECT, DRAFT_SUBJECT = (
    Text("{title}（{period}）", "{title} ({period})"),
    Text("【草稿】{title}（{period}）", "[Draft] {title} ({period})"),
)
LETTER = Text(
    "{title}（{period}，{number}）随信附上，数据截至 {as_of}。\n\n{office}\n\n本邮件由系统自动发送，请勿回复。",
    "{title} ({period}, {number}) is attached; data up to {as_of}.\n\n{office}\n\nThis letter was sent by a machine; please do not reply.",
)
DRAFT_NUMBER = Text("草稿，未签发", "draft, not issued")
