"""Reports on their way: drafted, edited, submitted, reviewed, issued; two people at once never overwrite each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from dashboard.store.audit import plain
from dashboard.store.report_tables import (
    ReportContent,
    ReportEdit,
    ReportExport,
    ReportFile,
    ReportIssue,
    ReportNumber,
    ReportStep,
    ReportWaiver,
)

DRAFTED, SUBMITTED, REVIEWED, ISSUED, DISCARDED = "drafted", "submitted", "reviewed", "issued", "discarded"
STATES = (DRAFTED, SUBMITTED, REVIEWED, ISSUED, DISCARDED)
OPEN = (DRAFTED, SUBMITTED, REVIEWED)
# From which states a step leads on; back to drafted is a return.
STEPS = {SUBMITTED: (DRAFTED,), REVIEWED: (SUBMITTED,), ISSUED: (REVIEWED,), DRAFTED: (SUBMITTED, REVIEWED), DISCARDED: OPEN}
GENERATED, EDITED, WAIVED, UPLOADED = "generated", "edited", "waived", "uploaded"
RowT = TypeVar("RowT", bound=DeclarativeBase)


class Taken(Exception):  # noqa: N818 a state, not a fault
    """There is a draft of the same report already: its number in the store."""

    def __init__(self, issue_id: int) -> None:
        super().__init__(str(issue_id))
        self.issue_id = issue_id


@dataclass(frozen=True)
class NewIssue:
    """A report as it is begun."""

    product: str
    kind: str
    since: date
    until: date
    wish: str
    seen_scope: str
    language: str
    scope: str
    title: str
    series: str
    open_key: str
    snapshot_name: str
    reckoned_at: datetime
    supersedes: int | None = None
    office: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class By:
    """Who does something, under which name, and when."""

    by: str
    at: datetime
    person: str = ""


@dataclass(frozen=True)
class Standing:
    """What a draft comes to once it is changed: the hash of what it says, and what the checks find that is not waived."""

    content_hash: str
    finding_count: int
    blocking_count: int


@dataclass(frozen=True)
class Generated:
    """What a report says as it was generated on a snapshot."""

    generated: str
    measured: str
    title: str
    scope: str
    snapshot_name: str
    as_of: datetime | None
    reckoned_at: datetime


def begin(engine: Engine, new: NewIssue, by: By) -> int:
    """A new draft, which says nothing yet; returns its number in the store. Raises Taken."""
    values = asdict(new) | {
        "state": DRAFTED, "version": 1, "correction": 0, "content_hash": "", "finding_count": 0, "blocking_count": 0, "reason": "",
        "drafted_at": by.at, "drafted_by": plain(by.by, 120), "drafted_person": plain(by.person, 40), "title": plain(new.title, 200),
    }  # fmt: skip
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            made = ReportIssue(**values)
            session.add(made)
            session.flush()
            _note(session, made.issue_id, DRAFTED, 1, by)
    except IntegrityError:
        with engine.connect() as connection:
            held = connection.execute(select(ReportIssue.issue_id).where(ReportIssue.open_key == new.open_key)).scalar()
        if held is None:
            raise
        raise Taken(held) from None
    return made.issue_id


def issue(engine: Engine, issue_id: int) -> ReportIssue | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ReportIssue, issue_id)


def issues(engine: Engine, states: Collection[str] = (), *, series: str = "", count: int = 200) -> Sequence[ReportIssue]:
    """Reports, the latest begun first: all, or those in some states or of one series."""
    query = select(ReportIssue).order_by(ReportIssue.issue_id.desc()).limit(count)
    query = query.where(ReportIssue.state.in_(states)) if states else query
    query = query.where(ReportIssue.series == series) if series else query
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query).all()


def latest_issued(engine: Engine, series: str, since: date | None = None, until: date | None = None) -> ReportIssue | None:
    """The report of a series issued last, of some days or of any."""
    query = select(ReportIssue).where(ReportIssue.series == series, ReportIssue.state == ISSUED)
    query = query.where(ReportIssue.since == since) if since else query
    query = query.where(ReportIssue.until == until) if until else query
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(ReportIssue.issued_at.desc(), ReportIssue.issue_id.desc()).limit(1)).one_or_none()


def superseded_by(engine: Engine, issue_id: int) -> ReportIssue | None:
    """The issued correction of a report, the latest of several."""
    query = select(ReportIssue).where(ReportIssue.supersedes == issue_id, ReportIssue.state == ISSUED)
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(query.order_by(ReportIssue.issue_id.desc()).limit(1)).one_or_none()


def content(engine: Engine, issue_id: int) -> ReportContent | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ReportContent, issue_id)


def edits(engine: Engine, issue_id: int) -> Sequence[ReportEdit]:
    """What people wrote, in the order they began to."""
    return _of(engine, ReportEdit, ReportEdit.issue_id, issue_id, ReportEdit.edit_id)


def waivers(engine: Engine, issue_id: int) -> Sequence[ReportWaiver]:
    return _of(engine, ReportWaiver, ReportWaiver.issue_id, issue_id, ReportWaiver.waiver_id)


def files(engine: Engine, issue_id: int) -> Sequence[ReportFile]:
    return _of(engine, ReportFile, ReportFile.issue_id, issue_id, ReportFile.file_id)


def numbers(engine: Engine, issue_id: int) -> Sequence[ReportNumber]:
    """The numbers an issued report states, in its order."""
    return _of(engine, ReportNumber, ReportNumber.issue_id, issue_id, ReportNumber.number_id)


def steps(engine: Engine, issue_id: int) -> Sequence[ReportStep]:
    return _of(engine, ReportStep, ReportStep.issue_id, issue_id, ReportStep.step_id)


def exports(engine: Engine, issue_id: int) -> Sequence[ReportExport]:
    return _of(engine, ReportExport, ReportExport.issue_id, issue_id, ReportExport.export_id)


def _of(
    engine: Engine, table: type[RowT], of: InstrumentedAttribute[int], issue_id: int, order: InstrumentedAttribute[int]
) -> Sequence[RowT]:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(table).where(of == issue_id).order_by(order)).all()


def file(engine: Engine, file_id: int) -> ReportFile | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(ReportFile, file_id)


def ask_noted(engine: Engine, issue_id: int, **numbers_of_jobs: int | None) -> None:
    """Remember which job pins a report's snapshot (`pin_job_id`) or makes it (`job_id`)."""
    with engine.begin() as connection:
        connection.execute(update(ReportIssue).where(ReportIssue.issue_id == issue_id).values(**numbers_of_jobs))


