"""What the windows of a meeting fetch: which item is shown, all items as printed, and the minutes as a file."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask, Response, abort, request, send_file

from dashboard.meetings.facts import Facts
from dashboard.meetings.minutes import Concluded, Minutes, document, mark_of
from dashboard.meetings.stage import Stage, stage_of
from dashboard.profiles import COMMITTEE
from dashboard.reports.paper import MIME
from dashboard.request import current_store, current_view, profile
from dashboard.store import audit, chain, decisions, meetings
from dashboard.store.meeting_tables import Meeting
from dashboard.view import View

LARGEST_NUMBER = 2**31 - 1


def register(server: Flask) -> None:
    server.add_url_rule("/meeting/<int:number>/step.json", view_func=step)
    server.add_url_rule("/meeting/<int:number>/items.json", view_func=items)
    server.add_url_rule("/meeting/<int:number>/minutes.docx", view_func=minutes)


def step(number: int) -> Response:
    """Which item is shown, and a number that grows with every change: asked for every second by every window."""
    held = _meeting(number)
    return _json({
        "item": held.step_item_id, "revision": held.step_revision, "changes": meetings.changes(current_store(), held),
        "begun": _seconds(held.begun_at),
        "since": _seconds(held.step_since), "closed": held.closed_at is not None,
    })  # fmt: skip


def _seconds(moment: datetime | None) -> float | None:
    """How long ago: the clocks of windows may differ from the server's."""
    return None if moment is None else max((current_view().now - moment).total_seconds(), 0.0)


def items(number: int) -> Response:
    held = _meeting(number)
    return _json({"revision": held.step_revision, "items": stage_of(current_store(), held, current_view().language).printed()})


def minutes(number: int) -> Response:
    """The minutes as .docx; who took them away stands in the audit."""
    held, view, store = _meeting(number), current_view(), current_store()
    said = plain(view, held, stage_of(store, held, "zh"))
    file = document(said)
    audit.note(
        store, done_at=view.now, who=profile().code, role_code=profile().code, address=request.remote_addr or "",
        act_code="download_minutes", subject=f"meeting {number}", outcome=audit.DONE, text=said.chain_head,
    )  # fmt: skip
    called = f"{mark_of(held.label)}_{held.held_at:%Y%m%d}.docx"
    response = send_file(BytesIO(file), mimetype=MIME, as_attachment=True, download_name=called, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def plain(view: View, held: Meeting, stage: Stage) -> Minutes:
    """What the minutes say of a meeting as it stands."""
    stands = decisions.standing(stage.decisions)
    found = chain.verify(held, stage.decisions)
    taken = []
    for item in stage.items:
        if item.is_dropped:
            continue
        made = stands.get(item.item_id)
        action = stage.carried.get(item.action_id or 0)
        asked = f"{action.meeting.label}议定：{action.decision.text.rstrip('。')}。" if action else ""
        facts = Facts.from_json(item.facts)
        if made is None:
            taken.append(Concluded(item.kind, item.label, facts, carried=asked))
        else:
            taken.append(Concluded(item.kind, item.label, facts, made.state, made.text, made.unit_label, made.due_on, made.comment,
                                   made.number, asked))  # fmt: skip
    city = view.city.label
    return Minutes(
        held.label, held.number, f"{city}委政法委" if city.endswith("市") else f"{city}政法委", held.held_at, held.place, held.chair,
        held.recorder, _lines(held.attended), _lines(held.excused), _lines(held.observing), held.sent_to, taken, held.snapshot_name,
        held.as_of, found.count, found.head, found.holds, held.signed_by or "", held.closed_at, view.city.is_demo,
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _meeting(number: int) -> Meeting:
    """The meeting asked for, by who may see it."""
    if profile() is not COMMITTEE:
        abort(403)
    # A number no database holds names no meeting.
    held = meetings.meeting(current_store(), number) if number <= LARGEST_NUMBER else None
    if held is None:
        abort(404)
    return held


def _json(said: dict[str, Any]) -> Response:
    response = Response(json.dumps(said, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
