"""What the acts of reports need to be told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from dashboard.acts.base import Form
from dashboard.acts.meeting_forms import Day, Id, Version, Words

MOST_EDITS = 200
Person = Annotated[str, Field(max_length=20), Words]
Key = Annotated[str, Field(min_length=1, max_length=120)]
# A paragraph of a report; no longer than a page.
Prose = Annotated[str, StringConstraints(max_length=2000), Words]
Reason = Annotated[str, Field(min_length=1, max_length=500), Words]
Formats = Annotated[tuple[Annotated[str, Field(max_length=8)], ...], Field(min_length=1, max_length=8)]
Count = Annotated[Annotated[int, Field(ge=1, le=9999)] | None, BeforeValidator(lambda value: None if value == "" else value)]


class DraftForm(Form):
    """`on` is a day of the period; of a special report its first, and `until` its last."""

    kind: Annotated[str, Field(max_length=20)]
    on: date
    until: Day = None
    product: Annotated[str, Field(max_length=20)] = "whole"
    wish: dict[str, Any] = Field(default_factory=dict)
    language: Literal["zh", "en"] = "zh"
    office: Annotated[str, Field(max_length=80), Words] = ""
    issuer: Annotated[str, Field(max_length=40), Words] = ""
    name: Person = ""


class OfIssue(Form):
    issue_id: Id
    version: Version
    name: Person = ""


class DescribeForm(OfIssue):
    title: Annotated[str, Field(min_length=1, max_length=120), Words]
    office: Annotated[str, Field(max_length=80), Words] = ""
    issuer: Annotated[str, Field(max_length=40), Words] = ""


class ParagraphForm(OfIssue):
    key: Key


class EditForm(ParagraphForm):
    text: Prose = ""


class WaiveForm(OfIssue):
    finding: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Annotated[str, Field(max_length=500), Words] = ""


class ReasonForm(OfIssue):
    reason: Reason


class NamedForm(OfIssue):
    """A step for which somebody stands with a name."""

    name: Annotated[str, Field(min_length=1, max_length=20), Words]


class ReturnForm(NamedForm):
    reason: Reason


class IssueForm(NamedForm):
    """`number` and `number_in_all`: where those before it were issued elsewhere."""

    formats: Formats = ("docx", "pdf", "xlsx")
    number: Count = None
    number_in_all: Count = None


class FilesForm(Form):
    issue_id: Id
    formats: Formats


class UploadForm(NamedForm):
    upload: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class JobForm(Form):
    model_config = ConfigDict(extra="forbid", frozen=True)

    job_id: Id
