"""Which of their columns is which of ours: by name, by likeness of name, and where names say nothing by what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from etl.inspect.looks import FEW, FLAGS, NUMBER, Column
from etl.inspect.synonyms import likeness, loose, words
from etl.kinds import KINDS

LEAST = 0.5
WIDE_NAMES = {
    "district": "district_code",
    "town": "town_code",
    "community": "community_code",
    "unit": "unit_code",
    "category": "category_code",
}
# What is said in words: figures are none of these, whatever the column is called.
WORDED = ("caller_name", "title", "description", "address")
NAMES_OF = {code: name for name, code in WIDE_NAMES.items()}


@dataclass(frozen=True)
class Match:
    """A proposal: our column, theirs, how sure (0…1), and by what."""

    ours: str
    column: Column
    confidence: float
    by: str


def kind_of(columns: Sequence[Column], unusable: set[str]) -> str:
    """The kind whose columns are best found: those that must be there count most."""

    def worth(kind: str) -> float:
        found = matches(columns, kind, unusable)
        named = {match.ours: match.confidence for match in found}
        missing = [ours for ours in KINDS[kind].required if ours not in named]
        return sum(named.values()) - 4 * len(missing)

    return max(KINDS, key=worth)


def matches(columns: Sequence[Column], kind: str, unusable: set[str]) -> list[Match]:
    """The proposal, in the order of our columns. Each of theirs and each of ours stands in it once at most."""
    found: list[tuple[float, int, float, Match]] = []
    for column in columns:
        if column.name in unusable:
            continue
        for ours in KINDS[kind].columns:
            confidence, by, place = likeness(column.name, kind, ours)
            if confidence >= LEAST and is_plausible(column, kind, ours):
                found.append((-confidence, place, -column.filled, Match(ours, column, confidence, by)))
    chosen: dict[str, Match] = {}
    taken: set[str] = set()
    for _, _, _, match in sorted(found, key=lambda one: one[:3]):
        if match.ours not in chosen and match.column.name not in taken:
            chosen[match.ours] = match
            taken.add(match.column.name)
    _by_content(chosen, [c for c in columns if c.name not in taken | unusable], kind)
    _put_right(chosen, kind)
    return [chosen[ours] for ours in KINDS[kind].columns if ours in chosen]


def is_plausible(column: Column, kind: str, ours: str) -> bool:
    """Whether what stands in a column can be what its name says."""
    type_ = KINDS[kind].columns[ours]
    if column.look == "empty":
        return True
    if ours in ("lon", "lat"):
        return _numbers(column, -180, 180) >= 0.9
    if ours == "number":
        return column.look not in ("time", "date", "phone", "identity number") and column.distinct > 0.5 * _rows(column)
    if type_ == "flag":
        return column.share(lambda v: v in FLAGS or loose(v) in words("flag")) >= 0.8
    if type_ in ("number", "integer"):
        return column.share(lambda v: NUMBER.fullmatch(v) or loose(v) in words(ours)) >= 0.8
    is_timely = column.look in ("time", "date")
    is_figure = ours in WORDED and column.look in ("flag", "integer", "number", "coordinate")
    return not is_figure and is_timely == (type_ in ("time", "date")) and (ours not in KINDS[kind].choices or column.distinct <= FEW)


def _numbers(column: Column, least: float, most: float) -> float:
    """The share of its values that are numbers within bounds."""
    return column.share(lambda v: NUMBER.fullmatch(v) and least <= float(v) <= most)


def _rows(column: Column) -> int:
    """Rows that are filled, as far as the most frequent values tell."""
    return max(sum(column.values.values()), column.distinct)


def _says(column: Column, subject: str) -> bool:
    """Whether most values are words (not digits) that mean something in a look-up."""
    return column.share(lambda v: loose(v) in words(subject) and not v.isdigit()) > 0.7


def _ends(column: Column, *endings: str) -> bool:
    """Whether most values end like the names of something."""
    return column.share(lambda v: v.endswith(endings)) > 0.7


# Where names say nothing: our column, what theirs must be, how sure that is, and in words.
CONTENTS: list[tuple[str, Callable[[Column], bool], float, str]] = [
    (
        "number",
        lambda c: c.look in ("code", "integer") and c.filled > 0.95 and c.distinct > 0.9 * _rows(c),
        0.6,
        "every value stands there once",
    ),
    ("status", lambda c: _says(c, "status"), 0.6, "words of a status"),
    ("satisfaction", lambda c: _says(c, "satisfaction"), 0.6, "words of satisfaction"),
    ("community", lambda c: _ends(c, "社区", "村", "嘎查", "居委会", "村委会"), 0.5, "names of communities"),
    ("town", lambda c: _ends(c, "街道", "镇", "乡", "苏木", "街道办", "街道办事处"), 0.5, "names of towns"),
    ("district", lambda c: c.distinct > 1 and _ends(c, "区", "县", "旗"), 0.5, "names of districts"),
    ("unit", lambda c: _ends(c, "局", "委", "中心", "大队", "公司", "政府", "办公室", "街道办", "办事处"), 0.5, "names of offices"),
    ("caller", lambda c: c.look == "phone", 0.5, "telephones"),
    ("caller_name", lambda c: c.look == "person's name", 0.5, "names of people"),
    ("lon", lambda c: c.look == "coordinate" and _numbers(c, 73, 136) > 0.9, 0.5, "degrees east, within China"),
    ("lat", lambda c: c.look == "coordinate" and _numbers(c, 3, 54) > 0.9, 0.5, "degrees north, within China"),
    ("description", lambda c: c.look == "free text", 0.5, "long text"),
]


def _by_content(chosen: dict[str, Match], left: list[Column], kind: str) -> None:
    """Fill what names did not tell; a column is given once."""
    for ours, test, confidence, by in CONTENTS:
        if ours not in KINDS[kind].columns or chosen.keys() & {ours, WIDE_NAMES.get(ours), "title" if ours == "description" else ours}:
            continue
        found = next((column for column in left if test(column)), None)
        if found:
            chosen[ours] = Match(ours, found, confidence, by)
            left.remove(found)
    first = next((ours for ours in KINDS[kind].required if KINDS[kind].columns[ours] in ("time", "date")), None)
    timely = [column for column in left if column.look in ("time", "date")]
    if first and first not in chosen and timely:
        fullest = max(timely, key=lambda column: column.filled)
        chosen[first] = Match(first, fullest, 0.5, "the time that is filled most")


def _put_right(chosen: dict[str, Match], kind: str) -> None:
    """Swap name and code where the values say so; a lone major category is the category."""
    for name, code in WIDE_NAMES.items():
        if name in chosen and code not in chosen and code in KINDS[kind].columns and chosen[name].column.look == "code":
            match = chosen.pop(name)
            chosen[code] = Match(code, match.column, match.confidence * 0.9, f"{match.by}, but these are codes")
        elif code in chosen and name not in chosen and chosen[code].column.share(lambda v: not v.isascii()) > 0.5:
            match = chosen.pop(code)
            chosen[name] = Match(name, match.column, match.confidence * 0.9, f"{match.by}, but these are names")
    if "major" in chosen and not {"category", "category_code"} & set(chosen) and "category" in KINDS[kind].columns:
        match = chosen.pop("major")
        chosen["category"] = Match("category", match.column, match.confidence, match.by)
    if ("lon" in chosen) != ("lat" in chosen):
        chosen.pop("lon", None)
        chosen.pop("lat", None)
