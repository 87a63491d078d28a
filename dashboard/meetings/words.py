"""The words of meetings: kinds of items, states, how numbers of targets are printed."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.charts.lamps import BLOCKS, LAMPS, NO_BLOCK
from dashboard.measures import unit_in
from dashboard.meetings.agenda import ADDED, CARRIED, DUE, FREE, NEGATIVE, RED, UNREPORTED, YELLOW
from dashboard.meetings.facts import Facts, Part
from dashboard.store.meetings import DECIDED, NOTED, OPEN, POSTPONED
from dashboard.texts import Text
from dashboard.theme import MISSING

KIND_WORDS = {
    NEGATIVE: Text("负面清单触发", "Negative list"),
    RED: Text("红灯", "Red lamp"),
    YELLOW: Text("黄灯·60天内到期", "Yellow, due within 60 days"),
    DUE: Text("下次会议前到期", "Due before the next meeting"),
    UNREPORTED: Text("有责任方未填报", "Not reported"),
    CARRIED: Text("上次会议交办", "Carried over"),
    ADDED: Text("增补", "Added"),
    FREE: Text("其他议题", "Other item"),
}
STATE_WORDS = {
    OPEN: Text("待议", "open"),
    DECIDED: Text("已议定", "decided"),
    NOTED: Text("已知悉", "noted"),
    POSTPONED: Text("延后", "postponed"),
}
STATE_SHAPES = {OPEN: "○", DECIDED: "✓", NOTED: "●", POSTPONED: "→"}
HIT, NOT_HIT = Text("已触发", "Triggered"), Text("未触发", "Not triggered")
BASELINE, TARGET, ACTUAL = Text("基期", "Baseline"), Text("目标", "Target"), Text("现值", "Actual")
SLOWEST, GAP, DUE_ON = Text("最慢责任方现值", "Slowest part"), Text("序时差", "Schedule gap"), Text("到期", "Due")
PROGRESS, ELAPSED = Text("进度", "Progress"), Text("时间进度", "Time elapsed")
POINTS = Text("个百分点", "pp")
SIGNS = {"up": "≥", "down": "≤"}


def number(value: float | None) -> str:
    """At most two decimals, without those that say nothing; a true minus."""
    if value is None:
        return MISSING
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text not in ("-0", "") else "0"


def signed(value: float | None) -> str:
    """A gap in percentage points, with its sign."""
    if value is None:
        return MISSING
    text = f"{value:+,.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text


def measured(value: float | None, facts: Facts, language: str) -> str:
    """A value in the target's own unit."""
    if value is None:
        return MISSING
    unit = unit_in(facts.measure_unit, language)
    joint = " " if unit.isascii() and unit not in ("", "%") else ""
    return f"{number(value)}{joint}{unit}"


def lamp_words(facts: Facts, language: str) -> tuple[str, str, str]:
    """The lamp of a target as code, shape and word; of a gate whether it was touched."""
    if facts.kind == "negative":
        return ("red", "▲", HIT.in_(language)) if facts.is_hit else ("green", "✓", NOT_HIT.in_(language))
    lamp = LAMPS[facts.lamp or "none"]
    return facts.lamp or "none", lamp.shape, lamp.word.in_(language)


def name_of(facts: Facts, language: str) -> str:
    return facts.label_en if language == "en" else facts.label


def block_of(facts: Facts, language: str) -> str:
    if not facts.block:
        return NO_BLOCK.in_(language)
    return BLOCKS.get(facts.block, facts.block) if language == "en" else facts.block


def who_of(part: Part, language: str) -> str:
    """The unit and the place that carry a target."""
    unit, place = (part.unit_en, part.place_en) if language == "en" else (part.unit, part.place)
    return f"{unit} · {place}"


def day_in_words(day: date) -> str:
    """A day as official documents write it: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime) -> str:
    return (
        f"{day_in_words(moment.date())}{moment.hour}时{moment.minute:02d}分"
        if moment.minute
        else f"{day_in_words(moment.date())}{moment.hour}时"
    )


def number_words(value: int | None, language: str) -> str:
    """Which meeting of its series it is; empty where nobody says."""
    if value is None:
        return ""
    return f"No. {value}" if language == "en" else f"第{value}次"
