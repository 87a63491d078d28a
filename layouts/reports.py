"""Reports: chosen, drafted, edited, checked, reviewed, issued, taken away; and the archive of them."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components import page
from dashboard.report_cards import report_parts
from dashboard.report_cards.words import PATH as REPORTS
from dashboard.texts import Text
from dashboard.view import View

PATH = REPORTS
TITLE = Text("报告", "Reports")
HAS = ""


def layout(view: View, query: dict[str, str]) -> Component:
    kind = next((kind for kind in ("tickets", "disputes", "risks", "pilots") if kind in view.city.has), "tickets")
    asked = f"issue={query['issue']}" if query.get("issue", "").isdigit() else ""
    return page(view, TITLE, report_parts(view, query), path=PATH, kind=kind, about=asked)
