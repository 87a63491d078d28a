"""Reports of units on their way: written, submitted, confirmed, returned, accepted; two people at once never overwrite each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.audit import plain
from dashboard.store.submission_tables import Submission, SubmissionStep

DRAFT, SUBMITTED, CONFIRMED, RETURNED, ACCEPTED = "draft", "submitted", "confirmed", "returned", "accepted"
STATES = (DRAFT, SUBMITTED, CONFIRMED, RETURNED, ACCEPTED)
# What its unit may still change: what was accepted is mended by a report that goes the whole way again.
WRITABLE = (DRAFT, RETURNED, ACCEPTED)
# From which states a step leads on.
STEPS = {SUBMITTED: (DRAFT,), CONFIRMED: (SUBMITTED,), ACCEPTED: (CONFIRMED,), RETURNED: (SUBMITTED, CONFIRMED)}
# Under which names a step keeps who took it and when.
KEPT_AS = {SUBMITTED: "submitted", CONFIRMED: "confirmed", ACCEPTED: "reviewed", RETURNED: "returned"}
SAID = ("observed_on", "value", "progress_pct", "narrative", "confidence_code", "evidence", "file_name", "file_sha256")
ALONG = ("submitted_by", "submitted_at", "confirmed_by")


class Key(NamedTuple):
    """Of what and for when a report is."""

    target_code: str
    unit_code: str
    division_code: str
    period_on: date


@dataclass(frozen=True)
class File:
    """A file of evidence, kept under the hash of its bytes."""

    file_name: str
    file_sha256: str
    file_size: int


@dataclass(frozen=True)
class Said:
    """What a report says. Without a `file` the one it has stays."""

    observed_on: date
    value: float | None = None
    progress_pct: float | None = None
    narrative: str = ""
    confidence_code: str = ""
    evidence: str = ""
    metric_code: str = ""
    file: File | None = None


@dataclass(frozen=True)
class Written:
    """A report to be written, over the version that was seen (0: none yet)."""

    key: Key
    said: Said
    version: int


@dataclass(frozen=True)
class Step:
    """One step for several: to which state, by whom, when and why."""

    state: str
    by: str
    person: str
    at: datetime
    note: str = ""


class Conflict(Exception):  # noqa: N818 a state, not a fault
    """Somebody else changed a report meanwhile; nothing was written. `of` names it."""

    def __init__(self, of: Key | int) -> None:
        super().__init__(str(of))
        self.of = of


def of_period(engine: Engine, period_on: date, unit: str = "") -> Sequence[Submission]:
    """The reports for a period, of one unit or all, by target, unit and place."""
    query = select(Submission).where(Submission.period_on == period_on)
    query = query.where(Submission.unit_code == unit) if unit else query
    order = (Submission.target_code, Submission.unit_code, Submission.division_code)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(*order)).all()


def some(engine: Engine, numbers: Collection[int]) -> dict[int, Submission]:
    """Reports by their numbers; those there are not are left out."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.scalars(select(Submission).where(Submission.submission_id.in_(numbers))).all()
    return {row.submission_id: row for row in found}


def counts(engine: Engine, unit: str = "") -> dict[date, Counter[str]]:
    """How many reports are in which state, by period, the latest first."""
    query = select(Submission.period_on, Submission.state, func.count()).group_by(Submission.period_on, Submission.state)
    query = query.where(Submission.unit_code == unit) if unit else query
    found: dict[date, Counter[str]] = {}
    with engine.connect() as connection:
        for period_on, state, count in connection.execute(query.order_by(Submission.period_on.desc())):
            found.setdefault(period_on, Counter())[state] = count
    return found


def steps(engine: Engine, numbers: Collection[int]) -> dict[int, list[SubmissionStep]]:
    """The history of reports, the earliest step first."""
    found: dict[int, list[SubmissionStep]] = {}
    query = select(SubmissionStep).where(SubmissionStep.submission_id.in_(numbers)).order_by(SubmissionStep.step_id)
    with Session(engine, expire_on_commit=False) as session:
        for step in session.scalars(query):
            found.setdefault(step.submission_id, []).append(step)
    return found


