"""What is asked for (Filters), what may be seen (Scope), and the only thing a query accepts (ScopedFilters)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from sqlalchemy import ColumnElement, Table, and_, case, false, func, or_, select, true

from dashboard.periods import PERIODS, Period, days_before, days_of, days_year_before
from dashboard.pilot_choices import CONDITIONS
from dashboard.settings import MINIMUM_COUNT
from dashboard.warehouse import base_time, division_paths, sources

# More or longer codes than any city has are no wish: answers are remembered, and a wish is part of their name.
Codes = Annotated[tuple[Annotated[str, StringConstraints(max_length=200)], ...], Field(max_length=1000)]
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)
# One place says which column each choice narrows; a table without the column is not narrowed by it.
CHOICES = {
    "majors": "major_code",
    "categories": "category_code",
    "units": "unit_code",
    "channels": "channel_code",
    "types": "dispute_type_code",
    "organisations": "organisation_code",
    "sources": "source_code",
    "levels": "level_code",
    "origins": "origin_code",
    "referrals": "referral_code",
    "outcomes": "outcome_code",
    "agreements": "agreement_code",
    "risk_types": "risk_type",
    "blocks": "block",
    "targets": "target_code",
    "lamps": "lamp_code",
    "dues": "due_on",
    "kinds": "kind",
    # A cell of the risk matrix: columns joined by a dash, as its code is.
    "risk_cells": "likelihood-impact",
}


class Filters(BaseModel):
    """A wish, as it comes from the browser. Travels as JSON in the page and as the query of its address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    period: Period = "last_30_days"
    since: date | None = None
    until: date | None = None
    divisions: Codes = ()
    majors: Codes = ()
    categories: Codes = ()
    units: Codes = ()
    channels: Codes = ()
    types: Codes = ()
    organisations: Codes = ()
    sources: Codes = ()
    levels: Codes = ()
    origins: Codes = ()
    referrals: Codes = ()
    outcomes: Codes = ()
    agreements: Codes = ()
    risk_types: Codes = ()
    risk_cells: Codes = ()
    blocks: Codes = ()
    targets: Codes = ()
    lamps: Codes = ()
    dues: Codes = ()
    kinds: Codes = ()
    snapshot: Annotated[str, StringConstraints(max_length=64)] = ""

    @model_validator(mode="after")
    def _custom_has_dates(self) -> Self:
        if self.period == "custom" and not (self.since and self.until and EARLIEST <= self.since <= self.until < LATEST):
            raise ValueError("a custom period needs since and until, in order")
        return self

    @classmethod
    def from_json(cls, wish: object) -> Self:
        """A wish from the browser; only what cannot be understood is the default, so that the rest still narrows."""
        if not isinstance(wish, dict):
            return cls()
        try:
            return cls.model_validate(wish)
        except ValidationError as error:
            # A fault of no single field is a custom period without its days.
            custom = ("period", "since", "until")
            faulty = {name for fault in error.errors() for name in (fault["loc"][:1] or custom)}
            kept = {key: value for key, value in wish.items() if key not in faulty}
            return cls.from_json(kept) if len(kept) < len(wish) else cls()

    def to_json(self) -> dict[str, object]:
        # Always with its period: a page's own default may be another than the model's.
        return {"period": self.period} | self.model_dump(mode="json", exclude_defaults=True)

    def to_query(self) -> str:
        """The query of an address that says this wish; `from_parts` reads it again."""
        said = {key: value for key, value in self.to_json().items() if key != "snapshot"}
        return urlencode({key: _joined(value) if isinstance(value, list) else value for key, value in said.items()})

    @classmethod
    def from_parts(cls, query: Mapping[str, str | list[str]], period: Period = "last_30_days") -> Self:
        """Read the parts of a page's address: `period=this_month`, `divisions=150302,150303`; the snapshot is never read.

        A key that stands twice means all its values; days without a period mean a custom one, nothing at all means `period`.
        """
        wish: dict[str, object] = {}
        for key, value in query.items():
            if key in cls.model_fields and key != "snapshot" and value:
                text = ",".join(value) if isinstance(value, list) else value
                many = cls.model_fields[key].default == ()
                wish[key] = _parted(text) if many else text
        if {"since", "until"} <= wish.keys():
            wish.setdefault("period", "custom")
        if wish.get("period") not in PERIODS:
            wish["period"] = period
        return cls.from_json(wish)

    def resolved(self, today: date) -> tuple[date, date]:
        """First and last day meant, both included; a running period ends today."""
        if self.period == "custom":
            assert self.since is not None  # noqa: S101 the validator saw to it
            assert self.until is not None  # noqa: S101
            return self.since, self.until
        return days_of(self.period, today)


