"""Key figures: a metric with its comparisons, its companion number and its sparkline, ready to be shown."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import quote

from sqlalchemy import Engine

from dashboard.filters import ScopedFilters
from dashboard.metrics import Duration, Mean, Metric, Rate, Weighted, metric_of
from dashboard.metrics.base import LIMITS
from dashboard.queries import Comparison, compare, held_on, interval, measure, total
from dashboard.reference import DataState, data_state
from dashboard.stocks import STOCKS, stock
from dashboard.texts import Text
from dashboard.theme import MISSING, Theme
from dashboard.warehouse import BASES

SPARK_DAYS = 30
# What a number must not stand without: satisfaction without participation, a backlog without what is late in it.
COMPANIONS: dict[str, tuple[str, Text]] = {
    "satisfaction_rate": ("participation_rate", Text("参评率 {}", "{} took part")),
    "open_count": ("due_soon", Text("其中临期 {}", "{} due soon")),
    "disputes_received": ("disputes_concluded", Text("办结 {}", "{} concluded")),
    "referral_count": ("referral_success", Text("成功率 {}（{n} / {d}）", "{} settled ({n} / {d})")),
    "median_hours": ("p90_hours", Text("九成 {}", "nine in ten {}")),
}
# Counts that say what share they are of another; those of ALARMS are red once there is one.
PARTS_OF: dict[str, tuple[str, Text]] = {
    "risks_high_open": ("risks_open", Text("占在控 {}", "{} of open")),
    "risks_overdue": ("risks_open", Text("占在控 {}", "{} of open")),
    "disputes_long_open": ("disputes_open", Text("占在调 {}", "{} of open")),
    "due_soon": ("open_count", Text("占在办 {}", "{} of open")),
}
# A number about now beside what it was so many days ago, at the same hour.
DAYS_AGO = (1, 7)
AGO = {1: Text("较昨日", "vs yesterday"), 7: Text("较7天前", "vs 7 days ago")}
ALARMS = {"overdue_open", "risks_high_open", "risks_overdue", "disputes_long_open", "tasks_red", "negative_hits"}
PERIOD_NAMES: dict[str, Text] = {
    "today": Text("今日", "Today"), "yesterday": Text("昨日", "Yesterday"), "last_7_days": Text("近7天", "7 days"),
    "last_30_days": Text("近30天", "30 days"), "last_12_months": Text("近12个月", "12 months"),
    "this_week": Text("本周", "This week"), "this_month": Text("本月", "This month"), "this_quarter": Text("本季度", "This quarter"),
    "this_half_year": Text("本半年", "This half-year"), "this_year": Text("今年", "This year"),
    "last_week": Text("上周", "Last week"), "last_month": Text("上月", "Last month"), "last_quarter": Text("上季度", "Last quarter"),
    "last_half_year": Text("上个半年", "Last half-year"), "last_year": Text("去年", "Last year"), "custom": Text("所选时段", "Chosen days"),
}  # fmt: skip
BEFORE_NAMES: dict[str, Text] = {
    "today": Text("较昨日同时段", "vs yesterday so far"), "this_week": Text("较上周同期", "vs last week so far"),
    "this_month": Text("较上月同期", "vs last month so far"), "this_quarter": Text("较上季同期", "vs last quarter so far"),
    "this_half_year": Text("较上个半年同期", "vs last half-year so far"), "this_year": Text("较去年同期", "vs last year so far"),
    "last_month": Text("环比", "vs month before"),
}  # fmt: skip
MOM, YOY = Text("环比", "vs prior"), Text("同比", "YoY")
POINTS, SHORT_POINTS = Text("个百分点", " pp"), Text("百分点", " pp")
OF = Text("{n} / {d}", "{n} / {d}")
WITH_INTERVAL = Text("{days}，样本 {n}，95% 区间 {low}–{high}", "{days}, n = {n}, 95 % interval {low}–{high}")
SPAN = Text("{} 至 {}", "{} to {}")
WHY = {
    "before_data": Text("对比期没有数据", "no data that far back"),
    "incomplete": Text("对比期数据不全", "data begin in the course of it"),
    "zero_base": Text("对比期为零", "nothing to compare with"),
    "category_changed": Text("口径变更", "category changed"),
}
SHARE_OF_OPEN = Text("占在办 {}", "{} of open")
NOW = Text("当前", "Now")
NOT_REACHED = Text("未达到", "not reached")
NOT_DELIVERED = Text("来源未提供", "not delivered")
NO_LIMITS = Text("无时限", "no time limits")
ONLY_OPEN_LIMITS = Text("时限仅在办件有，办结件不可判", "only open tickets carry limits")


@dataclass(frozen=True)
class Change:
    """One comparison as printed: against what, how much, and whether that is good, bad or neither."""

    against: str
    text: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """A key figure as printed; `spark` is an image address."""

    code: str
    label: str
    period: str
    value: str
    unit: str
    note: str
    changes: tuple[Change, ...]
    spark: str
    definition: str
    is_small: bool
    is_alarm: bool

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def key_figure(engine: Engine, code: str, filters: ScopedFilters, look: Theme, *, sparks: bool = True) -> KeyFigure:
    """One metric over `filters`, made ready to show, with its sparkline if wished; what cannot be known is “—” and says why."""
    metric = metric_of(code, filters.variants)
    period = NOW if BASES[metric.table.name][metric.base] is None else PERIOD_NAMES[filters.wish.period]
    state = data_state(engine, metric.table.name, filters.wish.sources)
    lack = lacking(metric, state)
    if lack is not None:
        return KeyFigure(
            code,
            look.say(metric.label),
            look.say(period),
            MISSING,
            "",
            look.say(lack),
            (),
            "",
            look.say(metric.definition),
            False,
            False,
        )
    found = total(engine, code, filters)
    against = [("previous", BEFORE_NAMES.get(filters.wish.period, MOM))] + (
        [("last_year", YOY)] if filters.wish.period not in ("today", "this_year", "last_year") else []
    )
    changes = [*_against_before(engine, metric, code, filters, look)]
    changes += [change(metric, compare(engine, code, filters, which), look.say(text), look) for which, text in against]  # type: ignore[arg-type]
    # Without a case there is nothing to reach.
    value = MISSING if isinstance(metric, Duration) and not found.denominator else printed(metric, found.value, look)
    unit = "" if value == MISSING or isinstance(metric, Rate | Weighted | Duration) else look.say(metric.unit)
    return KeyFigure(
        code, look.say(metric.label), look.say(period), value, unit,
        _note(engine, code, filters, look), tuple(c for c in changes if c is not None),
        _spark(engine, code, filters, look) if sparks else "",
        look.say(metric.definition), metric.is_rate and found.denominator < filters.minimum_count,
        code in ALARMS and found.value > 0,
    )  # fmt: skip


def _against_before(engine: Engine, metric: Metric, code: str, filters: ScopedFilters, look: Theme) -> list[Change | None]:
    """A stock against itself a day and a week ago; nothing of what is no stock."""
    if code not in STOCKS or not total(engine, code, filters).denominator:
        return []
    held = stock(engine, code, filters)
    found = [
        Comparison(held[0], held[0], 0, held[days], 100 * (held[0] - held[days]) / held[days] if held[days] else math.nan, "previous",
            "" if held[days] else "zero_base")
        for days in DAYS_AGO
    ]  # fmt: skip
    return [change(metric, one, look.say(AGO[days]), look) for days, one in zip(DAYS_AGO, found, strict=True)]


def lacking(metric: Metric, state: DataState) -> Text | None:
    """Why a metric cannot be known from these sources, or None."""
    missing = [name for name in metric.needed if state.lacks(name)]
    if not missing:
        return None
    limits = set(missing) & set(LIMITS.values())
    # Where it is told what was on time there are limits, though nobody delivers them.
    is_told = limits == {"close_limits"} and not state.lacks("limits")
    if limits == {"limits"} and not state.lacks("close_limits"):
        return ONLY_OPEN_LIMITS
    return NO_LIMITS if limits and not is_told else NOT_DELIVERED


def printed(metric: Metric, value: float, look: Theme) -> str:
    """A metric's value in its own format."""
    if metric.is_rate:
        return look.percent(value)
    if isinstance(metric, Duration):
        return look.say(NOT_REACHED) if math.isnan(value) else look.hours(value)
    if isinstance(metric, Mean) and metric.is_signed and not math.isnan(value):
        return f"{value:+,.{metric.decimals}f}".replace("-", "−")
    if metric.decimals:
        return MISSING if math.isnan(value) else f"{value:,.{metric.decimals}f}"
    return look.count(value)


