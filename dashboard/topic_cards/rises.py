"""The card of what rose fastest against its own history, with how many series were tested and how often the list may be wrong."""

from __future__ import annotations

import math
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import table
from dashboard.filters import Filters
from dashboard.rising import FALSE_DISCOVERIES
from dashboard.texts import Text
from dashboard.topic_cards.parts import CATEGORY, PLACE_NAME, Topic, day, is_known, names_of, none, onward, said, small_line, total_line
from dashboard.topics.rises import FEWEST_WINDOWS, SPARK_WEEKS, WEEK, Rises, ask
from dashboard.view import View

MOST = 30
RULE = Text(
    "口径：所选时段的上报量（含各小类合计与分区域）与此前同长度、同星期的各时段相比；上尾概率按历史离散程度估计，经 BH 校正，"
    "误报率控制在 {rate:.0%} 以内。节假日不作调整；少于 {fewest} 件不列。",
    "Rule: appeals reported in the chosen days, by minor category and by place, against windows of the same length and weekdays before;"
    " tails by the scatter of the history, corrected by Benjamini–Hochberg: at most {rate:.0%} of what is listed is expected to be false."
    " Holidays are not allowed for; under {fewest} appeals nothing is listed.",
)
TESTED = Text(
    "检验 {tested} 个序列，列出 {listed} 个；对照 {windows} 个时段（每个 {days} 天，每隔 {weeks} 周）；误报率上限 {rate:.0%}。",
    "{tested} series tested, {listed} listed; against {windows} windows of {days} days, every {weeks} weeks; false-discovery"
    " rate {rate:.0%}.",
)
NONE = Text("无显著上升", "Nothing rose significantly")
SHORT = Text(
    "历史不足：{days} 天的时段需要至少 {needed} 个同长度的历史时段，现有 {held} 个。请选较短的时段。",
    "Too little history: windows of {days} days need at least {needed} earlier ones, there are {held}. Choose fewer days.",
)
WHOLE, NEW = Text("全部", "All"), Text("新出现", "new")
HEADINGS = [
    (CATEGORY, "text"), (PLACE_NAME, "text"), (Text("本期", "Now"), "num"), (Text("预期", "Expected"), "num"),
    (Text("95% 预期区间", "95 % of windows"), "num"), (Text("倍数", "Ratio"), "num"), (Text("近 26 周", "26 weeks"), "when"),
    (Text("始升周", "Rising since"), "when"),
]  # fmt: skip


def fill(view: View, wish: Filters) -> list[Component]:
    """The listed series, most risen first, or why there are none."""
    found = ask(view.engine, view.scoped(wish))
    windows = found.windows
    length = f"{windows.days:.1f}".removesuffix(".0")
    if windows.count < FEWEST_WINDOWS:
        return [none(view, SHORT, days=length, needed=FEWEST_WINDOWS, held=windows.count)]
    counts = {"tested": f"{found.tested:,}", "listed": f"{len(found.frame):,}", "windows": windows.count, "days": length}
    tested = said(view, TESTED, **counts, weeks=windows.weeks, rate=FALSE_DISCOVERIES)
    shown = found.frame.head(MOST)
    return [tested, *total_line(view, len(found.frame), len(shown)), table(HEADINGS, _rows(view, wish, found), view, NONE)]


def _rows(view: View, wish: Filters, found: Rises) -> list[list[Any]]:
    if found.frame.empty:
        return []
    category, place = names_of(view, "category_code"), names_of(view, found.dimension)
    asked = min(found.windows.weeks, SPARK_WEEKS)
    rows = []
    for row in found.frame.head(MOST).to_dict("records"):
        choices: dict[str, object] = {"categories": (row["category_code"],)}
        if is_known(row["place_code"]):
            choices["divisions"] = (row["place_code"],)
        usual = row["expected"] * (WEEK / found.windows.length)
        rows.append(
            [
                onward(category(row["category_code"]), "/tickets", wish, **choices),
                place(row["place_code"]) if is_known(row["place_code"]) else html.Span(view.say(WHOLE), className="faint"),
                html.B(f"{row['observed']:,.0f}"),
                f"{row['expected']:,.1f}",
                html.Span(f"{row['low']:,.1f} – {row['high']:,.1f}", className="faint"),
                view.say(NEW) if math.isinf(row["ratio"]) else f"{row['ratio']:,.1f}",
                small_line(row["weeks"], asked, usual, view),
                day(row["since"]),
            ]
        )
    return rows


def rule(view: View) -> str:
    return view.say(RULE).format(rate=FALSE_DISCOVERIES, fewest=view.city.minimum_count)


TOPIC = Topic("rises", Text("上升最快的小类", "Fastest rise against own history"), rule, fill)
