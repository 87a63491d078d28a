"""The rows behind one number of a shift, as a list on its page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.duty_cards.words import DEFINITIONS, LABELS, STATES, shift_path
from dashboard.filters import Filters
from dashboard.handover.counts import COUNTS, Span, shift_counts
from dashboard.handover.lists import MOST, raised_rows, shift_rows
from dashboard.handover.platforms import CAME, WENT, turned
from dashboard.handover.risen import risen
from dashboard.handover.seen import RAISED
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

HEADINGS = [
    (Text("时间", "Time"), "when"), (Text("编号", "Number"), "when"), (Text("事项", "What"), "text"), (Text("地点", "Place"), "text"),
    (Text("单位", "Unit"), "text"), (Text("状态", "State"), "when"),
]  # fmt: skip
TIMES = {
    "reported_at": Text("上报", "Reported"), "completed_at": Text("办结", "Closed"), "close_due_at": Text("办结时限", "Due"),
    "accepted_at": Text("受理", "Accepted"), "concluded_at": Text("终结", "Concluded"), "registered_at": Text("登记", "Registered"),
    "closed_at": Text("销号", "Struck off"), "received_at": Text("最近报送", "Last delivery"),
}  # fmt: skip
NONE = Text("没有", "None")
FIRST = Text("列出 {shown} 项，共 {total} 项", "{shown} of {total}")
ALL = Text("共 {} 项", "{} in all")
PLATFORM = Text("平台", "Platform")
CLOSE = Text("收起", "Close")
BY_DAYS = Text("在诉求页按这几天查看", "These days on the page of appeals")
LISTED = {*COUNTS, RAISED, WENT, CAME}


def behind_card(view: View, code: str, span: Span) -> Component:
    """What a number counts, row by row; at most 200."""
    frame, total, at, kind = _rows(view, code, span)
    text = FIRST if total > len(frame) else ALL
    note = view.say(text).format(total, shown=len(frame), total=total)
    headings = [(TIMES[at], "when"), *HEADINGS[1:]]
    days = Filters(period="custom", since=span.since.date(), until=span.until.date())
    more = [html.A(view.say(BY_DAYS), href=f"/tickets?{days.to_query()}", className="act-button")] if kind == "tickets" else []
    tools = html.Div([*more, html.A(view.say(CLOSE), href=shift_path(span.since), className="act-button")])
    return html.Section(
        [
            html.Div([html.H2([view.say(LABELS[code]), html.Small(note)]), tools], className="card-head"),
            html.P(view.say(DEFINITIONS[code]), className="card-note"),
            table(headings, [_cells(view, row, kind) for row in frame.to_dict("records")], view, NONE),
        ],
        className="card card-free duty-behind", id="behind",
    )  # fmt: skip


def _rows(view: View, code: str, span: Span) -> tuple[pd.DataFrame, int, str, str]:
    """The rows, how many there are, which time they show, and of what kind they are."""
    if code in (WENT, CAME):
        frame = turned(view.engine, span)
        frame = frame[frame["turn"] == code]
        listed = frame.assign(
            key="", number=MISSING, at=frame["last_at"], what=frame["label"], what_en=frame["label_en"], place=MISSING, place_en=MISSING,
            who=MISSING, who_en=MISSING, state="silent" if code == WENT else "fresh",
        )  # fmt: skip
        return listed, len(listed), "received_at", "platforms"
    filters = view.scoped(Filters(), "risks" if code == RAISED else "tickets")
    if code == RAISED:
        found = risen(view.engine, view.folder, filters, span.since)
        frame = raised_rows(view.engine, filters, tuple(found.rows["risk_key"]) if found else ())
        return frame, len(frame), "registered_at", "risks"
    count = COUNTS[code]
    frame = shift_rows(view.engine, code, filters, span)
    total = shift_counts(view.engine, filters, (span,))[0][code] if len(frame) == MOST else len(frame)
    return frame, len(frame) if pd.isna(total) else int(total), count.at, count.table.name


def _cells(view: View, row: dict[Any, Any], kind: str) -> list[Any]:
    end = "_en" if view.language == "en" else ""
    what = row[f"what{end}"]
    state = STATES.get(row["state"], STATES[""])
    is_poor = row["state"] in ("overdue", "silent", "high")
    return [
        MISSING if pd.isna(row["at"]) else f"{row['at']:%Y-%m-%d %H:%M}",
        row["number"],
        html.A(what, href=f"/ticket?number={quote(row['key'])}") if kind == "tickets" else what,
        row[f"place{end}"], row[f"who{end}"],
        html.Span(view.say(state), className="is-poor" if is_poor else ""),
    ]  # fmt: skip
