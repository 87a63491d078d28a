"""Do parts add up: total rows, subtotals and total columns of a table, under every reading that its build allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product

from dashboard.reports.checking.finding import BLOCKING, Finding
from dashboard.reports.checking.layout import TOTAL, Layout, Row
from dashboard.reports.checking.numerals import Number, written
from dashboard.texts import Text

# What does not add up over rows, by its heading.
NOT_ADDED = re.compile(
    r"率|占|比(?!赛)|%|‰|均|排名|名次|位次|序号|编号|编码|代码|得分|评分|分值|指数|时长|用时|耗时|中位|最[高低大小早晚长短]|峰值|增减|增长|增幅|降幅|升降|差|目标|标准|时限|"
    r"密度|单价|价格|年龄|日期|年份|电话|满意度|安全感|进度|P\d\d|倍|天数|涉及|去重|责任单位数|\brate\b|\bshare|\bmean\b|\bmedian\b|\brank|\baverage|\bchange|\bper\b",
    re.IGNORECASE,
)
# Words that say that parts may be counted twice, or that not all of them are listed.
OVERLAPS = re.compile(
    r"协办|重复计|重复统计|交叉|重叠|重合|多个单位|多单位|多选|兼[有任]|不等于|大于合计|并计|会商|联办|overlap|co-handl|more than once",
    re.IGNORECASE,
)
IN_PART = re.compile(r"前\s*[\d一二三四五六七八九十]+|部分|主要|居前|top|列举|节选|仅列|不含|未列", re.IGNORECASE)
ROUNDED = re.compile(r"万|亿|千")
MOST_READINGS = 400
ZERO = Decimal(0)


def sum_findings(layout: Layout) -> Iterator[Finding]:
    """Totals that no reading of the table makes of its parts."""
    if OVERLAPS.search(layout.around):
        return
    columns = [column for column in layout.numeric if is_additive(layout, column)]
    for total in layout.totals:
        yield from _checked(layout, total, _readings(layout, total, columns), columns)
    for subtotal in (row for row in layout.rows if row.kind == "subtotal"):
        yield from _checked(layout, subtotal, _parts_of_subtotal(layout, subtotal), columns)
    for column in layout.numeric:
        if TOTAL.fullmatch(layout.headings[column].rpartition("/")[2]) and is_additive(layout, column):
            yield from _column_findings(layout, column, columns)


def is_additive(layout: Layout, column: int) -> bool:
    """Whether the numbers of a column are such as add up over rows."""
    if NOT_ADDED.search(layout.headings[column]):
        return False
    return not any(number.unit.startswith(("%", "‰", "个百分点", "百分点")) for row in layout.rows if (number := row.numbers[column]))


Parts = list[Row]


def _checked(layout: Layout, total: Row, readings: list[Parts], columns: list[int]) -> Iterator[Finding]:
    readings = [parts for parts in readings if len(parts) > 1]
    for column in columns:
        printed = total.numbers[column]
        if printed is None or not readings or all(row.numbers[column] is None for parts in readings for row in parts):
            continue
        if any(_adds_up(parts, column, printed, layout) for parts in readings) or _is_mean(readings[0], column, printed):
            continue
        found = _sum(readings[0], column)
        if found < printed.value and IN_PART.search(layout.around):
            continue
        where = Text(f"{layout.grid.where.zh}“{layout.heading(column)}”列“{total.label}”行",
                     f"{layout.grid.where.en}, column “{layout.heading(column)}”, row “{total.label}”")  # fmt: skip
        places = max([printed.decimals, *(number.decimals for row in readings[0] if (number := row.numbers[column]))])
        added = written(found, places)
        yield Finding(
            "total", BLOCKING, where, Text(f"各分项之和 {added}", f"the parts sum to {added}"),
            Text(f"合计 {written(printed.value, printed.decimals)}", f"the total says {written(printed.value, printed.decimals)}"),
        )  # fmt: skip


def _sum(parts: Parts, column: int) -> Decimal:
    return sum((number.value for row in parts if (number := row.numbers[column])), ZERO)


def _adds_up(parts: Parts, column: int, printed: Number, layout: Layout) -> bool:
    return abs(_sum(parts, column) - printed.value) <= _tolerance([row.numbers[column] for row in parts], printed, layout.headings[column])


def _tolerance(parts: list[Number | None], printed: Number, heading: str) -> Decimal:
    """How far a sum of rounded numbers may be off; whole numbers of things are exact."""
    held = [number for number in [*parts, printed] if number is not None]
    if max(number.decimals for number in held) == 0 and not ROUNDED.search(heading + printed.unit):
        return ZERO
    return sum((number.half for number in held), ZERO)


def _is_mean(parts: Parts, column: int, printed: Number) -> bool:
    """Numbers with decimals whose total lies among them are averages, whatever their heading says."""
    values = [number for row in parts if (number := row.numbers[column])]
    return any(number.decimals for number in values) and min(n.value for n in values) <= printed.value <= max(n.value for n in values)


def _readings(layout: Layout, total: Row, columns: list[int]) -> list[Parts]:
    """Every set of rows that a total may be the sum of, the plainest first."""
    block, earlier = _block(layout, total)
    details = [row for row in block if row.kind != "subtotal"]
    plain_rows = [row for row in details if row.kind != "within"]
    subtotals = [row for row in block if row.kind == "subtotal"]
    found: list[Parts] = []
    if subtotals:
        found += [_with_loose(block, subtotals), subtotals]
    shallow = min((row.depth for row in plain_rows), default=0)
    if any(row.depth != shallow for row in plain_rows):
        found.append([row for row in plain_rows if row.depth == shallow])
    found += [plain_rows, details, *_after_within(details), _without_children(plain_rows, columns)]
    if earlier:
        found += [earlier, [row for row in layout.rows[: total.place] if row.kind == "detail"]]
    return found


def _block(layout: Layout, total: Row) -> tuple[Parts, Parts]:
    """The rows a total belongs to, and the totals before it: rows above since the last total, else those below."""
    place = layout.rows.index(total)
    earlier = [row for row in layout.rows[:place] if row.kind == "total"]
    since = layout.rows.index(earlier[-1]) + 1 if earlier else 0
    above = list(layout.rows[since:place])
    leads = layout.rows[0].kind == "total"
    if above and not leads:
        return above, earlier
    below: Parts = []
    for row in layout.rows[place + 1 :]:
        if row.kind == "total":
            break
        below.append(row)
    return below or above, earlier


def _with_loose(block: Parts, subtotals: Parts) -> Parts:
    """Subtotals and the rows that none of them covers: those after the last, or before the first where they lead."""
    leads = block[0].kind == "subtotal"
    last = block.index(subtotals[-1])
    return subtotals if leads else [*subtotals, *(row for row in block[last + 1 :] if row.kind == "detail")]


def _parts_of_subtotal(layout: Layout, subtotal: Row) -> list[Parts]:
    rows = [row for row in layout.rows if row.kind != "total"]
    place = rows.index(subtotal)
    leads = rows[0].kind == "subtotal"
    run = rows[place + 1 :] if leads else rows[:place][::-1]
    parts: Parts = []
    for row in run:
        if row.kind == "subtotal":
            break
        parts.append(row)
    parts = parts if leads else parts[::-1]
    # Rows of a group may follow rows that belong to none.
    tails = [parts[at:] for at in range(1, len(parts) - 1)] if not leads else [parts[:at] for at in range(len(parts) - 1, 1, -1)]
    plain_rows = [row for row in parts if row.kind != "within"]
    has_one = len([row for row in layout.rows if row.kind == "subtotal"]) == 1
    return [plain_rows, parts, *_after_within(parts), *(tails if has_one else [])]


def _after_within(rows: Parts) -> Iterator[Parts]:
    """Rows without those that `其中` opens: it may stand before the first of several."""
    opened = [place for place, row in enumerate(rows) if row.kind == "within"]
    if not opened:
        return
    ends = [*opened[1:], len(rows)]
    lengths = [range(1, end - start + 1) for start, end in zip(opened, ends, strict=True)]
    for chosen in islice(product(*lengths), MOST_READINGS):
        left_out = {place for start, length in zip(opened, chosen, strict=True) for place in range(start, start + length)}
        yield [row for place, row in enumerate(rows) if place not in left_out]


def _without_children(rows: Parts, columns: list[int]) -> Parts:
    """Rows without runs of two or more that sum, in every column, to the row before them: a parent without a mark."""
    kept: Parts = []
    place = 0
    while place < len(rows):
        kept.append(rows[place])
        place = next(
            (end for end in range(len(rows), place + 2, -1) if columns and _is_parent(rows[place], rows[place + 1 : end], columns)),
            place + 1,
        )
    return kept if len(kept) < len(rows) else []


def _is_parent(row: Row, children: Parts, columns: list[int]) -> bool:
    return all((number := row.numbers[column]) is not None and number.value == _sum(children, column) != 0 for column in columns)


def _column_findings(layout: Layout, column: int, columns: list[int]) -> Iterator[Finding]:
    """A total column: of what it is the sum is read off the rows; those that differ from most are findings."""
    others = [one for one in columns if one != column and not TOTAL.fullmatch(layout.headings[one].rpartition("/")[2])]
    own = [one for one in others if layout.groups[column] and layout.groups[one] == layout.groups[column]]
    before, after = [one for one in others if one < column], [one for one in others if one > column]
    rows = [row for row in layout.rows if row.numbers[column] is not None]
    best: tuple[int, list[Row], list[int]] = (0, [], [])
    for parts in (own, before, after, others):
        if len(parts) < 2:
            continue
        wrong = [row for row in rows if not _row_adds_up(row, parts, column, layout)]
        if len(rows) - len(wrong) > best[0]:
            best = (len(rows) - len(wrong), wrong, parts)
    right, wrong, parts = best
    if right < 2 or right < 2 * len(wrong):
        return
    for row in wrong:
        printed = row.numbers[column]
        assert printed is not None  # noqa: S101 rows were chosen so
        added = written(_across(row, parts), printed.decimals)
        where = Text(f"{layout.grid.where.zh}“{row.label}”行“{layout.heading(column)}”列",
                     f"{layout.grid.where.en}, row “{row.label}”, column “{layout.heading(column)}”")  # fmt: skip
        stands = written(printed.value, printed.decimals)
        yield Finding(
            "total", BLOCKING, where, Text(f"各列之和 {added}", f"the columns sum to {added}"),
            Text(f"合计 {stands}", f"the total says {stands}"),
        )  # fmt: skip


def _across(row: Row, columns: list[int]) -> Decimal:
    return sum((number.value for column in columns if (number := row.numbers[column])), ZERO)


def _row_adds_up(row: Row, parts: list[int], column: int, layout: Layout) -> bool:
    printed = row.numbers[column]
    assert printed is not None  # noqa: S101 rows were chosen so
    allowed = _tolerance([row.numbers[part] for part in parts], printed, layout.headings[column])
    return abs(_across(row, parts) - printed.value) <= allowed
