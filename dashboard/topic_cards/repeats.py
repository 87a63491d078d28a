"""The card of the longest chains of repeated appeals."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.topic_cards.parts import CATEGORY, FIRST, LAST, OPEN, PEOPLE, PLACE_NAME, Topic, day, names_of, number, one_ticket, said
from dashboard.topics.repeats import Chains, ask
from dashboard.view import View

RULE = Text(
    "口径：同一人或同一地址、同一小类，相邻两件相隔不超过 30 天的为一链；列出所选时段内新增重复件的链中最长的，件数按整链计。"
    "点编号看首件办理过程。",
    "Rule: appeals of one person, or one address, and one minor category, no more than 30 days apart, are a chain; the"
    " longest of those to which"
    " the chosen days added a repeat, by all their tickets. The number leads to the life of the first.",
)
FOUND = Text("所选时段新增重复件 {repeats} 件，属于 {chains} 条链。", "{repeats} repeats in the chosen days, of {chains} chains.")
NONE = Text("所选时段没有重复诉求", "No repeated appeals in the chosen days")
SPAN = Text("跨度（天）", "Span, days")
HEADINGS = [
    (Text("首件编号", "First ticket"), "when"), (CATEGORY, "text"), (PLACE_NAME, "text"), (Text("整链件数", "Tickets"), "num"),
    (Text("本期", "Now"), "num"), (PEOPLE, "num"), (FIRST, "when"), (LAST, "when"), (SPAN, "num"), (OPEN, "num"),
]  # fmt: skip


def fill(view: View, wish: Filters) -> list[Component]:
    """The longest chains."""
    found = ask(view.engine, view.scoped(wish))
    head = [said(view, FOUND, repeats=f"{found.repeats:,}", chains=f"{found.chains:,}")] if found.chains else []
    return [*head, table(HEADINGS, _rows(view, found), view, NONE)]


def _rows(view: View, found: Chains) -> list[list[Any]]:
    category, place = names_of(view, "category_code"), names_of(view, "division_code")
    return [
        [
            one_ticket(row["root_key"].partition(":")[2] or row["root_key"], row["root_key"]),
            category(row["category_code"]), place(row["division_code"]), html.B(f"{row['count']:,.0f}"), f"{row['recent']:,.0f}",
            number(row["people"]), day(row["first"]), day(row["last"]), f"{(row['last'] - row['first']).days:,}", number(row["open"]),
        ]
        for row in found.frame.to_dict("records")
    ]  # fmt: skip


def rule(view: View) -> str:
    return view.say(RULE)


TOPIC = Topic("repeats", Text("重复诉求链", "Repeat appeals"), rule, fill)
