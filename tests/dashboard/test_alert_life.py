"""The life of an alert, in both databases: it begins once, grows graver, is taken up, becomes new again, closes by itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from dashboard.alerts import book
from dashboard.alerts.finding import Finding
from dashboard.alerts.life import grow_older, settle
from dashboard.alerts.rules import Escalation, OverdueBurst, Rule
from dashboard.store import engine_of, upgrade
from dashboard.store.tables import Alert

NOW = datetime(2026, 11, 22, 9, 0)
RULE = OverdueBurst(
    code="late", kind="overdue_burst", label="超期", level="notice", again_pct=50, closes_after_minutes=60, remind_hours=24,
    escalation=Escalation(level="urgent", after_minutes=30, beyond=100),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'people.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    made = engine_of(url)
    upgrade(made)
    yield made
    made.dispose()


def found(worth: float, *, fires: bool = True, unit: str = "U1") -> Finding:
    return Finding("unit", unit, worth, {"count": int(worth)}, fires)


def at(engine: Engine, minutes: float, *findings: Finding, rule: Rule | None = RULE) -> Alert:
    """A round so many minutes after nine, with these findings; the only alert after it."""
    now = NOW + timedelta(minutes=minutes)
    with book.writing(engine) as session:
        if rule is not None:
            settle(session, rule, findings, now)
        grow_older(session, {} if rule is None else {rule.code: rule}, now)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Alert)).one()


def seen(row: Alert) -> tuple[str, str]:
    return row.level, row.state


def test_an_alert_from_its_beginning_to_its_end(engine: Engine) -> None:
    assert seen(at(engine, 0, found(20))) == ("notice", "new")
    assert seen(at(engine, 10, found(20))) == ("notice", "new")
    escalated = at(engine, 30, found(22))
    assert seen(escalated) == ("urgent", "new"), "nobody took it up for half an hour"
    assert escalated.escalated_at == NOW + timedelta(minutes=30)
    assert book.acknowledge(engine, escalated.alert_id, "duty_officer", NOW + timedelta(minutes=31)) == "new"
    assert seen(at(engine, 40, found(32))) == ("urgent", "acknowledged"), "less than half as much again"
    worse = at(engine, 41, found(33))
    assert seen(worse) == ("urgent", "new")
    assert worse.acknowledged_by is None
    assert book.handle(engine, worse.alert_id, "duty_officer", "已电话催办", NOW + timedelta(minutes=50)) == "new"
    assert seen(at(engine, 60, found(30))) == ("urgent", "handled")
    assert at(engine, 50 + 24 * 60, found(30)).state == "new", "handled in vain"
    day = 50 + 24 * 60
    assert at(engine, day + 1, found(12, fires=False)).untrue_since is None, "half the limits keep it alive"
    assert at(engine, day + 10).state == "new", "it may only hover about the limit"
    assert at(engine, day + 60, found(20)).untrue_since is None
    at(engine, day + 70)
    closed = at(engine, day + 130)
    assert (closed.state, closed.closed_for, closed.closed_at) == ("closed", "over", NOW + timedelta(minutes=day + 130))


def test_what_comes_back_on_the_same_day_is_the_same_alert_and_the_next_day_another(engine: Engine) -> None:
    first = at(engine, 0, found(20)).alert_id
    at(engine, 1)
    assert at(engine, 61).state == "closed"
    again = at(engine, 70, found(20))
    assert (again.alert_id, again.state, again.closed_at, again.new_since) == (first, "new", None, NOW + timedelta(minutes=70))
    at(engine, 80)
    at(engine, 141)
    with book.writing(engine) as session:
        settle(session, RULE, [found(20)], NOW + timedelta(days=1))
    assert [row.state for row in book.open_alerts(engine)] == ["new"]
    assert [row.alert_id for row in book.closed_since(engine, NOW)] == [first]


def test_a_value_beyond_the_second_limit_is_graver_at_once(engine: Engine) -> None:
    row = at(engine, 0, found(100))
    assert seen(row) == ("urgent", "new")
    assert row.escalated_at is None, "it began so"
    assert seen(at(engine, 1, found(20))) == ("urgent", "new"), "it never becomes milder while it stands"


def test_what_does_not_fire_begins_nothing(engine: Engine) -> None:
    with book.writing(engine) as session:
        settle(session, RULE, [found(20, fires=False)], NOW)
    assert book.open_alerts(engine) == []


def test_an_alert_of_a_rule_that_is_gone_is_withdrawn(engine: Engine) -> None:
    at(engine, 0, found(20))
    row = at(engine, 1, rule=None)
    assert (row.state, row.closed_for) == ("closed", "withdrawn")


def test_workers_that_find_the_same_at_once_make_one_alert(engine: Engine) -> None:
    def look() -> None:
        with book.writing(engine) as session:
            settle(session, RULE, [found(20), found(30, unit="U2")], NOW)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 2


def test_the_revision_grows_with_what_people_see_alone(engine: Engine) -> None:
    assert book.revision_of(engine, NOW) == "0-", "nobody looks yet"
    at(engine, 0, found(20))
    with book.writing(engine) as session:
        book.the_round(session).times_at = NOW
    assert book.revision_of(engine, NOW) == "1"
    at(engine, 1, found(20))
    assert book.revision_of(engine, NOW) == "1", "the same is no news"
    row = at(engine, 2, found(21))
    assert book.revision_of(engine, NOW) == "2"
    book.acknowledge(engine, row.alert_id, "x", NOW)
    assert book.revision_of(engine, NOW) == "3"
    assert book.revision_of(engine, NOW + timedelta(minutes=6)) == "3-", "a worker that stopped must not pass for calm"


def test_the_first_counts_of_a_day_are_kept_for_that_day(engine: Engine) -> None:
    assert book.baseline(engine, "late", {"U1": 3}, NOW).counts == {"U1": 3}
    later = book.baseline(engine, "late", {"U1": 9}, NOW + timedelta(hours=8))
    assert (later.measured_at, later.counts) == (NOW, {"U1": 3})
    assert book.baseline(engine, "late", {"U1": 9}, NOW + timedelta(days=1)).counts == {"U1": 9}


def test_only_what_closed_long_ago_is_forgotten(engine: Engine) -> None:
    at(engine, 0, found(20))
    at(engine, 1)
    at(engine, 70)
    assert book.forget_closed(engine, NOW + timedelta(days=399)) == 0
    assert book.forget_closed(engine, NOW + timedelta(days=402)) == 1


def test_alerts_stand_with_the_gravest_and_newest_first(engine: Engine) -> None:
    with book.writing(engine) as session:
        settle(session, RULE, [found(20, unit="old"), found(200, unit="worst")], NOW)
        settle(session, RULE, [found(20, unit="old"), found(200, unit="worst"), found(20, unit="new")], NOW + timedelta(minutes=1))
    assert [row.subject_code for row in book.open_alerts(engine)] == ["worst", "new", "old"]
    book.handle(engine, book.open_alerts(engine)[0].alert_id, "x", "done\0", NOW)
    handled = book.open_alerts(engine, with_handled=True)[-1]
    assert (handled.subject_code, handled.handled_note) == ("worst", "done"), "what was handled waits for nobody"
    assert len(book.open_alerts(engine)) == 2
    assert json.loads(handled.facts) == {"count": 200}
