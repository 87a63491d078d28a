"""What a report must be like before it can be kept and before it can be submitted: the same for the page and the Excel form."""

from __future__ import annotations

import math
from datetime import date

from dashboard.store.submissions import Said
from dashboard.submissions.parts import Part
from dashboard.texts import Text

CONFIDENCE: dict[str, Text] = {
    "high": Text("有把握", "Confident"),
    "medium": Text("基本有把握", "Fairly confident"),
    "low": Text("有困难", "In difficulty"),
}
LARGEST = 1e12

# Field of a report -> what it is called.
FIELDS: dict[str, Text] = {
    "observed_on": Text("截至日期", "As of"),
    "value": Text("完成值", "Value"),
    "progress_pct": Text("进度（%）", "Progress (%)"),
    "narrative": Text("推进情况", "What was done"),
    "confidence_code": Text("完成把握", "Confidence"),
    "evidence": Text("佐证材料", "Evidence"),
}
DAY_WRONG = Text("应在 {} 至 {} 之间", "expected a day from {} to {}")
NO_NUMBER = Text("超出范围", "out of range")
NOT_BELOW = Text("不能小于 0", "cannot be below 0")
NOT_A_SHARE = Text("应为 0 至 100", "expected 0 to 100")
VALUE_MISSING = Text("未填", "missing")
PROGRESS_MISSING = Text("未填，本任务按进度填报", "missing: this task goes by its progress")

Fault = tuple[str, Text]


def faults_of(part: Part, said: Said, begins_on: date, until: date) -> list[Fault]:
    """What is wrong with a draft: (field, why); it need not be complete."""
    found: list[Fault] = []
    if not begins_on <= said.observed_on <= until:
        found.append(("observed_on", Text(DAY_WRONG.zh.format(begins_on, until), DAY_WRONG.en.format(begins_on, until))))
    if said.value is not None and (not math.isfinite(said.value) or abs(said.value) > LARGEST):
        found.append(("value", NO_NUMBER))
    elif said.value is not None and said.value < 0 and (part.is_negative or part.measure_unit == "%"):
        found.append(("value", NOT_BELOW))
    if said.progress_pct is not None and not 0 <= said.progress_pct <= 100:
        found.append(("progress_pct", NOT_A_SHARE))
    return found


def gaps_of(part: Part, value: float | None, progress_pct: float | None) -> list[Fault]:
    """What a report lacks to be submitted."""
    if part.is_counted:
        return [("value", VALUE_MISSING)] if value is None else []
    return [("progress_pct", PROGRESS_MISSING)] if progress_pct is None else []