def accepted(engine: Engine) -> list[tuple[Key, date, datetime]]:
    """The latest acceptance of each report: its key, the day its value is of, when it was accepted."""
    s, t = Submission, SubmissionStep
    latest = select(func.max(t.step_id)).where(t.step_code == ACCEPTED).group_by(t.submission_id)
    query = select(s.target_code, s.unit_code, s.division_code, s.period_on, t.observed_on, t.done_at).join(
        t, t.submission_id == s.submission_id
    )
    with engine.connect() as connection:
        rows = connection.execute(query.where(t.step_id.in_(latest)).order_by(t.step_id)).all()
    return [(Key(*row[:4]), row[4], row[5]) for row in rows]


def write(engine: Engine, drafts: Sequence[Written], *, by: str, now: datetime, person: str = "") -> None:
    """Keep reports as drafts, under the name of `person` where it is given. Raises Conflict.

    All of them, or none where somebody changed one since it was seen.
    """
    with engine.begin() as connection:
        for draft in drafts:
            _write(connection, draft, Step(DRAFT, by, person, now))


def take(engine: Engine, seen: Sequence[tuple[int, int]], step: Step, since: Collection[str] = ()) -> None:
    """Let reports, each (number, version that was seen), take a step from the states it leads on from, or only some of them.

    All of them, or none where one was changed meanwhile. Raises Conflict.
    """
    allowed = tuple(since) or STEPS[step.state]
    name = KEPT_AS[step.state]
    values: dict[str, Any] = {
        "state": step.state, "version": Submission.version + 1, f"{name}_by": plain(step.person, 40), f"{name}_at": step.at,
    }  # fmt: skip
    if step.state == RETURNED:
        values["returned_reason"] = plain(step.note, 2000)
    with engine.begin() as connection:
        for number, version in seen:
            untouched = (Submission.submission_id == number, Submission.version == version, Submission.state.in_(allowed))
            row = connection.execute(update(Submission).where(*untouched).values(values).returning(*_kept())).first()
            if row is None:
                raise Conflict(number)
            _note(connection, row, step)


def _write(connection: Connection, draft: Written, step: Step) -> None:
    said = {name: value for name, value in asdict(draft.said).items() if name != "file"}
    said |= {name: plain(str(said[name]), longest) for name, longest in (("narrative", 4000), ("evidence", 2000))}
    said |= asdict(draft.said.file) if draft.said.file else {}
    said |= {"state": DRAFT, "version": draft.version + 1, "written_by": plain(step.by, 120), "written_at": step.at}
    if draft.version:
        same = [getattr(Submission, name) == value for name, value in draft.key._asdict().items()]
        untouched = (*same, Submission.version == draft.version, Submission.state.in_(WRITABLE))
        row = connection.execute(update(Submission).where(*untouched).values(said).returning(*_kept())).first()
    else:
        fresh = {"file_name": "", "file_sha256": "", "file_size": 0} | draft.key._asdict() | said
        try:
            row = connection.execute(insert(Submission).values(fresh).returning(*_kept())).first()
        except IntegrityError:  # Somebody was first.
            row = None
    if row is None:
        raise Conflict(draft.key)
    _note(connection, row, step)


def _kept() -> list[Any]:
    return [getattr(Submission, name) for name in ("submission_id", "version", *SAID, *ALONG)]


def _note(connection: Connection, row: Any, step: Step) -> None:
    """One more line of a report's history, with what it says at this step."""
    facts = dict(row._mapping)  # noqa: SLF001 SQLAlchemy's documented name for a row as a mapping
    facts |= {
        "step_code": step.state, "done_at": step.at, "done_by": plain(step.by, 120), "person": plain(step.person, 40),
        "note": plain(step.note, 2000),
    }  # fmt: skip
    connection.execute(insert(SubmissionStep).values(facts))
