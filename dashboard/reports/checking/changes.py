"""环比 and 同比 in tables: worked out again where this period and the one compared with stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from dashboard.reports.checking.finding import BLOCKING, Finding
from dashboard.reports.checking.layout import Layout, Row
from dashboard.reports.checking.numerals import Number, written
from dashboard.texts import Text

MOM = re.compile(r"环比|较上[月周季期日旬]|比上[月周季期日旬]")
YOY = re.compile(r"同比|较(?:上年|去年)|比(?:上年|去年)")
NOW = re.compile(r"本[月周季期年日旬]|当[月期年日]|今年|报告期")
BEFORE = re.compile(r"上[月周季期旬]|上半月|前一?[月周期日]|昨日|上一[月周期]")
LAST_YEAR = re.compile(r"上年|去年|同期")
SUMS = re.compile(r"累计|1[-—至~]\d+月")
DIFFERENCE = re.compile(r"增减[量数额]|增加[量数]|减少[量数]|差[值额]")
POINTS = re.compile(r"百分点|pp|点")
RATES = re.compile(r"率|占比|比重|满意度|安全感")
HUNDRED, ALMOST = Decimal(100), Decimal("1.0001")
Against = Literal["previous", "last_year"]
WORDS = {"previous": Text("环比", "change on the period before"), "last_year": Text("同比", "change on the year before")}


def change_findings(layout: Layout) -> Iterator[Finding]:
    """Changes that are not (now − base) ÷ base of the columns beside them, and shares printed as changes."""
    for column in layout.numeric:
        heading = layout.headings[column]
        last = heading.rpartition("/")[2]
        against: Against | None = "last_year" if YOY.search(last) else "previous" if MOM.search(last) else None
        if against is None or DIFFERENCE.search(last):
            continue
        now, base, other = _columns(layout, column, against)
        if now is None or base is None:
            yield from _share_as_change(layout, column, against)
            continue
        for row in layout.rows:
            yield from _of_row(layout, row, (column, now, base, other), against)


def _columns(layout: Layout, column: int, against: Against) -> tuple[int | None, int | None, int | None]:
    """The columns of this period, of the one compared with, and of the other one there is."""
    group = layout.groups[column]
    changes = [one for one in layout.numeric if re.search(r"环比|同比|增减|增幅|[比较]上", layout.headings[one].rpartition("/")[2])]
    held = [one for one in layout.numeric if one not in changes and not SUMS.search(layout.headings[one])]
    if any(layout.groups[one] == group for one in held) and group:
        held = [one for one in held if layout.groups[one] == group]
    last_year = [one for one in held if LAST_YEAR.search(layout.headings[one].rpartition("/")[2])]
    before = [one for one in held if BEFORE.search(layout.headings[one].rpartition("/")[2]) and one not in last_year]
    now = [one for one in held if NOW.search(layout.headings[one].rpartition("/")[2]) and one not in {*last_year, *before}]
    base, other = (last_year, before) if against == "last_year" else (before, last_year)
    if SUMS.search(layout.headings[column]) or len(now) != 1 or len(base) != 1:
        return None, None, None
    return now[0], base[0], other[0] if len(other) == 1 else None


def _of_row(layout: Layout, row: Row, columns: tuple[int, int, int, int | None], against: Against) -> Iterator[Finding]:
    column, now_at, base_at, other_at = columns
    printed, now, base = row.numbers[column], row.numbers[now_at], row.numbers[base_at]
    other = row.numbers[other_at] if other_at is not None else None
    if printed is None or now is None or base is None or base.value <= 0:
        return
    heading = layout.headings[column]
    is_rate = now.is_percent or bool(RATES.search(layout.headings[now_at] + row.label)) or bool(POINTS.search(heading + printed.unit))
    if _is_change(printed, now, base, is_rate=is_rate):
        return
    where = Text(f"{layout.grid.where.zh}“{row.label}”行“{layout.heading(column)}”列",
                 f"{layout.grid.where.en}, row “{row.label}”, column “{layout.heading(column)}”")  # fmt: skip
    stands = f"{printed.value:+f}{'%' if printed.is_percent else ''}"
    right = (now.value - base.value) if is_rate else HUNDRED * (now.value - base.value) / base.value
    expected = Text(
        f"{WORDS[against].zh} {right:+.2f}{'个百分点' if is_rate else '%'}", f"{WORDS[against].en} {right:+.2f}{' pp' if is_rate else '%'}"
    )
    if other is not None and other.value > 0 and _is_change(printed, now, other, is_rate=is_rate):
        wrong = WORDS["previous" if against == "last_year" else "last_year"]
        yield Finding("comparison", BLOCKING, where, expected, Text(f"{stands}，实为{wrong.zh}", f"{stands}, which is the {wrong.en}"))
    elif is_rate and _is_change(printed, now, base, is_rate=False):
        yield Finding("points", BLOCKING, where, expected, Text(f"{stands}，按百分比计算", f"{stands}, worked out in percent"))
    else:
        yield Finding("change", BLOCKING, where, expected, Text(stands, stands))


def _is_change(printed: Number, now: Number, base: Number, *, is_rate: bool) -> bool:
    """Whether a printed change is that of two printed numbers, as far as their rounding goes; a sign may be said in words."""
    scales = [Decimal(1)]
    if not printed.is_percent and abs(printed.value) <= 10:
        scales.append(HUNDRED)  # 0.052 of a spreadsheet
    low_now, high_now = (now.value - _slack(now), now.value + _slack(now))
    low_base, high_base = (base.value - _slack(base), base.value + _slack(base))
    if is_rate:
        low, high = low_now - high_base, high_now - low_base
    elif low_base <= 0:
        return True
    else:
        low, high = HUNDRED * (low_now - high_base) / high_base, HUNDRED * (high_now - low_base) / low_base
    return any(
        low - printed.half * scale * ALMOST <= sign * scale * printed.value <= high + printed.half * scale * ALMOST
        for scale in scales
        for sign in (1, -1)
    )


def _slack(number: Number) -> Decimal:
    return number.half if number.decimals or number.unit.startswith(("万", "亿")) else Decimal(0)


def _share_as_change(layout: Layout, column: int, against: Against) -> Iterator[Finding]:
    """A column of changes that are all shares of a printed total."""
    for counted in layout.numeric:
        totals = [total.numbers[counted] for total in layout.totals]
        if counted == column or len(totals) != 1 or totals[0] is None or totals[0].value <= 0:
            continue
        whole = totals[0].value
        pairs = [(part, row.numbers[column], row) for row in layout.rows if row.kind != "total" and (part := row.numbers[counted])]
        held = [(part, printed, row) for part, printed, row in pairs if printed is not None and printed.decimals > 0]
        if held and all(abs(HUNDRED * part.value / whole - printed.value) <= printed.half for part, printed, _ in held):
            part, printed, _ = held[0]
            yield Finding(
                "comparison",
                BLOCKING,
                Text(f"{layout.grid.where.zh}“{layout.heading(column)}”列", f"{layout.grid.where.en}, column “{layout.heading(column)}”"),
                Text(f"{WORDS[against].zh}为与{'上年同期' if against == 'last_year' else '上一期'}之比", f"the {WORDS[against].en}"),
                Text(
                    f"{printed.value:f}%＝{written(part.value)}÷{written(whole)}，是占比",
                    f"{printed.value:f}% = {written(part.value)}/{written(whole)}, a share",
                ),
            )
            return
