"""What stands on the page of a target, in order; and the list of targets where none is asked for."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.charts.lamps import LAMPS
from dashboard.components import chart_card, sorry, table
from dashboard.dossier.found import ORDER, dossier_of, listed
from dashboard.dossier.head import bar_of, figures_of, head_card, paper_line
from dashboard.dossier.observed import gate_card, narratives_card, reports_card
from dashboard.dossier.tables import milestones_card, parts_card, peers_card, versions_card
from dashboard.dossier.words import KINDS, PAGE, QUARTER, block_of, day, lamp_words, name_of, target_path
from dashboard.filters import Filters, one_of
from dashboard.request import current_view
from dashboard.texts import NOT_FOUND, NOT_FOUND_HINT, Text
from dashboard.view import View
from dashboard.warehouse import NoSnapshot

# Of a gate there is no way to go, and so nothing to draw.
TRAJECTORY = "target_trajectory"
HEADINGS = [
    (Text("编号", "Code"), "when"), (Text("名称", "Name"), "text"), (Text("板块", "Block"), "when"), (Text("性质", "Kind"), "when"),
    (Text("亮灯", "Lamp"), "when"), (Text("完成期限", "Due"), "when"), (Text("责任条", "Parts"), "num"),
]  # fmt: skip
CHOOSE, NONE = Text("选择一项，查看其档案。", "Choose a target to see its dossier."), Text("没有试点任务", "There are no targets")
HIT, CLEAR = Text("▲ 已触发", "▲ touched"), Text("✓ 未触发", "✓ clear")


def is_known(code: str) -> bool:
    """Whether the snapshot at work knows a target; without a snapshot the page itself says so."""
    if not code:
        return True
    try:
        return dossier_of(current_view(), code) is not None
    except NoSnapshot:
        return True


def target_parts(view: View, code: str, wish: Filters, query: dict[str, str]) -> list[Component]:
    """The whole dossier of one target."""
    found = dossier_of(view, code)
    if found is None:
        return [sorry(view.language, NOT_FOUND, NOT_FOUND_HINT, again=False)]
    drawn = [] if found.is_gate else [chart_card(TRAJECTORY, view, "target", "l")]
    way = [gate_card(view, found)] if found.is_gate else [milestones_card(view, found)]
    sheets = [*drawn, *way, versions_card(view, found), *peers_card(view, found)]
    return [
        # What charts and their files on this page are asked about.
        dcc.Store(id=ids.FILTERS, data=found.filters.wish.to_json()),
        bar_of(view, found, wish),
        paper_line(view),
        head_card(view, found),
        figures_of(view, found),
        html.Div(sheets, className="dossier-sheets"),
        parts_card(view, found),
        narratives_card(view, found, wish, one_of(query, QUARTER)),
        reports_card(view, found, wish, one_of(query, PAGE)),
    ]


def every_target(view: View, wish: Filters) -> list[Component]:
    """All targets, each a link to its dossier."""
    rows = [_row(view, row, wish) for row in listed(view.engine, view.scoped(wish, "pilots")).to_dict("records")]
    return [html.P(view.say(CHOOSE), className="card-note"), html.Section([table(HEADINGS, rows, view, NONE)], className="card card-free")]


def _row(view: View, row: dict[Any, Any], wish: Filters) -> list[Any]:
    if row["kind"] == "negative":
        lamp = html.B(view.say(HIT if row["is_hit"] else CLEAR), className=f"lamp is-{'bad' if row['is_hit'] else 'good'}")
    else:
        code = next((code for code, rank in ORDER.items() if rank == row["rank"]), "none")
        lamp = html.B(lamp_words(view, code), className=f"lamp is-{LAMPS[code].colour}")
    code = str(row["target_code"])
    return [
        code, html.A(name_of(view, row), href=target_path(code, wish)), block_of(view, row["block"]), view.say(KINDS[row["kind"]]), lamp,
        day(row["due_on"]), f"{row['parts']}",
    ]  # fmt: skip
