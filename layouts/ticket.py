"""One ticket by its number: its time line beside its limits, what it belongs to, and where the row came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.column_words import STATUS
from dashboard.components import page
from dashboard.filters import Filters, one_of
from dashboard.lives import Life, Stage, lives
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.view import View

PATH = "/ticket"
TITLE = Text("工单查询", "One ticket")
HAS = "tickets"
LONGEST_NUMBER = 200
NUMBER, FIND = Text("工单编号", "Number"), Text("查询", "Find")
HINT = Text("输入工单编号，查看办理全过程。", "Enter a ticket's number to see its whole life.")
NONE = Text(
    "没有编号为“{}”的工单。编号须与来源一致；未接收的行见“数据管理”。",
    "There is no ticket “{}”. Rows that were not taken stand on the Data page.",
)
SECRET = Text("涉密件：只显示类别、镇街、时间与状态。", "Under secrecy: category, town, times and status only.")
OVERDUE, DUE_SOON = Text("超期", "Overdue"), Text("临期", "Due soon")
FACTS = (
    ("category", Text("类别", "Category")), ("place", Text("地点", "Place")), ("unit", Text("承办单位", "Unit")),
    ("channel", Text("渠道", "Channel")), ("source", Text("来源", "Source")),
)  # fmt: skip
ADDRESS, SUMMARY, LIMIT, USED = Text("地址", "Address"), Text("诉求", "Appeal"), Text("办结时限", "Due"), Text("时限已用", "Limit used")
REPEAT_OF, DUPLICATE_OF = Text("重复诉求，首件", "Repeats"), Text("重复件，计入", "Counted as")
FROM = Text("批次 {batch} · 文件 {file} · 第 {row} 条 · {at} 接收", "Batch {batch} · file {file} · row {row} · received {at}")
DUE_BY, IN_TIME, LATE, NOT_YET = Text("时限 {}", "due {}"), Text("按时", "in time"), Text("超时", "late"), Text("未到此环节", "not reached")
AFTER = Text("历时 {}", "after {}")


def layout(view: View, query: dict[str, str]) -> Component:
    number = one_of(query, "number").strip()[:LONGEST_NUMBER]
    # A plain form: the address is the question, and works without a script.
    ask = html.Form(
        [
            html.Label([html.Span(view.say(NUMBER)), dcc.Input(name="number", value=number, type="search", maxLength=LONGEST_NUMBER)]),
            html.Button(view.say(FIND), type="submit", className="strong"),
        ],
        action=PATH, method="get", className="find",
    )  # fmt: skip
    return page(view, TITLE, [ask, *_answer(number, view)], path=PATH)


def _answer(number: str, view: View) -> list[Component]:
    if not number:
        return [html.P(view.say(HINT), className="none")]
    found = lives(view.engine, number, view.scoped(Filters()), view.language, view.city.closure)
    if not found:
        return [html.P(view.say(NONE).format(number), className="none")]
    return [_card(life, view) for life in found]


def _card(life: Life, view: View) -> Component:
    row = life.row
    lamp = OVERDUE if row["is_overdue"] else DUE_SOON if row["is_due_soon"] else None
    head = [html.H2(row["ticket_number"]), html.Span(view.say(STATUS[row["status_code"]]), className=f"chip is-{row['status_code']}")]
    if lamp is not None:
        head.append(html.Span(view.say(lamp), className=f"chip is-{'late' if lamp is OVERDUE else 'near'}"))
    facts = [(view.say(text), life.names[name]) for name, text in FACTS]
    facts += [(view.say(SUMMARY), row["summary"]), (view.say(ADDRESS), row["address"])]
    facts += [(view.say(LIMIT), _moment(row["close_due_at"])), (view.say(USED), _percent(row["limit_used_pct"]))]
    body = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts if value]
    body += [
        html.Div([html.Dt(view.say(text)), html.Dd(html.A(row[name].partition(":")[2], href=f"{PATH}?number={quote(row[name])}"))])
        for text, name in ((REPEAT_OF, "repeat_of"), (DUPLICATE_OF, "duplicate_root"))
        if row[name]
    ]
    note = [html.P(view.say(SECRET), className="card-note")] if row["is_secret"] else []
    origin = view.say(FROM).format(
        batch=row["batch_id"], file=row["file_name"] or MISSING, row=int(row["row_number"] or 0), at=_moment(row["received_at"])
    )
    parts = [html.Div(head, className="ticket-head"), *note, html.Dl(body), _line(life, view), html.P(origin, className="imprint")]
    return html.Section(parts, className="card card-free ticket")


def _line(life: Life, view: View) -> Component:
    """The stages as a list, each with the time since the one before; trailing stages that were never reached are left out."""
    reached = [place for place, stage in enumerate(life.stages) if stage.at is not None or stage.due_at is not None]
    items, before = [], None
    for stage in life.stages[: reached[-1] + 1] if reached else ():
        items.append(_item(stage, before, view))
        before = stage.at or before
    return html.Ol(items, className="life")


def _item(stage: Stage, before: datetime | None, view: View) -> Component:
    words: list[Any] = [html.B(stage.label), html.Time(_moment(stage.at) if stage.at else view.say(NOT_YET))]
    if stage.at is not None and before is not None:
        words.append(html.Span(view.say(AFTER).format(view.theme("office").hours(max((stage.at - before).total_seconds(), 0) / 3600))))
    if stage.due_at is not None:
        words.append(html.Span(view.say(DUE_BY).format(_moment(stage.due_at))))
    if stage.is_on_time is not None:
        words.append(html.Span(view.say(IN_TIME if stage.is_on_time else LATE), className=f"is-{'good' if stage.is_on_time else 'bad'}"))
    return html.Li(words, className="is-reached" if stage.at else "is-ahead")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at is not None else ""


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}%"
