"""As whose profile one acts: its name, and the choice of the unit of those that are one unit's."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Engine, select

from dashboard.asking import fetch, remembered
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import pilot_assignments

UNIT = Text("填报单位", "Unit")
NO_UNIT = Text("未选单位", "no unit chosen")


def profile_name(view: View) -> str:
    """The profile at work, with its unit where it is one unit's."""
    name = view.say(view.profile.label)
    return f"{name} · {unit_name(view, view.unit) if view.unit else view.say(NO_UNIT)}" if view.profile.of_unit else name


def unit_name(view: View, code: str) -> str:
    """What a unit is called, by its short name where it has one; its code where nobody knows it."""
    names = labels(view.engine, "unit_code")
    if code not in names.index:
        return code
    row = names.loc[code]
    short = row["short_label"]
    return str(row["label_en"] if view.language == "en" else short if isinstance(short, str) and short else row["label"])


def unit_choice(view: View) -> Component:
    """The units that carry pilot targets, for the profiles that are one unit's."""
    options = [html.Option(unit_name(view, code), value=code, selected=code == view.unit) for code in carriers(view.engine)]
    return html.Label([html.Span(view.say(UNIT)), html.Select(options, name="unit")], className="unit-choice")


@remembered(4)
def carriers(engine: Engine) -> tuple[str, ...]:
    """The units that carry pilot targets, by code."""
    a = pilot_assignments.c
    found = fetch(engine, select(a.unit_code).where(a.unit_code.is_not(None)).distinct().order_by(a.unit_code))
    return tuple(found["unit_code"])
