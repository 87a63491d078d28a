"""The head of the ledger's page: how tasks stand in one line, what is due next, and whether any gate of the negative list was triggered."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.filters import Filters, ScopedFilters
from dashboard.pilot_cards.words import SHAPES, brief_path, day, month, names_of
from dashboard.pilot_choices import STATES
from dashboard.pilot_ledger.gates import Gate, gates_of
from dashboard.pilot_ledger.parts import parts_of
from dashboard.pilot_ledger.rolled import tasks_by_state
from dashboard.texts import Text
from dashboard.view import View

PATH = "/pilots"
MEETING, REPORT = Text("进入会议", "Open the meeting"), Text("进展填报", "Report progress")
TASKS = Text("项目标任务", "pilot tasks")
NEXT_DATES = 3
CARRIED = Text(
    "分解为 {parts} 条责任（{units} 个责任单位、{places} 个地区），已填报 {reported} 条",
    "carried in {parts} parts ({units} units, {places} places), {reported} of them reported",
)
OVERDUE = Text("已到期未完成 {} 项", "{} past due and not done")
NONE_OVERDUE = Text("没有到期未完成的任务", "nothing past due is undone")
NEXT = Text("下一期限", "Next due")
DUE_ON = Text("{day}（{n} 项未完成）", "{day} ({n} not done)")
HIT = Text("负面清单触发 {n} 项", "Negative list: {n} triggered")
HIT_AT = Text("{label}（{month}，{place}，{unit}）", "{label} ({month}, {place}, {unit})")
CLEAR = Text("负面清单 {n} 项均未触发", "None of the {n} items of the negative list is triggered")
NOT_ALL = Text("负面清单未触发，{n} 项上期未报齐", "Negative list not triggered; {n} items not fully reported for the last period")
NO_LIST = Text("没有负面清单", "There is no negative list")
NOTE = Text(
    "每项任务按所选范围内最慢的责任条亮灯，全部责任条完成才计已完成；为数据时间的现状，不随时段筛选变化。",
    "A task stands at the lamp of its slowest part in the selection, and is done when all its parts are; as of the data time, whatever the"
    " period chosen.",
)
NOTHING = Text("所选范围内没有试点任务", "No pilot tasks in this selection")


def links(view: View) -> Component:
    """Where the committee goes on to."""
    return html.Nav(
        [
            html.A(view.say(text), href=path, className="door-small")
            for text, path in ((MEETING, f"{PATH}/meeting"), (REPORT, f"{PATH}/report"))
        ],
        className="pilot-doors",
    )


def fill(view: View, wish: Filters) -> list[Component]:
    """The band of the negative list, and the line of how tasks stand."""
    filters = view.scoped(wish, "pilots")
    return [_band(view, gates_of(view.engine, filters)), *_standing(view, wish, filters)]


def _standing(view: View, wish: Filters, filters: ScopedFilters) -> list[Component]:
    counts, parts = tasks_by_state(view.engine, filters), parts_of(view.engine, filters)
    if parts.empty:
        return [html.P(view.say(NOTHING), className="none")]
    whole = html.Div([html.B(f"{sum(counts.values()):,}"), html.Span(view.say(TASKS))], className="stand-whole")
    states = [_state(view, wish, state, counts[state]) for state in ("done", "green", "yellow", "red", "none")]
    said = view.say(CARRIED).format(
        parts=f"{len(parts):,}", units=parts["unit_code"].nunique(), places=parts["division_code"].nunique(),
        reported=f"{int(parts['is_reported'].sum()):,}",
    )  # fmt: skip
    return [
        html.Div([whole, *states], className="stand"),
        html.P([html.Span(said), *_dates(view, wish, parts)], className="stand-said"),
        html.P(view.say(NOTE), className="card-note"),
    ]


def _state(view: View, wish: Filters, state: str, count: int) -> Component:
    """So many at a lamp: a link to the ledger narrowed to them, or let go where they alone were chosen."""
    is_chosen = wish.lamps == (state,)
    address = wish.model_copy(update={"lamps": () if is_chosen else (state,)}).to_query()
    name = f"stand-state lamp is-{state}{' is-chosen' if is_chosen else ''}{'' if count else ' is-nothing'}"
    inside = [html.Span(SHAPES[state]), html.B(f"{count:,}"), html.Span(view.say(STATES[state]), className="stand-word")]
    return html.A(inside, href=f"{PATH}?{address}#ledger", className=name)


def _dates(view: View, wish: Filters, parts: pd.DataFrame) -> list[Component]:
    """What is past due and not done, and the next dates with how many tasks wait for them."""
    waiting = parts[~parts["is_done"].astype(bool) & parts["due_on"].notna()]
    past = waiting.loc[waiting["is_due"].astype(bool), "target_code"].nunique()
    address = wish.model_copy(update={"dues": ("past",), "lamps": ("red", "yellow", "green", "none")}).to_query()
    late: Any = (
        html.A(view.say(OVERDUE).format(past), href=f"{PATH}?{address}#ledger", className="is-poor") if past else view.say(NONE_OVERDUE)
    )
    coming = waiting[~waiting["is_due"].astype(bool)].groupby("due_on")["target_code"].nunique().sort_index().head(NEXT_DATES)
    dates = " · ".join(view.say(DUE_ON).format(day=day(due), n=n) for due, n in coming.items())
    return [html.Span(late), *([html.Span([f"{view.say(NEXT)} ", html.B(dates)])] if dates else [])]


def _band(view: View, gates: tuple[Gate, ...]) -> Component:
    """A clear band where a gate was triggered, by name and place; a calm line where none was."""
    hits = [gate for gate in gates if gate.state == "hit"]
    if not hits:
        late = sum(gate.state == "unreported" for gate in gates)
        said = view.say(NO_LIST) if not gates else view.say(NOT_ALL).format(n=late) if late else view.say(CLEAR).format(n=len(gates))
        return html.P(
            [html.Span("○ " if late or not gates else "✓ "), said], className=f"gate-band {'is-open' if late or not gates else 'is-clear'}"
        )
    return html.Div(
        [html.B(["▲ ", view.say(HIT).format(n=len(hits))]), *(html.Span(_touched(view, gate)) for gate in hits)],
        className="gate-band is-hit", role="alert",
    )  # fmt: skip


def _touched(view: View, gate: Gate) -> list[Any]:
    """A gate by name, with each who touched it."""
    units, divisions = names_of(view, "unit_code", short=True), names_of(view, "division_code", short=True)
    label = gate.label_en if view.language == "en" else gate.label
    said = [
        view.say(HIT_AT).format(label=label, month=month(hit.last_on), place=divisions(hit.division_code), unit=units(hit.unit_code))
        for hit in gate.hits
    ]
    comma = "、" if view.language == "zh" else ", "
    return [html.A(comma.join(said), href=brief_path("unit", gate.hits[0].unit_code or ""))]
