"""How the ledger is read: its readings and their columns, and a reading as addresses and stores say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.filters import one_of
from dashboard.pilot_ledger.rolled import BY, SORTS
from dashboard.texts import Text

READINGS = {
    "target": Text("按任务", "By task"), "unit": Text("按责任单位", "By unit"), "division": Text("按地区", "By place"),
    "part": Text("逐条", "Part by part"),
}  # fmt: skip
NO, TASK, UNIT, PLACE = Text("序号", "No."), Text("目标任务", "Task"), Text("责任单位", "Unit"), Text("地区", "Place")
PROGRESS, TARGET, ACTUAL = Text("推进情况", "Progress"), Text("目标值", "Target"), Text("实际值", "Actual")
GAP, LAMP, TREND = Text("序时差（百分点）", "Gap (pp)"), Text("灯", "Lamp"), Text("趋势", "Trend")
DUE, LATEST = Text("期限", "Due"), Text("最近填报", "Latest report")
TASKS, PARTS, LAMPS = Text("承担任务", "Tasks"), Text("责任条", "Parts"), Text("亮灯分布（条）", "Lamps (parts)")
BEHIND, MEDIAN, SLOWEST = Text("慢于序时", "Behind"), Text("序时差中位", "Median gap"), Text("最慢的任务", "Slowest task")
# Column -> what it is called, how it stands, and the key of SORTS it sorts by.
Columns = Mapping[str, tuple[Text, str, str]]
OF_TASKS: Columns = {
    "no": (NO, "num", ""), "task": (TASK, "text", "code"), "who": (UNIT, "text", ""), "progress": (PROGRESS, "when", "progress"),
    "target": (TARGET, "num", ""), "actual": (ACTUAL, "num", ""), "gap": (GAP, "num", "gap"), "lamp": (LAMP, "when", ""),
    "trend": (TREND, "when", ""), "due": (DUE, "when", "due"), "latest": (LATEST, "when", "reported"),
}  # fmt: skip


def _of_group(name: Text) -> Columns:
    return {
        "no": (NO, "num", ""), "name": (name, "text", "code"), "tasks": (TASKS, "num", ""), "parts": (PARTS, "num", "parts"),
        "lamps": (LAMPS, "when", ""), "behind": (BEHIND, "num", "behind"), "median": (MEDIAN, "num", ""), "slowest": (SLOWEST, "text", ""),
        "gap": (GAP, "num", "gap"), "lamp": (LAMP, "when", ""), "due": (DUE, "when", "due"), "latest": (LATEST, "when", "reported"),
    }  # fmt: skip


COLUMNS: Mapping[str, Columns] = {"target": OF_TASKS, "part": OF_TASKS, "unit": _of_group(UNIT), "division": _of_group(PLACE)}


@dataclass(frozen=True)
class Reading:
    """By what the ledger is rolled up, and the order of its rows."""

    by: str = "target"
    sort: str = "gap"

    @property
    def query(self) -> str:
        return f"by={self.by}&sort={self.sort}"


def reading_of(by: object, sort: object) -> Reading:
    """A reading from a browser; what cannot be understood is the default."""
    known = isinstance(sort, str) and sort.removeprefix("-") in SORTS
    return Reading(by if isinstance(by, str) and by in BY else "target", str(sort) if known else "gap")


def reading_in(query: Mapping[str, str | list[str]]) -> Reading:
    """The reading an address says."""
    return reading_of(one_of(query, "by"), one_of(query, "sort"))
