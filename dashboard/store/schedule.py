"""The books of the schedule: a run for each period of an entry, taken by one worker at a time; deliveries, each at most once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.schedule_tables import ReportDelivery, ScheduledRun

WAITING, DRAFTING, DRAFTED, FILING, DELIVERING = "waiting", "drafting", "drafted", "filing", "delivering"
DONE, FAILED, SKIPPED = "done", "failed", "skipped"
ALIVE = (WAITING, DRAFTING, DRAFTED, FILING, DELIVERING)
SENDING = "sending"
FOLDER, MAIL = "folder", "mail"


@dataclass(frozen=True)
class NewRun:
    """A period of an entry, and from when on it is due."""

    entry: str
    kind: str
    since: date
    until: date
    due_at: datetime


def known_until(engine: Engine) -> dict[str, date]:
    """The last day of the newest period in the books of each entry."""
    with engine.connect() as connection:
        query = select(ScheduledRun.entry, func.max(ScheduledRun.until)).group_by(ScheduledRun.entry)
        return {str(entry): until for entry, until in connection.execute(query)}


def add(engine: Engine, new: NewRun, now: datetime, *, state: str = WAITING, note: tuple[str, str] = ("", "")) -> bool:
    """Put a period into the books; False where it stands there already, whoever put it."""
    run = ScheduledRun(
        entry=new.entry, kind=new.kind, since=new.since, until=new.until, due_at=new.due_at, state=state, version=1, next_at=new.due_at,
        attempt_count=0, is_partial=False, note=note[0], note_en=note[1], made_at=now, changed_at=now,
    )  # fmt: skip
    try:
        with Session(engine) as session, session.begin():
            session.add(run)
    except IntegrityError:
        return False
    return True


def due(engine: Engine, now: datetime, count: int) -> Sequence[ScheduledRun]:
    """The runs to be looked at now, the oldest period first."""
    query = select(ScheduledRun).where(ScheduledRun.state.in_(ALIVE), ScheduledRun.next_at <= now)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(ScheduledRun.until, ScheduledRun.run_id).limit(count)).all()


def run(engine: Engine, run_id: int) -> ScheduledRun | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ScheduledRun, run_id)


def runs(engine: Engine, count: int = 50) -> Sequence[ScheduledRun]:
    """The newest periods first."""
    query = select(ScheduledRun).order_by(ScheduledRun.until.desc(), ScheduledRun.run_id.desc()).limit(count)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


def step(engine: Engine, held: ScheduledRun, now: datetime, **values: Any) -> ScheduledRun | None:
    """Change a run, if nobody changed it since it was read; as it is then, or None."""
    query = update(ScheduledRun).where(ScheduledRun.run_id == held.run_id, ScheduledRun.version == held.version)
    with engine.begin() as connection:
        done = connection.execute(query.values(**values, version=held.version + 1, changed_at=now)).rowcount
    return run(engine, held.run_id) if done else None


def address(engine: Engine, run_id: int, addressees: Collection[tuple[str, str]], now: datetime) -> None:
    """Put what is to be delivered into the books, (road, addressee) each once."""
    known = {(one.road, one.addressee) for one in deliveries(engine, [run_id])}
    for road, addressee in dict.fromkeys(addressees):
        if (road, addressee) in known:
            continue
        new = ReportDelivery(
            run_id=run_id, road=road, addressee=addressee, state=WAITING, attempt_count=0, next_at=now, files="", note="", note_en="",
            changed_at=now,
        )  # fmt: skip
        try:
            with Session(engine) as session, session.begin():
                session.add(new)
        except IntegrityError:
            continue


def deliveries(engine: Engine, run_ids: Sequence[int]) -> Sequence[ReportDelivery]:
    query = select(ReportDelivery).where(ReportDelivery.run_id.in_(run_ids)).order_by(ReportDelivery.delivery_id)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


def delivery(engine: Engine, delivery_id: int) -> ReportDelivery | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ReportDelivery, delivery_id)


def take(engine: Engine, held: ReportDelivery, now: datetime) -> bool:
    """Begin to deliver: from here on nobody else does, even if this process dies over it."""
    d = ReportDelivery
    query = update(d).where(d.delivery_id == held.delivery_id, d.state == WAITING, d.attempt_count == held.attempt_count)
    with engine.begin() as connection:
        return bool(connection.execute(query.values(state=SENDING, attempt_count=held.attempt_count + 1, changed_at=now)).rowcount)


def delivered(engine: Engine, delivery_id: int, now: datetime, **values: Any) -> None:
    """How a delivery that was begun ended."""
    d = ReportDelivery
    with engine.begin() as connection:
        connection.execute(update(d).where(d.delivery_id == delivery_id, d.state == SENDING).values(**values, changed_at=now))


def again(engine: Engine, run_id: int, now: datetime) -> bool:
    """Take up what gave up: a failed run, and its failed deliveries. False where nothing had."""
    d, r = ReportDelivery, ScheduledRun
    fresh = {"attempt_count": 0, "next_at": now, "changed_at": now}
    with engine.begin() as connection:
        left = connection.execute(update(d).where(d.run_id == run_id, d.state == FAILED).values(state=WAITING, **fresh)).rowcount
        is_drafted = select(r.issue_id).where(r.run_id == run_id, r.state == FAILED)
        issue_id = connection.execute(is_drafted).scalar()
        state = DELIVERING if left else DRAFTED if issue_id else WAITING
        query = update(r).where(r.run_id == run_id, r.state == FAILED)
        done = connection.execute(query.values(state=state, job_id=None, note="", note_en="", version=r.version + 1, **fresh)).rowcount
    return bool(done)
