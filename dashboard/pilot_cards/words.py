"""What the ledger's cards say: names, states with shape and word, values in their unit, gaps and days as printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.charts.behind_table import OWN
from dashboard.charts.lamps import BLOCKS, NO_BLOCK
from dashboard.measures import unit_in
from dashboard.pilot_choices import KINDS, STATES
from dashboard.reference import labels, root
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

SHAPES = {"red": "▲", "yellow": "◆", "green": "●", "done": "✓", "none": "○"}
# In a cell there is no room for more.
SHORT = {**STATES, "none": Text("无灯", "No lamp")}
NEVER = Text("未填报", "Not reported")
SIGNS = {"up": "≥", "down": "≤"}
NO_UNIT, NO_PLACE = Text("未定单位", "No unit"), Text("未定地区", "No place")


def state_said(view: View, state: str, is_reported: bool = True) -> Component:
    """Shape and word of how a row stands."""
    word = SHORT[state] if is_reported or state != "none" else NEVER
    return html.B([html.Span(SHAPES[state]), f" {view.say(word)}"], className=f"lamp is-{state}")


def names_of(view: View, dimension: str, *, short: bool = False) -> Callable[[object], str]:
    """What codes of units or divisions are called; a missing one says so."""
    held = labels(view.engine, dimension)["label_en" if view.language == "en" else "short_label" if short else "label"].to_dict()
    none = view.say(NO_UNIT if dimension == "unit_code" else NO_PLACE)
    if short and dimension == "division_code":  # What the city carries itself is its own level's.
        held[root(view.engine)] = view.say(OWN)
    return lambda code: str(held.get(code, code)) if isinstance(code, str) and code else none


def task_name(view: View, row: dict[str, Any]) -> str:
    return str(row["label_en" if view.language == "en" else "label"])


def block_name(view: View, block: object) -> str:
    if not isinstance(block, str) or not block:
        return view.say(NO_BLOCK)
    return BLOCKS.get(block, block) if view.language == "en" else block


def kind_name(view: View, kind: object) -> str:
    return view.say(KINDS.get(str(kind), KINDS["target"]))


def task_path(code: str) -> str:
    return f"/pilots/target?code={quote(code)}"


def brief_path(choice: str, code: str) -> str:
    """The one page of a unit or a division; `choice` is unit or division."""
    return f"/brief?{choice}={quote(code)}"


def number(value: Any) -> str:
    """A value of a target's own unit, no more decimals than it needs."""
    return MISSING if pd.isna(value) else f"{float(value):,.2f}".rstrip("0").rstrip(".")


def measured_in(view: View, row: dict[str, Any]) -> str:
    """The unit of measure in the page's language."""
    return unit_in(row["measure_unit"], view.language)


def gap(value: Any) -> str:
    """Percentage points ahead of the schedule, or behind it."""
    if pd.isna(value):
        return MISSING
    rounded = round(float(value), 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def day(value: Any) -> str:
    return MISSING if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def month(value: Any) -> str:
    return MISSING if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m}"