def _joined(codes: Sequence[str]) -> str:
    """Codes as one value of an address; a comma of a code's own has a backslash before it (address.js does the same)."""
    return ",".join(re.sub(r"[\\,]", r"\\\g<0>", code) for code in codes)


def _parted(text: str) -> tuple[str, ...]:
    """The codes that `_joined` joined; a backslash before any other sign is itself."""
    return tuple(re.sub(r"\\([\\,])", r"\1", code) for code in re.findall(r"(?:\\[\\,]|[^,])+", text))


def one_of(query: Mapping[str, str | list[str]], name: str, default: str = "") -> str:
    """A key of an address that has one value; of several the first."""
    value = query.get(name) or default
    return value if isinstance(value, str) else value[0]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


@dataclass(frozen=True)
class Scope:
    """What an account may see; empty tuples mean everything. Never leaves the server."""

    divisions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


EVERYTHING = Scope()


@dataclass(frozen=True)
class ScopedFilters:
    """A wish narrowed to what may be seen, with its days resolved. Made by `scoped` only; `where` takes nothing else."""

    since: date
    until: date
    wish: Filters
    scope: Scope
    # The variants of metrics the city counts by: (code, variant), in order.
    variants: tuple[tuple[str, str], ...] = ()
    # How far the data reach into a running period; what it is compared with is cut after the same time (同时段).
    seen_until: datetime | None = None
    end_at: datetime | None = None
    # Under so many cases a rate is grey (city.toml).
    minimum_count: int = MINIMUM_COUNT
    # What categories are called now, where a comparison looks back over a change: (column, old category, its key now).
    renamed: tuple[tuple[str, str, str], ...] = ()

    @property
    def day_count(self) -> int:
        return (self.until - self.since).days + 1

    def between(self, since: date, until: date) -> ScopedFilters:
        """The same wish over other whole days."""
        return replace(self, since=since, until=until, seen_until=None, end_at=None)

    def elapsed(self, since: date, until: date, end_at: datetime | None = None) -> ScopedFilters:
        """The same wish over other days, cut like a running period: at `end_at`, or as long after its beginning."""
        if self.seen_until is None:
            return self.between(since, until)
        end_at = end_at or _midnight(since) + (self.seen_until - _midnight(self.since))
        return replace(self, since=since, until=until, seen_until=None, end_at=min(end_at, _midnight(until + timedelta(days=1))))

    def previous(self) -> ScopedFilters:
        """The period before, of the same elapsed part (环比): a running month against the same days of the month before."""
        if self.wish.period == "this_year":
            return self.last_year()
        return self.elapsed(*days_before(self.wish.period, self.since, self.until))

    def last_year(self) -> ScopedFilters:
        """The same days one year earlier (同比)."""
        since, until = days_year_before(self.wish.period, self.since, self.until)
        # As far as the data reach now, counted from the end of the days.
        cut = self.seen_until - (_midnight(self.until) - _midnight(until)) if self.seen_until else None
        return self.elapsed(since, until, cut)

    def year_to_date(self) -> ScopedFilters:
        """From the first of January to the last day asked for: what 累计 counts; its `last_year` is what 累计同比 compares with."""
        wish = self.wish.model_copy(update={"period": "custom", "since": self.until.replace(month=1, day=1), "until": self.until})
        return replace(self, wish=wish, since=self.until.replace(month=1, day=1))

    def only(self, **choices: tuple[str, ...]) -> ScopedFilters:
        return replace(self, wish=self.wish.model_copy(update=choices))


