"""Appeals: where, what, how fast, and what is late; everything cross-filters, a filtered view is a link."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import chart_card, filter_bar, key_card, page, switched_card
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.view import View

PATH = "/tickets"
TITLE = Text("群众诉求", "Appeals")
HAS = "tickets"
FIGURES = (
    "reported_count",
    "received_count",
    "open_count",
    "overdue_open",
    "on_time_closure",
    "median_hours",
    "satisfaction_rate",
    "repeat_rate",
)
CHOICES = ("divisions", "majors", "categories", "units", "channels")
CLOCKS = {"resolution_survival": Text("日历时钟", "Calendar clock"), "resolution_survival_work": Text("工作时钟", "Working clock")}
MAPS = {
    "division_map": Text("诉求量", "Count"), "division_map_rate": Text("每万人", "Per 10,000"), "tile_map": Text("方格图", "Tiles"),
}  # fmt: skip
STATIONS = {"resources_map": Text("站点", "Stations")}  # The same map with a layer of resources, where a city has them.
LATE, URGE = Text("什么超期", "What is late"), Text("督办与催办 →", "Supervision →")
# A section's heading, and its cards in order: a chart, or several under one switch, and the card's size.
Card = tuple[str | dict[str, Text], str]
SECTIONS: tuple[tuple[Text, tuple[Card, ...]], ...] = (
    (
        Text("何处·何事", "Where and what"),
        (
            (MAPS, "m"), ("categories", "m"), ("trend", "xl"), ("category_tree", "l"), ("category_pareto", "s"),
            ("category_by_place", "xl"), ("hour_of_week", "xl"),
        ),
    ),
    (
        Text("多快", "How fast"),
        (
            (CLOCKS, "m"), ("ends", "m"), ("stage_durations", "m"), ("stage_funnel", "m"), ("resolution_percentiles", "m"),
            ("living_promise", "m"),
        ),
    ),
    (LATE, (("backlog_age", "m"), ("flow", "m"), ("on_time_by_unit", "xl"), ("overdue_tickets", "xl"))),
    (Text("逐件", "One by one"), (("events", "xl"),)),
)  # fmt: skip


def layout(view: View, query: dict[str, str]) -> Component:
    cards = html.Div([key_card(code, "tickets") for code in FIGURES], className="keys")
    sections = html.Div([part for heading, held in SECTIONS for part in section(heading, held, view)], className="sections")
    guard = html.P(id=ids.guard("tickets"), className="guard")
    bar = filter_bar(view, Filters.from_parts(query, view.city.period), CHOICES)
    return page(view, TITLE, [cards, sections, guard], path=PATH, bar=bar)


def section(heading: Text, held: tuple[Card, ...], view: View) -> list[Component]:
    """A heading and the grid of its cards; what is late leads to where it is urged."""
    urge = [html.A(view.say(URGE), href="/reports/supervision", className="slip-link")] if heading is LATE else []
    return [html.H2([view.say(heading), *urge]), html.Div([card(what, view, size) for what, size in held], className="grid")]


def card(what: str | dict[str, Text], view: View, size: str) -> Component:
    if isinstance(what, str):
        return chart_card(what, view, "tickets", size)
    if what is not MAPS:
        return switched_card(what, view, "tickets", size)
    maps = MAPS | STATIONS if "resources" in view.city.has else MAPS
    return switched_card(maps, view, "tickets", size, above=[html.Nav(id=ids.part("crumbs"), className="crumbs")])
