"""What the values of a column mean: their words beside ours, and those nobody knows yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl.inspect.looks import FLAGS, Column
from etl.inspect.mapping import Match
from etl.inspect.synonyms import loose, words
from etl.kinds import KINDS

MOST = 40


@dataclass(frozen=True)
class Lookup:
    """A table [lookups.…]: theirs -> ours, and the values left to be filled in."""

    ours: str
    known: dict[str, str]
    unknown: list[str]


def lookups_of(found: Sequence[Match], kind: str, channels: Sequence[str]) -> list[Lookup]:
    """The look-ups the mapped columns need; `channels` are the codes a city's channels.csv declares."""
    made = [_lookup(match, kind, channels) for match in found]
    return [lookup for lookup in made if lookup.known or lookup.unknown]


def _lookup(match: Match, kind: str, channels: Sequence[str]) -> Lookup:
    ours, column = match.ours, match.column
    choices = KINDS[kind].choices.get(ours, [])
    if choices:
        return _by_words(ours, column, words(ours), choices, ask=True)
    if ours == "channel" and channels:
        return _by_words(ours, column, words("channel"), channels, ask=False)
    if ours == "satisfaction":
        return _by_words(ours, column, words(ours), ["1", "2", "3", "4", "5"], ask=column.look not in ("integer", "number", "flag"))
    if KINDS[kind].columns[ours] == "flag":
        return _by_words(ours, column, words("flag"), sorted(FLAGS), ask=column.look != "flag")
    return Lookup(ours, {}, [])


def _by_words(ours: str, column: Column, meaning: dict[str, str] | object, choices: Sequence[str], *, ask: bool) -> Lookup:
    """Their values that are not ours already, each with its meaning; those without are asked for."""
    table = meaning if isinstance(meaning, dict) else {}
    values = [value for value in list(column.values)[:MOST] if value not in choices]
    known = {value: table[loose(value)] for value in values if table.get(loose(value)) in choices}
    return Lookup(ours, known, [value for value in values if value not in known] if ask else [])
