"""What may be chosen of pilot tasks beside their own codes: how they stand, when they are due, of which kind; its words and conditions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Date, Interval, Table, cast, false, func, literal_column, or_

from dashboard.texts import Text

# How a part stands, the gravest first: lamps, then what is done, then what bears no lamp.
STATES: Mapping[str, Text] = MappingProxyType(
    {
        "red": Text("红灯", "Red"), "yellow": Text("黄灯", "Yellow"), "green": Text("绿灯", "Green"), "done": Text("已完成", "Done"),
        "none": Text("无灯（含未填报）", "No lamp or report"),
    }
)  # fmt: skip
# Days are counted from the day the ledger was last seen.
DUE: Mapping[str, Text] = MappingProxyType(
    {
        "past": Text("已到期", "Past due date"), "days_30": Text("30 天内", "Within 30 days"), "quarter": Text("本季度内", "This quarter"),
        "later": Text("本季度以后", "After this quarter"),
    }
)  # fmt: skip
KINDS: Mapping[str, Text] = MappingProxyType(
    {"target": Text("指标", "Target"), "task": Text("任务", "Task"), "negative": Text("负面清单", "Negative list")}
)
SOON_DAYS = "interval 30 day"


def lit(table: Table, codes: Collection[str]) -> ColumnElement[bool] | None:
    """Parts that stand at any of `codes` of STATES; None where a table knows no lamps."""
    if "lamp_code" not in table.c:
        return None
    found: list[ColumnElement[bool]] = [table.c.lamp_code.in_(codes)]
    if "done" in codes:
        found.append(table.c.is_done)
    if "none" in codes:
        found.append(table.c.lamp_code.is_(None) & (table.c.kind != "negative"))
    return or_(*found)


def due_in(table: Table, codes: Collection[str]) -> ColumnElement[bool] | None:
    """Parts due in any of the spans `codes` of DUE; None where a table knows no due dates."""
    if "is_due" not in table.c:
        return None
    due, day = table.c.due_on, cast(table.c.as_of, Date)
    quarter_end = func.date_trunc("quarter", table.c.as_of) + _span("interval 3 month")
    spans = {
        "past": due < day, "days_30": due.between(day, day + _span(SOON_DAYS)), "quarter": (due >= day) & (due < quarter_end),
        "later": due >= quarter_end,
    }  # fmt: skip
    return or_(false(), *(spans[code] for code in codes if code in spans))


def _span(text: str) -> ColumnElement[Any]:
    return literal_column(text, Interval)


def of_kinds(table: Table, codes: Collection[str]) -> ColumnElement[bool] | None:
    """Targets, tasks or items of the negative list; None of a table whose kinds are others."""
    return table.c.kind.in_(codes) if {"target_code", "kind"} <= set(table.c.keys()) else None


# Choices of Filters that are no column's codes.
CONDITIONS: Mapping[str, Callable[[Table, Collection[str]], ColumnElement[bool] | None]] = MappingProxyType(
    {"lamps": lit, "dues": due_in, "kinds": of_kinds}
)
WORDS: Mapping[str, Mapping[str, Text]] = MappingProxyType({"lamps": STATES, "dues": DUE, "kinds": KINDS})
