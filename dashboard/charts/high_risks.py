"""High risks that are open: type, place, unit, and how long; overdue first. No names and no words of a report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, extract, func, select

from dashboard.asking import fetch
from dashboard.charts.base import PLAIN, Cell, Listing, Row, with_labels
from dashboard.charts.events import said
from dashboard.charts.risk_types import NO_TYPE
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import N, risks, sources

MOST = 50
A_DAY = 86_400
OVERDUE, OPEN = Text("逾期", "Overdue"), Text("在控", "Open")
LATE, UNDER_A_DAY = Text("超 {} 天", "{} d late"), Text("超不足 1 天", "<1 d late")
DUE = Text("{} 到期", "due {}")
OPEN_FOR = Text("在控 {} 天", "open {} d")
NONE_HIGH = Text("没有在控的高风险", "No high risk is open")
LISTED = Text(
    "等级为高、尚未销号的风险，逾期在前，再按期限；天数截至各来源的数据时间，至多 50 项。不列名称、措施与人员。",
    "Risks of level high that are not struck off, overdue first, then by due date; days up to their source's data time; at most 50."
    " No names, measures or persons.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `key, state…, what…, place…, who…, registered, due, days_open, days_late`: overdue first, then the soonest due."""
    r = risks.c
    days = {
        "days_open": func.floor(extract("epoch", sources.c.as_of - r.registered_at) / A_DAY),
        "days_late": func.floor(extract("epoch", sources.c.as_of - r.due_at) / A_DAY),
    }
    query = (
        select(
            r.risk_key, r.risk_type, func.coalesce(r.town_code, r.district_code, r.division_code).label("division_code"), r.unit_code,
            r.registered_at, r.due_at, r.is_overdue, *(day.label(name) for name, day in days.items()),
        )
        .join(sources, sources.c.source_code == r.source_code)
        .where(where(risks, N, filters), r.is_open, r.level_code == "high")
        .order_by(r.is_overdue.desc(), r.due_at.asc().nulls_last(), r.registered_at, r.risk_key)
        .limit(MOST)
    )  # fmt: skip
    frame = fetch(engine, query)
    late = frame["is_overdue"].fillna(False).astype(bool)
    found = pd.DataFrame({"key": frame["risk_key"]})
    found["state"], found["state_en"] = late.map({True: OVERDUE.zh, False: OPEN.zh}), late.map({True: OVERDUE.en, False: OPEN.en})
    kind = frame["risk_type"].str.translate(PLAIN)
    found["what"], found["what_en"] = kind.fillna(NO_TYPE.zh), kind.fillna(NO_TYPE.en)
    for name, column in (("place", "division_code"), ("who", "unit_code")):
        named = with_labels(frame[[column]], engine, column)
        found[name], found[f"{name}_en"] = named["short_label"], named["label_en"]
    found["registered"], found["due"] = frame["registered_at"], frame["due_at"]
    found["days_open"], found["days_late"] = frame["days_open"], frame["days_late"].where(late)
    return found


def rows(frame: pd.DataFrame, look: Theme, _today: date) -> list[Row]:
    return [_row(risk, look) for risk in said(frame, look)]


def _row(risk: dict[str, Any], look: Theme) -> Row:
    """State, type, where, who, how late or when due; in the office how long it has been open too."""
    is_late = pd.notna(risk["days_late"])
    cells = (
        Cell(f"{'▲' if is_late else '◆'} {risk['state']}", "state", "bad" if is_late else "warn"),
        Cell(risk["what"], "what"),
        Cell(risk["place"], "place"),
        Cell(risk["who"], "who"),
        Cell(_due(risk, look), "number", "bad" if is_late else "plain"),
    )
    known = pd.notna(risk["days_open"])
    open_for = look.say(OPEN_FOR).format(f"{risk['days_open']:,.0f}") if known else MISSING
    return Row(risk["key"], cells if look.is_dark else (*cells, Cell(open_for, "number")))


def _due(risk: dict[str, Any], look: Theme) -> str:
    if pd.notna(risk["days_late"]):
        return look.say(LATE).format(f"{risk['days_late']:,.0f}") if risk["days_late"] >= 1 else look.say(UNDER_A_DAY)
    return look.say(DUE).format(f"{risk['due']:%m-%d}") if pd.notna(risk["due"]) else MISSING


CHART = Listing(
    "high_risks", Text("在控高风险", "High risks that are open"), ask, ("key", "state", "what", "place", "who"), rows, kind="risks",
    empty=NONE_HIGH, metrics=("risks_high_open",), definition=LISTED,
    headings={
        "key": Text("风险代码（来源:编号）", "Risk (source:number)"), "what": Text("风险类型", "Type of risk"),
        "place": Text("地点", "Place"),
        "who": Text("责任单位", "Responsible unit"), "registered": Text("登记时间", "Registered at"), "due": Text("期限", "Due"),
        "days_open": Text("在控天数（天）", "Days open"), "days_late": Text("逾期天数（天）", "Days overdue"),
    },
)  # fmt: skip
