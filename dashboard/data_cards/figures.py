"""The definitions of all indicators, and the figures the press has printed."""

from __future__ import annotations

import re

from dash import html
from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.asking import fetch
from dashboard.components import number_path, table
from dashboard.data_cards.platforms import KINDS
from dashboard.data_cards.printing import card
from dashboard.filters import Filters
from dashboard.metrics import METRICS, Metric, is_counted, kind_of_rows
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import published_figures

TITLE = Text("指标口径", "Definitions")
NOTE = Text("同一口径用于大屏、页面和报告。", "The same definitions serve wall, pages and reports.")
NONE = Text("没有指标", "No indicators")
HEADINGS = [
    (Text("指标", "Indicator"), "text"), (Text("对象", "Of"), "text"), (Text("统计时点", "Counted by"), "text"),
    (Text("单位", "Unit"), "text"), (Text("方向", "Better"), "text"), (Text("定义", "Definition"), "text"),
]  # fmt: skip
BASES = {
    "R": Text("上报时间", "reported"), "A": Text("受理时间", "accepted"), "D": Text("到期时间", "fell due"),
    "C": Text("办结时间", "completed"), "N": Text("当前", "now"),
    "C:rated": Text("评价时间", "rated"), "C:verified": Text("核查时间", "inspected"),
}  # fmt: skip
# What the same base is called of other things than appeals.
OWN_BASES = {
    ("surveys", "C"): Text("调查日期", "held"), ("risks", "R"): Text("登记时间", "registered"),
    ("risks", "C"): Text("销号时间", "struck off"),
}  # fmt: skip
BETTER = {"up": Text("越高越好", "higher"), "down": Text("越低越好", "lower"), "neither": Text("不评价", "neither")}
AFTER = Text("依据：", "After: ")
IN_USE = Text("【采用】", "[in use] ")
OTHER = Text("另有{}：", "also {}: ")
PUBLISHED = Text("公开数字", "Published figures")
PUBLISHED_NOTE = Text(
    "报刊公开的真实数字，可与本市数字对照；统计口径各不相同，不作排名。",
    "Real figures as the press printed them, to compare with; definitions differ, so nothing is ranked.",
)
# The article's file name, which says nothing to a reader.
ARTICLE_CODE = re.compile(r"^\d{3}_[0-9a-f]{16} ")
NO_FIGURES = Text("城市资料中没有公开数字（published_figures.csv）", "The city's folder has no published_figures.csv")
PUBLISHED_HEADINGS = [
    (Text("地区", "Place"), "text"), (Text("数字", "Figure"), "text"), (Text("值", "Value"), "num"), (Text("单位", "Unit"), "text"),
    (Text("时期", "Period"), "when"), (Text("出处", "Source"), "text"), (Text("原文", "Quote"), "text"),
]  # fmt: skip


def definitions(view: View, _query: dict[str, str]) -> list[Component]:
    """Every indicator of what the city has."""
    rows = [
        [
            html.A(html.B(view.say(metric.label)), href=number_path(code, Filters(period=view.city.period))),
            view.say(KINDS[kind_of_rows(metric)]), view.say(_counted_by(metric)), view.say(metric.unit),
            view.say(BETTER[metric.better]), [*_defined(code, metric, view), *_reference(metric, view)],
        ]
        for code, metric in METRICS.items()
        if is_counted(metric, view.city.has)
    ]  # fmt: skip
    return [card(view.say(TITLE), [table(HEADINGS, rows, view, NONE)], view.say(NOTE))]


def _counted_by(metric: Metric) -> Text:
    return OWN_BASES.get((metric.table.name, metric.base)) or BASES.get(metric.base) or BASES[metric.base[:1]]


def _reference(metric: Metric, view: View) -> list[Component]:
    """Where a definition comes from, quietly."""
    return [html.Small([view.say(AFTER), view.say(metric.reference)], className="faint remark")] if metric.reference.zh else []


def _defined(code: str, metric: Metric, view: View) -> list[Component | str]:
    """The definition the city counts by; where there are several readings, all of them, and which is in use."""
    if not metric.variants:
        return [view.say(metric.definition)]
    chosen = view.city.variants.get(code, "")
    order = sorted({"": metric, **metric.variants}.items(), key=lambda pair: pair[0] != chosen)
    marks = [
        html.B(view.say(IN_USE)),
        *(html.Span(view.say(OTHER).format(view.say(other.label)), className="faint") for _, other in order[1:]),
    ]
    return [html.Div([mark, view.say(reading.definition)], title=name) for mark, (name, reading) in zip(marks, order, strict=True)]


def published(view: View, _query: dict[str, str]) -> list[Component]:
    """What the press has printed, by place."""
    f = published_figures.c
    ours_first = f.place != view.city.label
    frame = fetch(view.engine, select(published_figures).order_by(ours_first, f.place, f.figure_code)).fillna("")
    name = "label_en" if view.language == "en" else "label"
    rows = [
        [
            r["place"],
            r[name] or r["label"],
            _value(r["value"]),
            r["measure_unit"],
            r["period"],
            ARTICLE_CODE.sub("", r["article"]),
            html.Q(r["quote"]),
        ]
        for r in frame.to_dict("records")
    ]
    return [card(view.say(PUBLISHED), [table(PUBLISHED_HEADINGS, rows, view, NO_FIGURES)], view.say(PUBLISHED_NOTE))]


def _value(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
