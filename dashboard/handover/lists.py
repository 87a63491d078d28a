"""The rows behind a number of a shift, and the few of them that lead its handover: coded, without free text."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Table, case, literal, null, select

from dashboard.asking import fetch
from dashboard.charts.base import with_labels
from dashboard.charts.risk_types import NO_TYPE
from dashboard.filters import ScopedFilters, where
from dashboard.handover.counts import COUNTS, ShiftCount, Span, became_overdue, during, is_open_at, is_urgent
from dashboard.warehouse import N, disputes, risks, tickets

MOST, MOST_EVENTS = 200, 8
# What a row of each kind is of, who has it, and its number: columns of its table.
KEYS = {"tickets": "ticket_key", "disputes": "dispute_key", "risks": "risk_key"}
NUMBERS = {"tickets": "ticket_number", "disputes": "dispute_number", "risks": "risk_number"}
WHATS = {"tickets": "category_code", "disputes": "dispute_type_code", "risks": "risk_type"}
WHOS = {"tickets": "unit_code", "disputes": "organisation_code", "risks": "unit_code"}
OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"
URGENT, LATE = "urgent", "became_overdue"
t = tickets.c


def shift_rows(engine: Engine, code: str, filters: ScopedFilters, span: Span, most: int = MOST) -> pd.DataFrame:
    """The rows a number counts: `key, number, at, what, what_en, place, place_en, who, who_en, state`.

    The latest first; of what stands at the end of the shift what has waited longest.
    """
    count = COUNTS[code]
    at = count.table.c[count.at]
    key = count.table.c[KEYS[count.table.name]]
    order = (at.asc(), key) if count.when == "end" else (at.desc(), key)
    query = _rows_of(count, span).where(where(count.table, N, filters), count.of(span)).order_by(*order).limit(most)
    return _named(fetch(engine, query), engine, count.table)


def _rows_of(count: ShiftCount, span: Span):  # type: ignore[no-untyped-def] # SQLAlchemy's own type names every column.
    c, name = count.table.c, count.table.name
    secret = c.is_secret if "is_secret" in c else literal(False)
    return select(
        c[KEYS[name]].label("key"), c[NUMBERS[name]].label("number"), c[count.at].label("at"), c[WHATS[name]].label(WHATS[name]),
        c.town_code, c.district_code, c[WHOS[name]].label(WHOS[name]), _state(count.table, span).label("state"), secret.label("is_secret"),
    )  # fmt: skip


def _state(table: Table, span: Span) -> ColumnElement[str]:
    """How a row stood at the end of the span."""
    c = table.c
    if table is tickets:
        late = c.close_due_at < span.until
        return case((is_open_at(span.until) & late, OVERDUE), (is_open_at(span.until), OPEN), (c.is_completed, CLOSED), else_="")
    ended = c.concluded_at if table is disputes else c.closed_at
    return case((ended < span.until, CLOSED), else_=OPEN)


def _named(frame: pd.DataFrame, engine: Engine, table: Table) -> pd.DataFrame:
    """Codes by their names; of what is secret neither number nor office."""
    found = frame[["key", "at", "state"]].copy()
    secret = frame["is_secret"].eq(True)
    found["number"] = frame["number"].mask(secret, "—").fillna("—")
    what, who = WHATS[table.name], WHOS[table.name]
    if table is risks:
        found["what"], found["what_en"] = frame[what].fillna(NO_TYPE.zh), frame[what].fillna(NO_TYPE.en)
    else:
        named = with_labels(frame[[what]], engine, what)
        found["what"], found["what_en"] = named["label"], named["label_en"]
    place = frame[["town_code"]].assign(town_code=frame["town_code"].fillna(frame["district_code"]))
    named = with_labels(place.rename(columns={"town_code": "division_code"}), engine, "division_code")
    found["place"], found["place_en"] = named["label"], named["label_en"]
    named = with_labels(frame[[who]], engine, who)
    found["who"], found["who_en"] = named["short_label"].mask(secret, "—"), named["label_en"].mask(secret, "—")
    return found


def top_events(engine: Engine, filters: ScopedFilters, span: Span) -> pd.DataFrame:
    """At most eight tickets of the shift that lead its handover, columns of `shift_rows` and `why`.

    Urgent ones that were reported come first, then those that became overdue; open ones before closed, the latest first.
    """
    is_late, open_now = became_overdue(span), is_open_at(span.until)
    urgent = is_urgent() & during(t.reported_at, span)
    why = case((urgent, URGENT), (is_late, LATE), else_=null())
    at = case((urgent, t.reported_at), else_=t.close_due_at)
    query = (
        _rows_of(COUNTS["reported"], span)
        .add_columns(why.label("why"), at.label("event_at"))
        .where(where(tickets, N, filters), urgent | is_late)
        .order_by(case((open_now, 0), else_=1), case((urgent, 0), else_=1), at.desc(), t.ticket_key)
        .limit(MOST_EVENTS)
    )
    frame = fetch(engine, query)
    return _named(frame, engine, tickets).assign(why=frame["why"], at=frame["event_at"])


def raised_rows(engine: Engine, filters: ScopedFilters, keys: tuple[str, ...]) -> pd.DataFrame:
    """The risks of these keys, columns of `shift_rows`; their state is their level."""
    c, never = risks.c, datetime(2100, 1, 1)
    query = _rows_of(COUNTS["risks_opened"], Span(never, never, never)).add_columns(c.level_code)
    wanted = query.where(where(risks, N, filters), c.risk_key.in_(keys)).order_by(c.registered_at).limit(MOST)
    frame = fetch(engine, wanted)
    return _named(frame, engine, risks).assign(state=frame["level_code"].fillna(""))
