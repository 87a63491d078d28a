"""A meeting on its own snapshot: whether that is pinned, and the view that reads it while it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sqlalchemy import Engine

from dashboard import jobs
from dashboard.store.meeting_tables import Meeting
from dashboard.view import View
from dashboard.warehouse import NoSnapshot, pinned_snapshots

Pinning = Literal["pinned", "waiting", "failed", "gone"]
PIN, UNPIN = "pin", "unpin"
A_MINUTE = 60


def frozen(view: View, meeting: Meeting) -> View | None:
    """The view of a meeting's own snapshot; None where it is gone or can no longer be read."""
    held = replace(view, snapshot=meeting.snapshot_name)
    try:
        _ = held.engine
    except NoSnapshot:
        return None
    return held


def pinning(view: View, store: Engine, meeting: Meeting) -> Pinning:
    """Whether a meeting's snapshot is sure to stay."""
    if frozen(view, meeting) is None:
        return "gone"
    if meeting.snapshot_name in pinned_snapshots(view.folder):
        return "pinned"
    job = jobs.job(store, meeting.pin_job_id) if meeting.pin_job_id else None
    return "waiting" if job is not None and job.state not in jobs.ENDED else "failed"


def ask_pin(store: Engine, meeting_id: int, snapshot: str, kind: str, view: View) -> int:
    """Ask the loader, who alone writes into the warehouse, to hold a snapshot for a meeting, or to let it go."""
    arguments = {"snapshot": snapshot, "holder": f"meeting-{meeting_id}"}
    return jobs.ask(store, kind, arguments, by=view.profile.code, now=view.now.replace(microsecond=0), limit_seconds=A_MINUTE)
