"""The rows of the ledger as cells: a task with its slowest part, a part itself, or a unit or division with what it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import attributes
from dashboard.filters import Filters
from dashboard.pilot_cards.reading import COLUMNS, Reading
from dashboard.pilot_cards.small import bullet, lamp_bar, line, steps
from dashboard.pilot_cards.words import (
    NEVER,
    SHAPES,
    SIGNS,
    block_name,
    brief_path,
    day,
    gap,
    kind_name,
    measured_in,
    month,
    names_of,
    number,
    state_said,
    task_name,
    task_path,
)  # fmt: skip
from dashboard.pilot_choices import STATES
from dashboard.pilot_ledger.parts import ORDER, series_of
from dashboard.pilot_ledger.steps import Step, steps_of
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

UNITS, PLACES, BOTH = Text("{} 个单位", "{} units"), Text("{} 个地区", "{} places"), Text("{who} · {where}", "{who} · {where}")
SLOWEST, MEDIAN = Text("最慢：{}", "slowest: {}"), Text("中位 {}", "median {}")
OPEN = Text("展开 {} 条", "open {} parts")
REPORTED = Text("已报 {n}/{m}", "{n}/{m} reported")
WAY = Text("进度 {progress}，时间 {elapsed}", "progress {progress}, time {elapsed}")
LINE = Text("历次填报 {n} 期：{first} 至 {last}", "{n} reports: {first} to {last}")
STEPS, NEXT_STEP = Text("节点 {n}/{m}", "step {n} of {m}"), Text("下一步 {}", "next: {}")
VALUE_OF = Text("{} 期的数值", "the value of {}")
STEP_LATE = Text("已过节点", "overdue")
EACH_PART = Text("看逐条", "part by part")
OVERDUE = Text("已到期", "past due")


@dataclass(frozen=True)
class History:
    """What was reported of parts, and their milestones, by their keys."""

    lines: Mapping[str, list[float]]
    steps: Mapping[str, list[Step]]


def history_of(view: View, rows: list[dict[str, Any]]) -> History:
    """The history of rows that are tasks or parts: of a task that of its slowest part."""
    engine = view.engine
    stepped = [row["part"] for row in rows if pd.isna(row["target_value"])]
    return History(series_of(engine, [row["part"] for row in rows]), steps_of(engine, stepped))


@dataclass(frozen=True)
class Names:
    """What codes are called on this page."""

    unit: Callable[[object], str]
    division: Callable[[object], str]
    short_unit: Callable[[object], str]
    short_division: Callable[[object], str]


def names_on(view: View) -> Names:
    unit, division = "unit_code", "division_code"
    return Names(names_of(view, unit), names_of(view, division), names_of(view, unit, short=True), names_of(view, division, short=True))


def body(view: View, wish: Filters, reading: Reading, rows: list[dict[str, Any]], first: int, history: History) -> list[Any]:
    """A body of the table for each row; one of a task that several carry is followed by the place where its parts open."""
    names, found = names_on(view), []
    for place, row in enumerate(rows):
        cells = _cells(view, wish, reading, row, names, first + place, history)
        found.append(html.Tbody(_line(view, reading, cells)))
        if reading.by == "target" and row["parts"] > 1:
            found.append(html.Tbody(id=ids.ledger_parts(row["code"]), className="ledger-parts"))
    return found


def part_lines(view: View, rows: list[dict[str, Any]], history: History) -> list[Component]:
    """The parts of one task, under it."""
    names, reading = names_on(view), Reading("part")
    return [_line(view, reading, _task_cells(view, row, names, place + 1, history, is_inside=True)) for place, row in enumerate(rows)]


def _line(view: View, reading: Reading, cells: Mapping[str, Any]) -> Component:
    """A row; each cell knows its heading, which a phone prints beside it."""
    columns = COLUMNS[reading.by].items()
    return html.Tr(
        [html.Td(cells[name], className=f"{kind} is-{name}", **attributes(name=view.say(text))) for name, (text, kind, _) in columns]
    )


def _cells(
    view: View, wish: Filters, reading: Reading, row: dict[str, Any], names: Names, place: int, history: History
) -> Mapping[str, Any]:
    if reading.by in ("unit", "division"):
        return _group_cells(view, wish, reading.by, row, names, place)
    return _task_cells(view, row, names, place, history)


def _task_cells(
    view: View, row: dict[str, Any], names: Names, place: int, history: History, *, is_inside: bool = False
) -> Mapping[str, Any]:
    """A task or one part of it: what it is and whose, how far it came, its values in its own unit."""
    unit = measured_in(view, row)
    is_several = row["parts"] > 1
    return {
        "no": html.Span(f"{place:,}", className="faint"),
        "task": "" if is_inside else _task(view, row, is_several=is_several),
        "who": _who(view, row, names, is_several=is_several),
        "progress": _progress(view, row, history.steps.get(row["part"], [])),
        "target": MISSING
        if pd.isna(row["target_value"])
        else [f"{SIGNS.get(row['better'], '')}{number(row['target_value'])}", html.Small(unit)],
        "actual": _actual(view, row, unit),
        "gap": _gap(view, row, is_several=is_several),
        "lamp": _lamps(view, row, is_several=is_several),
        "trend": _trend(view, row, history),
        "due": _due(view, row),
        "latest": _latest(view, row),
    }


def _task(view: View, row: dict[str, Any], *, is_several: bool) -> list[Component]:
    """The task's name as the way to its dossier; its block and code, and the button that opens its parts."""
    said = f"{row['target_code']} · {block_name(view, row['block'])} · {kind_name(view, row['kind'])}"
    more: list[Any] = []
    if is_several:
        state: Any = {"aria-expanded": "false"}
        more = [
            html.Button(view.say(OPEN).format(row["parts"]), id=ids.ledger_open(row["code"]), n_clicks=0, className="ledger-open", **state)
        ]
    return [html.A(task_name(view, row), href=task_path(row["target_code"])), html.Small([f"{said} ", *more])]


