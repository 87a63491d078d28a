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
# English for what Chinese ledgers measure in; a word of a city's own is left out in English.
MEASURES = {
    "起": "cases", "件": "cases", "次": "times", "个": "", "项": "items", "人": "people", "人次": "visits", "名": "people", "天": "d",
    "小时": "h", "学时": "class hours", "课时": "lessons", "场": "events", "场次": "events", "轮次": "rounds", "条": "items",
    "张": "sheets", "套": "sets", "类": "kinds", "处": "sites", "间": "rooms", "点位": "points", "万人": "×10k people",
    "万件": "×10k cases", "万元": "×10k CNY", "亿元": "×100m CNY", "万路": "×10k cameras", "万户次": "×10k households",
    "件/万人": "per 10k people", "个/万人": "per 10k people", "人/万车": "per 10k vehicles",
}  # fmt: skip
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
    unit = row["measure_unit"] if isinstance(row["measure_unit"], str) else ""
    return unit if view.language == "zh" or unit.isascii() else MEASURES.get(unit, "")


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
