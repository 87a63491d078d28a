"""What a check may find: the rules by name, and a finding with where it stands, what should stand there and what does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.texts import Text

Severity = Literal["blocking", "warning"]
BLOCKING: Severity = "blocking"
WARNING: Severity = "warning"
SEVERITIES = {BLOCKING: Text("阻断", "Blocking"), WARNING: Text("提醒", "Warning")}
RULES: dict[str, Text] = {
    "total": Text("分项之和等于合计", "Parts sum to the printed total"),
    "share": Text("占比等于部分除以整体", "A share is part over whole"),
    "whole": Text("占比须指明其整体", "A share names its whole"),
    "change": Text("增减幅等于两期之差除以基期", "A change is the difference over its base"),
    "comparison": Text("环比为上一期，同比为上年同期", "环比 means the previous period, 同比 the same period last year"),
    "points": Text("率的增减用百分点", "A rate changes by percentage points"),
    "calendar": Text("日期与天数合乎历法", "Calendar facts hold"),
    "equation": Text("等式两边相等", "Both sides of an equation are equal"),
    "sentence": Text("文中数字与表中数字一致", "Numbers in sentences equal those in tables"),
    "rewritten": Text("改写的数字在报告中有出处", "A number that was rewritten stands elsewhere in the report"),
    "measured": Text("数字可由快照复算", "A number is what the snapshot gives again"),
    "denominator": Text("来件等于计入加重复加删除", "Seen = counted + duplicates + deleted"),
    "deliveries": Text("收到等于采纳加重复加拒收", "Received = accepted + duplicates + rejected"),
}


@dataclass(frozen=True)
class Finding:
    """What does not agree: by which rule, where, what was expected and what was found, in both languages."""

    rule: str
    severity: Severity
    where: Text
    expected: Text
    found: Text


def same(text: str) -> Text:
    """Words that read alike in both languages: quotations and numbers."""
    return Text(text, text)
