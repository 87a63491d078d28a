"""A wish in words, for what is printed or taken away: what a table was narrowed to must stand on it."""

from __future__ import annotations

from dashboard import texts
from dashboard.charts.risk_levels import LEVELS
from dashboard.filters import CHOICES, Filters
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View

NAMES = {
    "divisions": texts.PLACE, "majors": texts.CATEGORY, "categories": texts.MINOR, "units": texts.UNIT, "channels": texts.CHANNEL,
    "types": texts.DISPUTE_TYPE, "organisations": texts.ORGANISATION, "sources": texts.SOURCE,
    "levels": texts.LEVEL, "risk_types": texts.RISK_TYPE, "risk_cells": texts.RISK_CELL,
}  # fmt: skip
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
    return [
        view.say(SAID).format(name=view.say(NAMES[choice]), values=comma.join(_word(view, choice, code) for code in getattr(wish, choice)))
        for choice in choices
        if getattr(wish, choice)
    ]


def _word(view: View, choice: str, code: str) -> str:
    """What a code is called; an unknown one is not printed."""
    if choice == "levels":
        return view.say(LEVELS[code].word if code in LEVELS else UNKNOWN)
    if choice == "risk_types":
        return code
    if choice == "risk_cells":
        return code.replace("-", "×")
    names = labels(view.engine, CHOICES.get(choice, "division_code"))["label_en" if view.language == "en" else "label"]
    return str(names.get(code, view.say(UNKNOWN)))
