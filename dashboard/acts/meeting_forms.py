"""What the acts of meetings need to be told; texts come in without what no page, store or document can hold."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from dashboard.acts.base import Form

LARGEST = 2**31 - 1
# After so long the next meeting is expected, where nobody says.
A_MONTH = timedelta(days=31)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def cleaned(text: str) -> str:
    """A text without what no page, store or document can hold; line ends stay."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _blank(value: object) -> object:
    """An empty field of a form is no value."""
    return None if value == "" else value


Words = AfterValidator(cleaned)
Id = Annotated[int, Field(ge=1, le=LARGEST)]
Version = Annotated[int, Field(ge=0, le=10**6)]
Line = Annotated[str, Field(max_length=80), Words]
Lines = Annotated[str, Field(max_length=2000), Words]
Codes = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=1000)]
Day = Annotated[date | None, BeforeValidator(_blank)]


class About(Form):
    """What a meeting says of itself."""

    label: Annotated[str, Field(min_length=1, max_length=120), Words]
    number: Annotated[Annotated[int, Field(ge=1, le=9999)] | None, BeforeValidator(_blank)] = None
    held_at: datetime
    next_on: Day = None
    place: Line = ""
    chair: Line = ""
    recorder: Line = ""
    attended: Lines = ""
    excused: Lines = ""
    observing: Lines = ""
    sent_to: Lines = ""

    def values(self) -> dict[str, Any]:
        held = self.held_at.replace(tzinfo=None, second=0, microsecond=0)
        return {**self.model_dump(), "held_at": held, "next_on": self.next_on or held.date() + A_MONTH}


class CreateForm(About):
    blocks: Codes = ()
    units: Codes = ()
    divisions: Codes = ()


class OfMeeting(Form):
    meeting_id: Id
    version: Version


class EditForm(About):
    meeting_id: Id
    version: Version


class ArrangeForm(OfMeeting):
    order: Annotated[list[Id], Field(max_length=2000)]


class AddForm(OfMeeting):
    target_code: Annotated[str, Field(max_length=200)] = ""
    label: Annotated[str, Field(max_length=200), Words] = ""


class StepForm(Form):
    meeting_id: Id
    item_id: Id


class DecideForm(Form):
    item_id: Id
    version: Version
    state: Literal["open", "decided", "noted", "postponed"]
    text: Lines = ""
    unit: Annotated[str, Field(max_length=200)] = ""
    due_on: Day = None
    comment: Lines = ""


class CloseForm(OfMeeting):
    signed_by: Annotated[str, Field(min_length=1, max_length=40), Words]


class FinishForm(Form):
    action_id: Id
    version: Version
    note: Annotated[str, Field(min_length=1, max_length=500), Words]


class PinForm(Form):
    meeting_id: Id
