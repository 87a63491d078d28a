"""What the columns of a file look like: times, numbers, codes, people, places; how full they are and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from etl.inspect.header import NULL_MARKERS
from etl.inspect.sample import Sample, masked
from etl.inspect.synonyms import is_timely
from etl.inspect.times import WORDS, Forms, forms_of, looks_serial, looks_timely
from etl.readers.reading import quoted
from etl.values import FALSE, TRUE

VALUES = 2_000
FEW = 60
PHONE = re.compile(r"(\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(0\d{2,3}[-— ]?)?[2-8]\d{6,7}|\(?0\d{2,3}\)?[- ]?\d{7,8}")
IDENTITY = re.compile(r"[1-9]\d{5}(19|20)\d{9}[\dXx]|[1-9]\d{14}")
PERSON = re.compile(
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳唐罗薛雷贺倪汤滕殷毕郝邬安常乐于时傅"
    "皮齐康伍余元卜顾孟平黄和穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡霍万柯管卢莫房丁邓石崔"
    "侯白段包曾肖龙叶黎易廖文牛乔武申关赖谭申史耿温庄晏瞿阎刘][一-龥]{1,2}([某*]{0,2}|先生|女士)"
)
INTEGER = re.compile(r"[+-]?\d+(\.0+)?")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
CODE = re.compile(r"[A-Za-z0-9_\-/.:]{1,64}")
FLAGS = {*TRUE, *FALSE}


@dataclass(frozen=True)
class Column:
    """A column: its look, the share filled, how many different values, the most frequent of them, its null markers."""

    name: str
    look: str
    filled: float
    distinct: int
    values: dict[str, int] = field(default_factory=dict)
    nulls: list[str] = field(default_factory=list)
    forms: Forms = field(default_factory=Forms)
    samples: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  # masked: the first values no form reads

    def share(self, test: Callable[[str], object]) -> float:
        """The share of its filled rows (of the most frequent values) that pass a test."""
        total = sum(self.values.values())
        return sum(count for value, count in self.values.items() if test(value)) / total if total else 0.0


def columns_of(sample: Sample) -> list[Column]:
    """What each column of the sample looks like."""
    return [_column(sample, name) for name in sample.columns]


def _column(sample: Sample, name: str) -> Column:
    con, ours = sample.con, quoted(name)
    filled, distinct = con.execute(f"select count({ours}), count(distinct {ours}) from sample").fetchall()[0]
    rows = con.execute(f"select {ours}, count(*) as n from sample where {ours} is not null group by 1 order by n desc, 1 limit {VALUES}")
    values: dict[str, int] = dict(rows.fetchall())
    # 无 and 空 among 有 are answers, not gaps.
    nulls = [] if set(values) <= FLAGS else [marker for marker in NULL_MARKERS if marker in values]
    empty = sum(values.pop(marker) for marker in nulls)
    forms = forms_of(con, ours, nulls) if looks_timely(values) or (is_timely(name) and looks_serial(values)) else Forms()
    known = Column(name, "", (filled - empty) / max(sample.read_count, 1), distinct - len(nulls), values, nulls, forms)
    look = _look(known)
    return Column(
        name,
        look,
        known.filled,
        known.distinct,
        values,
        nulls,
        forms,
        _shown(sample, look, list(values)),
        masked(con, forms.unread),
    )


def _look(column: Column) -> str:
    if not column.values:
        return "empty"
    if column.forms.share >= 0.8:
        return "time" if any("H" in form or "I" in form or form in WORDS for form in column.forms.formats) else "date"
    tests: Sequence[tuple[str, Callable[[str], object], float]] = [
        ("flag", lambda v: v in FLAGS, 0.99),
        ("identity number", IDENTITY.fullmatch, 0.8),
        ("phone", PHONE.fullmatch, 0.8),
        ("integer", INTEGER.fullmatch, 0.9),
        ("number", NUMBER.fullmatch, 0.9),
    ]
    found = next((look for look, test, least in tests if column.share(test) >= least), "")
    if found == "integer" and _is_code(column):
        return "code"
    if found == "phone" and column.share(lambda v: len(v) < 11) > 0.5 and column.share(lambda v: v.isdigit()) > 0.9:
        found = "integer"  # Seven or eight digits alone are as well a number of anything.
    if found == "number" and column.share(lambda v: NUMBER.fullmatch(v) and abs(float(v)) <= 180 and len(v.partition(".")[2]) >= 4) > 0.8:
        return "coordinate"
    return found or _text(column)


def _is_code(column: Column) -> bool:
    """Digits that are no amount: all of one length over four, or written with leading zeros."""
    lengths = {len(value) for value in column.values}
    return (len(lengths) == 1 and lengths.pop() > 4) or column.share(lambda v: len(v) > 1 and v.startswith("0") and "." not in v) > 0.3


def _text(column: Column) -> str:
    if column.share(PERSON.fullmatch) >= 0.9 and column.distinct > 5:
        return "person's name"
    if column.share(lambda v: CODE.fullmatch(v) and any(map(str.isdigit, v))) >= 0.9:
        return "code"
    total = sum(column.values.values())
    length = sum(len(value) * count for value, count in column.values.items()) / total
    if length > 20 and column.distinct > 0.3 * total:
        return "free text"
    return "category" if column.distinct <= FEW else "free text" if length > 20 else "text"


def _shown(sample: Sample, look: str, values: list[str]) -> list[str]:
    """A few values for a person to recognise the column by; nothing in them identifies anybody."""
    some = values[:4]
    if look == "free text":
        lengths = sorted(len(value) for value in values)
        return [f"({lengths[0]}–{lengths[-1]} characters)"] if lengths else []
    if look == "person's name":
        return [value[:1] + "*" * min(len(value) - 1, 2) for value in some]
    if look in ("phone", "identity number"):
        return [value[:3] + "*" * max(len(value) - 5, 1) + value[-2:] for value in some]
    # A coordinate's digits would be taken for a telephone.
    plain = some if look in ("coordinate", "number", "time", "date") else masked(sample.con, some)
    return [text if len(text) <= 26 else text[:25] + "…" for text in plain]