def _who(view: View, row: dict[str, Any], names: Names, *, is_several: bool) -> list[Any]:
    """Who carries it; of several how many, and whose part is the slowest."""
    unit = html.A(
        names.short_unit(row["unit_code"]), href=brief_path("unit", str(row["unit_code"] or "")), title=names.unit(row["unit_code"])
    )
    place = html.A(names.short_division(row["division_code"]), href=brief_path("division", str(row["division_code"] or "")))
    if not is_several:
        return [unit, html.Small(place)]
    who: Any = unit if row["units"] == 1 else view.say(UNITS).format(row["units"])
    where = view.say(PLACES).format(row["divisions"]) if row["divisions"] > 1 else names.short_division(row["division_code"])
    slowest = names.short_division(row["division_code"])
    if row["units"] > 1:
        slowest = f"{names.short_unit(row['unit_code'])} · {slowest}"
    told = f" · {view.say(SLOWEST).format(slowest)}" if not pd.isna(row["gap_pct"]) else ""
    return [who, html.Small(f"{where}{told}")]


def _progress(view: View, row: dict[str, Any], held: list[Step]) -> list[Any]:
    """The bullet graph, and under it the values it runs between, in the way it runs; of what has no number its steps."""
    if held:
        return _steps(view, row, held)
    share = MISSING if pd.isna(row["progress_pct"]) else f"{row['progress_pct']:.1f}%"
    time = MISSING if pd.isna(row["elapsed_pct"]) else f"{row['elapsed_pct']:.1f}%"
    drawn = bullet(row, view.theme("office"), view.say(WAY).format(progress=share, elapsed=time))
    if pd.isna(row["target_value"]):
        return [drawn, html.Small([html.Span(), html.Span(share), html.Span()], className="ends")]
    ends = [number(0 if pd.isna(row["baseline_value"]) else row["baseline_value"]), number(row["target_value"])]
    left, right = reversed(ends) if row["better"] == "down" else ends
    return [drawn, html.Small([html.Span(left), html.Span(share), html.Span(right)], className="ends")]


def _steps(view: View, row: dict[str, Any], held: list[Step]) -> list[Any]:
    """Milestones reached and those to come, the next one by name."""
    reached = sum(step.is_reached for step in held)
    named = [f"{'✓' if step.is_reached else '○'} {_step_name(view, step)} {day(step.due_on)}" for step in held]
    drawn = steps([step.is_reached for step in held], view.theme("office"), row["state"], "\n".join(named))
    coming = next((step for step in held if not step.is_reached), None)
    count = view.say(STEPS).format(n=reached, m=len(held))
    said = count if coming is None else f"{count} · {view.say(NEXT_STEP).format(_step_name(view, coming))}"
    late = [html.Span(f" ▲ {view.say(STEP_LATE)}", className="is-poor")] if coming is not None and coming.is_late else []
    return [drawn, html.Small([said, *late])]