def fill(engine: Engine, issue_id: int, made: Generated, standing: Standing, by: By) -> bool:
    """Let a draft say what was generated; False where it is no draft any more."""
    values = {"title": plain(made.title, 200), "scope": made.scope, "snapshot_name": made.snapshot_name, "as_of": made.as_of,
              "reckoned_at": made.reckoned_at}  # fmt: skip
    with Session(engine) as session, session.begin():
        version = touch(session, issue_id, None, (DRAFTED,), values | asdict(standing))
        if version is None:
            return False
        held = session.get(ReportContent, issue_id)
        if held is None:
            session.add(ReportContent(issue_id=issue_id, generated=made.generated, measured=made.measured, issued=None))
        else:
            held.generated, held.measured = made.generated, made.measured
        _note(session, issue_id, GENERATED, version, by, made.snapshot_name)
    return True


def describe(engine: Engine, issue_id: int, version: int, values: Mapping[str, str], standing: Standing, by: By) -> bool:
    """Change what a draft says of itself (`title`, `office`, `issuer`); False if somebody changed it since `version`."""
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, (DRAFTED,), dict(values) | asdict(standing))
        if grown is not None:
            _note(session, issue_id, EDITED, grown, by, "、".join(values))
    return grown is not None


def touch(session: Session, issue_id: int, version: int | None, states: Collection[str], values: Mapping[str, Any]) -> int | None:
    """Take a report for this transaction where it is in one of some states and, with a `version`, nobody changed it since.

    Returns its version now; None where it may not be taken.
    """
    query = update(ReportIssue).where(ReportIssue.issue_id == issue_id, ReportIssue.state.in_(states))
    query = query.where(ReportIssue.version == version) if version is not None else query
    # The row is held from here to the end: whoever comes at the same time waits, and then sees another version.
    row = session.execute(query.values(**values, version=ReportIssue.version + 1).returning(ReportIssue.version)).first()
    return None if row is None else int(row[0])


def put_edits(engine: Engine, issue_id: int, version: int, written: Sequence[Mapping[str, Any]], standing: Standing, by: By) -> bool:
    """Keep what a person wrote (`key`, `after_key`, `text`, `generated` of each), in place of what stood there. False as in `describe`."""
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, (DRAFTED,), asdict(standing))
        if grown is None:
            return False
        put_rows(session, issue_id, written, by)
        _note(session, issue_id, EDITED, grown, by, ", ".join(str(one["key"]) for one in written))
    return True


