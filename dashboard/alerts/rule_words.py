"""Rules in words: when one makes an alert, and when that becomes graver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.alerts.rules import PlatformSilent, Rule
from dashboard.alerts.words import LEVEL_WORDS, length
from dashboard.texts import Text

RED_OVERDUE = Text("红色（高）风险逾期未销号", "a red (high) risk overdue")
RED_OPEN = Text("红色（高）风险在控", "a red (high) risk under control")
RULES: dict[str, Callable[[Any], Text]] = {
    "surge": lambda r: Text(
        f"近24小时诉求不少于 {r.at_least} 件、不低于平时（此前各周同时段）的 {r.times:g} 倍，且误报率控制在 {100 * r.false_alarms:g}%",
        f"at least {r.at_least} appeals in 24 h, {r.times:g} × the usual of the same hours in the weeks before or more,"
        f" false alarms held to {100 * r.false_alarms:g} %",
    ),
    "overdue_burst": lambda r: Text(
        f"承办单位超期未结较当日首次测量增加不少于 {r.rise} 件且 {r.rise_pct:g}%"
        + (f"，或达到 {r.level_count} 件" if r.level_count else ""),
        f"a unit's overdue appeals up by {r.rise} and by {r.rise_pct:g} % on the day's first count"
        + (f", or {r.level_count} of them" if r.level_count else ""),
    ),
    "negative_hit": lambda r: Text(
        f"负面清单近 {r.within_days} 天内被触发", f"an item of the negative list touched within {r.within_days} days"
    ),
    "red_risk": lambda r: RED_OVERDUE if r.which == "overdue" else RED_OPEN,
    "platform_silent": lambda r: Text(
        f"超过无数据时限（12 个周期加 1 小时）{_times(r).zh}未送达；{r.together} 个及以上同时无数据合为一条",
        f"nothing delivered for {_times(r).en}the limit (twelve rhythms and an hour); {r.together} or more at once are one alert",
    ),
    "satisfaction_drop": lambda r: Text(
        f"近7天较此前28天下降不少于 {r.points:g} 个百分点，两期均不少于 {r.at_least} 件，且 95% 区间表明并非偶然",
        f"seven days at least {r.points:g} pp below the 28 before, {r.at_least} ratings or more in both, beyond chance (95 %)",
    ),
}  # fmt: skip
ESCALATES_AFTER = Text("{length}未确认升为{level}", "{level} after {length} unacknowledged")


def _times(rule: PlatformSilent) -> Text:
    return Text("", "") if rule.times == 1 else Text(f"的 {rule.times:g} 倍", f"{rule.times:g} × ")


def rule_in_words(rule: Rule, language: str) -> str:
    """When a rule makes an alert, and when that becomes graver."""
    said = [RULES[rule.kind](rule).in_(language)]
    level = LEVEL_WORDS[rule.escalation.level].in_(language)
    if rule.escalation.beyond is not None:
        said.append(_beyond(rule, language).format(level=level))
    if rule.escalation.after_minutes is not None:
        said.append(ESCALATES_AFTER.in_(language).format(length=length(rule.escalation.after_minutes, language), level=level))
    return ("；" if language == "zh" else "; ").join(said)


# What the value of a kind is, where an alert becomes graver.
BEYOND = {
    "surge": Text("达到平时 {value} 倍升为{{level}}", "{{level}} from {value} × the usual on"),
    "overdue_burst": Text("达到 {value} 件升为{{level}}", "{{level}} from {value} overdue on"),
    "negative_hit": Text("触发 {value} 次升为{{level}}", "{{level}} from {value} touches on"),
    "red_risk": Text("逾期升为{{level}}", "{{level}} once overdue"),
    "platform_silent": Text("达到时限 {value} 倍升为{{level}}", "{{level}} from {value} × the limit on"),
    "satisfaction_drop": Text("下降 {value} 个百分点升为{{level}}", "{{level}} from {value} pp on"),
}


def _beyond(rule: Rule, language: str) -> str:
    return BEYOND[rule.kind].in_(language).format(value=f"{rule.escalation.beyond:g}")
