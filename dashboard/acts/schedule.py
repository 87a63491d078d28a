"""What people do with the schedule of reports: take up a run that gave up."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.profiles import COMMITTEE, REPORT_CLERK
from dashboard.store import schedule as book
from dashboard.texts import Text

UNKNOWN = Text("没有未完成的这一期，请刷新", "No such run has failed: load the page again")


class RunForm(Form):
    run_id: int = Field(ge=1, le=2**31 - 1)


def retry_run(acting: Acting, form: RunForm) -> Outcome:
    if not book.again(acting.store, form.run_id, acting.view.now.replace(microsecond=0)):
        raise ActRefused(409, UNKNOWN)
    return Outcome(Text("已重新排队，由后台程序继续", "Taken up again: the worker goes on with it"))


ACTS: dict[str, Act[Any]] = {
    "retry_run": Act(
        Text("重试", "Try again"), REPORT_CLERK, RunForm, retry_run, lambda form: f"run {form.run_id}",
        Text(
            "未送达的将再次投递；发送时中断的邮件可能已送到，请先向对方核实。",
            "What did not arrive is delivered again. A letter that broke off while it was sent may have arrived: ask first.",
        ),
        others=(COMMITTEE,),
    ),
}  # fmt: skip
