"""The chain of a meeting's decisions: each one's hash covers its content and the hash before it, so that no row changes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from dashboard.store.meeting_tables import Meeting, MeetingDecision

# What a hash covers besides the one before it; a row's own numbers in the table say nothing of what was decided.
COVERED = (
    "meeting_id", "item_id", "number", "supersedes", "target_code", "label", "state", "text", "unit_code", "unit_label", "due_on",
    "comment", "snapshot_name", "seen", "decided_at", "decided_by",
)  # fmt: skip


@dataclass(frozen=True)
class Chain:
    """What came of reading a chain: how many decisions, the hash of the last, and the numbers of those that are not as written."""

    count: int
    head: str
    changed: tuple[int, ...] = ()
    # Numbers that ought to be there and are not.
    missing: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.changed and not self.missing


def beginning(meeting: Meeting) -> str:
    """What the first decision of a meeting follows."""
    return _hash({"meeting_id": meeting.meeting_id, "snapshot_name": meeting.snapshot_name})


def content_hash(decision: MeetingDecision) -> str:
    """The hash of a decision's content together with the hash before it."""
    return _hash({name: _plain(getattr(decision, name)) for name in (*COVERED, "previous_hash")})


def verify(meeting: Meeting, decisions: Sequence[MeetingDecision]) -> Chain:
    """Read a meeting's decisions from the first to the last, and say which were changed and which are missing."""
    rows = sorted(decisions, key=lambda row: row.number)
    changed, last = [], beginning(meeting)
    there = {row.number for row in rows}
    expected = max([meeting.closed_count or 0, *there])
    missing = tuple(number for number in range(1, expected + 1) if number not in there)
    for row in rows:
        follows = row.previous_hash == last or row.number - 1 in missing
        if not follows or row.content_hash != content_hash(row):
            changed.append(row.number)
        last = row.content_hash
    is_signed_otherwise = meeting.closed_hash is not None and not missing and last != meeting.closed_hash
    if is_signed_otherwise and rows and rows[-1].number not in changed:
        changed.append(rows[-1].number)
    return Chain(len(rows), last, tuple(changed), missing)


def _hash(content: dict[str, object]) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
