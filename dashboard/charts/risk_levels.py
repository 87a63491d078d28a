"""How the levels of risks are told: by word, by shape and by colour, so that none of them is needed alone."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.texts import Text
from dashboard.theme import Theme


@dataclass(frozen=True)
class Level:
    """A level of risk, the gravest first in LEVELS; `colour` names a field of Theme."""

    word: Text
    shape: str
    colour: str


LEVELS = {
    "high": Level(Text("高", "High"), "▲", "bad"),
    "medium": Level(Text("中", "Medium"), "◆", "warn"),
    "low": Level(Text("低", "Low"), "●", "accent"),
    "": Level(Text("未定级", "Ungraded"), "○", "context"),
}


def level_of(code: object) -> Level:
    """The level a code stands for; a missing or unknown one is ungraded."""
    return LEVELS.get(code, LEVELS[""]) if isinstance(code, str) else LEVELS[""]


def colour_of(level: Level, look: Theme) -> str:
    return str(getattr(look, level.colour))


def marked(level: Level, look: Theme) -> str:
    return f"{level.shape} {look.say(level.word)}"
