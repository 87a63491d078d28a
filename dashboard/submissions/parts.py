"""The parts of targets a unit answers for: what a report of each is asked for a period, and what was reported before."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Engine, func, select

from dashboard.asking import fetch, remembered
from dashboard.measures import unit_in
from dashboard.reference import labels
from dashboard.texts import Text
from dashboard.view import View
from dashboard.warehouse import pilot_assignments, pilot_observations, pilot_reports, pilot_standing, pilot_targets

MOST_PERIODS = 12
NEGATIVE = "negative"


class Place(NamedTuple):
    """A part of a target: who carries it, and where; a division is empty where it has none."""

    target_code: str
    unit_code: str
    division_code: str


@dataclass(frozen=True)
class Part:
    """A part of a target as a report of it is asked for one period."""

    place: Place
    label: Text
    block: str
    kind: str
    measure_unit: str
    better: str
    baseline_value: float | None
    target_value: float | None
    start_on: date | None
    due_on: date | None
    elapsed_pct: float | None
    # How many units carry the target in this place.
    carrier_count: int
    metric_code: str
    # Of its report for the period: when it is due, and whether the ledger has it already.
    report_due_at: datetime | None
    is_reported: bool

    @property
    def is_negative(self) -> bool:
        return self.kind == NEGATIVE

    @property
    def is_counted(self) -> bool:
        """Whether it goes by a number; else by its progress from milestone to milestone."""
        return self.is_negative or self.target_value is not None


class Seen(NamedTuple):
    """What was reported of a part once."""

    observed_on: date
    value: float | None
    progress_pct: float | None


def begin_of(view: View, period_on: date) -> date:
    """The first day of the period that ends on a day."""
    months = period_on.year * 12 + period_on.month - view.city.pilots.report_months
    return date(months // 12, months % 12 + 1, 1)


def periods(view: View) -> list[date]:
    """The last days of the periods reports are owed for, the latest first; the running one among them."""
    r = pilot_reports.c.period_on
    found = fetch(view.engine, select(r).distinct().order_by(r.desc()).limit(MOST_PERIODS))["period_on"]
    return [pd.Timestamp(day).date() for day in found]


def period_of(view: View, wanted: str) -> date | None:
    """The period an address names, else the last that has ended; None where none is owed."""
    held = periods(view)
    named = next((day for day in held if day.isoformat() == wanted), None)
    ended = next((day for day in held if day <= view.today), None)
    return named or ended or (held[-1] if held else None)


def parts_of(view: View, period_on: date, unit: str = "") -> dict[Place, Part]:
    """The parts of a unit (of all, without one) that run in a period, or are over their due date and not done."""
    held = _parts(view.engine, period_on, begin_of(view, period_on), unit)
    return {place: replace(part, measure_unit=unit_in(part.measure_unit, view.language)) for place, part in held}


@remembered(32)
def _parts(engine: Engine, period_on: date, begins_on: date, unit: str) -> tuple[tuple[Place, Part], ...]:
    p, r, a, t = pilot_standing.c, pilot_reports.c, pilot_assignments.c, pilot_targets.c
    names = [p.target_code, p.unit_code, p.division_code, p.label, p.label_en, p.block, p.kind, p.measure_unit, p.better, p.is_done]
    names += [p.baseline_value, p.target_value, p.start_on, p.due_on, p.elapsed_pct]
    carriers = (
        select(a.target_code, a.division_code, func.count(a.unit_code.distinct()).label("carrier_count"))
        .group_by(a.target_code, a.division_code)
        .subquery()
    )
    metric = select(t.target_code, func.max(t.metric_code).label("metric_code")).group_by(t.target_code).subquery()
    query = (
        select(*names, r.report_due_at, r.is_submitted, carriers.c.carrier_count, metric.c.metric_code)
        .join(r.target_code.table, (r.target_code == p.target_code) & r.unit_code.is_not_distinct_from(p.unit_code)
            & r.division_code.is_not_distinct_from(p.division_code) & (r.period_on == period_on), isouter=True)
        .join(carriers, (carriers.c.target_code == p.target_code) & carriers.c.division_code.is_not_distinct_from(p.division_code),
            isouter=True)
        .join(metric, metric.c.target_code == p.target_code, isouter=True)
        .where(p.unit_code == unit if unit else p.unit_code.is_not(None))
        .order_by(p.target_code, p.unit_code, p.division_code)
    )  # fmt: skip
    frame = fetch(engine, query)
    parts = [_part(row) for row in frame.to_dict("records") if _runs(row, period_on, begins_on)]
    return tuple((part.place, part) for part in parts)


def _runs(row: dict[Any, Any], period_on: date, begins_on: date) -> bool:
    starts, due = _day(row["start_on"]), _day(row["due_on"])
    return (starts is None or starts <= period_on) and (due is None or due >= begins_on or not row["is_done"])


def _part(row: dict[Any, Any]) -> Part:
    place = Place(row["target_code"], row["unit_code"], _text(row["division_code"]))
    return Part(
        place, Text(row["label"], _text(row["label_en"]) or row["label"]), _text(row["block"]), row["kind"], _text(row["measure_unit"]),
        row["better"], _number(row["baseline_value"]), _number(row["target_value"]), _day(row["start_on"]), _day(row["due_on"]),
        _number(row["elapsed_pct"]), int(_number(row["carrier_count"]) or 1), _text(row["metric_code"]),
        None if pd.isna(row["report_due_at"]) else pd.Timestamp(row["report_due_at"]).to_pydatetime(),
        bool(row["is_submitted"]) if pd.notna(row["is_submitted"]) else False,
    )  # fmt: skip


@remembered(32)
def observations(engine: Engine, unit: str = "") -> dict[Place, tuple[Seen, ...]]:
    """What the ledger holds of the parts of a unit (of all, without one), the earliest first; of one day the latest version."""
    o = pilot_observations.c
    names = [o.target_code, o.unit_code, o.division_code, o.observed_on, o.value, o.progress_pct]
    query = select(*names).where(o.unit_code == unit if unit else o.unit_code.is_not(None)).order_by(o.observed_on, o.updated_at)
    frame = fetch(engine, query)
    found: dict[Place, dict[date, Seen]] = {}
    for target, carrier, division, day, value, progress in frame.itertuples(index=False, name=None):
        seen = Seen(pd.Timestamp(day).date(), _number(value), _number(progress))
        found.setdefault(Place(target, carrier, _text(division)), {})[seen.observed_on] = seen
    return {place: tuple(days.values()) for place, days in found.items()}


def before(seen: tuple[Seen, ...], begins_on: date) -> tuple[Seen, ...]:
    """Of what was reported, what is of the time before a period."""
    return seen[: bisect_left([one.observed_on for one in seen], begins_on)]


def within(seen: tuple[Seen, ...], begins_on: date, period_on: date) -> Seen | None:
    """The latest of what was reported for a period; None where nothing was."""
    return next((one for one in reversed(seen) if begins_on <= one.observed_on <= period_on), None)


def last_day(view: View, period_on: date) -> date:
    """The latest day a value of a period can be of: its last, or today while it runs."""
    return min(period_on, max(view.today, begin_of(view, period_on) - timedelta(days=1)))


def place_names(engine: Engine, code: str) -> Text:
    """What a division is called; its code where nobody knows it, empty where there is none."""
    names = labels(engine, "division_code")
    return Text(str(names.loc[code, "label"]), str(names.loc[code, "label_en"])) if code in names.index else Text(code, code)


def place_name(view: View, code: str) -> str:
    return view.say(place_names(view.engine, code))


def _text(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)


def _number(cell: Any) -> float | None:
    return None if cell is None or pd.isna(cell) else float(cell)


def _day(cell: Any) -> date | None:
    return None if cell is None or pd.isna(cell) else pd.Timestamp(cell).date()
