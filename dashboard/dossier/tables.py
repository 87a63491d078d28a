"""The tables of a target: its milestones, its versions, the published figures beside it, and its parts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.charts.lamps import LAMPS
from dashboard.components import table
from dashboard.dossier.found import Dossier, named, names_of
from dashboard.dossier.words import (
    NEVER,
    STAGES,
    confidence_word,
    day,
    lamp_words,
    measured,
    name_of,
    number,
    percent,
    signed,
)  # fmt: skip
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

MILESTONES, NO_MILESTONES = Text("里程碑", "Milestones"), Text("没有登记里程碑", "No milestones on record")
MILESTONE_HEADINGS = [
    (Text("阶段", "Stage"), "when"), (Text("里程碑", "Milestone"), "text"), (Text("期限", "Due"), "when"),
    (Text("应达进度", "Progress"), "num"), (Text("达成", "Reached"), "text"),
]  # fmt: skip
MILESTONES_NOTE = Text(
    "达成按各责任条历次填报的进度判定：进度达到且此后没有回落；逾期指期限所在填报期的报告已应报而仍未达到。",
    "Reached: the reports of a part hold that progress and have not fallen back since. Late: the report of the period it was due in"
    " is due, and it is not reached.",
)
REACHED, REACHED_LATE = Text("✓ {day} 达成", "✓ reached {day}"), Text("✓ {day} 达成，{n} 条晚于期限", "✓ reached {day}, {n} late")
REACHED_ONE_LATE = Text("✓ {day} 达成，晚于期限", "✓ reached {day}, late")
BEHIND, BEHIND_ONE = (
    Text("▲ 逾期：{n} 条未达，已达 {done}/{all}", "▲ late: {n} not there, {done}/{all} are"),
    Text("▲ 逾期未达", "▲ late, not reached"),
)
AHEAD, AHEAD_ONE = Text("○ 未到期，已达 {done}/{all}", "○ ahead, {done}/{all} reached"), Text("○ 未到期", "○ ahead")
VERSIONS = Text("指标版本", "Versions of the target")
VERSION_HEADINGS = [
    (Text("生效日期", "Valid from"), "when"), (Text("基期值", "Baseline"), "num"), (Text("目标值", "Target"), "num"),
    (Text("完成期限", "Due"), "when"), (Text("权重", "Weight"), "num"), (Text("变动", "Changed"), "text"), (Text("依据", "Basis"), "text"),
]  # fmt: skip
FIRST, IN_FORCE, LATER = Text("初始版本", "first version"), Text("现行", "in force"), Text("未生效", "not yet")
CHANGED = {
    "target_value": Text("目标值 {a} → {b}", "target {a} → {b}"), "baseline_value": Text("基期值 {a} → {b}", "baseline {a} → {b}"),
    "due_on": Text("期限 {a} → {b}", "due {a} → {b}"), "start_on": Text("起始 {a} → {b}", "begins {a} → {b}"),
    "weight": Text("权重 {a} → {b}", "weight {a} → {b}"), "measure_unit": Text("计量单位 {a} → {b}", "unit {a} → {b}"),
    "label": Text("名称 {a} → {b}", "name {a} → {b}"),
}  # fmt: skip
NOTHING_CHANGED = Text("数值未变", "no value changed")
PEERS = Text("公开数字参照", "Published figures")
PEERS_NOTE = Text(
    "均为报刊公开数字，附出处；口径、范围与本指标不尽相同，只作参照，不参与计算。",
    "As the press printed them, with the article. What they count is near to this target, not the same: for reference only.",
)
PEER_HEADINGS = [
    (Text("公开数字", "Figure"), "text"), (Text("地区", "Place"), "text"), (Text("时期", "Period"), "when"),
    (Text("公布值", "Published"), "num"), (Text("本市现值", "Here"), "num"), (Text("本市目标", "Target here"), "num"),
    (Text("出处", "Article"), "text"),
]  # fmt: skip
NO_PEERS = Text("没有可参照的公开数字", "No published figures of this kind")
MEDIAN = Text("中位 {m}（{low}–{high}）", "median {m} ({low}–{high})")
PARTS_TITLE, NO_PARTS = Text("责任分解", "Who carries it"), Text("没有责任分解", "Nobody carries it yet")
PARTS_NOTE = Text("最慢的在前：先按亮灯，再按序时差。", "The slowest first: by lamp, then by the gap to the schedule.")
GATE_NOTE = Text("已触发的在前；零报告也是填报。", "What was touched first; a nil report is a report.")
PART_HEADINGS = [
    (Text("亮灯", "Lamp"), "when"), (Text("责任单位", "Unit"), "text"), (Text("区划", "Place"), "text"),
    (Text("序时差", "Gap (pp)"), "num"), (Text("进度", "Progress"), "num"), (Text("时间进度", "Elapsed"), "num"),
    (Text("现值", "Value"), "num"), (Text("自评把握", "Confidence"), "when"), (Text("最近填报", "Last report"), "when"),
]  # fmt: skip
GATE_HEADINGS = [
    (Text("状态", "State"), "when"), (Text("责任单位", "Unit"), "text"), (Text("区划", "Place"), "text"),
    (Text("触发次数", "Times"), "num"), (Text("最近触发", "Last touched"), "when"), (Text("最近填报", "Last report"), "when"),
]  # fmt: skip
HIT, CLEAR = Text("▲ 触发", "▲ touched"), Text("✓ 未触发", "✓ clear")
OWN = Text("自报，未列入分解", "by itself, not assigned")


def card(title: str, children: list[Any], kind: str = "", tools: list[Component] | None = None) -> Component:
    head = html.Div([html.H2(title), *(tools or [])], className="card-head")
    return html.Section([head, *children], className=f"card card-free dossier-part {kind}".strip())


def milestones_card(view: View, found: Dossier) -> Component:
    rows = []
    for row in found.milestones.to_dict("records"):
        stage = STAGES.get(row["stage_code"])
        said, state = reached(view, row)
        rows.append([
            view.say(stage) if stage else MISSING, name_of(view, row), day(row["due_on"]), percent(row["progress_pct"]),
            html.Span(said, className=state),
        ])  # fmt: skip
    body = table(MILESTONE_HEADINGS, rows, view, NO_MILESTONES)
    note = [html.P(view.say(MILESTONES_NOTE), className="card-note")] if rows else []
    return card(view.say(MILESTONES), [body, *note], "dossier-milestones")


def reached(view: View, row: dict[Any, Any]) -> tuple[str, str]:
    """How far the parts are with a milestone, in words, and the class that colours them."""
    every, done, behind, late = (int(row[name]) for name in ("parts", "reached", "behind", "late"))
    is_one = every == 1
    if done == every:
        text = REACHED if not late else REACHED_ONE_LATE if is_one else REACHED_LATE
        return view.say(text).format(day=day(row["last_on"]), n=late), "is-good" if not late else "is-late"
    text = (BEHIND_ONE if is_one else BEHIND) if behind else (AHEAD_ONE if is_one else AHEAD)
    return view.say(text).format(n=behind, done=done, all=every), "is-poor" if behind else "faint"


def versions_card(view: View, found: Dossier) -> Component:
    """Every version, the newest first: since when it holds, what it changed and by which decision."""
    held = found.versions.to_dict("records")
    rows = []
    for place, row in enumerate(held):
        is_held = _same(row["valid_from"], found.row["valid_from"])
        is_later = not pd.isna(row["valid_from"]) and row["valid_from"].date() > view.today
        mark = IN_FORCE if is_held else LATER if is_later else None
        since = html.Span([day(row["valid_from"]), *([html.Small(view.say(mark), className="in-use")] if mark else [])])
        rows.append([
            since, measured(row["baseline_value"], row["measure_unit"]), measured(row["target_value"], row["measure_unit"]),
            day(row["due_on"]), number(row["weight"]), changes(view, held[place - 1], row) if place else view.say(FIRST),
            name_of(view, row, "basis"),
        ])  # fmt: skip
    return card(view.say(VERSIONS), [table(VERSION_HEADINGS, rows[::-1], view, NO_PARTS)], "dossier-versions")


def changes(view: View, before: dict[Any, Any], now: dict[Any, Any]) -> str:
    """What a version says otherwise than the one before it."""
    told = []
    for name, text in CHANGED.items():
        if not _same(before[name], now[name]):
            show = day if name.endswith("_on") else number if name not in ("label", "measure_unit") else str
            told.append(view.say(text).format(a=show(before[name]), b=show(now[name])))
    return ("；" if view.language == "zh" else "; ").join(told) or view.say(NOTHING_CHANGED)


def _same(one: Any, other: Any) -> bool:
    return (pd.isna(one) and pd.isna(other)) or bool(one == other)


def peers_card(view: View, found: Dossier) -> list[Component]:
    """What other places published of the same, beside one's own; nothing where nothing was."""
    if found.peers.empty:
        return []
    unit = found.row["measure_unit"]
    own, aim = own_value(view, found), measured(found.row["target_value"], unit)
    rows = [
        [
            name_of(view, row), row["place"] or MISSING, row["period"] or MISSING, html.B(measured(row["value"], row["measure_unit"])), own,
            aim, html.Span([article(row["article"]), html.Small(html.Q(row["quote"]))] if row["quote"] else article(row["article"])),
        ]
        for row in found.peers.astype(object).where(found.peers.notna(), None).to_dict("records")
    ]  # fmt: skip
    body = [table(PEER_HEADINGS, rows, view, NO_PEERS), html.P(view.say(PEERS_NOTE), className="card-note")]
    return [card(view.say(PEERS), body, "dossier-peers")]


