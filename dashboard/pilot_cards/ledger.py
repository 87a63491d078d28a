"""The ledger of pilot tasks on its page: its readings, a page of rows at a time, its totals, and the parts of a row that is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.filters import Filters
from dashboard.pilot_cards.reading import COLUMNS, READINGS, Columns, Reading
from dashboard.pilot_cards.rows import History, body, history_of, part_lines
from dashboard.pilot_cards.scope import scope_of
from dashboard.pilot_cards.words import SHAPES, gap
from dashboard.pilot_choices import STATES
from dashboard.pilot_ledger.parts import ORDER
from dashboard.pilot_ledger.rolled import Totals, ledger_rows, parts_behind_rows, totals_of
from dashboard.texts import Text
from dashboard.view import View

FILES = {"csv": "/pilots.csv", "xlsx": "/pilots.xlsx"}
PAGE_ROWS = 50
TITLE = Text("试点任务台账", "Ledger of pilot tasks")
NOTE = Text(
    "由几方分担的任务合为一行：推进情况、实际值、序时差、灯和趋势取最慢的一条责任（灰色条和“中位”为所选各条的中位数），不作平均；负面清单不入表。"
    "子弹图自基期值走向目标值，竖线为时间进度；越低越好的指标自右向左。台账为数据时间的现状，不随时段筛选变化；灯的筛选按所列行的灯。",
    "A task that several carry is one row: progress, actual, gap, lamp and trend are those of its slowest part (the grey bar and median"
    " are the median of its parts), no mean; negative items do not enter. Bars run from baseline to target, the line is where time stands;"
    " where less is better they run from the right. As of the data time, whatever the period; lamps choose rows by the row's own lamp.",
)
NONE = Text("所选范围内没有试点任务；可放宽筛选", "No pilot tasks in this selection; take filters off")
PLACE = Text("第 {first}–{last} 行，共 {total} 行", "{first}–{last} of {total}")
BACK, ON = Text("← 上一页", "← back"), Text("下一页 →", "next →")
TAKE = {"csv": Text("下载 CSV", "Download CSV"), "xlsx": Text("下载 Excel", "Download Excel")}
SORT = Text("按此排序", "Sort by this")
WHOLE = Text("合计", "Total")
ADDED = Text(
    "{tasks} 项任务 · {parts} 条责任 · {units} 个单位 · {places} 个地区", "{tasks} tasks · {parts} parts · {units} units · {places} places"
)
MEAN = Text("平均序时差 {gap} 个百分点（{n} 条）", "mean gap {gap} pp (over {n} parts)")
LEFT_OUT = Text(
    "不含负面清单 {negative} 项；平均不含从未填报 {unreported} 条、无时间进度 {timeless} 条",
    "without {negative} negative items; the mean leaves out {unreported} never reported and {timeless} with no time to run",
)


@dataclass(frozen=True)
class Shown:
    """A page of the ledger as the browser gets it."""

    table: list[Component]
    place: str
    is_first: bool
    is_last: bool
    files: dict[str, str]
    state: dict[str, Any]


def ledger_card(view: View, reading: Reading) -> Component:
    """The place for the ledger; its callback fills it."""
    options = [{"value": by, "label": view.say(text)} for by, text in READINGS.items()]
    files = [
        html.A(view.say(text), id=ids.ledger(kind), href=FILES[kind], className="act-button", download="") for kind, text in TAKE.items()
    ]
    tools = [
        html.Button(view.say(BACK), id=ids.ledger("back"), n_clicks=0, className="act-button"),
        html.Span(id=ids.ledger("place")),
        html.Button(view.say(ON), id=ids.ledger("on"), n_clicks=0, className="act-button"),
    ]
    switch = dcc.RadioItems(id=ids.ledger("by"), options=options, value=reading.by, inline=True, className="switch")
    return html.Section(
        [
            html.Div([html.H2(view.say(TITLE)), switch, html.Div(files, className="ledger-files")], className="card-head"),
            html.P(view.say(NOTE), className="card-note"),
            html.Div(id=ids.ledger("rows"), className="ledger-rows"),
            html.Div(tools, className="pager"),
            dcc.Store(id=ids.ledger("sort"), data=reading.sort),
            dcc.Store(id=ids.ledger("state")),
            html.Div(id=ids.ledger("address"), hidden=True),
        ],
        className="card card-free ledger", id=ids.LEDGER,
    )  # fmt: skip


def shown(view: View, wish: Filters, reading: Reading, held: object, step: int) -> Shown:
    """The page of the ledger `step` pages from the one `held`; the first where the wish or the reading is another."""
    asked = f"{wish.to_query()}&{reading.query}"
    before = held["page"] if isinstance(held, dict) and held.get("of") == asked and isinstance(held.get("page"), int) else 0
    filters = view.scoped(wish, "pilots")
    frame = ledger_rows(view.engine, filters, reading.by, reading.sort)
    last = max((len(frame) - 1) // PAGE_ROWS, 0)
    page = min(max(before + step, 0), last)
    rows: list[dict[str, Any]] = frame.iloc[page * PAGE_ROWS : (page + 1) * PAGE_ROWS].to_dict("records")  # type: ignore[assignment]
    files = {kind: f"{path}?{asked}&lang={view.language}" for kind, path in FILES.items()}
    state = {"page": page, "of": asked}
    said = [html.P(scope_of(view, wish, "ledger"), className="card-scope")]
    if not rows:
        return Shown([*said, html.P(view.say(NONE), className="none")], "", True, True, files, state)
    history = history_of(view, rows) if reading.by in ("target", "part") else History({}, {})
    totals = totals_of(view.engine, filters, parts_behind_rows(view.engine, filters, frame, reading.by))
    columns = COLUMNS[reading.by]
    bodies = body(view, wish, reading, rows, page * PAGE_ROWS + 1, history)
    table = html.Table([_head(view, columns, reading.sort), *bodies, html.Tfoot(_total(view, totals, len(columns)))])
    place = view.say(PLACE).format(first=page * PAGE_ROWS + 1, last=page * PAGE_ROWS + len(rows), total=f"{len(frame):,}")
    return Shown([*said, html.Div(table, className=f"table ledger-table by-{reading.by}")], place, page == 0, page == last, files, state)


def _head(view: View, columns: Columns, sort: str) -> Component:
    """Headings; those that sort are buttons, which ledger.js answers."""
    cells = []
    for name, (text, kind, key) in columns.items():
        said, order = view.say(text), _order(key, sort)
        told: Any = {"aria-sort": order} if order else {}
        mark = {"ascending": " ↑", "descending": " ↓"}.get(order, "")
        data: Any = {"data-sort": f"-{key}" if key == sort else key}
        inside = html.Button([said, html.Span(mark)], title=view.say(SORT), **data) if key else said
        cells.append(html.Th(inside, className=f"{kind} is-{name}", scope="col", **told))
    return html.Thead(html.Tr(cells))


def _order(key: str, sort: str) -> str:
    if not key or key != sort.removeprefix("-"):
        return ""
    return "descending" if sort.startswith("-") else "ascending"


def _total(view: View, totals: Totals, columns: int) -> Component:
    """What the listed rows add up to, on every page, with what it leaves out."""
    added = view.say(ADDED).format(tasks=f"{totals.tasks:,}", parts=f"{totals.parts:,}", units=totals.units, places=totals.divisions)
    lamps = [
        html.Span([html.Span(SHAPES[state], className=f"lamp is-{state}"), f" {view.say(STATES[state])} {totals.states[state]:,}"])
        for state in ORDER
        if totals.states[state]
    ]
    mean = view.say(MEAN).format(gap=gap(totals.gap), n=f"{totals.gap_parts:,}")
    out = view.say(LEFT_OUT).format(negative=totals.negative, unreported=f"{totals.unreported:,}", timeless=f"{totals.timeless:,}")
    inside = [html.B(view.say(WHOLE)), html.Span(added), *lamps, html.Span(mean), html.Span(out, className="faint")]
    return html.Tr(html.Td(html.Div(inside, className="ledger-total"), colSpan=columns))


def opened(view: View, wish: Filters, code: str) -> list[Component]:
    """The parts of one task, the slowest first; the selection narrows them, chosen lamps do not."""
    filters = view.scoped(wish.model_copy(update={"targets": (code,), "lamps": ()}), "pilots")
    frame = ledger_rows(view.engine, filters, "part")
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return part_lines(view, rows, history_of(view, rows))
