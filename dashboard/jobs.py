"""The queue between the web and the workers: a table, and everything that may be done with it.

The web asks for work by inserting a row; a worker claims it, reports on it and ends it. Nothing else passes between them.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    select,
    update,
)

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)
ATTEMPTS = 2
BUSY_SECONDS = 30

metadata = MetaData()
jobs = Table(
    "jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("arguments", Text, nullable=False, default="{}"),
    Column("state", String(12), nullable=False, default=WAITING, index=True),
    Column("requested_by", String(120), nullable=False),
    Column("requested_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("finished_at", DateTime),
    Column("limit_seconds", Integer, nullable=False),
    Column("attempt_count", Integer, nullable=False, default=0),
    Column("progress", Text),
    Column("is_cancel_wanted", Boolean, nullable=False, default=False),
    Column("result", Text),
    Column("error", Text),
)


@dataclass(frozen=True)
class Job:
    """One piece of work: what is asked, how far it is, how it ended. Times are naive civic times."""

    job_id: int
    kind: str
    arguments: dict[str, Any]
    state: str
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    limit_seconds: int
    attempt_count: int
    progress: str | None
    is_cancel_wanted: bool
    result: dict[str, Any]
    error: str | None


def engine_of(url: str) -> Engine:
    """An engine on the people's store, whichever database that is; a SQLite file is made if there is none."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    if (file := url.removeprefix("sqlite:///")) and not file.startswith(":"):
        Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _as_several_processes_need(connection: Any, _record: Any) -> None:
        _write_ahead(connection)
        connection.execute("pragma foreign_keys = on")

    return engine


def _write_ahead(connection: Any) -> None:
    """Let readers go on while one writes. SQLite does not wait for this switch by itself: who starts at once, tries again."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(0.05)
        else:
            return


def is_ready(engine: Engine) -> bool:
    """Whether the queue exists: the web makes it when it starts."""
    return inspect(engine).has_table(jobs.name)


def ask(engine: Engine, kind: str, arguments: Mapping[str, Any], *, by: str, now: datetime, limit_seconds: int) -> int:
    """Put a job into the queue; returns its number."""
    row = {
        "kind": kind, "arguments": json.dumps(dict(arguments), ensure_ascii=False), "state": WAITING, "requested_by": by,
        "requested_at": now, "limit_seconds": limit_seconds, "attempt_count": 0, "is_cancel_wanted": False,
    }  # fmt: skip
    with engine.begin() as connection:
        return int(connection.execute(jobs.insert().values(row).returning(jobs.c.job_id)).scalar_one())


def job(engine: Engine, job_id: int) -> Job | None:
    with engine.connect() as connection:
        row = connection.execute(select(jobs).where(jobs.c.job_id == job_id)).first()
    return None if row is None else _job(row)


def latest(engine: Engine, kinds: Collection[str] = (), count: int = 20) -> list[Job]:
    """The newest jobs first, of some kinds or of all."""
    query = select(jobs).order_by(jobs.c.job_id.desc()).limit(count)
    with engine.connect() as connection:
        rows = connection.execute(query.where(jobs.c.kind.in_(kinds)) if kinds else query).all()
    return [_job(row) for row in rows]


def claim(engine: Engine, kinds: Collection[str], now: datetime) -> Job | None:
    """Take the oldest waiting job of these kinds; two workers never take the same one."""
    oldest = select(jobs.c.job_id).where(jobs.c.state == WAITING, jobs.c.kind.in_(kinds)).order_by(jobs.c.job_id).limit(1)
    while True:
        with engine.begin() as connection:
            number = connection.execute(oldest).scalar()
            if number is None:
                return None
            taken = connection.execute(
                update(jobs)
                .where(jobs.c.job_id == number, jobs.c.state == WAITING)
                .values(state=RUNNING, started_at=now, attempt_count=jobs.c.attempt_count + 1, progress=None)
            )
        if taken.rowcount:
            return job(engine, int(number))


def report(engine: Engine, job_id: int, progress: str) -> None:
    """Say how far a running job is."""
    _change(engine, job_id, (RUNNING,), progress=progress)


def finish(
    engine: Engine, job_id: int, now: datetime, *, state: str = DONE, result: Mapping[str, Any] | None = None, error: str | None = None
) -> bool:
    """End a running job; False if it had ended already."""
    text = json.dumps(dict(result or {}), ensure_ascii=False, default=str)
    return _change(engine, job_id, (RUNNING,), state=state, finished_at=now, result=text, error=error)


def cancel(engine: Engine, job_id: int, now: datetime) -> bool:
    """End a waiting job, or ask the worker to stop a running one; False if it had ended."""
    ended = _change(engine, job_id, (WAITING,), state=CANCELLED, finished_at=now)
    return ended or _change(engine, job_id, (RUNNING,), is_cancel_wanted=True)


def take_up_again(engine: Engine, kinds: Collection[str], now: datetime) -> list[int]:
    """After a crash of the only worker of these kinds: its running jobs wait again, or fail if that happened before.

    Returns the jobs that wait again.
    """
    with engine.connect() as connection:
        rows = connection.execute(select(jobs).where(jobs.c.state == RUNNING, jobs.c.kind.in_(kinds)).order_by(jobs.c.job_id)).all()
    again = []
    for left in map(_job, rows):
        if left.is_cancel_wanted:
            finish(engine, left.job_id, now, state=CANCELLED)
        elif left.attempt_count >= ATTEMPTS:
            finish(engine, left.job_id, now, state=FAILED, error=f"the worker died at it {left.attempt_count} times")
        elif _change(engine, left.job_id, (RUNNING,), state=WAITING):
            again.append(left.job_id)
    return again


def forget_ended(engine: Engine, before: datetime) -> int:
    """Delete jobs that ended before a moment; the audit keeps who asked for what. Returns their number."""
    with engine.begin() as connection:
        gone = connection.execute(jobs.delete().where(jobs.c.state.in_(ENDED), jobs.c.finished_at < before))
    return int(gone.rowcount)


def _change(engine: Engine, job_id: int, states: Collection[str], **values: Any) -> bool:
    with engine.begin() as connection:
        changed = connection.execute(update(jobs).where(jobs.c.job_id == job_id, jobs.c.state.in_(states)).values(**values))
    return bool(changed.rowcount)


def _job(row: Row[Any]) -> Job:
    facts = dict(row._mapping)  # noqa: SLF001 SQLAlchemy's documented name for a row as a mapping
    facts["arguments"] = json.loads(facts["arguments"])
    facts["result"] = json.loads(facts["result"] or "{}")
    return Job(**facts)
