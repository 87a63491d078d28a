"""The columns of the Excel form, and what marks a workbook as one: shared by who writes it and who reads it back."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.submissions.rules import FIELDS
from dashboard.texts import Text

# Grows when an older form can no longer be read.
FORM_VERSION = 1
SHEET, NOTES, MARKS = Text("填报", "Report"), Text("说明", "Notes"), "_form"
# On its sheet: a title, a line that says what to do, the headings.
HEADER_ROW = 3
KEY, VERSION, TARGET, PLACE = "key", "version", "target", "place"
KEY_SIGN = "|"


class Column(NamedTuple):
    """A column of the form: what it is called, how wide it is, and whether a unit fills it in."""

    heading: Text
    width: float
    is_filled_in: bool = False


COLUMNS: dict[str, Column] = {
    KEY: Column(Text("行标识", "Row key"), 4),
    VERSION: Column(Text("行版本", "Row version"), 4),
    TARGET: Column(Text("指标编号", "Target"), 10),
    "label": Column(Text("指标任务", "Name"), 32),
    PLACE: Column(Text("区划", "Place"), 14),
    "unit_of_measure": Column(Text("计量单位", "Unit"), 9),
    "last": Column(Text("上期值", "Last value"), 11),
    "goal": Column(Text("目标值", "Target value"), 11),
    "due": Column(Text("完成时限", "Due"), 12),
    "observed_on": Column(FIELDS["observed_on"], 12, True),
    "value": Column(FIELDS["value"], 12, True),
    "progress_pct": Column(FIELDS["progress_pct"], 11, True),
    "narrative": Column(FIELDS["narrative"], 44, True),
    "confidence_code": Column(FIELDS["confidence_code"], 10, True),
    "evidence": Column(FIELDS["evidence"], 30, True),
    "state": Column(Text("状态", "State"), 10),
}
HIDDEN = (KEY, VERSION)
FILLED_IN = tuple(name for name, column in COLUMNS.items() if column.is_filled_in)
STATE_WORDS: dict[str, Text] = {
    "draft": Text("草稿", "Draft"), "submitted": Text("已提交", "Submitted"), "confirmed": Text("已确认", "Confirmed"),
    "returned": Text("已退回", "Returned"), "accepted": Text("已审核", "Accepted"),
}  # fmt: skip
COMPUTED = Text("系统计算", "Counted here")
