"""What changed since the last issue and why: the same period on a newer snapshot, number by number, each difference explained."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd
from sqlalchemy import select

from dashboard.asking import fetch
from dashboard.filters import CHOICES, Filters, ScopedFilters
from dashboard.metrics import METRICS, Metric, metric_of
from dashboard.queries import total
from dashboard.reports.changed_rows import FIELDS, Part, Sides, parts_of, value_of
from dashboard.reports.edition import Edition
from dashboard.reports.model import Report
from dashboard.reports.own_rules import PLACES
from dashboard.reports.scopes import narrowed
from dashboard.reports.spans import Span
from dashboard.view import View
from dashboard.warehouse import NoSnapshot, load_batches, metadata, sources

# Numbers that are printed alike are the same: counts whole, all others with two decimals.
PRINTED = 2
# A difference beyond its parts that is no more than what adding up floating numbers makes.
NOTHING = 1e-6


@dataclass(frozen=True)
class Stated:
    """A number as an issue printed it (see model.Said)."""

    metric: str
    by: str
    code: str
    what: str
    against: str
    value: float


@dataclass(frozen=True)
class Cause:
    """Part of a difference: a code of changed_rows.CAUSES, how many rows, and how much of the difference it makes."""

    code: str
    row_count: int
    effect: float
    keys: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Difference:
    """A number that is another now. The effects of its causes sum to `now` − `stated.value`; what has no cause is `rest`."""

    stated: Stated
    now: float
    causes: tuple[Cause, ...]

    @property
    def change(self) -> float:
        return self.now - self.stated.value


@dataclass(frozen=True)
class Arrival:
    """A batch that came after the earlier snapshot, and how many rows of the period that are counted now it brought."""

    source: str
    source_en: str
    batch: str
    received_at: pd.Timestamp
    row_count: int


@dataclass(frozen=True)
class Reprint:
    """The numbers of an issue asked once more. `is_earlier_there`: the snapshot it was printed from can still be opened."""

    earlier: str
    later: str
    compared: int
    differences: tuple[Difference, ...]
    arrivals: tuple[Arrival, ...]
    is_earlier_there: bool


def stated_of(report: Report) -> list[Stated]:
    """Every number that the sentences of a report state, each once."""
    said = [run.said for part in report.paragraphs for run in part.runs if run.said]
    return list(dict.fromkeys(Stated(one.metric, one.by, one.code, one.what, one.against, one.value) for one in said))


def reprinted(view: View, span: Span, wish: Filters, snapshot: str, stated: Iterable[Stated], kinds: tuple[str, ...] = ()) -> Reprint:
    """What an issue of these days said on `snapshot`, against the same questions on the view's snapshot."""
    new = Edition(narrowed(view, wish), span, wish, kinds)
    old = _opened(new, snapshot)
    asked = [one for one in dict.fromkeys(stated) if one.what == "value" and _can_be_asked(one)]
    found = [difference for one in asked if (difference := _difference(one, old, new)) is not None]
    return Reprint(snapshot, view.snapshot, len(asked), tuple(found), tuple(_arrivals(old, new, found)), old is not None)


def _opened(new: Edition, snapshot: str) -> Edition | None:
    """The same report on the earlier snapshot; None where that is gone."""
    old = replace(new, view=replace(new.view, snapshot=snapshot))
    try:
        old.view.engine.connect().close()
    except NoSnapshot:
        return None
    return old


def _can_be_asked(one: Stated) -> bool:
    """Whether a number is one of a metric, whole or of a group that can be chosen."""
    return one.metric.partition(":")[0] in METRICS and (not one.by or (choice_of(one.by) != "" and bool(one.code)))


def choice_of(by: str) -> str:
    """Which choice of Filters a grouping is narrowed by; empty where none."""
    if by in PLACES:
        return "divisions"
    return next((choice for choice, column in CHOICES.items() if column == by), "")


def _asked(edition: Edition, one: Stated) -> tuple[Metric, ScopedFilters]:
    """A metric as the city counts it and what it is asked: of a group, that group alone."""
    metric, filters = edition.counted_by(one.metric)
    return metric, filters.only(**{choice_of(one.by): (one.code,)}) if one.by else filters


def _difference(one: Stated, old: Edition | None, new: Edition) -> Difference | None:
    """How a number differs and why; None where it is printed the same."""
    code = one.metric.partition(":")[0]
    metric, filters = _asked(new, one)
    now = total(new.engine, code, filters)
    if _is_same(metric, one.value, now.value):
        return None
    if old is None:
        return Difference(one, now.value, (Cause("rest", 0, now.value - one.value),))
    _, before = _asked(old, one)
    was = total(old.engine, code, before)
    steps: list[Cause] = []
    if not _is_same(metric, one.value, was.value):
        # The earlier rows, counted as they are counted today, no longer make what was printed.
        steps.append(Cause("definition", 0, was.value - one.value))
    chosen = tuple(
        dict.fromkeys(
            [one.by, *(CHOICES[name] for name in CHOICES if getattr(filters.wish, name)), *(PLACES if filters.wish.divisions else ())]
        )
    )
    sides = Sides(old.engine, new.engine, before, filters, chosen)
    steps += _effects(metric, was.numerator, was.denominator, parts_of(code, metric, sides))
    rest = (now.value - one.value) - sum(step.effect for step in steps)
    if math.isnan(rest) or abs(rest) > NOTHING * max(1.0, abs(now.value)):
        steps.append(Cause("rest", 0, rest))
    return Difference(one, now.value, tuple(steps))


def _effects(metric: Metric, above: float, below: float, parts: Iterable[Part]) -> list[Cause]:
    """What each part makes of the difference, one after the other: of a rate an earlier part changes what a later one does."""
    found = []
    for part in parts:
        before, after = value_of(metric, above, below), value_of(metric, above + part.above, below + part.below)
        above, below = above + part.above, below + part.below
        if before is not None and after is not None and not math.isnan(before) and not math.isnan(after):
            found.append(Cause(part.cause, part.row_count, after - before, part.keys))
    return found


def _is_same(metric: Metric, one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    places = PRINTED if metric.is_rate or not float(one).is_integer() or not float(other).is_integer() else 0
    return round(one, places) == round(other, places)


def _arrivals(old: Edition | None, new: Edition, differences: Iterable[Difference]) -> list[Arrival]:
    """Which deliveries brought the rows that arrived later, the most first."""
    if old is None:
        return []
    keys: dict[str, set[str]] = {}
    for one in differences:
        table = metric_of(one.stated.metric.partition(":")[0]).table.name
        for cause in one.causes:
            if cause.code == "arrived" and table in FIELDS:
                keys.setdefault(table, set()).update(cause.keys)
    b, s = load_batches.c, sources.c
    query = select(b.batch_id, b.received_at, s.label, s.label_en).join(sources, s.source_code == b.source_code)
    batches = {str(row["batch_id"]): row for row in fetch(new.engine, query).to_dict("records")}
    found = []
    for table, held in keys.items():
        t = metadata.tables[table].c
        rows = fetch(new.engine, select(t.batch_id).where(t[FIELDS[table].key].in_(sorted(held))))
        for batch, count in rows["batch_id"].value_counts().items():
            if (row := batches.get(str(batch))) is not None:
                label_en = row["label"] if pd.isna(row["label_en"]) else row["label_en"]
                found.append(Arrival(str(row["label"]), str(label_en), str(batch), pd.Timestamp(row["received_at"]), int(count)))
    return sorted(found, key=lambda one: (-one.row_count, one.batch))
