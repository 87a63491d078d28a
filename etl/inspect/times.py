"""Finds the forms in which times are written, by reading them as the loader will."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from etl.inspect.shape import is_accepted
from etl.values import NARROW, WIDE, literals

DAYS = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%y-%m-%d", "%d-%b-%Y", "%b %d, %Y",
]  # fmt: skip
CLOCKS = [
    "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f", "%H时%M分%S秒", "%H时%M分", "%H:%M:%S%z", "%H:%M:%S.%f%z", "%H:%M:%SZ",
    "%H:%M:%S.%fZ",
]  # fmt: skip
FORMATS = [
    *DAYS,
    *(f"{day} {clock}" for day in DAYS for clock in CLOCKS),
    *(f"{day}T{clock}" for day in DAYS[:1] for clock in CLOCKS),
    *(f"{day}{clock}" for day in DAYS[3:4] for clock in CLOCKS),
    "%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%Y%m%d%H%M", "%Y%m%d %H:%M:%S", "%Y%m%d",
]  # fmt: skip
# What no format of parts can say has a word, where the loader knows it, and is recognised by its signs.
WORDS = {
    "chinese": re.compile(
        r"\d{2,4}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}日?\s*(星期.|周.)?\s*([上下中]午|凌晨|早上|晚上|傍晚)?[\d:时分秒点 ]*"
    ),
    "iso": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?(Z|[+-]\d\d(:?\d\d)?)"),
    # Days since 1900, of 1990 to 2064.
    "excel": re.compile(r"(3[3-9]|[45]\d)\d{3}(\.\d+)?"),
}
LIKELY = re.compile(
    r"\D{0,3}(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}.*|\d{1,2}[-/. ](\d{1,2}|[A-Za-z]{3})[-/. ]\d{2,4}.*"
    r"|[A-Z][a-z]{2} \d{1,2}, \d{4}.*|\d{2}-\d{1,2}-\d{1,2}.*|(?:19|20)\d{2}[01]\d[0-3]\d( ?\d{2}:?\d{2}(:?\d{2})?)?)"
)
TWINS = [("%m/%d/", "%d/%m/"), ("%d-%m-%Y", "%y-%m-%d")]
MOST = 6
PROBE = 200


DIGITS = re.compile(r"\d+")
MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", re.IGNORECASE)
HALF_DAY = re.compile(r"\b[AP]M\b", re.IGNORECASE)
DISTANCE = re.compile(r"(?<=\d)[+-]\d{2}:?\d{2}$")
PART = re.compile("%[a-zA-Z]")
SIGNS = {"%p": "P", "%b": "B", "%z": "Z"}


def outline(value: str) -> str:
    """What stands between the numbers of a time: formats of another outline need not be tried. 2018-06-04 11:01 is 9-9-9 9:9."""
    text = DISTANCE.sub("Z", value) if ":" in value else value
    return DIGITS.sub("9", HALF_DAY.sub("P", MONTH.sub("B", text)))


BY_OUTLINE: dict[str, list[str]] = {}
for _form in FORMATS:
    BY_OUTLINE.setdefault(re.sub("9+", "9", PART.sub(lambda part: SIGNS.get(part[0], "9"), _form)), []).append(_form)


@dataclass(frozen=True)
class Forms:
    """The formats of a column, the share of its values they read, the first values they do not, and a twin that reads all too."""

    formats: list[str] = field(default_factory=list)
    share: float = 0.0
    unread: list[str] = field(default_factory=list)
    ambiguous: str = ""


def looks_timely(values: Iterable[str]) -> bool:
    """Whether more than half of some values begin like a time."""
    found = [bool(LIKELY.fullmatch(value.translate(str.maketrans(WIDE, NARROW)))) for value in values]
    return bool(found) and sum(found) > len(found) / 2


def looks_serial(values: Iterable[str]) -> bool:
    """Whether nearly all values could be day numbers of a spreadsheet; only the column's name tells those from amounts."""
    found = [bool(WORDS["excel"].fullmatch(value)) for value in values]
    return bool(found) and sum(found) >= 0.9 * len(found)


def forms_of(con: duckdb.DuckDBPyConnection, column: str, nulls: Sequence[str]) -> Forms:
    """The formats that together read the most values of a (quoted) column of `sample`."""
    con.execute(
        f"create or replace temp table written as select translate({column}, '{WIDE}', '{NARROW}') as v, any_value({column}) as raw,"
        f" count(*) as n from sample where {column} is not null and {column} not in ({literals(['', *nulls])}) group by 1"
    )
    total = _counted(con)
    chosen: list[str] = []
    ambiguous = ""
    while len(chosen) < MOST:
        con.execute(f"create or replace temp table probe as from written order by hash(v) limit {PROBE}")
        outlines = {outline(value) for (value,) in con.execute("select v from probe").fetchall()}
        gains = _gains(con, [form for known in outlines for form in BY_OUTLINE.get(known, []) if not is_twin(form, chosen)])
        best = max(gains, key=lambda form: gains[form], default="")
        if not best or not gains[best]:
            break
        ambiguous = ambiguous or next((twin for twin in gains if is_twin(twin, [best]) and gains[twin] == gains[best]), "")
        chosen.append(best)
        con.execute(f"delete from written where {_readable(best)}")
    chosen += _spoken(con, chosen)
    unread = con.execute("select raw from written order by n desc, raw limit 3").fetchall()
    left = _counted(con)
    return Forms(chosen, 1 - left / total if total else 0.0, [row[0] for row in unread], ambiguous)


def _spoken(con: duckdb.DuckDBPyConnection, chosen: list[str]) -> list[str]:
    """Words for what is left over, as far as [values] dates accepts them; a time with its distance from UTC needs no format beside."""
    words = []
    left = [value for (value,) in con.execute("select v from written").fetchall()]
    for word, signs in WORDS.items():
        found = [value for value in left if signs.fullmatch(value)]
        if found and is_accepted("values", dates=[word]):
            words.append(word)
            con.execute("delete from written where list_contains(?, v)", [found])
    if any("%z" in form for form in chosen) and is_accepted("values", dates=["iso"]):
        chosen[:] = [form for form in chosen if "%z" not in form]
        words.append("iso")
    return list(dict.fromkeys(words))


def _readable(form: str) -> str:
    # A year such as 23 reads as the year 23: the loader would reject it, so it is not read here.
    return f"coalesce(try_strptime(v, [{literals([form])}])::timestamp between timestamp '1990-01-01' and timestamp '2100-01-01', false)"


def _gains(con: duckdb.DuckDBPyConnection, forms: Sequence[str]) -> dict[str, int]:
    """How many of the values left each format reads."""
    if not forms:
        return {}
    sums = ", ".join(f"coalesce(sum(n) filter ({_readable(form)}), 0)::bigint" for form in forms)
    return dict(zip(forms, con.execute(f"select {sums} from written").fetchall()[0], strict=True))


def _counted(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select coalesce(sum(n), 0)::bigint from written").fetchall()[0][0])


def is_twin(form: str, chosen: Sequence[str]) -> bool:
    """Whether a format reads the day where a chosen one reads the month."""
    pairs = [(mine, theirs) for twins in TWINS for mine, theirs in (twins, twins[::-1])]
    return any(form.startswith(mine) and other.startswith(theirs) for mine, theirs in pairs for other in chosen)
