"""The register of risks on its page, a page of rows at a time, and as a file to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids, texts
from dashboard.chart_tables import city_of, data_time
from dashboard.charts.risk_levels import level_of
from dashboard.components import table
from dashboard.csv_text import csv_text
from dashboard.filter_words import choices_in_words, days_in_words
from dashboard.filters import Filters
from dashboard.metrics import metric_of
from dashboard.risk_rows import COLUMNS, printed, risk_rows
from dashboard.table_files import CSV, XLSX, Cell, TableFile
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

NAME = "risks"
FILES = {CSV: "/risks.csv", XLSX: "/risks.xlsx"}
PAGE_ROWS = 50
CHOICES = ("divisions", "units", "levels", "risk_types", "risk_cells", "sources")
DEFINED = ("risks_open", "risks_high_open", "risks_overdue", "risks_registered", "risks_closed", "risks_closed_rate")
TITLE = Text("风险台账", "Register of risks")
NOTE = Text(
    "列出全部在控风险，以及所选时段内登记或销号的风险；逾期在前，再按等级和期限。姓名、电话、证件号已脱敏。",
    "All open risks, and those registered or struck off in the chosen days; overdue first, then by level and due date."
    " Names, telephone and identity numbers are masked.",
)
NONE = Text("所选范围内没有风险", "No risks in this selection")
PLACE = Text("第 {first}–{last} 项，共 {total} 项", "{first}–{last} of {total}")
BACK, ON = Text("← 上一页", "← back"), Text("下一页 →", "next →")
TAKE = {CSV: Text("下载 CSV", "Download CSV"), XLSX: Text("下载 Excel", "Download Excel")}
# The columns of times, and what they are called in the rows.
TIMES = {"registered": "registered_at", "due": "due_at", "closed": "closed_at"}
CHOSEN = Text("已选 {}", "Chosen: {}")
DAYS_LATE = Text("{} 天", "{} d")
SHOWN = (
    ("level", "when"), ("label", "text"), ("type", "when"), ("place", "text"), ("unit", "text"), ("duty", "when"), ("measure", "text"),
    ("registered", "when"), ("due", "when"), ("days", "num"), ("state", "when"),
)  # fmt: skip
FILTERS, ROWS = Text("筛选", "Filters"), Text("项数", "Rows")
WHOLE = Text("无", "none")
LISTED = Text("范围", "Listed")


@dataclass(frozen=True)
class Shown:
    """A page of the register as the browser gets it."""

    rows: list[Component]
    place: str
    is_first: bool
    is_last: bool
    files: dict[str, str]
    state: dict[str, Any]


def register_card(view: View) -> Component:
    """The place for the register; its callback fills it."""
    tools = [
        html.Button(view.say(BACK), id=ids.register(NAME, "back"), n_clicks=0, className="act-button"),
        html.Span(id=ids.register(NAME, "place")),
        html.Button(view.say(ON), id=ids.register(NAME, "on"), n_clicks=0, className="act-button"),
    ]
    files = [
        html.A(view.say(text), id=ids.register(NAME, kind), href=FILES[kind], className="act-button", download="")
        for kind, text in TAKE.items()
    ]
    return html.Section(
        [
            html.Div([html.H2(view.say(TITLE)), html.Div(files)], className="card-head"),
            html.P(view.say(NOTE), className="card-note"),
            html.Div(id=ids.register(NAME, "rows"), className="register"),
            html.Div(tools, className="pager"),
            dcc.Store(id=ids.register(NAME, "state")),
        ],
        className="card card-free",
    )


def shown(view: View, wish: Filters, held: object, step: int) -> Shown:
    """The page of the register `step` pages from the one `held`; the first where the wish is another."""
    asked = wish.to_query()
    before = held if isinstance(held, dict) and held.get("of") == asked and isinstance(held.get("page"), int) else {"page": 0}
    page = min(max(before["page"] + step, 0), 10**6)
    frame, total = risk_rows(view.engine, view.scoped(wish, "risks"), page * PAGE_ROWS, PAGE_ROWS)
    if page and frame.empty:
        return shown(view, wish, None, 0)
    first, last = page * PAGE_ROWS + 1, page * PAGE_ROWS + len(frame)
    place = view.say(PLACE).format(first=f"{first:,}", last=f"{last:,}", total=f"{total:,}") if total else ""
    body = table([(COLUMNS[name], kind) for name, kind in SHOWN], _cells(view, frame), view, NONE)
    chosen = choices_in_words(view, wish, CHOICES)
    said = [html.P(view.say(CHOSEN).format(" · ".join(chosen)), className="chosen")] if chosen else []
    files = {kind: f"{path}?{asked}&lang={view.language}" for kind, path in FILES.items()}
    return Shown([*said, body], place, page == 0, last >= total, files, {"page": page, "of": asked})


def _cells(view: View, frame: Any) -> list[list[Any]]:
    look = view.theme("office")
    rows = printed(frame, view.engine, look)
    codes = frame["level_code"].tolist()
    return [[_cell(view, name, row, code) for name, _ in SHOWN] for row, code in zip(rows, codes, strict=True)]


def _cell(view: View, name: str, row: dict[str, str], level_code: object) -> Any:
    if name == "level":
        return html.B(row["level"], className=f"risk-level is-{level_of(level_code).colour}")
    if name == "label":
        return html.Span(row["label"], title=row["number"])
    if name == "days":
        return html.B(view.say(DAYS_LATE).format(row["days"]), className="is-poor") if row["days"] else MISSING
    if name == "state":
        return html.Span([row["state"], *([html.Span(f" {row['closed'][:10]}", className="faint")] if row["closed"] else [])])
    if name in ("registered", "due"):
        return html.Span(row[name][:10] or MISSING, title=row[name])
    return row[name] or MISSING


def register_csv(view: View, wish: Filters) -> str:
    """The whole register as CSV, with what it is, when and of what, in the lines above it."""
    frame, total = risk_rows(view.engine, view.scoped(wish, "risks"))
    names = tuple(COLUMNS)
    rows = [[row[name] for name in names] for row in printed(frame, view.engine, view.theme("office"))]
    return csv_text([*_head(view, wish), (view.say(ROWS), f"{total}")], [view.say(COLUMNS[name]) for name in names], rows)


def register_file(view: View, wish: Filters) -> TableFile:
    """The same as a table whose times are times and whose days are numbers."""
    frame, total = risk_rows(view.engine, view.scoped(wish, "risks"))
    rows = [
        [_typed(name, text[name], held) for name in COLUMNS]
        for text, held in zip(printed(frame, view.engine, view.theme("office")), frame.to_dict("records"), strict=True)
    ]
    return TableFile(
        view.say(TITLE), [*_head(view, wish), (view.say(ROWS), f"{total}")], [view.say(text) for text in COLUMNS.values()], rows,
        {view.say(COLUMNS["days"]): "0"},
    )  # fmt: skip


def _typed(name: str, text: str, row: dict[Any, Any]) -> Cell:
    """A cell as what it is: a time, a number of days, or its text."""
    if name in TIMES:
        return None if pd.isna(row[TIMES[name]]) else pd.Timestamp(row[TIMES[name]]).to_pydatetime()
    return int(text) if name == "days" and text.isdigit() else text


def _head(view: View, wish: Filters) -> list[tuple[str, str]]:
    chosen = choices_in_words(view, wish, CHOICES)
    metrics = [metric_of(code) for code in DEFINED]
    return [
        (view.say(TITLE), city_of(view)),
        (view.say(texts.DATA_TIME), data_time(view, "risks", wish)),
        (view.say(texts.PERIOD), days_in_words(view, wish)),
        (view.say(FILTERS), "; ".join(chosen) or view.say(WHOLE)),
        (view.say(LISTED), view.say(NOTE)),
        *((view.say(metric.label), view.say(metric.definition)) for metric in metrics),
    ]
