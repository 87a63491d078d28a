"""What the columns of charts are called when their numbers are taken away, what their codes mean, and what defines their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dashboard.charts import Chart, Listing
from dashboard.charts.backlog_age import BANDS
from dashboard.charts.living_promise import UNITS
from dashboard.charts.risk_levels import LEVELS
from dashboard.metrics import metric_of
from dashboard.metrics.base import Metric
from dashboard.texts import Text

# What only draws: colours, places of names, order, and names shorter than the whole one.
NOT_TAKEN = {"short_label", "is_rest", "is_context", "is_chosen", "choice", "lon", "lat", "sort_order"}
# Columns that go by one name in every chart; `value` and `before` are called after the chart's first metric.
COLUMNS: dict[str, Text] = {
    "code": Text("代码", "Code"), "label": Text("名称", "Name"), "group": Text("分组", "Group"), "at": Text("日期", "Date"),
    "count": Text("件数（件）", "Count"), "numerator": Text("分子（件）", "Numerator"), "denominator": Text("分母（件）", "Denominator"),
    "share": Text("占比（%）", "Share (%)"), "whole": Text("合计（件）", "Total"), "n": Text("样本（件）", "Sample"),
    "band": Text("在办时长", "Open for"), "overdue": Text("其中超期（件）", "Of these overdue"),
    "come": Text("上报（件）", "Reported"), "gone": Text("办结（件）", "Closed"), "received": Text("受理（件）", "Received"),
    "concluded": Text("办结（件）", "Concluded"), "settled": Text("调解成功（件）", "Settled"),
    "stock": Text("期末在调（件）", "Open at the end"),
    "days": Text("天数（天）", "Day (d)"), "resolved": Text("累计办结率（%）", "Resolved (%)"),
    "at_risk": Text("仍在观察（件）", "At risk"),
    "era": Text("时期", "Period"), "hours": Text("环节用时中位数（小时）", "Median from the stage before (h)"),
    "p50": Text("半数办结用时（天）", "Half resolved after (d)"), "p80": Text("八成办结用时（天）", "Four in five resolved after (d)"),
    "p90": Text("九成办结用时（天）", "Nine in ten resolved after (d)"), "amount": Text("办结时限", "Limit"),
    "unit": Text("时限单位", "Unit of the limit"), "stage_code": Text("环节代码", "Stage code"),
    "low": Text("随机波动下限（%）", "Lower limit of chance (%)"), "average": Text("总体（%）", "Overall (%)"),
    "is_low": Text("低于波动下限", "Below the limit"), "is_small": Text("样本不足", "Too few"),
    "key": Text("工单（来源:编号）", "Ticket (source:number)"), "stage": Text("环节", "Stage"), "what": Text("小类", "Category"),
    "place": Text("镇街", "Place"), "who": Text("承办单位", "Unit"), "state": Text("状态", "State"),
    "likelihood": Text("可能性（1–5）", "Likelihood (1–5)"), "impact": Text("影响（1–5）", "Impact (1–5)"),
    "level_code": Text("等级", "Level"), "registered": Text("登记（项）", "Registered"), "closed": Text("销号（项）", "Struck off"),
    "held": Text("月末在控（项）", "Open at month's end"),
}  # fmt: skip
BEFORE = Text("上期：{}", "Period before: {}")
WITH_UNIT = Text("{}（{}）", "{} ({})")
# What codes in a column mean; a column of codes that have names of their own has them beside it.
WORDS: dict[str, Mapping[str, Text]] = {
    "band": BANDS, "era": {"now": Text("本期", "This period"), "before": Text("去年同期", "Last year")},
    "level_code": {code: level.word for code, level in LEVELS.items()}, "state": {"overdue": Text("超期", "Overdue")},
    "unit": {code: Text(text.zh.replace("{}", ""), text.en.replace("{}", "").strip()) for code, text in UNITS.items()},
}  # fmt: skip


class Taken(NamedTuple):
    """What is said of a chart's numbers beside the well-known names of columns."""

    metrics: tuple[str, ...]
    headings: Mapping[str, Text] = {}
    definition: Text | None = None


