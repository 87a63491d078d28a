"""A wish in words, for what is printed or taken away: what a table was narrowed to must stand on it."""

from __future__ import annotations

from dashboard import texts
from dashboard.charts.lamps import BLOCKS
from dashboard.charts.risk_levels import LEVELS
from dashboard.filters import CHOICES, Filters
from dashboard.metrics.disputes import WORDS
from dashboard.pilot_choices import WORDS as PILOT_WORDS
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View

NAMES = {
    "divisions": texts.PLACE, "majors": texts.CATEGORY, "categories": texts.MINOR, "units": texts.UNIT, "channels": texts.CHANNEL,
    "types": texts.DISPUTE_TYPE, "organisations": texts.ORGANISATION, "sources": texts.SOURCE,
    "origins": Text("案件来源", "Origin"), "referrals": Text("移送渠道", "Referral"), "outcomes": Text("调解结果", "Outcome"),
    "agreements": Text("协议形式", "Agreement"), "levels": texts.LEVEL,
    "risk_types": texts.RISK_TYPE, "risk_cells": texts.RISK_CELL,
    "blocks": texts.BLOCK, "targets": Text("试点任务", "Pilot task"), "lamps": texts.LAMP, "dues": texts.DUE, "kinds": texts.KIND,
}  # fmt: skip
# Risks and disputes both have levels; a code says whose it is.
SETTLED_AT = Text("化解层级", "Settled at")
SPAN = Text("{since} 至 {until}", "{since} to {until}")
SAID = Text("{name}：{values}", "{name}: {values}")
UNKNOWN = Text("（未知）", "(unknown)")


def days_in_words(view: View, wish: Filters) -> str:
    """The days of a wish, both included."""
    since, until = wish.resolved(view.today)
    return view.say(SPAN).format(since=since.isoformat(), until=until.isoformat())


def choices_in_words(view: View, wish: Filters, choices: tuple[str, ...]) -> list[str]:
    """What is chosen among `choices`, one sentence each; nothing for a choice not made."""
    comma = "、" if view.language == "zh" else ", "
    return [_said(view, choice, getattr(wish, choice), comma) for choice in choices if getattr(wish, choice)]


def _said(view: View, choice: str, codes: tuple[str, ...], comma: str) -> str:
    values = comma.join(word(view, choice, code) for code in codes)
    return view.say(SAID).format(name=view.say(name_of(choice, codes[0])), values=values)


def name_of(choice: str, code: str) -> Text:
    """What a choice is called where `code` is chosen."""
    return SETTLED_AT if choice == "levels" and code in WORDS["level_code"] else NAMES[choice]


def word(view: View, choice: str, code: str) -> str:
    """What a code is called; an unknown one is not printed."""
    if choice == "levels" and code in LEVELS:
        return view.say(LEVELS[code].word)
    words = PILOT_WORDS.get(choice, WORDS.get(CHOICES.get(choice, "")))
    if words is not None:
        return view.say(words.get(code, UNKNOWN))
    if choice == "blocks":
        return BLOCKS.get(code, code) if view.language == "en" else code
    if choice == "risk_types":  # As they were delivered.
        return code
    if choice == "risk_cells":
        return code.replace("-", "×")
    names = labels(view.engine, CHOICES.get(choice, "division_code"))["label_en" if view.language == "en" else "label"]
    return str(names.get(code, view.say(UNKNOWN)))
