"""What is counted of a shift, each number defined once: rows of one table of the contract, over a span of hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Table, and_, func, or_, select

from dashboard.asking import fetch, remembered
from dashboard.filters import ScopedFilters, where
from dashboard.key_figures import lacking
from dashboard.metrics import METRICS
from dashboard.metrics.base import Better
from dashboard.reference import data_state
from dashboard.texts import Text
from dashboard.warehouse import N, category_limits, disputes, risks, sources, tickets

A_DAY = timedelta(days=1)
t, d, r = tickets.c, disputes.c, risks.c


@dataclass(frozen=True)
class Span:
    """From a moment until another, which is no part of it any more; `next_until` ends the shift that follows."""

    since: datetime
    until: datetime
    next_until: datetime

    def day_earlier(self, seen: datetime | None = None) -> Span:
        """The same hours of the day before; a span the data do not reach the end of is cut after the same time (同时段)."""
        until = max(min(self.until, seen), self.since) if seen else self.until
        return Span(self.since - A_DAY, until - A_DAY, self.next_until - A_DAY)


@dataclass(frozen=True, kw_only=True)
class ShiftCount:
    """One number of a shift: rows of `table` for which `of` is true of its span; lists show them by the time `at`.

    `metric` is the indicator whose conditions must be met for it to be known at all.
    """

    label: Text
    definition: Text
    table: Table
    of: Callable[[Span], ColumnElement[bool]]
    at: str
    metric: str = ""
    better: Better = "neither"
    # Counted during the span, or as it stood at its end.
    when: Literal["during", "end"] = "during"


def during(column: ColumnElement[datetime], span: Span) -> ColumnElement[bool]:
    return and_(column >= span.since, column < span.until)


def is_open_at(moment: datetime) -> ColumnElement[bool]:
    """Whether a ticket was reported and not closed at a moment; withdrawn ones never are."""
    return and_(t.reported_at < moment, or_(t.is_open, and_(t.is_completed, t.completed_at >= moment)))


def _came_due() -> ColumnElement[bool]:
    """A silent platform does not turn its tickets overdue: a limit counts once its own source was seen after it."""
    seen = select(sources.c.as_of).where(sources.c.source_code == t.source_code).scalar_subquery()
    return t.close_due_at <= seen


def is_overdue_at(moment: datetime) -> ColumnElement[bool]:
    return and_(is_open_at(moment), t.close_due_at < moment, _came_due())


def became_overdue(span: Span) -> ColumnElement[bool]:
    missed = or_(t.is_open, and_(t.is_completed, t.completed_at >= t.close_due_at))
    return and_(during(t.close_due_at, span), _came_due(), missed)


def is_urgent() -> ColumnElement[bool]:
    """Of a category that must be closed within a day, by a clock that runs at night too: what a duty officer cannot leave."""
    limit = category_limits.c
    short = or_(and_(limit.unit == "hour", limit.amount <= 24), and_(limit.unit == "day", limit.amount <= 1))
    return t.category_code.in_(select(limit.category_code).where(limit.stage_code == "close", short))


def falls_due_next(span: Span) -> ColumnElement[bool]:
    return and_(is_open_at(span.until), t.close_due_at >= span.until, t.close_due_at < span.next_until)


COUNTS: dict[str, ShiftCount] = {
    "reported": ShiftCount(
        label=Text("新上报", "Reported"), table=tickets, at="reported_at", of=lambda span: during(t.reported_at, span),
        metric="reported_count",
        definition=Text("本班内上报的诉求，不含关联重复件。", "Tickets reported during the shift; duplicates are left out."),
    ),
    "completed": ShiftCount(
        label=Text("办结", "Closed"), table=tickets, at="completed_at", metric="completed_count", better="up",
        of=lambda span: and_(t.is_completed, during(t.completed_at, span)),
        definition=Text("本班内办结的诉求，不论何时上报。", "Tickets closed during the shift, whenever they were reported."),
    ),
    "became_overdue": ShiftCount(
        label=Text("新增超期", "Became overdue"), table=tickets, at="close_due_at", of=became_overdue, metric="overdue_open", better="down",
        definition=Text(
            "办结时限在本班内到期、到期时未办结的诉求（其后办结的仍计）。",
            "Tickets whose closing fell due during the shift and were not closed by then, even if they were later.",
        ),
    ),
    "overdue": ShiftCount(
        label=Text("仍超期未结", "Still overdue"), table=tickets, at="close_due_at", metric="overdue_open", better="down", when="end",
        of=lambda span: is_overdue_at(span.until),
        definition=Text("班末（或此刻）已过办结时限仍未办结的诉求。", "Past their deadline and open at the end of the shift, or now."),
    ),
    "due_next": ShiftCount(
        label=Text("下一班结束前到期", "Due before the next shift ends"), table=tickets, at="close_due_at", of=falls_due_next,
        metric="overdue_open", when="end",
        definition=Text(
            "班末（或此刻）在办、办结时限在下一班结束前到期的诉求。", "Open at the end of the shift, or now; due before the next one ends."
        ),
    ),
    "urgent": ShiftCount(
        label=Text("紧急件上报", "Urgent, reported"), table=tickets, at="reported_at", metric="reported_count",
        of=lambda span: and_(is_urgent(), during(t.reported_at, span)),
        definition=Text(
            "本班内上报、所属小类须在一日内办结且不分昼夜计时（24 小时或 1 个自然日以内）的诉求。",
            "Reported during the shift, of categories that must be closed within 24 hours or one calendar day.",
        ),
    ),
    "urgent_open": ShiftCount(
        label=Text("紧急件在办", "Urgent, open"), table=tickets, at="reported_at", metric="open_count", better="down", when="end",
        of=lambda span: and_(is_urgent(), is_open_at(span.until)),
        definition=Text("班末（或此刻）尚未办结的紧急件，不论何时上报。", "Urgent tickets open at the end of the shift, or now."),
    ),
    "disputes": ShiftCount(
        label=Text("纠纷受理", "Disputes received"), table=disputes, at="accepted_at", of=lambda span: during(d.accepted_at, span),
        definition=Text("本班内受理的矛盾纠纷。", "Disputes received during the shift."),
    ),
    "disputes_concluded": ShiftCount(
        label=Text("纠纷调结", "Disputes concluded"), table=disputes, at="concluded_at", of=lambda span: during(d.concluded_at, span),
        better="up", definition=Text("本班内调处终结的矛盾纠纷。", "Disputes concluded during the shift."),
    ),
    "risks_opened": ShiftCount(
        label=Text("新登记风险", "Risks registered"), table=risks, at="registered_at", of=lambda span: during(r.registered_at, span),
        definition=Text("本班内登记的风险。", "Risks registered during the shift."),
    ),
    "risks_closed": ShiftCount(
        label=Text("销号", "Struck off"), table=risks, at="closed_at", of=lambda span: during(r.closed_at, span), better="up",
        definition=Text("本班内销号的风险。", "Risks struck off during the shift."),
    ),
}  # fmt: skip


@remembered(256)
def shift_counts(engine: Engine, filters: ScopedFilters, spans: tuple[Span, ...]) -> pd.DataFrame:
    """One row per code of COUNTS, one column per span (by its place); missing where the sources cannot tell."""
    parts = []
    for table in dict.fromkeys(count.table for count in COUNTS.values()):
        held = {code: count for code, count in COUNTS.items() if count.table is table}
        wanted = [
            func.count().filter(count.of(span)).label(f"{code}.{place}") for code, count in held.items() for place, span in enumerate(spans)
        ]
        parts.append(fetch(engine, select(*wanted).where(where(table, N, filters))).iloc[0])
    found = pd.concat(parts)
    frame = pd.DataFrame({place: [found[f"{code}.{place}"] for code in COUNTS] for place in range(len(spans))}, index=list(COUNTS))
    known = [is_known(engine, count) for count in COUNTS.values()]
    return frame.astype("float64").where(pd.Series(known, index=frame.index), axis=0)


def is_known(engine: Engine, count: ShiftCount) -> bool:
    """Whether the sources deliver what a number needs."""
    return not count.metric or lacking(METRICS[count.metric], data_state(engine, count.table.name)) is None
