"""What a rule finds, and what it is given to look with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select

from dashboard.asking import fetch, remembered
from dashboard.reference import labels
from dashboard.view import View
from dashboard.warehouse import units

# A name in both languages, then shorter for where there is little room, as it is kept in JSON.
Pair = list[str]


@dataclass(frozen=True)
class Finding:
    """Something a rule found of a subject. One that does not fire keeps an alert alive that stands already, and makes none."""

    subject_kind: str
    subject_code: str
    worth: float
    facts: dict[str, Any]
    fires: bool = True


@dataclass(frozen=True)
class Baseline:
    """The first counts of the civic day."""

    measured_at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Look:
    """One look at one snapshot. `baseline` keeps the first counts of a day for a rule, and gives them back later."""

    view: View
    now: datetime
    baseline: Callable[[str, Mapping[str, int]], Baseline]

    @property
    def engine(self) -> Engine:
        return self.view.engine


def name_of(engine: Engine, dimension: str, code: Any) -> Pair | None:
    """What a code is called; None where there is none or nobody knows it."""
    if code is None or pd.isna(code):
        return None
    names = labels(engine, dimension)
    return None if code not in names.index else [str(names[column][code]) for column in ("label", "label_en", "short_label")]


@remembered(16)
def town_units(engine: Engine) -> dict[str, str]:
    """The unit that answers for a town: division -> unit, where the city names one."""
    u = units.c
    frame = fetch(engine, select(u.division_code, u.unit_code).where(u.kind == "town", u.division_code.is_not(None)))
    return dict(zip(frame["division_code"], frame["unit_code"], strict=True))


@remembered(16)
def unit_places(engine: Engine) -> dict[str, str]:
    """Where a unit belongs: unit -> division."""
    u = units.c
    frame = fetch(engine, select(u.unit_code, u.division_code).where(u.division_code.is_not(None)))
    return dict(zip(frame["unit_code"], frame["division_code"], strict=True))


def city_name(view: View) -> Pair:
    return [view.city.label, view.city.label_en]


def with_names(facts: dict[str, Any], **names: Pair | None) -> dict[str, Any]:
    """Facts, and those names that are known."""
    return facts | {key: name for key, name in names.items() if name is not None}
