"""The kinds of things a source may bring, with the columns each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "time", "date", "number", "integer", "flag"]


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its columns of ours with their types, those that must be mapped, the values some may have."""

    columns: dict[str, ColumnType]
    required: list[str]
    choices: dict[str, list[str]]


PLACE = "district_code district town_code town community_code community"

# As printed in docs/city-folder.md: a star marks what must be mapped.
COLUMNS = {
    "tickets": "number* reported_at* accepted_at filed_at dispatched_at signed_at resolved_at verified_at closed_at "
    f"rated_at updated_at close_due_at status channel category_code category major_code major {PLACE} grid address "
    "lon lat unit_code unit assisting_units caller caller_name title description rework_count refusal_count "
    "supervision_count extension_count satisfaction is_solved is_secret is_asked is_deleted duplicate_of is_on_time",
    "disputes": f"number* accepted_at* type origin referral organisation_code organisation level {PLACE} party_count "
    "amount_yuan concluded_at outcome agreement is_confirmed is_fulfilled fulfil_due_at is_escalation_prevented "
    "is_deleted updated_at",
    "pilot_observations": "target_code* observed_on* unit_code unit division_code district value* progress_pct "
    "evidence narrative confidence submitted_by submitted_at confirmed_by reviewed_by reviewed_at updated_at",
    "risks": f"number* registered_at* label type level likelihood impact {PLACE} unit_code unit duty measure due_at "
    "closed_at is_deleted updated_at",
    "surveys": "survey_code* held_on* topic label question district_code district valid_count* positive_count*",
    "resources": f"resource_code* type* label {PLACE} lon lat resource_count",
}

CHOICES = {
    ("tickets", "status"): "open closed withdrawn deleted unknown",
    ("disputes", "origin"): "patrol application entrusted",
    ("disputes", "referral"): "court police petition none",
    ("disputes", "level"): "building community town district city",
    ("disputes", "outcome"): "success failure withdrawn terminated transferred",
    ("disputes", "agreement"): "oral written none",
    ("pilot_observations", "confidence"): "high medium low",
    ("risks", "level"): "high medium low",
    ("surveys", "topic"): "security governance other",
}

# A column's name tells its type; these names tell nothing.
ODD_TYPES: dict[str, ColumnType] = {
    "lon": "number",
    "lat": "number",
    "value": "number",
    "satisfaction": "integer",
    "likelihood": "integer",
    "impact": "integer",
}
ENDINGS: dict[str, ColumnType] = {
    "_at": "time",
    "_on": "date",
    "_count": "integer",
    "_yuan": "number",
    "_pct": "number",
}


def _type(name: str) -> ColumnType:
    if name.startswith("is_"):
        return "flag"
    if name in ODD_TYPES:
        return ODD_TYPES[name]
    return next((told for ending, told in ENDINGS.items() if name.endswith(ending)), "text")


def _kind(name: str, words: list[str]) -> Kind:
    return Kind(
        columns={word.rstrip("*"): _type(word.rstrip("*")) for word in words},
        required=[word.rstrip("*") for word in words if word.endswith("*")],
        choices={column: values.split() for (kind, column), values in CHOICES.items() if kind == name},
    )


KINDS: dict[str, Kind] = {name: _kind(name, words.split()) for name, words in COLUMNS.items()}
