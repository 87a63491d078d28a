"""What a duty officer can do about an alert: take it up, and say what was done."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.alerts import book
from dashboard.alerts.life import ACKNOWLEDGED, CLOSED, HANDLED, NEW
from dashboard.profiles import DUTY_OFFICER
from dashboard.texts import Text

LARGEST = 2**31 - 1
UNKNOWN = Text("没有这条预警", "There is no such alert")
OVER = Text("该预警已解除，无需再操作", "The alert has closed; nothing is left to do about it")
WAS_HANDLED = Text("该预警已有人处置", "Somebody has handled this alert already")
WAS_ACKNOWLEDGED = Text("该预警已有人确认", "Somebody has acknowledged this alert already")


class OfAlert(Form):
    alert_id: Annotated[int, Field(ge=1, le=LARGEST)]


class HandleForm(OfAlert):
    note: Annotated[str, Field(min_length=1, max_length=200)]


def acknowledge_alert(acting: Acting, form: OfAlert) -> Outcome:
    was = book.acknowledge(acting.store, form.alert_id, acting.by, acting.view.city.now())
    _must_have_been(was, (NEW,))
    return Outcome(Text("已确认", "Acknowledged"))


def handle_alert(acting: Acting, form: HandleForm) -> Outcome:
    was = book.handle(acting.store, form.alert_id, acting.by, form.note, acting.view.city.now())
    _must_have_been(was, (NEW, ACKNOWLEDGED))
    return Outcome(Text("已记录处置", "Recorded as handled"))


def _must_have_been(was: str, states: tuple[str, ...]) -> None:
    """Refuse what came too late, and say why."""
    if was in states:
        return
    if not was:
        raise ActRefused(404, UNKNOWN)
    raise ActRefused(409, {CLOSED: OVER, HANDLED: WAS_HANDLED}.get(was, WAS_ACKNOWLEDGED))


ACTS: dict[str, Act[Any]] = {
    "acknowledge_alert": Act(
        Text("确认", "Acknowledge"), DUTY_OFFICER, OfAlert, acknowledge_alert, lambda form: f"alert {form.alert_id}",
        Text("表示已知悉并跟进；加重时将再次告警。", "You know of it and see to it. Should it get worse, it becomes new again."),
    ),
    "handle_alert": Act(
        Text("已处置", "Handled"), DUTY_OFFICER, HandleForm, handle_alert, lambda form: f"alert {form.alert_id}: {form.note}",
        Text("写明采取的措施；条件消除后自动解除。", "Say what was done. It closes by itself once it is no longer true."),
    ),
}  # fmt: skip