def _step_name(view: View, step: Step) -> str:
    return step.label_en if view.language == "en" else step.label


def _actual(view: View, row: dict[str, Any], unit: str) -> Any:
    """The value and the month it is of: of several parts another one than that of the latest report."""
    if pd.isna(row["value"]):
        return MISSING
    said = view.say(VALUE_OF).format(month(row["value_on"]))
    return [number(row["value"]), html.Small(unit), html.Small(month(row["value_on"]), title=said, className="of-month")]


def _gap(view: View, row: dict[str, Any], *, is_several: bool) -> list[Any]:
    more = [html.Small(view.say(MEDIAN).format(gap(row["median_gap"])))] if is_several else []
    return [html.B(gap(row["gap_pct"])), *more]


def _lamps(view: View, row: dict[str, Any], *, is_several: bool) -> list[Any]:
    """The lamp; of several parts how many stand at which, from the gravest."""
    lamp = state_said(view, row["state"], bool(row["reported"]))
    if not is_several:
        return [lamp]
    held = [state for state in ORDER if row[state]]
    words = " · ".join(f"{view.say(STATES[state])} {row[state]}" for state in held)
    counts = [html.Span([html.Span(SHAPES[state], className=f"lamp is-{state}"), f"{row[state]} "]) for state in held]
    return [lamp, html.Small(counts, title=words, className="lamp-counts")]


def _trend(view: View, row: dict[str, Any], history: History) -> Any:
    values = history.lines.get(row["part"], [])
    if len(values) < 2:
        return MISSING
    said = view.say(LINE).format(n=len(values), first=number(values[0]), last=number(values[-1]))
    return line(values, view.theme("office"), said)


def _due(view: View, row: dict[str, Any]) -> list[Any]:
    is_late = bool(row["late"])
    return [html.Span(day(row["due_on"])), *([html.Small(f"▲ {view.say(OVERDUE)}", className="is-poor")] if is_late else [])]


def _latest(view: View, row: dict[str, Any]) -> list[Any]:
    if not row["reported"]:
        return [view.say(NEVER)]
    return [html.Span(month(row["observed_on"])), *_missing(view, row)]


def _missing(view: View, row: dict[str, Any]) -> list[Component]:
    """How many parts were ever reported, where that is not all."""
    is_whole = row["reported"] == row["parts"]
    return [] if is_whole else [html.Small(view.say(REPORTED).format(n=row["reported"], m=row["parts"]))]


def _group_cells(view: View, wish: Filters, by: str, row: dict[str, Any], names: Names, place: int) -> Mapping[str, Any]:
    """A unit or a division: what it carries, how its parts stand, its slowest task."""
    code, lit = str(row["code"]), row["lit"]
    name = names.unit(code) if by == "unit" else names.division(code)
    counts = [html.Span([html.Span(SHAPES[state], className=f"lamp is-{state}"), f"{row[state]} "]) for state in ORDER if row[state]]
    words = " · ".join(f"{view.say(STATES[state])} {row[state]}" for state in ORDER if row[state])
    address = wish.model_copy(update={"units" if by == "unit" else "divisions": (code,)}).to_query()
    each = html.A(view.say(EACH_PART), href=f"/pilots?{address}&by=part#ledger", className="ledger-open")
    who = names.short_division(row["division_code"]) if by == "unit" else names.short_unit(row["unit_code"])
    is_known = not pd.isna(row["gap_pct"])
    of = f"{who} · {month(row['value_on'])}"
    return {
        "no": html.Span(f"{place:,}", className="faint"),
        "name": [html.A(name, href=brief_path(by, code)), html.Small(each)] if code else name,
        "tasks": f"{row['tasks']:,}",
        "parts": [f"{row['parts']:,}", *_missing(view, row)],
        "lamps": [lamp_bar(row, view.theme("office"), words), html.Small(counts, className="lamp-counts")],
        "behind": f"{row['behind']:,}/{lit:,}" if lit else MISSING,
        "median": gap(row["median_gap"]),
        "slowest": [html.A(task_name(view, row), href=task_path(row["target_code"])), html.Small(of)] if is_known else MISSING,
        "gap": html.B(gap(row["gap_pct"])),
        "lamp": state_said(view, row["state"], bool(row["reported"])),
        "due": _due(view, row),
        "latest": month(row["observed_on"]),
    }  # fmt: skip
