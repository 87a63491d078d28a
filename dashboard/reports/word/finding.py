"""Finds the blocks of a report in an edited Word file: by bookmark first; what lost its bookmark, by where it stands and what it says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboard.reports.ooxml import cleaned
from dashboard.reports.word.expected import Expected
from dashboard.reports.word.reading import Read, ReadTable

# From here on two texts are the same one, edited.
ALIKE = 0.5
COMPARED = 2000


@dataclass
class Segment:
    """A stretch of words in the file: under which bookmark, or none; `place` is its block's in the file."""

    name: str
    text: str
    place: int


def plain(text: str) -> str:
    """A text without the differences that programs make on their own: kinds of space, ways to compose a sign."""
    return " ".join(unicodedata.normalize("NFC", cleaned(text)).split())


def alike(one: str, other: str) -> float:
    one, other = plain(one)[:COMPARED], plain(other)[:COMPARED]
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Cheap upper bounds first.
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def segments_of(body: Sequence[Read | ReadTable], words: dict[str, Expected]) -> list[Segment]:
    """The file's words cut where bookmarks of the report begin; a bookmark reaches over as many paragraphs as it did when closed."""
    found: list[Segment] = []
    open_name = ""
    for place, block in enumerate(body):
        if isinstance(block, ReadTable):
            open_name = ""
        elif not block.is_listed:
            made, open_name = _cut(block, place, open_name, words)
            found += made
            if open_name in block.ends:
                open_name = ""
    return _without_doubles(_merged(found), words)


def _cut(block: Read, place: int, open_name: str, words: dict[str, Expected]) -> tuple[list[Segment], str]:
    """A paragraph cut where bookmarks begin, and the bookmark that its end stands under."""
    starts: dict[int, list[str]] = {}
    for at, name in block.starts:
        if name in words:
            starts.setdefault(at, []).append(name)
    if not starts:
        return [Segment(open_name, block.text, place)], open_name
    found: list[Segment] = []
    places = [*sorted(starts), len(block.text)]
    first = places[0]
    # Words written before a bookmark belong to the paragraph that runs on, else to the bookmark behind them.
    if open_name and block.text[:first].strip():
        found.append(Segment(open_name, block.text[:first], place))
    elif not open_name:
        first = 0
    for number, at in enumerate(places[:-1]):
        text = block.text[first if number == 0 else at : places[number + 1]]
        open_name = max(starts[at], key=lambda name: alike(words[name].text, text)) if len(starts[at]) > 1 else starts[at][0]
        found += [Segment(name, text if name == open_name else "", place) for name in starts[at]]
    return found, open_name


def _merged(segments: list[Segment]) -> list[Segment]:
    """Paragraphs one after the other under one bookmark are one text."""
    found: list[Segment] = []
    for one in segments:
        if one.name and found and found[-1].name == one.name:
            found[-1] = Segment(one.name, f"{found[-1].text}\n{one.text}".strip("\n"), found[-1].place)
        else:
            found.append(one)
    return found


def _without_doubles(segments: list[Segment], words: dict[str, Expected]) -> list[Segment]:
    """Of a bookmark that stands twice the likest stays."""
    best: dict[str, int] = {}
    for place, one in enumerate(segments):
        if one.name:
            was = words[one.name].text
            if one.name not in best or alike(was, one.text) > alike(was, segments[best[one.name]].text):
                best[one.name] = place
    return [one if not one.name or best[one.name] == place else Segment("", one.text, one.place) for place, one in enumerate(segments)]


def adopt(segments: list[Segment], expected: Sequence[Expected]) -> None:
    """Give words without a bookmark to the blocks whose bookmark is gone, where they stand in their place or still read like them."""
    held = {one.name: place for place, one in enumerate(segments) if one.name}
    for number, block in enumerate(expected):
        if block.name in held:
            continue
        before = next((held[one.name] for one in reversed(expected[:number]) if one.name in held), -1)
        behind = next((held[one.name] for one in expected[number + 1 :] if one.name in held), len(segments))
        free = [place for place in range(before + 1, behind) if not segments[place].name and segments[place].text.strip()]
        if not free:
            free = [place for place, one in enumerate(segments) if not one.name and plain(one.text) == plain(block.text)]
        chosen = max(free, key=lambda place: alike(block.text, segments[place].text), default=None)
        if chosen is None:
            continue
        is_rewritten = block.what in ("paragraph", "request") and not _is_next_missing(expected, number, held)
        if alike(block.text, segments[chosen].text) >= ALIKE or is_rewritten:
            for place in free if block.what == "request" else [chosen]:
                segments[place].name = block.name
            held[block.name] = chosen


def _is_next_missing(expected: Sequence[Expected], number: int, held: dict[str, int]) -> bool:
    """Whether its neighbour lost its bookmark too, so that nothing says which of them the words are."""
    return number + 1 < len(expected) and expected[number + 1].name not in held and expected[number + 1].what == "paragraph"
