"""Supervision slips: issued with the next number of their kind and year, answered by their unit, closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from dashboard.store.supervision_tables import SupervisionSlip, SupervisionTicket

OVERDUE, DUE_SOON = "overdue", "due_soon"
KINDS = (OVERDUE, DUE_SOON)
ISSUED, REPLIED, CLOSED = "issued", "replied", "closed"
STATES = (ISSUED, REPLIED, CLOSED)
NUMBERS = {OVERDUE: "督〔{year}〕{serial}号", DUE_SOON: "催〔{year}〕{serial}号"}
# How often the next number is tried for while others take it.
TRIES = 8


@dataclass(frozen=True)
class Listed:
    """A ticket as a slip lists it."""

    ticket_key: str
    ticket_number: str
    category: str
    text: str
    place: str
    stage: str
    reported_at: datetime | None
    due_at: datetime | None
    over_days: int | None
    urging: int = 1


@dataclass(frozen=True)
class NewSlip:
    """What a slip to one unit says."""

    kind: str
    unit_code: str
    unit_label: str
    snapshot_name: str
    as_of: datetime | None
    reply_due_on: date
    tickets: tuple[Listed, ...]
    found_count: int
    secret_count: int = 0
    urged_count: int = 0


@dataclass(frozen=True)
class Urged:
    """How often slips of a kind listed a ticket, when last, and since when the last of them that is open stands."""

    count: int
    last_at: datetime
    open_since: datetime | None


History = Mapping[str, Urged]


def history(engine: Engine, kind: str) -> dict[str, Urged]:
    """What slips of a kind have listed so far, by ticket."""
    with Session(engine) as session:
        return _history(session, kind)


def _history(session: Session, kind: str) -> dict[str, Urged]:
    t, s = SupervisionTicket, SupervisionSlip
    open_at = func.max(s.made_at).filter(s.state != CLOSED)
    query = select(t.ticket_key, func.count(), func.max(s.made_at), open_at).join(s, s.slip_id == t.slip_id).where(s.kind == kind)
    return {key: Urged(int(count), last, since) for key, count, last, since in session.execute(query.group_by(t.ticket_key))}


def issue(engine: Engine, kind: str, choose: Callable[[History], Sequence[NewSlip]], *, by: str, at: datetime) -> list[int]:
    """Issue the slips that `choose` makes of what was urged before; their numbers in the store.

    Numbers follow one another without a gap. Who comes second chooses anew, so that nothing is urged twice at once.
    """
    for _ in range(TRIES - 1):
        try:
            return _issue(engine, kind, choose, by, at)
        except (IntegrityError, OperationalError):
            # Somebody else took the number, or held the store when this one wanted to write.
            continue
    return _issue(engine, kind, choose, by, at)


def _issue(engine: Engine, kind: str, choose: Callable[[History], Sequence[NewSlip]], by: str, at: datetime) -> list[int]:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        query = select(func.max(SupervisionSlip.serial)).where(SupervisionSlip.kind == kind, SupervisionSlip.year == at.year)
        # Before what was urged is read: whoever issues meanwhile takes this number, and is found out by it.
        serial = session.scalar(query) or 0
        made = []
        for new in choose(_history(session, kind)):
            serial += 1
            slip = SupervisionSlip(
                kind=kind, year=at.year, serial=serial, number=NUMBERS[kind].format(year=at.year, serial=serial),
                unit_code=new.unit_code, unit_label=new.unit_label, snapshot_name=new.snapshot_name, as_of=new.as_of,
                found_count=new.found_count, secret_count=new.secret_count, urged_count=new.urged_count,
                reply_due_on=new.reply_due_on, state=ISSUED, version=1, made_at=at, made_by=by,
            )  # fmt: skip
            session.add(slip)
            session.flush()
            session.add_all(SupervisionTicket(slip_id=slip.slip_id, sort_order=n, **vars(one)) for n, one in enumerate(new.tickets))
            made.append(slip.slip_id)
    return made


def slip(engine: Engine, slip_id: int) -> SupervisionSlip | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(SupervisionSlip, slip_id)


def slips(
    engine: Engine, *, unit: str = "", kind: str = "", state: str = "", count: int = 50, skip: int = 0
) -> tuple[Sequence[SupervisionSlip], int]:
    """The newest slips first, of one unit, kind and state or of all; and how many there are of them."""
    s = SupervisionSlip
    chosen = [column == value for column, value in ((s.unit_code, unit), (s.kind, kind), (s.state, state)) if value]
    with Session(engine, expire_on_commit=False) as session:
        total = session.scalar(select(func.count()).select_from(s).where(*chosen)) or 0
        query = select(s).where(*chosen).order_by(s.made_at.desc(), s.slip_id.desc()).limit(count).offset(skip)
        return session.scalars(query).all(), total


def units_written_to(engine: Engine) -> list[tuple[str, str]]:
    """The units that ever got a slip, with the name they had on the last."""
    s = SupervisionSlip
    query = select(s.unit_code, s.unit_label).order_by(s.slip_id)
    with engine.connect() as connection:
        return sorted({str(code): str(label) for code, label in connection.execute(query)}.items())


def last_of_units(engine: Engine) -> dict[str, SupervisionSlip]:
    """The newest slip of every unit that got one."""
    newest = select(func.max(SupervisionSlip.slip_id)).group_by(SupervisionSlip.unit_code)
    with Session(engine, expire_on_commit=False) as session:
        held = session.scalars(select(SupervisionSlip).where(SupervisionSlip.slip_id.in_(newest)))
        return {one.unit_code: one for one in held}


def listed(engine: Engine, slip_ids: Sequence[int]) -> dict[int, list[Listed]]:
    """The tickets of slips, in their order."""
    found: dict[int, list[Listed]] = defaultdict(list)
    query = select(SupervisionTicket).where(SupervisionTicket.slip_id.in_(slip_ids)).order_by(SupervisionTicket.sort_order)
    with Session(engine) as session:
        for one in session.scalars(query):
            found[one.slip_id].append(
                Listed(
                    one.ticket_key,
                    one.ticket_number,
                    one.category,
                    one.text,
                    one.place,
                    one.stage,
                    one.reported_at,
                    one.due_at,
                    one.over_days,
                    one.urging,
                )
            )
    return dict(found)


def reply(engine: Engine, slip_id: int, version: int, text: str, *, by: str, at: datetime) -> bool:
    """Record what a unit answers; a later answer takes the place of an earlier one. False if the slip changed since, or is closed."""
    return _step(engine, slip_id, version, state=REPLIED, reply=text, replied_at=at, replied_by=by)


def close(engine: Engine, slip_id: int, version: int, note: str, *, by: str, at: datetime) -> bool:
    """Close a slip; what it urged may be urged again at once. False as in `reply`."""
    return _step(engine, slip_id, version, state=CLOSED, close_note=note, closed_at=at, closed_by=by)


def _step(engine: Engine, slip_id: int, version: int, **values: Any) -> bool:
    s = SupervisionSlip
    query = update(s).where(s.slip_id == slip_id, s.version == version, s.state != CLOSED)
    with engine.begin() as connection:
        return bool(connection.execute(query.values(**values, version=version + 1)).rowcount)
