"""The book of alerts: what stands in it, who took something up, and the number that says whether it changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.orm import Session

from dashboard.alerts.finding import Baseline
from dashboard.alerts.life import ACKNOWLEDGED, CLOSED, HANDLED, NEW
from dashboard.alerts.rules import LEVELS
from dashboard.store.audit import plain
from dashboard.store.tables import Alert, AlertBaseline, AlertRound

# Any number will do as long as nobody else uses it in this database; the migrations hold the one before.
LOCK = 7_304_120
ONLY = 1
KEPT = timedelta(days=400)
LONGEST_NOTE = 500
STATES = (NEW, ACKNOWLEDGED, HANDLED)
# What people see of an alert: a change of anything else is no news.
SEEN = ("level", "state", "facts", "scene", "new_since", "escalated_at", "acknowledged_by", "handled_by", "handled_note", "closed_for")
# The worker looks every minute.
PATIENCE = timedelta(minutes=5)
REVISION = select(AlertRound.revision, AlertRound.times_at).where(AlertRound.round_id == ONLY)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One change of the book, alone: others wait. What people can see of it makes a new revision."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
        else:
            connection.execute(text("begin immediate"))
        with Session(bind=connection, expire_on_commit=False) as session:
            before = _seen(session)
            yield session
            session.flush()
            if _seen(session) != before:
                the_round(session).revision += 1
                session.flush()
        connection.commit()


def _seen(session: Session) -> list[tuple[Any, ...]]:
    """What people see of all alerts that stand, and what is wrong with the rules."""
    columns = [getattr(Alert, name) for name in SEEN]
    alerts = session.execute(select(Alert.alert_id, *columns).where(Alert.state != CLOSED).order_by(Alert.alert_id))
    rounds = session.execute(select(AlertRound.faults, AlertRound.rules_text))
    return [tuple(row) for row in [*alerts, *rounds]]


def the_round(session: Session) -> AlertRound:
    """The row that says how far the looking has come."""
    row = session.get(AlertRound, ONLY)
    if row is None:
        row = AlertRound(round_id=ONLY, revision=0, rules_text="", faults="[]", snapshot="", numbers_at=None, times_at=None)
        session.add(row)
    return row


def round_of(engine: Engine) -> AlertRound | None:
    """How far the looking has come; None where it never began."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get(AlertRound, ONLY)


class Fault(NamedTuple):
    """What is wrong with the file of rules, or went wrong with one of them."""

    rule_code: str
    zh: str
    en: str


def faults_of(row: AlertRound) -> list[Fault]:
    return [Fault(*fault) for fault in json.loads(row.faults)]


def is_watching(times_at: datetime | None, now: datetime) -> bool:
    """Whether somebody looks: a worker that stopped must not pass for calm."""
    return times_at is not None and now - times_at < PATIENCE


def revision_of(engine: Engine, now: datetime) -> str:
    """What changes with everything people see of alerts, and when nobody looks any more: one row by its key."""
    with engine.connect() as connection:
        found = connection.execute(REVISION).first()
    if found is None:
        return "0-"
    return f"{found[0]}" if is_watching(found[1], now) else f"{found[0]}-"


def open_alerts(engine: Engine, *, with_handled: bool = False) -> list[Alert]:
    """Alerts that stand: the gravest first, those that wait before those taken up, then the newest."""
    states = STATES if with_handled else STATES[:2]
    with Session(engine, expire_on_commit=False) as session:
        rows = list(session.scalars(select(Alert).where(Alert.state.in_(states))))
    rows.sort(key=lambda row: (row.new_since, row.alert_id), reverse=True)
    return sorted(rows, key=lambda row: (row.state == HANDLED, LEVELS.index(row.level), STATES.index(row.state)))


def closed_since(engine: Engine, moment: datetime, most: int = 100) -> Sequence[Alert]:
    """What closed after a moment, the latest first."""
    query = select(Alert).where(Alert.state == CLOSED, Alert.closed_at >= moment).order_by(Alert.closed_at.desc(), Alert.alert_id.desc())
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.limit(most)).all()


def acknowledge(engine: Engine, alert_id: int, who: str, now: datetime) -> str:
    """Take an alert up. Returns the state it was in: only a new one changes; empty if there is none such."""
    with writing(engine) as session:
        row = session.get(Alert, alert_id)
        if row is None:
            return ""
        was = row.state
        if was == NEW:
            row.state, row.acknowledged_at, row.acknowledged_by, row.told_worth = ACKNOWLEDGED, now, plain(who, 120), row.worth
        return was


def handle(engine: Engine, alert_id: int, who: str, note: str, now: datetime) -> str:
    """Say what was done about an alert. Returns the state it was in: an open one changes; empty if there is none such."""
    with writing(engine) as session:
        row = session.get(Alert, alert_id)
        if row is None:
            return ""
        was = row.state
        if was in (NEW, ACKNOWLEDGED):
            if row.acknowledged_at is None:
                row.acknowledged_at, row.acknowledged_by = now, plain(who, 120)
            row.state, row.handled_at, row.handled_by, row.told_worth = HANDLED, now, plain(who, 120), row.worth
            row.handled_note = plain(note, LONGEST_NOTE)
        return was


def baseline(engine: Engine, rule_code: str, counts: Mapping[str, int], now: datetime) -> Baseline:
    """The first counts of the civic day of a rule: these, if there are none yet."""
    with writing(engine) as session:
        row = session.get(AlertBaseline, rule_code)
        if row is None:
            row = AlertBaseline(rule_code=rule_code, day="")
            session.add(row)
        if row.day != f"{now:%Y-%m-%d}":
            row.day, row.measured_at, row.counts = f"{now:%Y-%m-%d}", now, json.dumps(dict(counts))
        session.flush()
        return Baseline(row.measured_at, json.loads(row.counts))


def forget_closed(engine: Engine, now: datetime) -> int:
    """Delete alerts that closed long ago; the audit keeps who did what. Returns how many."""
    with engine.begin() as connection:
        return int(connection.execute(delete(Alert).where(Alert.state == CLOSED, Alert.closed_at < now - KEPT)).rowcount)