def scoped(
    wish: Filters,
    today: date,
    scope: Scope = EVERYTHING,
    seen_at: datetime | None = None,
    variants: tuple[tuple[str, str], ...] = (),
    minimum_count: int = MINIMUM_COUNT,
) -> ScopedFilters:
    """Intersect a wish with what the account may see, and resolve its days on the server's clock.

    `seen_at` is how far the data reach; if that is before the end of the last day asked for, comparisons are cut alike.
    """
    since, until = wish.resolved(today)
    seen = seen_at if seen_at and seen_at.date() <= until else None
    return ScopedFilters(since, until, wish, scope, variants, seen, minimum_count=minimum_count)


def where(table: Table, base: str, filters: ScopedFilters, *, whole: bool = False) -> ColumnElement[bool]:
    """The rows of `table` that `filters` mean, in the cohort `base` (see warehouse.BASES).

    What repeats another or was deleted is left out, unless `whole`.
    """
    conditions: list[ColumnElement[bool]] = [true()]
    column = base_time(table, base)
    if column is not None:
        end = filters.end_at or _midnight(filters.until + timedelta(days=1))
        conditions += [column >= _midnight(filters.since), column < end]
        if base.startswith("D"):
            # A deadline counts once it has come, by the clock of its own source.
            seen = select(sources.c.as_of).where(sources.c.source_code == table.c.source_code).scalar_subquery()
            conditions.append(column <= seen)
    if "is_counted" in table.c and not whole:
        conditions.append(table.c.is_counted)
    if "division_code" in table.c:
        conditions += [_within(table, codes) for codes in (filters.wish.divisions, filters.scope.divisions) if codes]
    elif filters.scope.divisions:
        conditions.append(false())
    for choice, name in CHOICES.items():
        codes = getattr(filters.wish, choice)
        narrowed = _narrowed(table, choice, name, filters) if codes else None
        if narrowed is not None:
            conditions.append(narrowed)
    if filters.scope.units:
        conditions.append(table.c.unit_code.in_(filters.scope.units) if "unit_code" in table.c else false())
    return and_(*conditions)


def _within(table: Table, codes: tuple[str, ...]) -> ColumnElement[bool]:
    inside = select(division_paths.c.division_code).where(division_paths.c.ancestor_code.in_(codes))
    return or_(table.c.division_code.in_(inside), table.c.division_code.in_(codes))


def spelled(table: Table, name: str, filters: ScopedFilters) -> ColumnElement[Any]:
    """A column of the table, with old categories under what they are called now."""
    now = {old: key for column, old, key in filters.renamed if column == name}
    return case(now, value=table.c.category_code, else_=table.c[name]) if now else table.c[name]


def narrows(table: Table, choice: str) -> bool:
    """Whether a choice narrows the rows of a table."""
    if choice in CONDITIONS:
        return CONDITIONS[choice](table, ()) is not None
    return all(part in table.c for part in ("division_code" if choice == "divisions" else CHOICES[choice]).split("-"))


def _narrowed(table: Table, choice: str, name: str, filters: ScopedFilters) -> ColumnElement[bool] | None:
    """The rows of the table that the codes chosen mean; None where it cannot tell."""
    codes = getattr(filters.wish, choice)
    if choice in CONDITIONS:
        return CONDITIONS[choice](table, codes)
    column = _chosen_by(table, name, filters)
    return None if column is None else column.in_(codes)


def _chosen_by(table: Table, name: str, filters: ScopedFilters) -> ColumnElement[Any] | None:
    """The column of the table that a choice narrows, or several joined as their codes are; None where it has not all of them."""
    columns = [spelled(table, part, filters) for part in name.split("-") if part in table.c]
    if len(columns) < len(name.split("-")):
        return None
    return columns[0] if len(columns) == 1 else func.concat_ws("-", *columns)
