"""What a slip to each unit would say now: what it has, less what is under secrecy, less what a slip urged a short time ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboard.reference import labels
from dashboard.store.supervision import DUE_SOON, OVERDUE, History, NewSlip, Urged
from dashboard.supervising.finding import Late, after_workdays, late_tickets
from dashboard.view import View

# More than a unit can be asked to answer one by one; a slip says how many it does not list.
MOST_LISTED = 200


@dataclass(frozen=True)
class Asked:
    """Which slips are wanted: of these units, or of all that have `at_least` so many; `again` urges what was urged just now too."""

    kind: str
    units: tuple[str, ...] = ()
    at_least: int = 1
    again: bool = False


def drafts(view: View, asked: Asked, urged: History, now: datetime) -> list[NewSlip]:
    """A slip for each unit that has anything to urge, the unit with most first."""
    return drafts_of(view, asked, late_tickets(view, asked.kind, asked.units), urged, now)


def drafts_of(view: View, asked: Asked, found: Mapping[str, Sequence[Late]], urged: History, now: datetime) -> list[NewSlip]:
    """The same of tickets that were read already."""
    names = labels(view.engine, "unit_code")["label"]
    rules = view.city.supervision
    days = {OVERDUE: rules.reply_days, DUE_SOON: rules.urging_reply_days}[asked.kind]
    reply_due_on = after_workdays(view, now.date(), days)
    again_since = now - timedelta(days=rules.again_days)
    made = []
    for code, late in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        is_asked = code in asked.units if asked.units else len(late) >= asked.at_least
        if not code or not is_asked:
            continue
        named = [one for one in late if not one.is_secret]
        open_ones = [one for one in named if asked.again or not _is_urged(urged.get(one.ticket.ticket_key), again_since)]
        if not open_ones:
            continue
        listed = tuple(replace(one.ticket, urging=_times(urged, one.ticket.ticket_key) + 1) for one in open_ones[:MOST_LISTED])
        made.append(
            NewSlip(
                asked.kind, code, str(names.get(code, code)), view.snapshot, max((one.as_of for one in late if one.as_of), default=None),
                reply_due_on, listed, found_count=len(late), secret_count=len(late) - len(named),
                urged_count=len(named) - len(open_ones),
            )
        )  # fmt: skip
    return made


def _is_urged(one: Urged | None, since: datetime) -> bool:
    """Whether an open slip listed it a short time ago."""
    return one is not None and one.open_since is not None and one.open_since > since


def _times(urged: History, key: str) -> int:
    return urged[key].count if key in urged else 0
