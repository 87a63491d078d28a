"""Reports and findings as JSON and back, value for value: what a draft says is kept as it was generated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from numbers import Integral
from typing import Any

from dashboard.filters import Filters
from dashboard.reports.checking.finding import Finding
from dashboard.reports.model import Column, Figure, Note, Paragraph, Period, Report, Run, Said, Section, Table
from dashboard.texts import Text

# Under this name stands what a value is.
KIND = "~"
MADE = {kind.__name__: kind for kind in (Column, Figure, Note, Paragraph, Period, Report, Run, Said, Section, Table, Finding)}
NO_DAY = date(1, 1, 1)


def report_json(report: Report) -> str:
    return json.dumps(_packed(report), ensure_ascii=False, separators=(",", ":"))


def report_from(text: str) -> Report:
    found = _unpacked(json.loads(text))
    assert isinstance(found, Report)  # noqa: S101 written by `report_json`
    return found


def findings_json(findings: Sequence[Finding]) -> str:
    return json.dumps([_packed(one) for one in findings], ensure_ascii=False)


def findings_from(text: str) -> list[Finding]:
    return [_unpacked(one) for one in json.loads(text)]


def content_hash(report: Report) -> str:
    """The hash of all a report says. Its number and day are no part of it: what was reviewed has the hash of what is issued."""
    said = replace(report, number="", made_on=NO_DAY)
    return hashlib.sha256(json.dumps(_packed(said), ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def _packed(value: Any) -> Any:  # noqa: PLR0911 one answer for each kind of value
    if isinstance(value, Text):
        return {KIND: "Text", "zh": value.zh, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        return {KIND: type(value).__name__, **{field.name: _packed(getattr(value, field.name)) for field in fields(value)}}
    if isinstance(value, Filters):
        return {KIND: "Filters", "wish": value.to_json()}
    if isinstance(value, datetime):
        return {KIND: "datetime", "at": value.isoformat()}
    if isinstance(value, date):
        return {KIND: "date", "at": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_packed(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = value[KIND]
    if kind == "Text":
        return Text(value["zh"], value["en"])
    if kind == "Filters":
        return Filters.from_json(value["wish"])
    if kind in ("date", "datetime"):
        return (datetime if kind == "datetime" else date).fromisoformat(value["at"])
    made = MADE[kind]
    # What a later program no longer knows is left out.
    return made(**{field.name: _unpacked(value[field.name]) for field in fields(made) if field.name in value})