FUNNEL = Text(
    "期内上报的诉求中到达各环节的件数、占上报的比例；用时为已到达件由上一环节至本环节的中位数。",
    "Of tickets reported in the period: how many reached each stage, their share of those reported, and the median time from the stage"
    " before of those that arrived.",
)
LATEST = Text(
    "最近发生的环节，至多 24 条；涉密件只列类别、镇街、时间与状态。",
    "The latest stages, at most 24; of tickets under secrecy category, town, time and status only.",
)
PROMISE = Text(
    "截至所选末日的90天内上报的诉求，Kaplan–Meier 估计，在办件计入；不足 20 件的小类不列。",
    "Of tickets reported in the 90 days up to the last day chosen, by Kaplan–Meier, open ones counted; kinds under 20 are left out.",
)
CHANCE = Text("波动下限 ＝ 总体 − 3√(p(1−p)/n)。", "Lower limit of chance = overall − 3√(p(1−p)/n).")
# For charts that do not say it themselves.
TAKEN: dict[str, Taken] = {
    "backlog_age": Taken(("open_count", "overdue_open")),
    "categories": Taken(("reported_count",)),
    "division_map": Taken(("reported_count",)),
    "events": Taken((), {"at": Text("时间", "Time")}, LATEST),
    "flow": Taken(("reported_count", "completed_count", "open_count"), {"at": Text("周（周一）", "Week from")}),
    "living_promise": Taken(("median_hours",), {}, PROMISE),
    "on_time_by_unit": Taken(("on_time_closure",), {}, CHANCE),
    "resolution_percentiles": Taken(("median_hours", "p90_hours")),
    "resolution_survival": Taken(("median_hours",)),
    "stage_funnel": Taken((), {"value": Text("到达件数（件）", "Reached")}, FUNNEL),
    "trend": Taken(("reported_count",), {"before": Text("去年同期：诉求量（件）", "Last year: reported")}),
}  # fmt: skip


def taken(chart: Chart | Listing) -> Taken:
    """What defines a chart's numbers: what it says itself, or what is said of it here."""
    held = TAKEN.get(chart.name, Taken(()))
    return Taken(chart.metrics or held.metrics, {**held.headings, **chart.headings}, chart.definition or held.definition)


def heading(chart: Chart | Listing, column: str) -> Text | None:
    """What a column of a chart's frame is called, with its unit; None if nobody says it."""
    said = taken(chart)
    if column in said.headings:
        return said.headings[column]
    if column in ("value", "before") and said.metrics:
        called = _with_unit(metric_of(said.metrics[0]))
        return called if column == "value" else Text(BEFORE.zh.format(called.zh), BEFORE.en.format(called.en))
    return COLUMNS.get(column)


def _with_unit(metric: Metric) -> Text:
    """A metric's label and unit."""
    if not metric.unit.zh:
        return metric.label
    return Text(WITH_UNIT.zh.format(metric.label.zh, metric.unit.zh), WITH_UNIT.en.format(metric.label.en, metric.unit.en))


def columns_of(chart: Chart | Listing, names: list[str], language: str) -> dict[str, str]:
    """Which of a frame's columns are taken away in a language, in order: the column -> where its values stand.

    Names come first, then codes; of a text in both languages only the one asked for; what a value is made of where it is a rate.
    """
    said = taken(chart)
    is_rate = bool(said.metrics) and "value" not in said.headings and metric_of(said.metrics[0]).is_rate
    left = NOT_TAKEN if is_rate else NOT_TAKEN | {"numerator", "denominator"} - set(said.headings)
    held = [name for name in names if name not in left and not (name.endswith("_en") and name.removesuffix("_en") in names)]
    first = [name for name in ("group", "label", "code") if name in held]
    ordered = [*first, *(name for name in held if name not in first)]
    return {name: f"{name}_en" if language == "en" and f"{name}_en" in names else name for name in ordered}