def change(metric: Metric, found: Comparison, against: str, look: Theme) -> Change | None:
    """A comparison as printed: counts in %, rates in percentage points; “—” and why where there is no base, None of a number about now."""
    if found.reason == "now":
        return None
    if math.isnan(found.change):
        return Change(against, MISSING, "flat", look.say(WHY[found.reason]))
    places = 1 if look.is_dark else 2
    rounded = round(found.change, places)
    unit = look.say(SHORT_POINTS if look.is_dark else POINTS) if metric.is_rate else "%"
    arrow = "▲" if rounded > 0 else "▼" if rounded < 0 else "→"
    better = {"up": 1, "down": -1, "neither": 0}[metric.better] * rounded
    return Change(against, f"{arrow} {abs(rounded):.{places}f}{unit}", "good" if better > 0 else "bad" if better < 0 else "flat")


def _note(engine: Engine, code: str, filters: ScopedFilters, look: Theme) -> str:
    """What the number must not stand without: its companion, its share, or what it is made of."""
    if code in PARTS_OF:
        whole, text = PARTS_OF[code]
        held = total(engine, whole, filters).value
        return look.say(text).format(look.percent(100 * total(engine, code, filters).value / held)) if held else ""
    if code in COMPANIONS:
        return _companion(engine, code, filters, look)
    found, metric = total(engine, code, filters), metric_of(code, filters.variants)
    if code == "overdue_open" and found.denominator:
        held = total(engine, "open_count", filters).value
        return look.say(SHARE_OF_OPEN).format(look.percent(100 * found.value / held)) if held else ""
    if isinstance(metric, Weighted):
        return _surveyed(engine, code, filters, look)
    if metric.is_rate:
        return look.say(OF).format(n=look.count(found.numerator), d=look.count(found.denominator))
    return look.say(NO_LIMITS) if metric.limit and not found.denominator else ""