def put_rows(session: Session, issue_id: int, written: Sequence[Mapping[str, Any]], by: By) -> None:
    """Write edits, each in place of the one that stood there."""
    for one in written:
        held = session.scalars(select(ReportEdit).where(ReportEdit.issue_id == issue_id, ReportEdit.key == one["key"])).one_or_none()
        if held is None:
            held = ReportEdit(issue_id=issue_id, key=one["key"])
            session.add(held)
        held.after_key, held.text, held.generated = one["after_key"], one["text"], one["generated"]
        held.edited_at, held.edited_by, held.person = by.at, plain(by.by, 120), plain(by.person, 40)


def drop_edit(engine: Engine, issue_id: int, version: int, key: str, standing: Standing, by: By) -> bool:
    """Forget what a person wrote at a place. False as in `describe`."""
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, (DRAFTED,), asdict(standing))
        if grown is not None:
            session.execute(delete(ReportEdit).where(ReportEdit.issue_id == issue_id, ReportEdit.key == key))
            _note(session, issue_id, EDITED, grown, by, f"-{key}")
    return grown is not None


def waive(engine: Engine, issue_id: int, version: int, waiver: Mapping[str, str], standing: Standing, by: By) -> bool:
    """Let a finding (`finding`, `rule`, `place`, `reason`) not stop a draft; no reason lets it stop it again. False as in `describe`."""
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, (DRAFTED,), asdict(standing))
        if grown is None:
            return False
        session.execute(delete(ReportWaiver).where(ReportWaiver.issue_id == issue_id, ReportWaiver.finding == waiver["finding"]))
        if waiver["reason"]:
            who = {"waived_at": by.at, "waived_by": plain(by.by, 120), "person": plain(by.person, 40)}
            session.add(ReportWaiver(issue_id=issue_id, **waiver, **who))
        _note(session, issue_id, WAIVED, grown, by, f"{waiver['rule']}: {waiver['reason']}")
    return True


def take(engine: Engine, issue_id: int, version: int, state: str, by: By, reason: str = "") -> bool:
    """Let a report take a step; False if it cannot be taken from where it stands, or somebody changed it since `version`."""
    values: dict[str, Any] = {"state": state, "reason": plain(reason, 2000)}
    if state in (SUBMITTED, REVIEWED):
        values |= {f"{state}_at": by.at, f"{state}_by": plain(by.by, 120), f"{state}_person": plain(by.person, 40)}
    if state == DISCARDED:
        values["open_key"] = None
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, STEPS[state], values)
        if grown is not None:
            _note(session, issue_id, state, grown, by, reason)
    return grown is not None


def note_export(engine: Engine, taken: ReportFile, by: By, role_code: str, address: str) -> None:
    """Write down who took a file away."""
    line = ReportExport(
        issue_id=taken.issue_id, format=taken.format, name=taken.name, sha256=taken.sha256, is_issued=taken.is_issued, done_at=by.at,
        done_by=plain(by.by, 120), role_code=plain(role_code, 40), address=plain(address, 60),
    )  # fmt: skip
    with Session(engine) as session, session.begin():
        session.add(line)


def _note(session: Session, issue_id: int, code: str, version: int, by: By, text: str = "") -> None:
    session.add(
        ReportStep(
            issue_id=issue_id, step_code=code, version=version, done_at=by.at, done_by=plain(by.by, 120), person=plain(by.person, 40),
            note=plain(text, 2000),
        )
    )  # fmt: skip


note = _note


def is_of_drafting(step: ReportStep) -> bool:
    """Whether a step is of those who write a report, not of those who review it."""
    is_return = step.step_code == DRAFTED and step.version > 1
    return not is_return and step.step_code in (DRAFTED, GENERATED, EDITED, WAIVED, UPLOADED, SUBMITTED)


def in_series(engine: Engine, series: str, year: int) -> tuple[int, int]:
    """The last number of a year and in all that a series has given; 0 where none."""
    last = select(
        func.max(ReportIssue.number).filter(ReportIssue.year == year), func.max(ReportIssue.number_in_all)
    ).where(ReportIssue.series == series)  # fmt: skip
    with engine.connect() as connection:
        row = connection.execute(last).one()
    return int(row[0] or 0), int(row[1] or 0)
