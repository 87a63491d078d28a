"""What the acts on reports need to be told: rows of a unit, references to its drafts, numbers of reports that are passed on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from dashboard.acts.base import Form

MOST = 1000
Token = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
Code = Annotated[str, Field(max_length=80)]
Name = Annotated[str, Field(min_length=1, max_length=20)]
# Of a draft: whoever has not given a name yet may keep one all the same.
DraftName = Annotated[str, Field(max_length=20)]
Number = Annotated[float | None, Field(allow_inf_nan=False)]


class Row(Form):
    """What is reported of one part; `version` is the one that was seen, 0 for none."""

    target: Code
    division: Code = ""
    version: Annotated[int, Field(ge=0, le=10**6)]
    observed_on: date
    value: Number = None
    progress_pct: Number = None
    narrative: str = ""
    confidence_code: Literal["", "high", "medium", "low"] = ""
    evidence: Annotated[str, Field(max_length=500)] = ""
    upload: Token = ""


class SaveForm(Form):
    period: date
    name: DraftName = ""
    entries: Annotated[list[Row], Field(min_length=1, max_length=MOST)]


class FileForm(Form):
    period: date
    name: DraftName = ""
    upload: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Ref(Form):
    target: Code
    division: Code = ""
    version: Annotated[int, Field(ge=1, le=10**6)]


class SubmitForm(Form):
    period: date
    name: Name
    entries: Annotated[list[Ref], Field(min_length=1, max_length=MOST)]


class Numbered(Form):
    id: Annotated[int, Field(ge=1, le=2**31 - 1)]
    version: Annotated[int, Field(ge=1, le=10**6)]


class PassForm(Form):
    name: Name
    entries: Annotated[list[Numbered], Field(min_length=1, max_length=MOST)]


class ReturnForm(PassForm):
    reason: Annotated[str, Field(min_length=1, max_length=500)]
