"""The files of reports in the store, and the one transaction by which a report is issued with its number and all of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.audit import plain
from dashboard.store.report_tables import ReportContent, ReportFile, ReportNumber
from dashboard.store.reports import DRAFTED, ISSUED, OPEN, REVIEWED, UPLOADED, By, Standing, note, put_rows, touch


@dataclass(frozen=True)
class NewFile:
    """A file that lies in the folder of reports already."""

    format: str
    name: str
    sha256: str
    size: int
    content_hash: str
    note: str = ""
    is_uploaded: bool = False


@dataclass(frozen=True)
class Stated:
    """A number that a report states, and where."""

    key: str
    metric: str
    by: str
    code: str
    what: str
    against: str
    value: float
    text: str


@dataclass(frozen=True)
class Numbered:
    """The number of a report: of its year and in all of its series; corrections count from 1 under the number of what they correct."""

    year: int
    number: int
    number_in_all: int
    correction: int = 0


@dataclass(frozen=True)
class Finished:
    """All that a report is once it is issued."""

    numbered: Numbered
    content_hash: str
    issued: str
    files: Sequence[NewFile]
    numbers: Sequence[Stated]


def keep_files(engine: Engine, issue_id: int, made: Sequence[NewFile], by: By, *, is_issued: bool = False) -> list[int]:
    """Put files beside a report, each in place of the one of its format; their numbers."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        kept = [_put(session, issue_id, one, by, is_issued=is_issued) for one in made]
        session.flush()
        return [row.file_id for row in kept]


def _put(session: Session, issue_id: int, made: NewFile, by: By, *, is_issued: bool) -> ReportFile:
    f = ReportFile
    session.execute(
        delete(f).where(
            f.issue_id == issue_id, f.format == made.format, f.is_issued.is_(is_issued), f.is_uploaded.is_(made.is_uploaded)
        )
    )  # fmt: skip
    row = f(issue_id=issue_id, **asdict(made), is_issued=is_issued, made_at=by.at, made_by=plain(by.by, 120))
    session.add(row)
    return row


@dataclass(frozen=True)
class Upload:
    """A finished file that a person sent: what its words change (rows of edits), and what the checks now find in all."""

    file: NewFile
    edits: Sequence[Mapping[str, Any]]
    measured: str
    note: str = ""


def put_upload(engine: Engine, issue_id: int, version: int, sent: Upload, standing: Standing, by: By) -> bool:
    """Keep a finished file with what it changes. What was submitted or reviewed is a draft again.

    False if somebody changed the report since `version`.
    """
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, OPEN, asdict(standing) | {"state": DRAFTED})
        if grown is None:
            return False
        _put(session, issue_id, sent.file, by, is_issued=False)
        put_rows(session, issue_id, sent.edits, by)
        session.execute(update(ReportContent).where(ReportContent.issue_id == issue_id).values(measured=sent.measured))
        note(session, issue_id, UPLOADED, grown, by, sent.note or sent.file.name)
    return True


def drop_upload(engine: Engine, issue_id: int, version: int, measured: str, standing: Standing, by: By) -> bool:
    """Forget a finished file; what its words changed stays. False as in `put_upload`."""
    with Session(engine) as session, session.begin():
        grown = touch(session, issue_id, version, (DRAFTED,), asdict(standing))
        if grown is None:
            return False
        session.execute(delete(ReportFile).where(ReportFile.issue_id == issue_id, ReportFile.is_uploaded, ReportFile.is_issued.is_(False)))
        session.execute(update(ReportContent).where(ReportContent.issue_id == issue_id).values(measured=measured))
        note(session, issue_id, UPLOADED, grown, by, "-")
    return True


def forget_drafts(engine: Engine, issue_id: int) -> None:
    """Files of a draft go with it."""
    with engine.begin() as connection:
        connection.execute(delete(ReportFile).where(ReportFile.issue_id == issue_id, ReportFile.is_issued.is_(False)))


def hashes(engine: Engine) -> set[str]:
    """Of every file that belongs to a report."""
    with engine.connect() as connection:
        return set(connection.execute(select(ReportFile.sha256)).scalars())


def finish(engine: Engine, issue_id: int, version: int, made: Finished, by: By) -> bool:
    """Issue a report: its number, content, files and stated numbers at once, or nothing of it.

    False where it is not as it was reviewed, or its number was given to another meanwhile.
    """
    values = asdict(made.numbered) | {
        "state": ISSUED, "content_hash": made.content_hash, "issued_at": by.at, "issued_by": plain(by.by, 120),
        "issued_person": plain(by.person, 40), "open_key": None,
    }  # fmt: skip
    try:
        with Session(engine) as session, session.begin():
            grown = touch(session, issue_id, version, (REVIEWED,), values)
            if grown is None:
                return False
            session.execute(update(ReportContent).where(ReportContent.issue_id == issue_id).values(issued=made.issued))
            session.execute(delete(ReportFile).where(ReportFile.issue_id == issue_id, ReportFile.is_issued.is_(False)))
            for file in made.files:
                _put(session, issue_id, file, by, is_issued=True)
            session.add_all(ReportNumber(issue_id=issue_id, **asdict(number)) for number in made.numbers)
            note(session, issue_id, ISSUED, grown, by)
    except IntegrityError:
        return False
    return True
