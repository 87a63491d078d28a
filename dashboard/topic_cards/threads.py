"""The card of disputes that came where appeals had been repeated, beside how often they come elsewhere."""

from __future__ import annotations

from statistics import median
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.theme import MISSING
from dashboard.topic_cards.parts import CATEGORY, PLACE_NAME, Topic, day, names_of, onward, said, total_line
from dashboard.topics.threads import FOLLOWED_DAYS, Threads, ask
from dashboard.view import View

MOST = 20
RULE = Text(
    "口径：重复诉求自所选时段前 {days} 天起计；同一地点自首件重复起 {days} 天内受理的纠纷计入，类型按“类别—纠纷类型”对照表。"
    "人多的地方诉求和纠纷都多：先后不等于因果。",
    "Rule: repeated appeals from {days} days before the chosen ones on; disputes accepted at the same place within {days}"
    " days of the first repeat,"
    " of the type its category is mapped to. Where more people live there is more of both: what comes after need not come from it.",
)
UNMATCHED = Text(
    "本市没有类别与纠纷类型的对照表，只按地点匹配。", "This city maps no categories to types of disputes: matched by place alone."
)
AFTER = Text(
    "有重复在先的 {places} 处，{days} 天内受理纠纷 {disputes} 件（每百处 90 天 {rate}）；其余 {others} 处 {other_disputes} 件（每百处 90 天"
    " {other_rate}）。按其余处同类型的频率，前者预期 {expected} 件，实为其 {ratio} 倍。首起间隔中位数 {lead} 天（{threads} 处）。",
    "At {places} places with repeats before, {disputes} disputes within {days} days ({rate} per 100 places in 90 days); at"
    " the {others} others"
    " {other_disputes} ({other_rate}). At the others' rate of the same types {expected} would be expected at the former:"
    " {ratio} times as many came."
    " Median time to the first: {lead} days ({threads} places).",
)
NONE = Text("重复诉求之后没有受理匹配的纠纷", "No matching dispute was accepted after repeated appeals")
TYPE = Text("纠纷类型", "Type of dispute")
HEADINGS = [
    (PLACE_NAME, "text"), (TYPE, "text"), (CATEGORY, "text"), (Text("重复件", "Repeats"), "num"),
    (Text("首件重复", "First repeat"), "when"),
    (Text("首起纠纷", "First dispute"), "when"), (Text("间隔（天）", "Days between"), "num"),
    (Text("90 天内纠纷", "Disputes in 90 days"), "num"),
]  # fmt: skip


def fill(view: View, wish: Filters) -> list[Component]:
    """The places where disputes followed, most first, under the rates with and without repeats before."""
    found = ask(view.engine, view.scoped(wish), view.scoped(wish, "disputes"))
    head = [] if found.is_matched else [said(view, UNMATCHED)]
    if found.after.places:
        head.append(_summary(view, found))
    shown = found.frame.head(MOST)
    return [*head, *total_line(view, len(found.frame), len(shown)), table(HEADINGS, _rows(view, wish, found), view, NONE)]


def _summary(view: View, found: Threads) -> Component:
    after, without = found.after, found.without
    ratio = after.disputes / found.expected if found.expected > 0 else float("nan")
    return said(
        view, AFTER, places=f"{after.places:,}", days=FOLLOWED_DAYS, disputes=f"{after.disputes:,}", rate=_one(after.per_hundred),
        others=f"{without.places:,}", other_disputes=f"{without.disputes:,}", other_rate=_one(without.per_hundred),
        expected=_one(found.expected), ratio=_one(ratio), lead=_one(median(found.lead_days)) if found.lead_days else MISSING,
        threads=len(found.lead_days),
    )  # fmt: skip


def _one(value: float) -> str:
    return f"{value:,.1f}" if value == value else MISSING  # noqa: PLR0124 what is missing equals nothing


def _rows(view: View, wish: Filters, found: Threads) -> list[list[Any]]:
    place, category, kind = (names_of(view, name) for name in (found.dimension, "category_code", "dispute_type_code"))
    rows = []
    for row in found.frame.head(MOST).to_dict("records"):
        choices = {"divisions": (row["place"],)}
        types: dict[str, object] = {"types": (row["dispute_type_code"],)} if row["dispute_type_code"] else {}
        bare = Filters(period=wish.period, since=wish.since, until=wish.until)
        rows.append(
            [
                onward(place(row["place"]), "/tickets", bare, **choices, categories=(row["categories"],)),
                onward(kind(row["dispute_type_code"]), "/disputes", bare, **choices, **types), category(row["categories"]),
                f"{row['repeats']:,.0f}", day(row["first_repeat"]), day(row["first_dispute"]), f"{row['lead_days']:,.1f}",
                html.B(f"{row['disputes']:,.0f}"),
            ]
        )  # fmt: skip
    return rows


def rule(view: View) -> str:
    return view.say(RULE).format(days=FOLLOWED_DAYS)


TOPIC = Topic("threads", Text("重复诉求之后的纠纷", "Disputes after repeated appeals"), rule, fill, needs="disputes")