def article(text: str | None) -> str:
    """The article of a figure without the mark its text is filed under."""
    said = text or MISSING
    mark, _, rest = said.partition(" ")
    return rest if rest and "_" in mark and mark.isascii() else said


def own_value(view: View, found: Dossier) -> str:
    """The last value of its only part; of several their median, the least and the greatest."""
    values, unit = found.parts["value"].dropna(), found.row["measure_unit"]
    if values.empty:
        return MISSING
    if len(found.parts) == 1:
        return measured(values.iloc[0], unit)
    return view.say(MEDIAN).format(m=measured(values.median(), unit), low=number(values.min()), high=number(values.max()))


def parts_card(view: View, found: Dossier) -> Component:
    """Every unit and place that carries it, the worst first."""
    units, places = names_of(view, "unit_code"), names_of(view, "division_code")
    rows = []
    for row in found.parts.to_dict("records"):
        own = [] if row["is_assigned"] or not row["is_reported"] else [html.Small(view.say(OWN))]
        who = html.Span([named(view, units, row["unit_code"], "unit_code"), *own])
        where = named(view, places, row["division_code"], "division_code")
        last = day(row["observed_on"]) if row["is_reported"] else html.Span(view.say(NEVER), className="is-poor")
        state, *measures = _gate_cells(view, row) if found.is_gate else _work_cells(view, found, row)
        rows.append([state, who, where, *measures, last])
    headings, note = (GATE_HEADINGS, GATE_NOTE) if found.is_gate else (PART_HEADINGS, PARTS_NOTE)
    return card(
        view.say(PARTS_TITLE), [html.P(view.say(note), className="card-note"), table(headings, rows, view, NO_PARTS)], "dossier-parts"
    )


def _work_cells(view: View, found: Dossier, row: dict[Any, Any]) -> list[Any]:
    code = row["lamp_code"] if isinstance(row["lamp_code"], str) else "none"
    gap = html.B(signed(row["gap_pct"]), className="is-poor" if code == "red" else "")
    since = day(row["confidence_on"])
    sure = html.Span(confidence_word(view, row["confidence_code"]), title=since if since != MISSING else "")
    return [
        html.B(lamp_words(view, code), className=f"lamp is-{LAMPS[code].colour}"), gap, percent(row["progress_pct"]),
        percent(row["elapsed_pct"]), measured(row["value"], found.row["measure_unit"]), sure,
    ]  # fmt: skip


def _gate_cells(view: View, row: dict[Any, Any]) -> list[Any]:
    state = html.B(view.say(HIT if row["is_hit"] else CLEAR), className=f"lamp is-{'bad' if row['is_hit'] else 'good'}")
    times = number(row["hit_count"])
    return [state if row["is_reported"] else MISSING, times, day(row["hit_on"])]
