"""Shares in tables: what they are of is read off the rows; they must be of what the table totals, or name what else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dashboard.reports.checking.finding import BLOCKING, Finding
from dashboard.reports.checking.layout import Layout, Row
from dashboard.reports.checking.numerals import Number, written
from dashboard.reports.checking.sums import is_additive
from dashboard.texts import Text

SHARE = re.compile(r"占比|比重|比例|构成比|百分比|占总(?:数|量)?|占全[部市区县年]|\bshare\b", re.IGNORECASE)
# A heading that names another whole than the table's own total.
NAMED = re.compile(r"占(?!比|总|全[部市区县年]|合计).{1,12}(?:比重|比例|比|的|%)|分母|/|÷|有效|\bof\b", re.IGNORECASE)
ALONE = Decimal("0.6")
HUNDRED = Decimal(100)


def share_findings(layout: Layout) -> Iterator[Finding]:
    """Columns of shares that differ from part over whole, or whose whole stands nowhere."""
    for column in layout.numeric:
        last = layout.headings[column].rpartition("/")[2]
        if SHARE.search(last):
            yield from _of_column(layout, column, is_named=NAMED.search(last) is not None or _says_whole(layout, last))


def _says_whole(layout: Layout, heading: str) -> bool:
    """Whether the text around the table says what its shares are of."""
    return (
        re.search(rf"(?:{re.escape(heading)}|占比|比重|比例)[^。；]{{0,12}}(?:以|为占|指占|按|分母|基数|的整体)", layout.around) is not None
    )


@dataclass(frozen=True)
class Pair:
    """A row's part and its share in percent, and how far rounding may have moved the share."""

    row: Row
    part: Decimal
    share: Number
    percent: Decimal
    half: Decimal

    def fits(self, whole: Decimal) -> bool:
        return abs(HUNDRED * self.part / whole - self.percent) <= self.half * Decimal("1.0001")

    @property
    def wholes(self) -> tuple[Decimal, Decimal] | None:
        """Between which numbers the whole must lie; None for shares too small to say."""
        low, high = self.percent - self.half, self.percent + self.half
        return (HUNDRED * self.part / high, HUNDRED * self.part / low) if low > 0 and self.part > 0 else None


def _of_column(layout: Layout, column: int, *, is_named: bool) -> Iterator[Finding]:
    candidates = _counts_for(layout, column)
    best: tuple[int, list[Pair], Decimal, int] | None = None
    for counted in candidates:
        pairs, whole = _pairs(layout, counted, column), _whole(layout, counted)
        if whole is None or len(pairs) < 2:
            continue
        right = sum(pair.fits(whole) for pair in pairs)
        if best is None or right > best[0]:
            best = (right, pairs, whole, counted)
    if best is None:
        return
    right, pairs, whole, counted = best
    if right >= 2 and right >= ALONE * len(pairs):
        yield from (_wrong_share(layout, column, pair, whole) for pair in pairs if not pair.fits(whole))
    elif not is_named and right <= 1:
        yield from _hidden_whole(layout, column, counted, pairs, whole)


def _counts_for(layout: Layout, column: int) -> list[int]:
    """The columns whose share it may be, the nearest before it first."""
    group = layout.groups[column]
    held = [one for one in layout.numeric if one != column and is_additive(layout, one)]
    own = [one for one in held if group and layout.groups[one] == group]
    return sorted(own or held, key=lambda one: (one > column, abs(one - column)))


def _pairs(layout: Layout, counted: int, column: int) -> list[Pair]:
    rows = [row for row in layout.rows if row.kind != "total" and row.numbers[counted] is not None and row.numbers[column] is not None]
    shares = [row.numbers[column] for row in rows]
    # Spreadsheets hold 0.25 where they print 25 %.
    is_fraction = bool(shares) and all(share and not share.is_percent and abs(share.value) <= 1 for share in shares)
    scale = HUNDRED if is_fraction and any(share and share.value for share in shares) else Decimal(1)
    found = []
    for row, share in zip(rows, shares, strict=True):
        part = row.numbers[counted]
        if part is not None and share is not None:
            half = min(share.half * scale, Decimal("0.05")) if is_fraction else share.half
            found.append(Pair(row, part.value, share, share.value * scale, half))
    return found


def _whole(layout: Layout, counted: int) -> Decimal | None:
    """The total printed in a column; the sum of its parts where none is."""
    printed = [total.numbers[counted] for total in layout.totals]
    if len(printed) == 1 and printed[0] is not None:
        return printed[0].value if printed[0].value > 0 else None
    return None


def _wrong_share(layout: Layout, column: int, pair: Pair, whole: Decimal) -> Finding:
    where = Text(f"{layout.grid.where.zh}“{pair.row.label}”行“{layout.heading(column)}”列",
                 f"{layout.grid.where.en}, row “{pair.row.label}”, column “{layout.heading(column)}”")  # fmt: skip
    right = f"{written(pair.part)}÷{written(whole)}＝{HUNDRED * pair.part / whole:.2f}%"
    return Finding("share", BLOCKING, where, Text(right, right), Text(f"{pair.percent:f}%", f"{pair.percent:f}%"))


def _hidden_whole(layout: Layout, column: int, counted: int, pairs: list[Pair], whole: Decimal) -> Iterator[Finding]:
    """Shares that agree with one another, but are of a number that stands nowhere."""
    ranges = [found for pair in pairs if (found := pair.wholes) is not None]
    if len(ranges) < 2:
        return
    low, high = max(first for first, _ in ranges), min(last for _, last in ranges)
    if low > high or low <= whole <= high or (high - low) > low / 10:
        return
    about = written((low + high) / 2)
    yield Finding(
        "whole",
        BLOCKING,
        Text(f"{layout.grid.where.zh}“{layout.heading(column)}”列", f"{layout.grid.where.en}, column “{layout.heading(column)}”"),
        Text(
            f"占“{layout.heading(counted)}”合计 {written(whole)} 的比重，或写明整体",
            f"shares of the printed total {written(whole)}, or a named whole",
        ),
        Text(f"各占比的整体约为 {about}，表中没有这个数", f"the shares are of about {about}, which stands nowhere in the table"),
    )
