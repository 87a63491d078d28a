"""How the Data page prints counts, shares, moments and lengths of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

A_DAY = 1440
UNITS = ((A_DAY, Text("天", "d")), (60, Text("小时", "h")), (1, Text("分钟", "min")))
NO_SOURCE = Text("（来源已移除）", "(source removed)")


def count(value: Any) -> str:
    """A count with its thousands; a dash where there is none."""
    return MISSING if pd.isna(value) else f"{int(value):,}"


def share(value: Any) -> str:
    """A share in percent. What is not quite all never prints as 100 %."""
    if pd.isna(value):
        return MISSING
    percent = 100 * float(value)
    return f"{min(percent, 99.9) if percent < 100 else percent:.1f}%"


def moment(value: Any, view: View) -> str:
    """A time without its year where that is this year's."""
    if pd.isna(value):
        return MISSING
    at: datetime = pd.Timestamp(value).to_pydatetime()
    return f"{at:%m-%d %H:%M}" if at.year == view.today.year else f"{at:%Y-%m-%d %H:%M}"


def minutes(value: Any, view: View) -> str:
    """A length of time in the largest unit that leaves a whole number worth reading."""
    if pd.isna(value):
        return MISSING
    for size, text in UNITS:
        if float(value) >= size * (2 if size > 1 else 0):
            return f"{float(value) / size:.0f} {view.say(text)}"
    return f"0 {view.say(UNITS[-1][1])}"


def rhythm(value: Any, view: View) -> str:
    """How often a platform sends: 1 440 minutes are one day."""
    if pd.isna(value):
        return MISSING
    for size, text in UNITS:
        if value >= size and value % size == 0:
            return f"{int(value // size)} {view.say(text)}"
    return f"{int(value)} {view.say(UNITS[-1][1])}"


def label(row: dict[Any, Any], view: View) -> str:
    """A source's name in the language of the view."""
    value = row["label_en" if view.language == "en" else "label"]
    return view.say(NO_SOURCE) if pd.isna(value) else str(value)


def card(title: str, body: list[Component], note: str = "") -> Component:
    """A card as wide as the page; the note stands under its title."""
    head = [html.H2(title), html.P(note, className="card-note")] if note else [html.H2(title)]
    return html.Section([*head, *body], className="card card-free")
