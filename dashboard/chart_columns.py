"""What the columns of charts are called when their numbers are taken away, what their codes mean, and what defines their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.charts import Chart, Listing
from dashboard.charts.backlog_age import BANDS
from dashboard.charts.lamps import LAMPS
from dashboard.charts.living_promise import UNITS
from dashboard.charts.risk_levels import LEVELS
from dashboard.charts.target_trajectory import TRACKS
from dashboard.metrics import metric_of
from dashboard.metrics.base import Metric
from dashboard.texts import Text

# What only draws: colours, places of names, order, and names shorter than the whole one.
NOT_TAKEN = {"short_label", "is_rest", "rest_of", "is_context", "is_chosen", "choice", "lon", "lat", "sort_order"}
# Columns that go by one name in every chart that does not say it itself; `value` and `before` are called after the chart's first metric.
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
    "low": Text("99.8% 界限下端（%）", "Lower 99.8 % limit (%)"), "high": Text("99.8% 界限上端（%）", "Upper 99.8 % limit (%)"),
    "low_95": Text("95% 界限下端（%）", "Lower 95 % limit (%)"), "high_95": Text("95% 界限上端（%）", "Upper 95 % limit (%)"),
    "average": Text("总体（%）", "Overall (%)"),
    "is_low": Text("低于 99.8% 界限", "Below the 99.8 % limit"), "is_small": Text("样本不足", "Too few"),
    "key": Text("工单（来源:编号）", "Ticket (source:number)"), "stage": Text("环节", "Stage"), "what": Text("小类", "Category"),
    "place": Text("镇街", "Place"), "who": Text("承办单位", "Unit"), "state": Text("状态", "State"),
    "likelihood": Text("可能性（1–5）", "Likelihood (1–5)"), "impact": Text("影响（1–5）", "Impact (1–5)"),
    "level_code": Text("等级", "Level"), "residents": Text("常住人口（人）", "Residents"),
    "registered": Text("登记（项）", "Registered"), "closed": Text("销号（项）", "Struck off"),
    "held": Text("月末在控（项）", "Open at month's end"),
}  # fmt: skip
BEFORE = Text("上期：{}", "Period before: {}")
WITH_UNIT = Text("{}（{}）", "{} ({})")
UNIT_WORDS = {code: Text(text.zh.replace("{}", "").removeprefix("个"), text.en.replace("{}", "").strip()) for code, text in UNITS.items()}
# What codes in a column mean; a column of codes that have names of their own has them beside it.
WORDS: dict[str, Mapping[str, Text]] = {
    "band": BANDS, "era": {"now": Text("本期", "This period"), "before": Text("去年同期", "Last year")},
    "level_code": {code: level.word for code, level in LEVELS.items()}, "state": {"overdue": Text("超期", "Overdue")},
    "unit": UNIT_WORDS, "limit_unit": UNIT_WORDS, "lamp_code": {code: lamp.word for code, lamp in LAMPS.items()},
    "track": TRACKS,
    "better": {"up": Text("越高越好", "Higher is better"), "down": Text("越低越好", "Lower is better")},
}  # fmt: skip


def heading(chart: Chart | Listing, column: str) -> Text | None:
    """What a column of a chart's frame is called, with its unit; None if nobody says it."""
    if column in chart.headings:
        return chart.headings[column]
    if column in ("value", "before") and chart.metrics:
        called = _with_unit(metric_of(chart.metrics[0]))
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
    is_rate = bool(chart.metrics) and "value" not in chart.headings and metric_of(chart.metrics[0]).is_rate
    left = NOT_TAKEN if is_rate else NOT_TAKEN | {"numerator", "denominator"} - set(chart.headings)
    held = [name for name in names if name not in left and not (name.endswith("_en") and name.removesuffix("_en") in names)]
    first = [name for name in ("era", "group", "label", "code") if name in held]
    ordered = [*first, *(name for name in held if name not in first)]
    return {name: f"{name}_en" if language == "en" and f"{name}_en" in names else name for name in ordered}
