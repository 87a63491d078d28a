"""SQL that reads delivered texts as the types they stand for: times, numbers, flags."""

from __future__ import annotations

from collections.abc import Sequence

from etl.kinds import ColumnType
from etl.readers.reading import literal
from etl.source import FORMS, Source

__all__ = ["SQL_TYPES", "as_typed", "expected_time", "literal", "literals", "plain"]

SQL_TYPES: dict[ColumnType, str] = {
    "text": "varchar",
    "time": "timestamp",
    "date": "date",
    "number": "double",
    "integer": "integer",
    "flag": "boolean",
}
TRUE = ["1", "1.0", "是", "true", "True", "TRUE", "Y", "y", "yes", "有", "已"]
FALSE = ["0", "0.0", "否", "false", "False", "FALSE", "N", "n", "no", "无", "未"]
WIDE = "０１２３４５６７８９：／－．　"
NARROW = "0123456789:/-. "
# What people are asked to tick, unless the source's lookup says otherwise.
SATISFACTION = {"非常满意": 5, "很满意": 5, "满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1, "很不满意": 1}
SHORTEST = min(len(word.encode()) for word in SATISFACTION)
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"


def literals(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))


def as_typed(text: str, name: str, type_: ColumnType, source: Source, choices: Sequence[str] | None = None) -> str:
    """The SQL expression `text`, already `plain` if it is no text of ours, read as the type of our column `name`.

    Null where it cannot be, or is none of its `choices`.
    """
    if type_ == "text":
        return f"(case when {text} in ({literals(choices)}) then {text} end)" if choices else text
    if type_ == "flag":
        return f"(case when {text} in ({literals(TRUE)}) then true when {text} in ({literals(FALSE)}) then false end)"
    if type_ in ("time", "date"):
        return f"cast({_time(text, source.values.dates)} as {SQL_TYPES[type_]})"
    if name == "satisfaction":
        # A number is shorter than the shortest word, so most texts are not compared with any.
        words = " ".join(f"when {literal(word)} then '{score}'" for word, score in SATISFACTION.items())
        text = f"(case when strlen({text}) >= {SHORTEST} then case {text} {words} else {text} end else {text} end)"
    number = _number(text, name)
    return number if type_ == "number" else f"try_cast(case when {number} = trunc({number}) then {number} end as integer)"


def plain(text: str) -> str:
    """The SQL expression `text` with the digits and signs of numbers and times as ASCII."""
    # Full-width digits are rare and translate is slow: only text of more bytes than characters is looked at.
    return f"(case when strlen({text}) = length({text}) then {text} else translate({text}, '{WIDE}', '{NARROW}') end)"


def expected_time(source: Source) -> str:
    """What a time of this source looks like, for whoever must mend one."""
    return "a date like " + " or ".join(FORMS.get(date, date) for date in source.values.dates)


def _time(text: str, dates: Sequence[str]) -> str:
    """A text as a naive time of the city. Each way is only tried on what the ways before it have left unread."""
    zoned = [date for date in dates if "%z" in date or "%Z" in date]
    plain = [date for date in dates if date not in FORMS and date not in zoned]
    ways = []
    if plain:
        ways.append(f"try_strptime({text}, [{literals(plain)}])")
        ended = f"try_strptime(before_midnight({text}), [{literals(plain)}]) + to_days(1)"
        ways.append(f"case when is_day_end({text}) then {ended} end")
    if zoned:
        # An offset is the sender's; the letter Z, which strptime does not take for one, is Greenwich.
        offset = f"case when ends_with({text}, 'Z') then left({text}, -1) || '+00:00' else {text} end"
        ways.append(f"civic(try_strptime({offset}, [{literals(zoned)}]))")
    ways += [f"{date}_time({text})" for date in dates if date in FORMS]
    return f"coalesce({', '.join(ways)})"


def _number(text: str, name: str) -> str:
    """A text as a finite double; 12,345.60 is a number, and 85% is one where a percentage is asked for."""
    marked = f"replace({text}, ',', '')"
    ways = [f"try_cast({text} as double)", f"case when regexp_matches({text}, '{THOUSANDS}') then try_cast({marked} as double) end"]
    if name.endswith("_pct"):
        ways.append(f"case when ends_with({text}, '%') then try_cast(rtrim({text}, '%') as double) end")
    return f"finite(coalesce({', '.join(ways)}))"
