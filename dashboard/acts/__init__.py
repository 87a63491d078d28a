"""Acts: everything a person can do, each with its role, form and audit; one function does any of them."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from dashboard.acts import alerts, data, devices, duty, meetings, report_texts, report_uploads, reports, submissions
from dashboard.acts.base import FIELDS, Act, Acting, ActRefused, Form, Outcome
from dashboard.store import audit
from dashboard.texts import Text

__all__ = ["ACTS", "Act", "ActRefused", "Acting", "Outcome", "perform"]

ACTS: dict[str, Act[Any]] = {
    **data.ACTS, **alerts.ACTS, **devices.ACTS, **duty.ACTS, **submissions.ACTS, **meetings.ACTS,
    **reports.ACTS, **report_texts.ACTS, **report_uploads.ACTS,
}  # fmt: skip

UNKNOWN = Text("没有这个操作", "There is no such act")
WRONG = Text("填写有误：{}", "Please correct: {}")
WHOLE = Text("表单", "form")
# What was sent under a name the form does not have is not repeated.
SURPLUS = Text("多余的内容", "something unknown")
FAULTS = {"missing": Text("未填", "missing"), "string_too_short": Text("未填", "missing"), "string_too_long": Text("过长", "too long")}
NOT_VALID = Text("不合要求", "not valid")
NOT_YOURS = Text("需要“{}”身份", "This takes the profile “{}”")


def perform(code: str, body: object, acting: Acting) -> Outcome:
    """Do an act for someone: the role checked, the form read, a line written whatever happens. Raises ActRefused."""
    told = {"subject": "", "outcome": audit.FAILED, "text": ""}
    try:
        act = _allowed(code, acting)
        form = _filled(act, body)
        told["subject"] = act.audit(form)
        done = act.run(acting, form)
        told |= {"outcome": audit.DONE, "text": done.note or ("" if done.job_id is None else f"job {done.job_id}")}
    except ActRefused as refusal:
        told |= {"outcome": audit.REFUSED, "text": str(refusal)}
        raise
    finally:
        audit.note(
            acting.store, done_at=acting.view.now, who=acting.by, role_code=acting.profile.code, address=acting.address, act_code=code,
            **told,
        )  # fmt: skip
    return done


def _allowed(code: str, acting: Acting) -> Act[Any]:
    act = ACTS.get(code)
    if act is None:
        raise ActRefused(404, UNKNOWN)
    if acting.profile not in act.roles:
        wanted = [role.label for role in act.roles]
        zh, en = "”或“".join(text.zh for text in wanted), "” or “".join(text.en for text in wanted)
        raise ActRefused(403, Text(NOT_YOURS.zh.format(zh), NOT_YOURS.en.format(en)))
    return act


def _filled(act: Act[Any], body: object) -> Form:
    """The form, or which of its fields are wrong, without repeating what was sent."""
    try:
        form: Form = act.form.model_validate(body)
    except ValidationError as error:
        faults = [_fault(fault["loc"][0] if fault["loc"] else "", fault["type"], act) for fault in error.errors()]
        said = Text("、".join(fault.zh for fault in faults), ", ".join(fault.en for fault in faults))
        raise ActRefused(422, Text(WRONG.zh.format(said.zh), WRONG.en.format(said.en))) from None
    return form


def _fault(place: int | str, kind: str, act: Act[Any]) -> Text:
    """A field by its name among people, and what is wrong with it."""
    named = place and place in act.form.model_fields
    name, what = FIELDS[str(place)] if named else SURPLUS if place else WHOLE, FAULTS.get(kind, NOT_VALID)
    return Text(f"{name.zh}（{what.zh}）", f"{name.en} ({what.en})")
