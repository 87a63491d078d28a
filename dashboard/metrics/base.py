"""What a metric is: one expression over one table, its cohort base, unit, direction and definition in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import ColumnElement, Table

from dashboard.texts import Text
from dashboard.warehouse import BASES, MADE_OF

# Columns that only tickets with a time limit have -> what is known of a city where any ticket has it.
LIMITS = {
    "accept_due_at": "accept_limits", "dispatch_due_at": "dispatch_limits", "sign_due_at": "sign_limits", "close_due_at": "close_limits",
    "close_base_at": "limits",
}  # fmt: skip
Better = Literal["up", "down", "neither"]
# A column of the contract a base counts by -> what a source must map for it.
BROUGHT = {name: name for name in ("accepted_at", "dispatched_at", "verified_at", "fulfil_due_at")} | {
    "completed_at": "closing_times", "accept_due_at": "accepted_at", "dispatch_due_at": "dispatched_at", "sign_due_at": "signed_at",
    "concluded_at": "concluded_at",
}  # fmt: skip
# By what name deliveries come -> what a city says it has.
HAS = {"pilot_observations": "pilots"}
NO_UNIT = Text("", "")
PERCENT = Text("%", "%")
KAPLAN_MEIER = Text("Kaplan 与 Meier（1958）", "Kaplan & Meier (1958)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric:
    """Common to all kinds. `base` is a key of warehouse.BASES of the table."""

    label: Text
    definition: Text
    table: Table
    base: str
    better: Better = "neither"
    unit: Text = NO_UNIT
    decimals: int = 0
    # What a source must deliver for its rows to take part; the panel says so where none does.
    needs: Literal["", "closing_times", "ratings", "outcomes", "concluded_at", "outcome", "due_at", "closed_at"] = ""
    # The limit without which it cannot be known, where the base itself is none.
    limit: Literal["", "close_due_at"] = ""
    # Other readings of the same number that a city may choose in city.toml: name -> the metric that then stands for it.
    variants: Mapping[str, Metric] = field(default_factory=dict)
    # Where the definition comes from, if that is known: a standard, a paper, the practice of the field.
    reference: Text = NO_UNIT

    @property
    def is_rate(self) -> bool:
        return False

    @property
    def needed(self) -> tuple[str, ...]:
        """What a source must bring for this number to be known: what it declares, and the stage its base counts by."""
        column = BASES[self.table.name][self.base] or ""
        limits = (LIMITS.get(self.limit, ""), LIMITS.get(column, ""))
        return tuple(name for name in (self.needs, BROUGHT.get(column, ""), *limits) if name)


@dataclass(frozen=True, kw_only=True, eq=False)
class Count(Metric):
    """Rows for which `of` is true; all rows of the base if `of` is None.

    Where no row of the base is among those that could count (`among`), the number is not zero but unknown.
    With `each`, things rather than rows are counted: those with any row for which `of` is true. Such counts do not add up over groups.
    """

    of: ColumnElement[bool] | None = None
    among: ColumnElement[bool] | None = None
    each: ColumnElement[str] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Share(Metric):
    """Common to what is printed in percent and compared in percentage points."""

    unit: Text = PERCENT
    decimals: int = 2

    @property
    def is_rate(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True, eq=False)
class Rate(Share):
    """Rows for which `of` is true, over the rows of the base for which `among` is true.

    With `each`, things rather than rows are counted: those among, of which all such rows are `of`.
    """

    of: ColumnElement[bool]
    among: ColumnElement[bool] | None = None
    each: ColumnElement[str] | None = None


def kind_of_rows(metric: Metric) -> str:
    """What kind of deliveries a metric is made of."""
    return MADE_OF.get(metric.table.name, metric.table.name)


def is_counted(metric: Metric, has: Collection[str]) -> bool:
    """Whether a metric is of what a city says it has; appeals every city has."""
    kind = kind_of_rows(metric)
    return HAS.get(kind, kind) in {*has, "tickets"}


def is_of_things(metric: Metric) -> bool:
    """Whether things are counted that may have several rows each."""
    return getattr(metric, "each", None) is not None


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighted(Share):
    """Σ `of` over Σ `among`: of rows that are themselves counts, such as the answers of a survey."""

    of: ColumnElement[int]
    among: ColumnElement[int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mean(Metric):
    """The mean of `of` over the rows of the base that have it: numerator Σ, denominator how many; with `weight`, Σ of·weight and Σ weight.

    A signed mean says on which side of zero it is.
    """

    of: ColumnElement[float]
    weight: ColumnElement[float] | None = None
    is_signed: bool = False
    decimals: int = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Amount(Metric):
    """Sum of `of` over the base, times `scale`."""

    of: ColumnElement[float]
    scale: float = 1.0
    decimals: int = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Duration(Metric):
    """The time by which share `quantile` has ended, by Kaplan–Meier, so that what is still open counts.

    `clock` is calendar or work; `until` names the end: closing, or acceptance (calendar only). Without a quantile it is the mean
    restricted to `horizon_hours`: the area under the curve up to there (Royston & Parmar 2013).
    """

    quantile: float | None
    clock: Literal["calendar", "work"] = "calendar"
    until: Literal["closed", "accepted"] = "closed"
    horizon_hours: int = 720
    decimals: int = 1
    reference: Text = KAPLAN_MEIER


@dataclass(frozen=True, kw_only=True, eq=False)
class PerPopulation(Metric):
    """Rows of the base over residents of the same divisions, times `per`: the only two-table kind."""

    of: ColumnElement[bool] | None = None
    per: int = 10_000
    decimals: int = 2
