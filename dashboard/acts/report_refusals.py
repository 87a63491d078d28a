"""Why an act on a report is refused, in the words of people."""

from __future__ import annotations

from dashboard.store.reports import DISCARDED, DRAFTED, ISSUED, REVIEWED, SUBMITTED
from dashboard.texts import Text

NO_KIND = Text("没有这种报告，或起止日期不合要求", "There is no such report, or its days are not in order")
TAKEN = Text("这份报告已有草稿：{link}", "There is a draft of this report already: {link}")
GONE = Text("没有这份报告", "There is no such report")
CHANGED = Text(
    "他人刚刚修改过，您看到的已不是最新内容；请刷新后再试，本次没有保存",
    "Somebody has changed this since you saw it: load the page again; nothing was saved",
)
STATE = {
    DRAFTED: Text("报告仍是草稿，请先送审", "The report is a draft still: submit it first"),
    SUBMITTED: Text("报告正在审核，不能修改；需要修改请先退回", "The report is under review: it must be returned before it can be changed"),
    REVIEWED: Text("报告已审核，不能修改；需要修改请先退回", "The report was reviewed: it must be returned before it can be changed"),
    ISSUED: Text("报告已签发，不能再改；需要更正请另发更正", "The report was issued: an error is mended by a correction"),
    DISCARDED: Text("报告已作废", "The report was discarded"),
}
BUSY = Text("该报告正在生成，请稍候或先取消", "The report is being worked on: wait, or cancel that first")
NOT_MADE = Text("草稿尚未生成", "The draft has not been made yet")
NO_PARAGRAPH = Text("报告中没有这个段落，可能已因数据更新而变化", "The report has no such paragraph; newer data may have changed it")
NO_WORDS = Text("请填写内容", "Write something")
NO_FINDING = Text("没有这条校验发现，可能已经更正", "There is no such finding; it may have been mended")
NO_FORMAT = Text("不能生成所选格式", "One of the formats cannot be made")
STOPPED = Text("有 {n} 处不一致，须更正或说明理由后再继续", "{n} findings must be mended or waived with a reason first")
HANDS = Text("起草、修改或送审的人不能审核", "Who drafted, changed or submitted a report cannot review it")
NUMBER_TAKEN = Text("编号须大于已有编号；更正沿用原编号", "The number must follow those given; a correction keeps its own")
FILE_GONE = Text("文件已失效，请重新选择", "The file is gone; choose it again")
NOT_WORD = Text("请上传 .docx 文件", "Send a .docx file")
NO_UPLOAD = Text("没有上传的文件", "No file was sent")
EARLIER = Text("任务已结束，无法取消", "The job has ended already")


def filled(text: Text, **values: object) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
