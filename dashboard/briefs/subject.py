"""Whom a brief is about: a unit or a division, what it is, what it belongs to, and who lives there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html
from sqlalchemy import select

from dashboard import places
from dashboard.asking import fetch
from dashboard.components import brief_path
from dashboard.filters import Filters, one_of
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import divisions, populations, units

UNIT, DIVISION = "unit", "division"
# What a brief is of -> the field of Filters that narrows every number to it, and the dimension its name stands in.
CHOICES = {UNIT: ("units", "unit_code"), DIVISION: ("divisions", "division_code")}
KINDS = {
    "department": Text("部门", "Department"), "enforcement": Text("执法机构", "Enforcement body"),
    "institution": Text("事业单位", "Public institution"), "enterprise": Text("企业", "Enterprise"), "town": Text("镇街", "Town"),
    "community": Text("社区（村）", "Community"), "bureau": Text("部门", "Department"),
}  # fmt: skip
LEVELS = {
    "city": Text("市", "City"), "district": Text("区县", "District"), "town": Text("镇街", "Town"),
    "community": Text("社区（村）", "Community"), "grid": Text("网格", "Grid"),
}  # fmt: skip
ZONE = Text("功能区", "Functional zone")
A_UNIT = Text("单位", "Unit")
KIND, BELONGS, PLACE = Text("类别", "Kind"), Text("隶属", "Belongs to"), Text("所在区划", "Place")
RESIDENTS, NOT_KNOWN = Text("常住人口", "Residents"), Text("未知", "not known")
PEOPLE, ILLUSTRATIVE = Text("{n} 人（{at}）", "{n} ({at})"), Text("{n} 人（{at}，示意）", "{n} ({at}, illustrative)")


@dataclass(frozen=True)
class Subject:
    """A unit or a division: `facts` are what its head says of it."""

    kind: str
    code: str
    label: str
    facts: tuple[tuple[Text, Any], ...]

    def wish(self, wish: Filters) -> Filters:
        """The days of a wish, of this unit or division alone."""
        return days_of(wish).model_copy(update={CHOICES[self.kind][0]: (self.code,)})


def days_of(wish: Filters) -> Filters:
    """A wish that names days only: what else an address narrows is no matter of a brief."""
    return Filters(period=wish.period, since=wish.since, until=wish.until, snapshot=wish.snapshot)


def named_in(query: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    """The units and divisions an address names: one makes a brief, none the list of them."""
    return [(kind, code) for kind in CHOICES if (code := one_of(query, kind).strip())]


def is_known(view: View, kind: str, code: str) -> bool:
    return kind in CHOICES and code in labels(view.engine, CHOICES[kind][1]).index


def name_of(view: View, kind: str, code: str) -> str:
    column = view.theme("office").label_column
    return str(labels(view.engine, CHOICES[kind][1])[column].get(code, code))


def subject_of(view: View, kind: str, code: str, wish: Filters) -> Subject:
    """What there is to say of a unit or a division; its code must be known."""
    facts = _of_unit(view, code, wish) if kind == UNIT else _of_division(view, code, wish)
    return Subject(kind, code, name_of(view, kind, code), tuple(facts))


def choices(view: View) -> list[tuple[str, str, str]]:
    """Every unit and division one may choose: kind, code and name; divisions first, each followed by its own."""
    # The city itself comes before what it is made of.
    found = [(DIVISION, code) for code in dict.fromkeys([*filter(None, [_root(view)]), *places.in_order(view.engine)])]
    found += [(UNIT, str(code)) for code in labels(view.engine, "unit_code").index]
    names = {kind: labels(view.engine, dimension)[view.theme("office").label_column].to_dict() for kind, (_, dimension) in CHOICES.items()}
    return [(kind, code, str(names[kind].get(code, code))) for kind, code in found]


def _root(view: View) -> str:
    held = places.divisions_of(view.engine)
    return next((str(code) for code, level in held["level"].items() if level == "city"), "")


def kind_of(view: View, kind: str, code: str) -> Text:
    """What kind of unit or division a code is, in words."""
    if kind == UNIT:
        return KINDS.get(_row_of(view, UNIT, code).get("kind", ""), A_UNIT)
    row = _row_of(view, DIVISION, code)
    return ZONE if row.get("kind") == "zone" else LEVELS.get(row.get("level", ""), PLACE)


def _row_of(view: View, kind: str, code: str) -> dict[str, str]:
    """What the city's lists say of a code; nothing of what is missing."""
    table = units if kind == UNIT else divisions
    frame = fetch(view.engine, select(table).where(table.c[CHOICES[kind][1]] == code))
    return {str(name): str(value) for name, value in frame.iloc[0].items() if pd.notna(value)} if len(frame) else {}


def _of_unit(view: View, code: str, wish: Filters) -> list[tuple[Text, Any]]:
    row, facts = _row_of(view, UNIT, code), [(KIND, view.say(kind_of(view, UNIT, code)))]
    for text, kind, column in ((BELONGS, UNIT, "parent_code"), (PLACE, DIVISION, "division_code")):
        if column in row and is_known(view, kind, row[column]):
            facts.append((text, _link(view, kind, row[column], wish)))
    return facts


def _of_division(view: View, code: str, wish: Filters) -> list[tuple[Text, Any]]:
    above = places.line_of(view.engine, code)[:-1]
    line: list[Any] = [part for one in above for part in (_link(view, DIVISION, one, wish), " / ")][:-1]
    facts: list[tuple[Text, Any]] = [(KIND, view.say(kind_of(view, DIVISION, code)))]
    return [*facts, *([(BELONGS, line)] if line else []), (RESIDENTS, residents_in_words(view, code))]


def _link(view: View, kind: str, code: str, wish: Filters) -> Any:
    return html.A(name_of(view, kind, code), href=brief_path(kind, code, wish))


def residents_in_words(view: View, code: str) -> str:
    """How many live in a division and when that was counted."""
    p = populations.c
    frame = fetch(view.engine, select(p.population_count, p.as_of_on, p.is_illustrative).where(p.division_code == code))
    if frame.empty or pd.isna(frame["population_count"].iloc[0]):
        return view.say(NOT_KNOWN)
    row = frame.iloc[0]
    at = "" if pd.isna(row["as_of_on"]) else f"{row['as_of_on']:%Y-%m}"
    return view.say(ILLUSTRATIVE if row["is_illustrative"] else PEOPLE).format(n=f"{row['population_count']:,.0f}", at=at)
