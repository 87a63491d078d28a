"""The life of single tickets, found by their number: every stage with its time and limit, and where the row came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine, or_, select

from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.reference import labels
from dashboard.ticket_numbers import sealed_begin
from dashboard.warehouse import N, load_batches, sources, stages, tickets

MOST = 20
# A stage -> the limit it is due by and whether that was met; the close limit belongs to the stage that closes a ticket.
LIMITS = {
    "accepted": ("accept_due_at", "is_accepted_on_time"),
    "dispatched": ("dispatch_due_at", "is_dispatched_on_time"),
    "signed": ("sign_due_at", "is_signed_on_time"),
}
NAMES = {
    "category": "category_code", "major": "major_code", "place": "division_code", "town": "town_code", "unit": "unit_code",
    "channel": "channel_code", "source": "source_code",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One stage of a life: when it was reached and due (either may be unknown), and whether in time (None: not known)."""

    code: str
    label: str
    at: datetime | None
    due_at: datetime | None
    is_on_time: bool | None


@dataclass(frozen=True)
class Life:
    """One ticket as stored: its row by column, names of its codes by `NAMES`, and its stages in the city's order."""

    row: dict[str, Any]
    names: dict[str, str]
    stages: tuple[Stage, ...]


def lives(engine: Engine, number: str, filters: ScopedFilters, language: str, closing: str) -> list[Life]:
    """The tickets of one number, of every source that uses it, newest first; at most 20.

    Duplicates and deleted tickets are found too; what the account may not see is not. `closing` is the stage that closes a
    ticket in this city: resolved or closed. A ticket's key (source:number) finds that one alone.
    A number that is published masked is found by its masked form, and so are those that look the same masked.
    """
    t, s, b = tickets.c, sources.c, load_batches.c
    is_asked = or_(t.ticket_number == number, t.ticket_key == number)
    if begin := sealed_begin(number):
        is_asked = or_(is_asked, t.ticket_number.startswith(begin, autoescape=True), t.ticket_key.startswith(begin, autoescape=True))
    query = (
        select(*t, s.as_of, b.file_name, b.received_at)
        .join(sources, s.source_code == t.source_code, isouter=True)
        .join(load_batches, b.batch_id == t.batch_id, isouter=True)
        .where(where(tickets, N, filters, whole=True), is_asked)
        .order_by(t.reported_at.desc(), t.ticket_key)
        .limit(MOST)
    )
    frame = fetch(engine, query)
    order = fetch(engine, select(stages).order_by(stages.c.sort_order)).to_dict("records")
    column = "label_en" if language == "en" else "label"
    named = {name: labels(engine, dimension)[column].to_dict() for name, dimension in NAMES.items()}
    found = []
    for raw in frame.to_dict("records"):
        row = {str(key): None if pd.isna(value) else value for key, value in raw.items()}
        names = {name: str(named[name].get(row[dimension], "")) for name, dimension in NAMES.items()}
        found.append(Life(row, names, tuple(_stage(row, entry, column, closing) for entry in order)))
    return found


def _stage(row: dict[str, Any], entry: dict[Any, Any], column: str, closing: str) -> Stage:
    code = str(entry["stage_code"])
    due, on_time = ("close_due_at", "is_closed_on_time") if code == closing else LIMITS.get(code, ("", ""))
    return Stage(code, str(entry[column]), row[f"{code}_at"], row.get(due), row.get(on_time))
