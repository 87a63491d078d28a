"""Appeals longest over their limit: a masked number, what, where, who, and how long; no words of a citizen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Engine, extract, func, select

from dashboard.asking import fetch
from dashboard.charts.base import Cell, Listing, Row, with_labels
from dashboard.charts.events import said
from dashboard.filters import ScopedFilters, where
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import N, sources, tickets

MOST = 50
HOUR, A_DAY = 3_600, 86_400
DAYS, HOURS, MINUTES = Text("超 {} 天", "{} d over"), Text("超 {} 小时", "{} h over"), Text("超不足 1 小时", "<1 h over")
NONE_OVERDUE = Text("没有超期未结的诉求", "No appeal is overdue")
SHOWN = 4  # Signs of a number that the wall shows at its end; what stands before them says no more than source and day.
LISTED = Text(
    "超期未结的诉求，按超期时间由长到短，至多 50 件；超期时间为办结时限至各来源数据时间的日历时间。"
    "大屏只显示编号末四位；涉密件不列编号与单位。",
    "Appeals open past their limit, the longest over first, at most 50; calendar time from the limit to their source's data time. The wall"
    " shows the last four signs of a number; of tickets under secrecy neither number nor unit is listed.",
)


def ask(engine: Engine, filters: ScopedFilters) -> pd.DataFrame:
    """Columns `key, number, what…, place…, who…, due, over_hours`: the longest over their limit first."""
    t = tickets.c
    over = extract("epoch", sources.c.as_of - t.close_due_at) / HOUR
    query = (
        select(
            t.ticket_key, t.ticket_number, t.category_code,
            func.coalesce(t.town_code, t.district_code, t.division_code).label("division_code"),
            t.unit_code, t.is_secret, t.close_due_at, over.label("over_hours"),
        )
        .join(sources, sources.c.source_code == t.source_code)
        .where(where(tickets, N, filters), t.is_overdue)
        .order_by(over.desc(), t.ticket_key)
        .limit(MOST)
    )  # fmt: skip
    frame = fetch(engine, query)
    hidden = frame["is_secret"].fillna(False).astype(bool)
    found = pd.DataFrame({"key": frame["ticket_key"].mask(hidden, MISSING), "number": frame["ticket_number"].mask(hidden, MISSING)})
    for name, column in (("what", "category_code"), ("place", "division_code"), ("who", "unit_code")):
        named = with_labels(frame[[column]], engine, column)
        covered = hidden & (name == "who")
        found[name] = named["label" if name == "what" else "short_label"].mask(covered, MISSING)
        found[f"{name}_en"] = named["label_en"].mask(covered, MISSING)
    return found.assign(due=frame["close_due_at"], over_hours=frame["over_hours"])


def rows(frame: pd.DataFrame, look: Theme, _today: date) -> list[Row]:
    return [_row(ticket, place, look) for place, ticket in enumerate(said(frame, look))]


def _row(ticket: dict[str, Any], place: int, look: Theme) -> Row:
    """How long, what, where, who, and the number."""
    is_secret = ticket["key"] == MISSING
    return Row(
        f"{ticket['due']} {place}" if is_secret else ticket["key"],
        (
            Cell(f"▲ {_over(ticket['over_hours'], look)}", "state", "bad"),
            Cell(ticket["what"], "what"),
            Cell(ticket["place"], "place"),
            Cell(ticket["who"], "who"),
            Cell(_masked(ticket["number"]) if look.is_dark else ticket["number"], "number"),
        ),
        "" if is_secret else ticket["key"],
    )


def _over(hours: float, look: Theme) -> str:
    """Days from two on, hours before."""
    if hours < 1:
        return look.say(MINUTES)
    return look.say(HOURS).format(f"{hours:.0f}") if hours * HOUR < 2 * A_DAY else look.say(DAYS).format(f"{hours * HOUR // A_DAY:,.0f}")


def _masked(number: str) -> str:
    """A number with all but its end covered; a short one keeps no more than a half."""
    kept = min(SHOWN, len(number) // 2)
    return MISSING if number == MISSING else f"**{number[len(number) - kept :]}"


CHART = Listing(
    "overdue_tickets", Text("超期最久的诉求", "Appeals longest overdue"), ask, ("key", "number", "what", "place", "who"), rows,
    needs=("closing_times", "close_limits"), empty=NONE_OVERDUE, metrics=("overdue_open",), definition=LISTED,
    headings={
        "number": Text("工单编号", "Ticket number"), "due": Text("办结时限", "Due at"), "over_hours": Text("超期（小时）", "Over by (h)"),
    },
)  # fmt: skip
