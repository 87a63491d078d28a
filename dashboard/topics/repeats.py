"""The chains of repeated appeals: one person, or one address, with the same minor category again and again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine, func, or_, select

from dashboard.asking import fetch
from dashboard.filters import ScopedFilters, where
from dashboard.warehouse import N, R, tickets

MOST = 20


@dataclass(frozen=True)
class Chains:
    """The longest chains: `root_key, category_code, division_code, count, recent, people, first, last, open`; and how many there are."""

    frame: pd.DataFrame
    chains: int
    repeats: int


def ask(engine: Engine, filters: ScopedFilters, most: int = MOST) -> Chains:
    """Chains to which the asked days added a repeat, by all their tickets; `recent` of these fall into the asked days."""
    t = tickets.c
    touched = (
        select(t.repeat_of.label("root_key"), func.count().label("added"))
        .where(where(tickets, R, filters), t.is_repeat, t.repeat_of.is_not(None))
        .group_by(t.repeat_of)
        .cte("touched")
    )
    is_recent = where(tickets, R, filters)
    query = (
        select(
            touched.c.root_key, func.arg_min(t.category_code, t.reported_at).label("category_code"),
            func.mode(t.division_code).label("division_code"), func.count().label("count"),
            func.count().filter(is_recent).label("recent"), func.count(t.caller_hash.distinct()).label("people"),
            func.min(t.reported_at).label("first"), func.max(t.reported_at).label("last"), func.count().filter(t.is_open).label("open"),
        )
        .join_from(touched, tickets, or_(t.repeat_of == touched.c.root_key, t.ticket_key == touched.c.root_key))
        .where(where(tickets, N, filters))
        .group_by(touched.c.root_key)
        .order_by(func.count().desc(), func.max(t.reported_at).desc(), touched.c.root_key)
        .limit(most)
    )  # fmt: skip
    whole = fetch(engine, select(func.count().label("chains"), func.coalesce(func.sum(touched.c.added), 0.0).label("repeats"))).iloc[0]
    return Chains(fetch(engine, query), int(whole["chains"]), int(whole["repeats"]))
