"""The negative list as a row of gates: each triggered, clear or not fully reported, with where, who, the evidence and who reviewed it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.filters import Filters
from dashboard.pilot_cards.words import block_name, brief_path, month, names_of, number
from dashboard.pilot_ledger.gates import Gate, Hit, gates_of
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

TITLE = Text("负面清单：一票否决的门槛", "Negative list: gates")
NOTE = Text(
    "门槛不平均、不折算得分：任一责任方在任一期报过大于零即为触发，不因以后为零而消除；上期零报告未齐的不算未触发。不受本页筛选影响。",
    "Gates are never averaged nor scored: triggered once anyone reported more than zero in any period, whatever came after; without every"
    " nil report of the last period an item does not count as clear. Not narrowed by the filters of this page.",
)
STATES = {
    "hit": ("▲", Text("触发", "Triggered")), "unreported": ("○", Text("未报齐", "Not fully reported")),
    "clear": ("✓", Text("未触发", "Not triggered")),
}  # fmt: skip
CAME = Text("{month} 期应报 {owed}，已报 {came}", "{month}: {came} of {owed} reports came")
NEVER_OWED = Text("尚无应报的期", "No report has been due yet")
WHEN, WHERE, WHO = Text("触发时间", "When"), Text("地区", "Place"), Text("责任单位", "Unit")
EVIDENCE, BY, REVIEWED = Text("佐证", "Evidence"), Text("填报人", "Submitted by"), Text("审核人", "Reviewed by")
NO_EVIDENCE, NOT_REVIEWED = Text("未附佐证", "none attached"), Text("未审核", "not reviewed")
TIMES = Text("{first} 至 {last}，{n} 次", "{first} to {last}, {n} times")
NO_LIST = Text("没有负面清单", "There is no negative list")


def fill(view: View, wish: Filters) -> list[Component]:
    gates = gates_of(view.engine, view.scoped(wish, "pilots"))
    if not gates:
        return [html.P(view.say(NO_LIST), className="none")]
    return [html.Div([_gate(view, gate) for gate in gates], className="gates")]


def _gate(view: View, gate: Gate) -> Component:
    shape, word = STATES[gate.state]
    name = gate.label_en if view.language == "en" else gate.label
    head = html.Div(
        [html.B(f"{shape} {view.say(word)}"), html.Small(f"{gate.code} · {block_name(view, gate.block)}")], className="gate-head"
    )
    told = [_hit(view, hit) for hit in gate.hits]
    said = view.say(NEVER_OWED)
    if gate.owed:
        said = view.say(CAME).format(month=month(gate.period_on), owed=gate.owed, came=gate.reported)
    return html.Article([head, html.H3(name), *told, html.P(said, className="faint")], className=f"gate is-{gate.state}")


def _hit(view: View, hit: Hit) -> Component:
    """Who, where, when, and what proves it."""
    units, divisions = names_of(view, "unit_code"), names_of(view, "division_code")
    when = month(hit.last_on)
    if hit.times > 1:
        when = view.say(TIMES).format(first=month(hit.first_on), last=month(hit.last_on), n=hit.times)
    rows: list[tuple[Text, Any]] = [
        (WHEN, f"{when} · {number(hit.value)}{hit.measure_unit if view.language == 'zh' else ''}"),
        (WHERE, html.A(divisions(hit.division_code), href=brief_path("division", hit.division_code or ""))),
        (WHO, html.A(units(hit.unit_code), href=brief_path("unit", hit.unit_code or ""))),
        (EVIDENCE, hit.evidence or html.Span(view.say(NO_EVIDENCE), className="is-poor")),
        (BY, _by(hit.submitted_by, hit.submitted_at) or MISSING),
        (REVIEWED, _by(hit.reviewed_by, hit.reviewed_at) or html.Span(view.say(NOT_REVIEWED), className="is-poor")),
    ]
    return html.Dl([part for name, value in rows for part in (html.Dt(view.say(name)), html.Dd(value))])


def _by(name: str, at: pd.Timestamp | None) -> str:
    """Who did it and on which day, as far as either is told."""
    return " · ".join(part for part in (name, "" if at is None else f"{at:%Y-%m-%d}") if part)
