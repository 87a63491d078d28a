"""What platforms call our columns and values, read from synonyms.toml; names are compared exactly, then loosely, then by likeness."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from etl.kinds import KINDS

FILE = Path(__file__).with_name("synonyms.toml")
IN_BRACKETS = re.compile(r"[(（\[【〔<《].*?[)）\]】〕>》]")
NOISE = re.compile(r"[\s_\-./\\:：·*#\"'`?？!！,，;；|(){}（）\[\]【】]+")
# What names of every sort of column end with; the longer first.
ENDINGS = (
    "number", "status", "count", "name", "code", "time", "date", "type", "dept", "unit", "tel", "no", "id", "at", "on", "by",
    "名称", "编号", "编码", "代码", "时间", "日期", "单位", "部门", "电话", "状态", "类型", "类别",
    "地址", "情况", "次数", "结果", "内容", "人", "号",
)  # fmt: skip
LIKE = 0.75
HINTED = 0.5


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    with FILE.open("rb") as file:
        tables: dict[str, dict[str, list[str]]] = tomllib.load(file)
    return tables


@cache
def synonyms(kind: str) -> Mapping[str, tuple[str, ...]]:
    """ours -> their names for it, the most telling first."""
    tables = _tables()
    names = {**{ours: tables["any"][ours] for ours in tables["any"] if ours in KINDS[kind].columns}, **tables[kind]}
    return {ours: (*names.get(ours, ()), ours) for ours in KINDS[kind].columns}


@cache
def words(column: str) -> Mapping[str, str]:
    """Their word for a value of a column (loosely written) -> ours; empty for columns without such words."""
    table: Mapping[str, list[str]] = _tables()["words"].get(column, {})  # type: ignore[assignment]
    return {loose(word): ours for ours, theirs in table.items() for word in (*theirs, ours)}


@cache
def loose(name: str) -> str:
    """A name without case, width, spaces, signs and what stands in brackets: createTime, CREATE_TIME and Create Time are one."""
    text = unicodedata.normalize("NFKC", name)
    bare = NOISE.sub("", IN_BRACKETS.sub("", text)).casefold()
    return bare or NOISE.sub("", text).casefold()


@cache
def likeness(name: str, kind: str, ours: str) -> tuple[float, str, int]:
    """(confidence 0…1, how it was found, place in the list) of a column's name as a name for `ours`."""
    known = synonyms(kind)[ours]
    if name in known:
        return 1.0, "name", known.index(name)
    bare, best = loose(name), (0.0, "", len(known))
    for place, synonym in enumerate(known):
        other = loose(synonym)
        if bare == other:
            return 0.95, "name, loosely", place
        ratio = _alike(bare, other)
        if ratio >= LIKE and 0.75 * ratio > best[0]:
            best = (0.75 * ratio, f"like {synonym}", place)
    hint = next((hint for hint in _tables()["hints"].get(ours, ()) if hint in bare), "")
    return (HINTED, f"its name has {hint}", len(known)) if hint and best[0] < HINTED else best


def _alike(name: str, other: str) -> float:
    """How alike two loose names are; one that ends with the other (群众来电时间, 来电时间) is almost the same.

    A word that names of any column end with makes no two alike: contact_name is not district_name, 上传时间 not 上报时间.
    """
    shortest = 3 if not other.isascii() else 6
    if len(other) >= shortest and name.endswith(other):
        return 0.9
    if min(len(name), len(other)) < shortest or abs(len(name) - len(other)) > len(other) / 2:
        return 0.0
    ending = next((word for word in ENDINGS if name.endswith(word) and other.endswith(word)), "")
    stems = (name.removesuffix(ending), other.removesuffix(ending))
    if ending and SequenceMatcher(None, *stems).ratio() < LIKE:
        return 0.0
    return SequenceMatcher(None, name, other).ratio()


@cache
def _known_names() -> frozenset[str]:
    return frozenset(loose(name) for kind in KINDS for names in synonyms(kind).values() for name in names)


def is_known(cell: str) -> bool:
    """Whether a cell is a column's name of some kind."""
    return loose(cell) in _known_names()


@cache
def is_timely(name: str) -> bool:
    """Whether a column's name is that of a time in some kind, or ends like one."""
    return loose(name).endswith(("时间", "日期", "time", "date")) or any(
        likeness(name, kind, ours)[0] >= HINTED
        for kind, facts in KINDS.items()
        for ours, type_ in facts.columns.items()
        if type_ in ("time", "date")
    )
