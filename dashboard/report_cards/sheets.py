"""A report as pages: pictures of them, fetched as they come into sight; until they are drawn, how to have them."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import attributes
from dashboard.issuing.previews import page_count
from dashboard.profiles import VISITOR
from dashboard.report_cards import words
from dashboard.report_cards.tools import act
from dashboard.request import current_settings
from dashboard.store.report_tables import ReportIssue
from dashboard.view import View


def sheets(view: View, issue: ReportIssue) -> list[Component]:
    """The pages of a report as it reads now."""
    if view.profile is VISITOR:
        return []
    count = page_count(current_settings().previews, issue)
    if not count:
        button = act(view, "preview_report", {"issue_id": issue.issue_id, "version": issue.version}, label=words.DRAW)
        return [html.Div([html.P(view.say(words.NOT_DRAWN)), button], className="rp-pages-note")]
    return [html.Div([_sheet(view, issue, place, count) for place in range(1, count + 1)], className="rp-sheets")]


def _sheet(view: View, issue: ReportIssue, place: int, count: int) -> Component:
    said = view.say(words.PAGE).format(n=place, m=count)
    # Another content is another address, so that no old page is shown.
    source = f"/reports/{issue.issue_id}/page/{place}.png?of={issue.content_hash[:12]}"
    return html.Figure([html.Div(className="rp-page"), html.Figcaption(said)], className="rp-sheet", **attributes(src=source, alt=said))
