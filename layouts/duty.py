"""Duty: who is on duty now and next, this week's roster, and what a shift hands over to the next."""

from __future__ import annotations

from pathlib import Path

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.duty_cards import duty_parts
from dashboard.roster import has_roster
from dashboard.texts import Text
from dashboard.view import View

PATH = "/duty"
TITLE = Text("值班与交接班", "Duty and handover")
HAS = ""


def stands(city_folder: Path | None) -> bool:
    """Only a city that keeps a roster has the page."""
    return city_folder is not None and has_roster(city_folder)


def layout(view: View, query: dict[str, str]) -> Component:
    return page(view, TITLE, duty_parts(view, query), path=PATH)
