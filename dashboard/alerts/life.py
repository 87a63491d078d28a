"""The life of an alert: it begins, is kept up to date, becomes graver, becomes new again, and closes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.alerts.finding import Finding
from dashboard.alerts.rules import LEVELS, Rule
from dashboard.store.tables import Alert

NEW, ACKNOWLEDGED, HANDLED, CLOSED = "new", "acknowledged", "handled", "closed"
OVER, WITHDRAWN = "over", "withdrawn"
# A rule that finds more than so many has been set too wide: the worst are told, and that there are more.
MOST_FINDINGS = 100


def settle(session: Session, rule: Rule, findings: Iterable[Finding], now: datetime) -> None:
    """Bring the alerts of a rule to what it found: those that stand are kept up, new ones begin, the others begin to end."""
    standing = {(row.subject_kind, row.subject_code): row for row in _open(session, rule.code)}
    for finding in sorted(findings, key=lambda one: -one.worth)[:MOST_FINDINGS]:
        row = standing.pop((finding.subject_kind, finding.subject_code), None)
        if row is not None:
            _keep_up(row, rule, finding, now)
        elif finding.fires:
            _begin(session, rule, finding, now)
    for row in standing.values():
        row.untrue_since = row.untrue_since or now
        _close_if_over(row, rule, now)


def grow_older(session: Session, rules: Mapping[str, Rule], now: datetime) -> None:
    """What time alone does: what was untrue for long enough closes, what nobody took up escalates, what was handled in vain is new."""
    for row in _open(session):
        rule = rules.get(row.rule_code)
        if rule is None:
            row.state, row.closed_at, row.closed_for = CLOSED, now, WITHDRAWN
            continue
        _close_if_over(row, rule, now)
        if row.state == CLOSED or row.untrue_since is not None:
            continue
        if row.state == NEW and _has_passed(row.new_since, now, minutes=rule.escalation.after_minutes or 0):
            _raise_to(row, rule.escalation.level, now)
        elif row.state == HANDLED and _has_passed(row.handled_at, now, minutes=60 * rule.remind_hours):
            _again(row, now)


def _has_passed(since: datetime | None, now: datetime, *, minutes: int) -> bool:
    """Whether so long has passed; no minutes never do."""
    return since is not None and minutes > 0 and now - since >= timedelta(minutes=minutes)


def _open(session: Session, rule_code: str = "") -> list[Alert]:
    query = select(Alert).where(Alert.state != CLOSED).order_by(Alert.alert_id)
    return list(session.scalars(query.where(Alert.rule_code == rule_code) if rule_code else query))


def _begin(session: Session, rule: Rule, finding: Finding, now: datetime) -> None:
    """A new alert; one that closed earlier on the same day is opened again instead."""
    window = f"{now:%Y-%m-%d}"
    key = {"rule_code": rule.code, "subject_kind": finding.subject_kind, "subject_code": finding.subject_code, "window": window}
    row = session.scalars(select(Alert).filter_by(**key)).first()
    if row is None:
        row = Alert(
            **key, kind=rule.kind, scene=rule.scene, level=rule.level, state=NEW, facts="", worth=finding.worth, told_worth=finding.worth,
            first_seen_at=now, last_seen_at=now, new_since=now,
        )  # fmt: skip
        session.add(row)
    else:
        row.closed_at = row.closed_for = None
        row.level, row.worth = rule.level, finding.worth
        _again(row, now)
    _keep_up(row, rule, finding, now)
    row.escalated_at = None  # It began so.


def _keep_up(row: Alert, rule: Rule, finding: Finding, now: datetime) -> None:
    row.last_seen_at, row.untrue_since = now, None
    row.kind, row.scene, row.worth = rule.kind, rule.scene, finding.worth
    row.facts = json.dumps(finding.facts, ensure_ascii=False, sort_keys=True)
    is_beyond = rule.escalation.beyond is not None and finding.worth >= rule.escalation.beyond
    is_graver = _raise_to(row, rule.escalation.level if is_beyond else rule.level, now)
    has_grown = rule.again_pct > 0 and finding.worth >= row.told_worth * (1 + rule.again_pct / 100)
    if row.state in (ACKNOWLEDGED, HANDLED) and (is_graver or has_grown):
        _again(row, now)


def _raise_to(row: Alert, level: str, now: datetime) -> bool:
    """Make an alert graver if that level is; it never becomes milder while it stands."""
    if LEVELS.index(level) >= LEVELS.index(row.level):
        return False
    row.level, row.escalated_at = level, now
    return True


def _again(row: Alert, now: datetime) -> None:
    """Somebody has to look at it once more."""
    row.state, row.new_since, row.told_worth = NEW, now, row.worth
    row.acknowledged_at = row.acknowledged_by = row.handled_at = row.handled_by = row.handled_note = None


def _close_if_over(row: Alert, rule: Rule, now: datetime) -> None:
    if row.untrue_since is not None and now - row.untrue_since >= timedelta(minutes=rule.closes_after_minutes):
        row.state, row.closed_at, row.closed_for = CLOSED, now, OVER
