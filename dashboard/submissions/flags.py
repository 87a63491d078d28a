"""What a reviewer should look at twice in a report: pure rules over what was reported before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from dashboard.submissions.parts import Part, Seen
from dashboard.texts import Text

# A change of so many times the usual step is a jump; a value that stood still so often is said so.
JUMP, STILL = 3.0, 3
# A usual step cannot be told from fewer.
FEWEST_STEPS = 2

FLAGS: dict[str, Text] = {
    "jump": Text("变动超过平常的 3 倍", "more than 3× the usual step"),
    "back": Text("比上期倒退", "falls back"),
    "late": Text("晚于完成时限", "after the due date"),
    "beyond": Text("超过 100%", "beyond 100 %"),
    "still": Text("连续四期不变", "unchanged for four periods"),
    "overdue": Text("迟报", "reported late"),
    "touched": Text("触发负面清单", "negative item touched"),
}


def flags_of(part: Part, said: Seen, earlier: Sequence[Seen], submitted_on: date | None = None) -> list[str]:
    """The codes of FLAGS that a report raises, against what was reported before the period."""
    found = []
    new, values = _measured(part, said), [number for seen in earlier if (number := _measured(part, seen)) is not None]
    if new is not None and values:
        found += _against(part, new, values)
    if part.due_on is not None and said.observed_on > part.due_on:
        found.append("late")
    if new is not None and new > 100 and (part.measure_unit == "%" or not part.is_counted):
        found.append("beyond")
    if part.is_negative and (new or 0) > 0:
        found.append("touched")
    if submitted_on is not None and part.report_due_at is not None and submitted_on > part.report_due_at.date():
        found.append("overdue")
    return found


def _against(part: Part, new: float, values: list[float]) -> list[str]:
    found = []
    usual = [abs(later - earlier) for earlier, later in pairwise(values)]
    if len(usual) >= FEWEST_STEPS and median(usual) > 0 and abs(new - values[-1]) > JUMP * median(usual):
        found.append("jump")
    if not part.is_negative and (new < values[-1] if part.better == "up" or not part.is_counted else new > values[-1]):
        found.append("back")
    # What is done may stay as it is.
    reached = part.target_value is not None and (new >= part.target_value if part.better == "up" else new <= part.target_value)
    if not (reached or part.is_negative) and len(values) >= STILL and set(values[-STILL:]) == {new}:
        found.append("still")
    return found


def _measured(part: Part, seen: Seen) -> float | None:
    return seen.value if part.is_counted else seen.progress_pct
