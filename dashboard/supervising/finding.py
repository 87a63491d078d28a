"""What is open past its limit, or soon due, by unit; over by how many working days of the city's calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Date, and_, cast, func, select

from dashboard.asking import fetch
from dashboard.charts.base import with_labels
from dashboard.filters import Filters, where
from dashboard.store.supervision import DUE_SOON, OVERDUE, Listed
from dashboard.view import View
from dashboard.warehouse import N, calendar_days, sources, stages, tickets

# A citizen may write pages; a slip quotes the beginning.
LONGEST_TEXT = 80


@dataclass(frozen=True)
class Late:
    """A ticket of a unit that is over its limit or soon due; one under secrecy is counted, never listed."""

    unit_code: str
    is_secret: bool
    as_of: datetime | None
    ticket: Listed


def late_tickets(view: View, kind: str, units: Sequence[str] = ()) -> dict[str, list[Late]]:
    """The tickets of one kind by unit, those longest over (or first due) first. Tickets without a unit stand under an empty code."""
    t, due, seen = tickets.c, calendar_days.alias("due"), calendar_days.alias("seen")
    is_late = {OVERDUE: t.is_overdue, DUE_SOON: and_(t.is_due_soon, t.is_overdue.is_not(True))}[kind]
    query = (
        select(
            t.ticket_key, t.ticket_number, t.unit_code, t.category_code, t.summary, t.is_secret, t.reported_at, t.close_due_at,
            func.coalesce(t.community_code, t.town_code, t.district_code, t.division_code).label("division_code"),
            stages.c.label.label("stage"), sources.c.as_of, (seen.c.workday_no - due.c.workday_no).label("over_days"),
        )
        .join(sources, sources.c.source_code == t.source_code)
        .outerjoin(stages, stages.c.stage_code == t.stage_code)
        .outerjoin(due, due.c.day_on == cast(t.close_due_at, Date))
        .outerjoin(seen, seen.c.day_on == cast(sources.c.as_of, Date))
        .where(where(tickets, N, view.scoped(Filters(units=tuple(units)))), is_late)
        .order_by(t.close_due_at, t.ticket_key)
    )  # fmt: skip
    frame = fetch(view.engine, query)
    for column in ("category_code", "division_code"):
        frame[f"{column}_label"] = with_labels(frame[[column]], view.engine, column)["label"]
    found: dict[str, list[Late]] = defaultdict(list)
    for row in frame.to_dict("records"):
        found[_text(row["unit_code"])].append(_late(row, kind))
    return dict(found)


def _late(row: dict[Any, Any], kind: str) -> Late:
    over = row["over_days"]
    return Late(
        _text(row["unit_code"]), bool(row["is_secret"]) if not pd.isna(row["is_secret"]) else False, _moment(row["as_of"]),
        Listed(
            row["ticket_key"], row["ticket_number"], row["category_code_label"], shortened(_text(row["summary"])),
            row["division_code_label"], _text(row["stage"]), _moment(row["reported_at"]), _moment(row["close_due_at"]),
            None if kind == DUE_SOON or pd.isna(over) else int(over),
        ),
    )  # fmt: skip


def shortened(text: str) -> str:
    """In one line, and no longer than a slip quotes."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_TEXT else f"{plain[: LONGEST_TEXT - 1]}…"


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _moment(value: Any) -> datetime | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).to_pydatetime()


def after_workdays(view: View, day: date, count: int) -> date:
    """The end of the `count`th working day after a day, by the city's calendar."""
    c = calendar_days.c
    now = select(c.workday_no).where(c.day_on == day).scalar_subquery()
    query = select(func.min(c.day_on).label("day")).where(c.is_workday, c.workday_no == now + count)
    found = fetch(view.engine, query)["day"].iloc[0]
    if pd.isna(found):
        raise ValueError(f"the calendar of the snapshot does not hold {day}")
    return pd.Timestamp(found).date()
