"""Writes the proposed source as TOML, with comments that say what was guessed and what to check."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from dashboard.phrases import said
from etl.inspect.looks import Column
from etl.inspect.mapping import Match
from etl.inspect.shape import Shape, is_accepted
from etl.inspect.words import Lookup
from etl.kinds import KINDS

CRS_SIGNS = {"bd09": ("百度", "bd09", "baidu"), "gcj02": ("高德", "腾讯", "火星", "gcj", "amap")}
BARE = re.compile(r"[A-Za-z0-9_-]+")
SEMICOLON = {"en": "; ", "zh": "；"}


@dataclass(frozen=True)
class Proposal:
    """All that was found out about a file, as far as a source's TOML can say it."""

    label: str
    kind: str
    shape: Shape
    columns: list[Column]
    matches: list[Match]
    lookups: list[Lookup]
    nulls: list[str]
    dates: list[str]
    ambiguous: str = ""
    newest_at: datetime | None = None
    is_old: bool = False
    unusable: set[str] = field(default_factory=set)

    @property
    def delivers(self) -> list[str]:
        """What the filled columns bring."""
        filled = {match.ours for match in self.matches if match.column.look != "empty"}
        if self.kind != "tickets":
            return []
        return ["closing_times"] * bool(filled & {"resolved_at", "closed_at"}) + ["ratings"] * bool({"satisfaction"} & filled)

    @property
    def missing(self) -> list[str]:
        """What must be mapped and was not found."""
        return [ours for ours in KINDS[self.kind].required if ours not in {match.ours for match in self.matches}]


def text(value: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(value: str) -> str:
    return value if BARE.fullmatch(value) else text(value)


class Line(NamedTuple):
    """A line of TOML and what is said of it; a line that only says something has no TOML."""

    toml: str
    notes: tuple[str, ...] = ()

    def written(self, language: str) -> str:
        """The line with its notes behind it, in one column: a Chinese sign is as wide as two letters."""
        if not self.notes:
            return self.toml
        comment = f"# {SEMICOLON[language].join(said(' '.join(note.split()), language) for note in self.notes)}"
        width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in self.toml)
        return f"{self.toml}{' ' * (44 - width)} {comment}" if self.toml else comment


def line(toml: str, *notes: str) -> Line:
    return Line(toml, tuple(filter(None, notes)))


def toml_of(proposal: Proposal, language: str = "en") -> str:
    """The source, ready to be saved as sources/<source>.toml, its comments in a language."""
    parts = [_head(proposal), _format(proposal.shape), _values(proposal), _columns(proposal), *map(_lookup, proposal.lookups)]
    return "\n\n".join("\n".join(one.written(language) for one in lines) for lines in parts) + "\n"


def _head(proposal: Proposal) -> list[Line]:
    newest = f"newest time {proposal.newest_at:%Y-%m-%d %H:%M}" if proposal.newest_at else ""
    lines = [
        line("", "Proposed by `python -m etl inspect`: go through the comments, then load a file and look at what is rejected."),
        line(f"label = {text(proposal.label)}", "the name people know this platform by"),
        line(f"kind = {text(proposal.kind)}"),
        line('# platform = ""', "its code in platforms.csv, if the city has that file"),
    ]
    if proposal.kind == "tickets":
        if not any(match.ours == "channel" for match in proposal.matches):
            lines.append(line('# channel = ""', "the way in of every row: hotline, mini_program …"))
        why = "from the columns below", "without closing_times a ticket is never open or overdue"
        lines.append(line(f"delivers = [{', '.join(map(text, proposal.delivers))}]", *why))
    rule = ("latest", "a historic export") if proposal.is_old else ("received", "the file shows the state when it arrives")
    lines.append(line(f"as_of = {text(rule[0])}", rule[1], newest))
    return lines