def _surveyed(engine: Engine, code: str, filters: ScopedFilters, look: Theme) -> str:
    """When people were asked, how many answered, and between what the share of all people lies."""
    found, days = total(engine, code, filters), [f"{day:%Y-%m-%d}" for day in dict.fromkeys(held_on(engine, code, filters))]
    if not days:
        return ""
    low, high = (look.percent(end) for end in interval(found.numerator, found.denominator))
    said = look.say(SPAN).format(*days) if len(days) > 1 else days[0]
    return look.say(WITH_INTERVAL).format(days=said, n=look.count(found.denominator), low=low, high=high)


def _companion(engine: Engine, code: str, filters: ScopedFilters, look: Theme) -> str:
    other, text = COMPANIONS[code]
    metric = metric_of(other, filters.variants)
    lack = lacking(metric, data_state(engine, metric.table.name, filters.wish.sources))
    if lack is NO_LIMITS:
        return look.say(lack)
    beside = total(engine, other, filters)
    base = {"n": look.count(beside.numerator), "d": look.count(beside.denominator)}
    return look.say(text).format(printed(metric, beside.value, look), **base)


def _spark(engine: Engine, code: str, filters: ScopedFilters, look: Theme) -> str:
    """The last 30 days as a small line; none for durations, nor for numbers about now that are no stock."""
    metric = metric_of(code, filters.variants)
    if code in STOCKS:
        values = [float(value) for value in reversed(stock(engine, code, filters))]
        return "" if not any(values) else _line(values, look, is_high=True)
    if BASES[metric.table.name][metric.base] is None or isinstance(metric, Duration):
        return ""
    days = measure(engine, code, filters.between(filters.until - timedelta(days=SPARK_DAYS - 1), filters.until), ("day",))
    if filters.seen_until is not None:
        days = days.iloc[:-1]  # The running day is no fall.
    values = [float(v) for v in days["value"].dropna()]
    return _line(values, look, is_high=metric.is_rate)


def _line(values: list[float], look: Theme, *, is_high: bool) -> str:
    """Values as an image of a line, from nothing or (`is_high`) from the least of them; none of too few."""
    if len(values) < 3:
        return ""
    low, high = (min(values) if is_high else 0.0), max(values)
    span = (high - low) or 1.0
    points = " ".join(f"{100 * i / (len(values) - 1):.1f},{23 - 21 * (v - low) / span:.1f}" for i, v in enumerate(values))
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 25' preserveAspectRatio='none'><polyline points='{points}' fill='none'"
        f" stroke='{look.accent}' stroke-width='1.6' vector-effect='non-scaling-stroke'/></svg>"
    )
    return "data:image/svg+xml," + quote(svg)
