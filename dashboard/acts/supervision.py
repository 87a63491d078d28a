"""Supervision slips: issued to units, answered by them, closed; each step by who may take it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.profiles import COMMITTEE, REPORT_CLERK, UNIT_HEAD, UNIT_MEMBER
from dashboard.store import supervision as book
from dashboard.store.supervision_tables import SupervisionSlip
from dashboard.supervising.drafting import Asked, drafts_of
from dashboard.supervising.finding import late_tickets
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import kept_snapshots

Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]
WRITERS = (COMMITTEE, REPORT_CLERK)
NOTHING_TO_URGE = Text("没有可列入的诉求：已办结、涉密，或近期已催督", "Nothing to list: closed, under secrecy, or urged a short time ago")
UNKNOWN = Text("没有这份督办单", "There is no such slip")
OTHERS = Text("这是发给其他单位的", "It was written to another unit")
CHANGED = Text("他人刚刚处理过，请刷新后再试", "Somebody was quicker: load the page again")
IS_CLOSED = Text("已销号，不能再改", "It is closed; nothing can be changed")
STALE = Text("数据已更新，请重新预览后再签发", "There are newer data: look at the preview again before you issue")


class IssueForm(Form):
    """Which slips: to these units, or to all with at least so many. `snapshot` is the one whose preview was read."""

    kind: Literal["overdue", "due_soon"]
    units: tuple[Code, ...] = Field((), max_length=1000)
    at_least: int = Field(1, ge=1, le=100_000)
    again: bool = False
    snapshot: str = Field("", max_length=64)


class SlipForm(Form):
    """A slip as it was seen, and what is said of it."""

    slip_id: int = Field(ge=1, le=2**31 - 1)
    version: int = Field(ge=1, le=2**31 - 1)
    text: Annotated[str, StringConstraints(min_length=1)]


def issue_slips(acting: Acting, form: IssueForm) -> Outcome:
    """Issue what was previewed: of the same snapshot, where the preview names one."""
    view, now = acting.view, acting.view.now.replace(microsecond=0)
    if form.snapshot and form.snapshot != view.snapshot:
        view = _previewed(view, form.snapshot)
    asked = Asked(form.kind, form.units, form.at_least, form.again)
    found = late_tickets(view, form.kind, form.units)
    made = book.issue(acting.store, form.kind, lambda urged: drafts_of(view, asked, found, urged, now), by=acting.by, at=now)
    if not made:
        raise ActRefused(409, NOTHING_TO_URGE)
    numbers = [slip.number for one in made if (slip := book.slip(acting.store, one))]
    said = numbers[0] if len(numbers) == 1 else f"{numbers[0]} – {numbers[-1]}"
    message = Text(f"已签发{len(made)}份：{said}", f"{len(made)} issued: {said}")
    return Outcome(message, note=f"{said} ({len(made)})")


def _previewed(view: View, snapshot: str) -> View:
    """The snapshot whose preview was read, as long as it is kept: newer data would list other tickets. Raises ActRefused."""
    if snapshot not in kept_snapshots(view.folder):
        raise ActRefused(409, STALE)
    return replace(view, snapshot=snapshot)


def reply_slip(acting: Acting, form: SlipForm) -> Outcome:
    held = _slip(acting, form.slip_id)
    done = book.reply(acting.store, form.slip_id, form.version, form.text, by=acting.by, at=acting.view.now.replace(microsecond=0))
    _must(acting, held, done=done)
    return Outcome(Text("已记录回复", "The answer is recorded"), note=held.number)


def close_slip(acting: Acting, form: SlipForm) -> Outcome:
    held = _slip(acting, form.slip_id)
    done = book.close(acting.store, form.slip_id, form.version, form.text, by=acting.by, at=acting.view.now.replace(microsecond=0))
    _must(acting, held, done=done)
    return Outcome(Text("已销号", "Closed"), note=held.number)


def _slip(acting: Acting, slip_id: int) -> SupervisionSlip:
    """The slip, where it is one of whoever acts. Raises ActRefused."""
    held = book.slip(acting.store, slip_id)
    if held is None:
        raise ActRefused(404, UNKNOWN)
    if acting.profile.of_unit and held.unit_code != acting.unit:
        raise ActRefused(403, OTHERS)
    return held


def _must(acting: Acting, held: SupervisionSlip, *, done: bool) -> None:
    if not done:
        latest = book.slip(acting.store, held.slip_id)
        raise ActRefused(409, IS_CLOSED if latest is not None and latest.state == book.CLOSED else CHANGED)


ACTS: dict[str, Act[Any]] = {
    "issue_slips": Act(
        Text("签发", "Issue"), WRITERS[0], IssueForm, issue_slips,
        lambda form: f"{form.kind}: {', '.join(form.units)[:200] or f'at least {form.at_least}'}",
        Text(
            "签发后编号、登记，不能删除；之后可记录回复并销号。",
            "They are numbered and logged and cannot be deleted; answers are recorded on them until they are closed.",
        ),
        others=WRITERS[1:],
    ),
    "reply_slip": Act(
        Text("记录回复", "Record an answer"), WRITERS[0], SlipForm, reply_slip, lambda form: f"slip {form.slip_id}",
        Text("写明办理情况；再次记录将代替前一次。", "Say what was done; a later answer takes the place of an earlier one."),
        others=(*WRITERS[1:], UNIT_HEAD, UNIT_MEMBER),
    ),
    "close_slip": Act(
        Text("销号", "Close"), WRITERS[0], SlipForm, close_slip, lambda form: f"slip {form.slip_id}",
        Text("销号后不能再改；其中未办结的诉求可再次列入。", "Nothing can be changed after that; what is still open may be urged again."),
        others=WRITERS[1:],
    ),
}  # fmt: skip