def _format(shape: Shape) -> list[Line]:
    lines = [f"[{shape.form}]", *(f"{name} = {text(value) if isinstance(value, str) else value}" for name, value in shape.options.items())]
    return [*map(line, lines), *(line(f"[{form}]", "so its suffix says") for form in shape.also)]


def _values(proposal: Proposal) -> list[Line]:
    lines = [line("[values]"), line(f"nulls = [{', '.join(map(text, ['', *proposal.nulls]))}]")]
    if proposal.dates:
        note = ""
        if proposal.ambiguous:
            note = f"CHECK: {text(proposal.ambiguous)} reads every value as well; is 03/04 in March or in April?"
        elif any("%z" in form for form in proposal.dates):
            note = "times carry their distance from UTC"
        lines.append(line(f"dates = [{', '.join(map(text, proposal.dates))}]", note))
    return lines + _crs(proposal.matches)


def placeable(found: Sequence[Match]) -> list[Match]:
    """The matches without coordinates whose names say a system that the loader does not convert: 400 m beside is worse than nowhere."""
    told = _told_crs(found)
    return [match for match in found if match.ours not in ("lon", "lat") or not told or is_accepted("values", crs=told)]


def _told_crs(found: Sequence[Match]) -> str:
    """The system of coordinates that the names of their columns say, if they say one: numbers look alike in all."""
    names = [match.column.name.casefold() for match in found if match.ours in ("lon", "lat")]
    return next((crs for crs, signs in CRS_SIGNS.items() if any(sign in name for name in names for sign in signs)), "")


def _crs(found: Sequence[Match]) -> list[Line]:
    if not any(match.ours == "lon" for match in found):
        return []
    if told := _told_crs(found):
        return [line(f"crs = {text(told)}", "CHECK: so the names say; ask the platform")]
    return [line('crs = "wgs84"', "CHECK, declare it: ask the platform; GCJ-02 (Amap, Tencent) or BD-09 (Baidu) lie 400 m beside")]


def _columns(proposal: Proposal) -> list[Line]:
    # In JSON a key that no object has is a missing column: only what must be there may refuse the file.
    is_loose = proposal.shape.form not in ("csv", "excel")
    needed = [m for m in proposal.matches if not is_loose or m.ours in KINDS[proposal.kind].required]
    lines = [line("[columns]", "ours = theirs"), *map(_line, needed)]
    lines += [line(f'# {ours} = ""', "MUST BE MAPPED: no column was found for it") for ours in proposal.missing]
    lines += _unmapped(proposal)
    loose_ones = [match for match in proposal.matches if match not in needed]
    return lines + ([line(""), line("[optional]"), *map(_line, loose_ones)] if loose_ones else [])


def _line(match: Match) -> Line:
    notes = [] if match.confidence >= 0.95 else [f"CHECK, {match.confidence:.0%} sure: {match.by}"]
    if match.column.look == "empty":
        notes.append("empty in this file")
    forms = match.column.forms
    if forms.formats and forms.share < 1:
        notes.append(f"{1 - forms.share:.2%} of its values are no date")
    return line(f"{match.ours} = {text(match.column.name)}", *notes)


def _unmapped(proposal: Proposal) -> Iterable[Line]:
    taken = {match.column.name for match in proposal.matches}
    rest = [column for column in proposal.columns if column.name not in taken]
    if rest:
        yield line("", "Not mapped, kept in landing:")
    for column in rest:
        twice = "its name stands in the header twice" if column.name in proposal.unusable else ""
        yield line(f"# … = {text(column.name)}", column.look, f"{column.filled:.0%} filled", twice)


def _lookup(lookup: Lookup) -> Sequence[Line]:
    lines = [line(f"[lookups.{lookup.ours}]" if lookup.known else f"# [lookups.{lookup.ours}]")]
    lines += [line(f"{key(theirs)} = {text(ours)}") for theirs, ours in lookup.known.items()]
    return lines + [line(f'# {key(theirs)} = ""', "unknown: fill in") for theirs in lookup.unknown]
