"""Alerts in words: what was found is kept as numbers and names, and told in the language of whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from dashboard.alerts.rules import Rule
from dashboard.store.tables import Alert
from dashboard.texts import Text

LEVEL_WORDS = {"urgent": Text("紧急", "Urgent"), "attention": Text("关注", "Attention"), "notice": Text("提示", "Notice")}
SHAPES = {"urgent": "▲", "attention": "◆", "notice": "●"}
STATE_WORDS = {
    "new": Text("待确认", "New"), "acknowledged": Text("已确认", "Acknowledged"), "handled": Text("已处置", "Handled"),
    "closed": Text("已解除", "Closed"),
}  # fmt: skip
# What the wall says around alerts.
RIBBON = {
    "calm": Text("无未处置预警", "Nothing to see to"), "watched": Text("监测 {} 条规则", "{} rules looked after"),
    "stopped": Text("预警检测已停止", "Nobody looks after alerts"), "last": Text("最近一次 {}", "last look {}"),
    "since": Text("自 {}", "since {}"),
}  # fmt: skip
CLOSED_FOR = {
    "over": Text("条件消除，自动解除", "no longer true: closed by itself"),
    "withdrawn": Text("规则已停用", "its rule was withdrawn"),
}
AGES = ((2880, 1440, Text("{} 天", "{} d")), (120, 60, Text("{} 小时", "{} h")), (0, 1, Text("{} 分钟", "{} min")))

SURGE_OF = Text("{category}诉求激增", "{category}: surge of appeals")
SURGE = Text("诉求激增", "Surge of appeals")
SURGE_NUMBERS = Text("近24小时 {count} 件，平时 {usual} 件（上限 {high}）", "{count} in 24 h, usually {usual} (up to {high})")
BURST = Text("超期未结突增", "Burst of overdue appeals")
BURST_NUMBERS = Text("超期未结 {count} 件，今日 {at} 为 {before} 件（{change}）", "{count} overdue, {before} at {at} today ({change})")
MANY = Text("超期未结过多", "Too many overdue appeals")
RISK = Text("{type}红色风险", "Red risk, {type}")
RISK_PLAIN = Text("红色风险", "Red risk")
RISK_OVERDUE = Text("{number}，应于 {due} 销号，已逾期", "{number}, was due on {due}, overdue")
RISK_DUE = Text("{number}，在控，{due} 到期", "{number}, under control, due on {due}")
RISK_OPEN = Text("{number}，在控", "{number}, under control")
HIT = Text("负面清单触发", "Negative-list hit")
HIT_NUMBERS = Text("{item}（{number}），累计触发 {count} 次，最近 {on}", "{item} ({number}), touched {count} × so far, last on {on}")
SILENT = Text("{platform}无数据", "{platform}: no data")
SILENT_NUMBERS = Text("最近送达 {at}，周期 {rhythm}", "last delivery {at}, rhythm {rhythm}")
MASS = Text("多个平台同时无数据", "Many platforms silent at once")
MASS_NUMBERS = Text(
    "{of} 个平台中 {count} 个无数据，请先查本系统接收", "{count} of {of} platforms silent: look at the reception here first"
)
DROP = Text("{metric}下降", "{metric} dropped")
DROP_NUMBERS = Text(
    "近7天 {rate}%（{count} 件），此前28天 {before}%（{count_before} 件），降 {drop} 个百分点",
    "{rate} % in 7 days (n = {count}), {before} % in the 28 before (n = {count_before}): −{drop} pp",
)


Facts: TypeAlias = dict[str, Any]
Named: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Told:
    """An alert in words."""

    what: str
    numbers: str
    where: str
    who: str
    do: str
    since: datetime
    link: str


def told(row: Alert, rule: Rule | None, language: str, *, in_short: bool = False) -> Told:
    """An alert as people read it, `in_short` with the short name of who is responsible; of a rule that is gone its facts are left."""
    facts: Facts = json.loads(row.facts)
    at = 1 if language == "en" else 0
    named = {key: value[at] for key, value in facts.items() if isinstance(value, list)}
    if in_short and not at and "who" in named:
        named["who"] = facts["who"][-1]
    what, numbers = TELLERS[row.kind](facts, named, language)
    since = facts.get("since")
    who = named.get("who") or ("" if rule is None else rule.responsible.in_(language))
    return Told(
        what, numbers, named.get("where", ""), who, "" if rule is None else rule.what_to_do.in_(language),
        row.first_seen_at if since is None else datetime.fromisoformat(since), str(facts.get("link", "")),
    )  # fmt: skip


def _surge(facts: Facts, named: Named, language: str) -> tuple[str, str]:
    what = SURGE_OF.in_(language).format(category=named["category"]) if "category" in named else SURGE.in_(language)
    numbers = {"count": f"{facts['count']:,}", "usual": _about(facts["usual"]), "high": _about(facts["high"])}
    return what, SURGE_NUMBERS.in_(language).format(**numbers)


def _burst(facts: Facts, _named: Named, language: str) -> tuple[str, str]:
    count, before = facts["count"], facts["before"]
    change = f"{count - before:+,}" + (f", {100 * (count - before) / before:+.0f}%" if before else "")
    numbers = {"count": f"{count:,}", "before": f"{before:,}", "at": f"{datetime.fromisoformat(facts['since_at']):%H:%M}"}
    return (MANY if facts["is_many"] else BURST).in_(language), BURST_NUMBERS.in_(language).format(
        **numbers, change=change.replace(", ", "，") if language == "zh" else change
    )


def _risk(facts: Facts, _named: Named, language: str) -> tuple[str, str]:
    what = (RISK if facts["type"] else RISK_PLAIN).in_(language).format(type=facts["type"])
    text = RISK_OVERDUE if facts["is_overdue"] else RISK_DUE if facts["due"] else RISK_OPEN
    return what, text.in_(language).format(number=facts["number"], due=(facts["due"] or "")[:10])


def _hit(facts: Facts, named: Named, language: str) -> tuple[str, str]:
    item = named.get("item", facts["number"])
    numbers = {"item": item, "number": facts["number"], "count": facts["count"], "on": facts["since"][:10]}
    return HIT.in_(language), HIT_NUMBERS.in_(language).format(**numbers)


def _silent(facts: Facts, named: Named, language: str) -> tuple[str, str]:
    if "platform" not in named:
        return MASS.in_(language), MASS_NUMBERS.in_(language).format(count=facts["count"], of=facts["of"])
    at = f"{datetime.fromisoformat(facts['since']):%m-%d %H:%M}"
    return SILENT.in_(language).format(platform=named["platform"]), SILENT_NUMBERS.in_(language).format(
        at=at, rhythm=length(facts["rhythm"], language)
    )


def _drop(facts: Facts, named: Named, language: str) -> tuple[str, str]:
    numbers = {key: f"{facts[key]:.1f}" for key in ("rate", "before", "drop")} | {
        key: f"{facts[key]:,}" for key in ("count", "count_before")
    }
    return DROP.in_(language).format(metric=named["metric"]), DROP_NUMBERS.in_(language).format(**numbers)


TELLERS: dict[str, Callable[[Facts, Named, str], tuple[str, str]]] = {
    "surge": _surge, "overdue_burst": _burst, "red_risk": _risk, "negative_hit": _hit, "platform_silent": _silent,
    "satisfaction_drop": _drop,
}  # fmt: skip


def _about(value: float) -> str:
    """What is usual, as far as it is worth saying: a decimal only of few."""
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def length(minutes: float, language: str) -> str:
    """A length of time in the largest unit that leaves at least two."""
    for least, size, text in AGES:
        if minutes >= least:
            return text.in_(language).format(f"{max(minutes, 0) / size:.0f}")
    return AGES[-1][2].in_(language).format(0)
