"""The card of places from which appeals of one minor category came close together."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.filters import Filters
from dashboard.texts import Text
from dashboard.topic_cards.parts import (
    CATEGORY,
    FIRST,
    LAST,
    OPEN,
    OVERDUE,
    PEOPLE,
    PLACE_NAME,
    UNIT_NAME,
    Topic,
    day,
    days,
    is_known,
    names_of,
    none,
    number,
    one_ticket,
    onward,
    said,
    total_line,
)  # fmt: skip
from dashboard.topics.clusters import BY_CHANCE, FEWEST_DAYS, Clusters, ask
from dashboard.view import View

MOST = 30
RULE = Text(
    "口径：同一社区（无社区的按地址或坐标）、同一小类，{days} 天内不少于 {fewest} 件，且按该处此前 13 周的件数，"
    "全部格子里偶然出现的预期不超过"
    " {chance} 处；取最多的 {days} 天。",
    "Rule: one community (else address, or coordinates) and one minor category with {fewest} appeals or more within {days}"
    " days, where by its"
    " preceding 13 weeks no more than {chance} such would be expected by chance in all cells together; its fullest {days} days.",
)
LOOKED = Text("查看 {looked} 个地点 × 小类，{found} 处聚集。", "{looked} places × categories looked at, {found} clusters.")
NONE = Text("没有聚集", "No clusters")
SHORT = Text(
    "历史不足：时段之前只有 {held} 天数据，需要至少 {needed} 天。",
    "Too little history: {held} days before the chosen ones, {needed} are needed.",
)
UNNAMED = Text("另 {} 件未留身份", "{} more without a caller")
HEADINGS = [
    (PLACE_NAME, "text"), (CATEGORY, "text"), (Text("件数", "Appeals"), "num"), (Text("平常", "Usual"), "num"), (PEOPLE, "num"),
    (FIRST, "when"), (LAST, "when"), (OPEN, "num"), (OVERDUE, "num"), (UNIT_NAME, "text"),
]  # fmt: skip


def fill(view: View, wish: Filters) -> list[Component]:
    """The clusters, largest first, or why there are none."""
    city = view.city.topics
    found = ask(view.engine, view.scoped(wish), city.cluster_tickets, city.cluster_days)
    if found.history_days < FEWEST_DAYS:
        return [none(view, SHORT, held=found.history_days, needed=FEWEST_DAYS)]
    looked = said(view, LOOKED, looked=f"{found.looked:,}", found=f"{len(found.frame):,}")
    shown = min(len(found.frame), MOST)
    return [looked, *total_line(view, len(found.frame), shown), table(HEADINGS, _rows(view, wish, found), view, NONE)]


def _rows(view: View, wish: Filters, found: Clusters) -> list[list[Any]]:
    category, community, unit = (names_of(view, name) for name in ("category_code", "community_code", "unit_code"))
    rows = []
    for row in found.frame.head(MOST).to_dict("records"):
        span = days(wish, row["first"].date(), row["last"].date())
        is_placed = is_known(row["community_code"])
        choices = {"divisions": (row["community_code"],), "categories": (row["category_code"],)}
        place = onward(community(row["place"]), "/tickets", span, **choices) if is_placed else one_ticket(row["place"], row["first_key"])
        more = [html.Small(view.say(UNNAMED).format(row["unnamed"]))] if row["unnamed"] else []
        rows.append(
            [
                place, category(row["category_code"]), html.B(f"{row['count']:,.0f}"),
                html.Span(f"{row['expected']:.1f}", className="faint"),
                [f"{row['people']:,.0f}", *more], day(row["first"]), day(row["last"]), number(row["open"]),
                number(row["overdue"], alarm=True),
                onward(unit(row["unit_code"]), "/tickets", wish, units=(row["unit_code"],)) if is_known(row["unit_code"]) else unit(None),
            ]
        )  # fmt: skip
    return rows


def rule(view: View) -> str:
    return view.say(RULE).format(fewest=view.city.topics.cluster_tickets, days=view.city.topics.cluster_days, chance=BY_CHANCE)


TOPIC = Topic("clusters", Text("同地同类聚集", "Clusters: same place, same category"), rule, fill)
