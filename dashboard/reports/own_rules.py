"""What only our own reports can be asked: each number against the tables, against its parts, and against the snapshot again."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.filters import CHOICES, ScopedFilters
from dashboard.metrics import METRICS, Amount, Count, PerPopulation, Rate, is_of_things, metric_of
from dashboard.queries import measure
from dashboard.reports.checking.finding import BLOCKING, Finding, same
from dashboard.reports.checking.numerals import DIGITS, number_of, plain
from dashboard.reports.checking.sums import OVERLAPS
from dashboard.reports.edition import Edition
from dashboard.reports.model import Cell, Column, Paragraph, Report, Run, Said, Table
from dashboard.reports.plain import as_document
from dashboard.reports.reconcile import check_document
from dashboard.reports.spans import Span
from dashboard.texts import Text
from dashboard.warehouse import BASES

HALF = 0.005001
PLACES = ("district_code", "town_code", "community_code", "division_code")
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def report_findings(edition: Edition, report: Report) -> list[Finding]:
    """Every finding in our own report: what any document is asked, and what only ours can be."""
    found = [
        *check_document(as_document(report)),
        *structure_findings(report),
        *measured_findings(edition, report),
        *span_findings(edition.span),
    ]
    return list(dict.fromkeys(found))


def structure_findings(report: Report) -> list[Finding]:
    """What a report says of itself: sums, shares of named wholes, percentage points, sentences against tables, denominators."""
    found = [finding for table in report.tables for finding in _table_findings(table)]
    stated = _stated_in_tables(report)
    for part in report.paragraphs:
        for run in part.runs:
            if run.said is not None:
                found += _run_findings(part, run, run.said, stated)
    return found


def _where(table: Table, row: str, column: str) -> Text:
    return Text(f"{table.caption}“{row}”行“{column}”列", f"{table.caption}, row “{row}”, column “{column}”")


def _table_findings(table: Table) -> Iterator[Finding]:
    is_doubled = OVERLAPS.search(table.note) is not None
    for place, column in enumerate(table.columns):
        if column.adds_up and table.total and not is_doubled:
            parts, whole = sum(_number(row[place]) for row in table.rows), _number(table.total[place])
            if abs(parts - whole) > (0 if column.kind == "count" else HALF * (len(table.rows) + 1)):
                yield Finding(
                    "total", BLOCKING, _where(table, str(table.total[0]), column.title), same(f"{parts:,.10g}"), same(f"{whole:,.10g}")
                )
        if column.what == "share":
            yield from _share_findings(table, place, column)
        if column.what == "change" and column.metric in METRICS and metric_of(column.metric).is_rate != (column.kind == "points"):
            yield Finding(
                "points",
                BLOCKING,
                _where(table, "", column.title),
                Text("率用百分点，件数用%", "rates in points, counts in %"),
                same(column.kind),
            )
    if table.key in ("annex.denominators", "annex.deliveries"):
        rule = "denominator" if table.key == "annex.denominators" else "deliveries"
        for row in table.rows:
            whole, added = _number(row[1]), sum(_number(cell) for cell in row[2:])
            if whole != added:
                yield Finding(
                    rule, BLOCKING, _where(table, str(row[0]), table.columns[1].title), same(f"{added:,.0f}"), same(f"{whole:,.0f}")
                )


def _share_findings(table: Table, place: int, column: Column) -> Iterator[Finding]:
    of = next((at for at, one in enumerate(table.columns) if one.title == column.share_of), None)
    if of is None or table.total is None:
        yield Finding("whole", BLOCKING, _where(table, "", column.title), Text("写明整体", "a named whole"), same(column.share_of or "—"))
        return
    whole = _number(table.total[of])
    for row in table.rows:
        right = 100 * _number(row[of]) / whole if whole else math.nan
        if row[place] is not None and not abs(_number(row[place]) - right) <= HALF:
            yield Finding(
                "share", BLOCKING, _where(table, str(row[0]), column.title), same(f"{right:.2f}%"), same(f"{_number(row[place]):.2f}%")
            )


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


Stated = dict[tuple[str, str, str, str, str], list[float]]


def _stated_in_tables(report: Report) -> Stated:
    """Every number of a metric that tables state, by metric, what of it, against what, and group."""
    found: Stated = {}
    for table in report.tables:
        for place, column in enumerate(table.columns):
            rows = [("", "", table.total)] if table.total else []
            if table.by != "metric":
                rows += [(table.by, code, row) for code, row in zip(table.codes, table.rows, strict=False)]
            for by, code, row in rows:
                if column.metric and isinstance(row[place], int | float):
                    found.setdefault((column.metric, column.what, column.against, by, code), []).append(_number(row[place]))
        if table.by == "metric":
            _metric_rows(table, found)
    return found


def _metric_rows(table: Table, found: Stated) -> None:
    for code, row in zip(table.codes, table.rows, strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            is_value = column.what == "value" and column.kind in ("number", "percent")
            if (is_value or column.what == "change") and isinstance(cell, int | float):
                found.setdefault((code, column.what, column.against, "", ""), []).append(_number(cell))


def _run_findings(part: Paragraph, run: Run, said: Said, stated: Stated) -> Iterator[Finding]:
    where = Text(f"段落 {part.key}", f"paragraph {part.key}")
    written = re.findall(DIGITS, plain(run.text))
    if said.what == "change" and said.metric in METRICS:
        is_rate = metric_of(said.metric).is_rate
        if is_rate != ("百分点" in run.text) and "持平" not in run.text:
            yield Finding("points", BLOCKING, where, Text("率用百分点，件数用%", "rates in points, counts in %"), same(run.text))
    for value in stated.get((said.metric, said.what, said.against, said.by, said.code), []):
        if abs(value - said.value) > HALF:
            yield Finding("sentence", BLOCKING, where, same(f"{value:,.10g}"), same(run.text))
    # A length of time is printed in the unit that suits it, and no change in no digits.
    if written and said.metric.partition(":")[0] in METRICS and not run.text.endswith(("分钟", "小时", "天", "持平")):
        number = number_of(written[-1])
        if abs(float(number.value) - abs(said.value)) > float(number.half) * 1.0001:
            yield Finding("sentence", BLOCKING, where, same(f"{said.value:,.10g}"), same(run.text))


def measured_findings(edition: Edition, report: Report) -> Iterator[Finding]:
    """Each number of a paragraph worked out once more, from days that nothing was left out of."""
    for part in report.paragraphs:
        for run in part.runs:
            said = run.said
            if said is None or not _is_of_days(said):
                continue
            again = _again(edition, said)
            if again is not None and not math.isnan(again) and abs(again - said.value) > max(HALF, abs(again) * 1e-9):
                where = Text(f"段落 {part.key}", f"paragraph {part.key}")
                rule = "comparison" if said.what == "change" else "measured"
                yield Finding(rule, BLOCKING, where, same(f"{again:,.10g}"), same(run.text))


def _is_of_days(said: Said) -> bool:
    """Whether a number may be summed up from days: it has a time, and counts rows rather than things or waits."""
    asked = METRICS.get(said.metric)
    if asked is None or BASES[asked.table.name][asked.base] is None or is_of_things(asked) or said.by == "day":
        return False
    return isinstance(asked, Count | Rate | Amount) and not isinstance(asked, PerPopulation) and (not said.by or _choice(said) is not None)


def _choice(said: Said) -> str | None:
    if said.by in PLACES:
        return "divisions" if said.code else None
    return next((choice for choice, column in CHOICES.items() if column == said.by), None) if said.code else None


def _again(edition: Edition, said: Said) -> float | None:
    kind = metric_of(said.metric).table.name
    filters = edition.filters(kind)
    choice = _choice(said)
    if choice and getattr(filters.wish, choice):
        return None
    narrowed = filters.only(**{choice: (said.code,)}) if choice else filters
    now = _summed(edition, said.metric, narrowed)
    if said.what == "share":
        return 100 * now / _summed(edition, said.metric, filters)
    if said.what == "value":
        return now
    before = _summed(edition, said.metric, _window(edition, filters, said.against))
    if metric_of(said.metric, filters.variants).is_rate:
        return now - before
    return 100 * (now - before) / before if before else math.nan


def _summed(edition: Edition, code: str, filters: ScopedFilters) -> float:
    """A metric from its days, none of which is dropped."""
    days = measure(edition.engine, code, filters, ("day",))
    above, below = float(days["numerator"].sum()), float(days["denominator"].sum())
    if metric_of(code, filters.variants).is_rate:
        return 100 * above / below if below else math.nan
    return above


def _window(edition: Edition, filters: ScopedFilters, against: str) -> ScopedFilters:
    """The days of the comparison, by the calendar alone; a running period is cut as everywhere."""
    if filters.seen_until is not None or filters.until != edition.span.until:
        return filters.previous() if against == "previous" else filters.last_year()
    return filters.between(*(days_before(edition.span) if against == "previous" else days_a_year_before(edition.span)))


def days_before(span: Span) -> tuple[date, date]:
    """The period before one, by the calendar."""
    if span.kind in MONTHS:
        return _months_back(span, MONTHS[span.kind])
    length = (span.until - span.since).days + 1
    return span.since - timedelta(days=length), span.since - timedelta(days=1)


def days_a_year_before(span: Span) -> tuple[date, date]:
    """The same period a year before: whole months stay whole, weeks keep their weekdays."""
    if span.kind in MONTHS:
        return _months_back(span, 12)
    if span.kind == "week":
        return span.since - timedelta(weeks=52), span.until - timedelta(weeks=52)
    return _year_back(span.since), _year_back(span.until)


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def _months_back(span: Span, months: int) -> tuple[date, date]:
    first = span.since.year * 12 + span.since.month - 1 - months
    last = first + MONTHS[span.kind] - 1
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1])


def span_findings(span: Span) -> Iterator[Finding]:
    """The report's own days: whole months from the first to the last, weeks of seven days."""
    length = (span.until - span.since).days + 1
    expected = length
    if span.kind in MONTHS:
        months = [(span.since.month - 1 + more) % 12 + 1 for more in range(MONTHS[span.kind])]
        expected = sum(monthrange(span.since.year, month)[1] for month in months)
    elif span.kind in ("week", "day"):
        expected = 7 if span.kind == "week" else 1
    if length != expected:
        yield Finding(
            "calendar",
            BLOCKING,
            Text("统计时段", "period"),
            Text(f"{expected}天", f"{expected} days"),
            Text(f"{length}天", f"{length} days"),
        )
