"""The register of risks: which stand on it for a wish, in which order, and how their cells are printed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Engine, and_, case, extract, func, or_, select

from dashboard.asking import fetch
from dashboard.charts.base import UNKNOWN
from dashboard.charts.risk_levels import LEVELS, level_of, marked
from dashboard.charts.risk_types import NO_TYPE
from dashboard.filters import ScopedFilters, where
from dashboard.reference import labels
from dashboard.rows import place_name
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import C, N, R, risks, sources

A_DAY = 86_400
PLACES = ("community_code", "town_code", "district_code", "division_code")
COLUMNS = {
    "level": Text("等级", "Level"), "label": Text("风险", "Risk"), "type": Text("类型", "Type"), "place": Text("地点", "Place"),
    "unit": Text("责任单位", "Unit"), "duty": Text("责任人", "Duty"), "measure": Text("措施", "Measure"),
    "registered": Text("登记", "Registered"), "due": Text("期限", "Due"), "closed": Text("销号", "Struck off"),
    "state": Text("状态", "State"), "days": Text("逾期天数", "Days overdue"), "number": Text("编号", "Number"),
}  # fmt: skip
OVERDUE, OPEN, CLOSED = Text("逾期", "Overdue"), Text("在控", "Open"), Text("已销号", "Struck off")
UNDER_A_DAY = Text("不足1", "<1")
NO_NAME = Text("（无名称）", "(no name)")


def risk_rows(engine: Engine, filters: ScopedFilters, first: int = 0, count: int | None = None) -> tuple[pd.DataFrame, int]:
    """Rows `first` to `first + count` of the register, and how many there are.

    On it stands what is open, and what was registered or struck off in the period. Overdue first, then open, by level and due date;
    the latest struck off come first among those.
    """
    r = risks.c
    listed = or_(and_(where(risks, N, filters), r.is_open), where(risks, R, filters), where(risks, C, filters))
    rank = case((r.is_overdue, 0), (r.is_open, 1), else_=2)
    grave = case({code: place for place, code in enumerate(LEVELS) if code}, value=r.level_code, else_=len(LEVELS))
    open_due = case((r.is_open, r.due_at))
    late = case((r.is_overdue, func.floor(extract("epoch", sources.c.as_of - r.due_at) / A_DAY)))
    query = (
        select(
            r.risk_number, r.label, r.risk_type, r.level_code, r.unit_code, *(r[name] for name in PLACES), r.duty, r.measure,
            r.registered_at, r.due_at, r.closed_at, r.is_open, r.is_overdue, late.label("days"),
        )
        .join(sources, sources.c.source_code == r.source_code)
        .where(listed)
        .order_by(rank, case((r.is_open, grave)), open_due.asc().nulls_last(), r.closed_at.desc(), r.risk_key)
    )  # fmt: skip
    total = fetch(engine, select(func.count().label("n")).select_from(risks).where(listed))
    return fetch(engine, query.offset(first).limit(count) if count else query), int(total["n"].iloc[0])


def printed(frame: pd.DataFrame, engine: Engine, look: Theme) -> list[dict[str, str]]:
    """Each row as texts by the names of COLUMNS; what is missing is empty, no code is shown."""
    name = look.label_column
    units, divisions = labels(engine, "unit_code")[name].to_dict(), labels(engine, "division_code")[name].to_dict()
    return [_row(row, units, divisions, look) for row in frame.to_dict("records")]


def _row(row: dict[Any, Any], units: dict[Any, Any], divisions: dict[Any, Any], look: Theme) -> dict[str, str]:
    state = OVERDUE if row["is_overdue"] else OPEN if row["is_open"] else CLOSED
    return {
        "level": marked(level_of(row["level_code"]), look),
        "label": _text(row["label"]) or look.say(NO_NAME),
        "type": _text(row["risk_type"]) or look.say(NO_TYPE),
        "place": place_name(row, divisions, look.say(UNKNOWN["division_code"])),
        "unit": str(units.get(row["unit_code"], look.say(UNKNOWN["unit_code"]))),
        "duty": _text(row["duty"]),
        "measure": _text(row["measure"]),
        "registered": _moment(row["registered_at"]),
        "due": _moment(row["due_at"]),
        "closed": _moment(row["closed_at"]),
        "state": look.say(state),
        "days": "" if pd.isna(row["days"]) else f"{row['days']:.0f}" if row["days"] >= 1 else look.say(UNDER_A_DAY),
        "number": _text(row["risk_number"]),
    }


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _moment(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:%Y-%m-%d %H:%M}"
