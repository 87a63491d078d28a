"""What a report says, as plain data: headings, paragraphs, tables, charts and notes in order; how it looks is the renderers' matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboard.filters import Filters

Cell = str | int | float | date | datetime | None
# How a column is printed; `percent` holds percent, `points` percentage points, `change` a change in percent.
Kind = Literal["text", "count", "percent", "points", "change", "number", "amount", "hours", "date", "time"]
Align = Literal["left", "centre", "right"]
What = Literal["value", "share", "change"]


@dataclass(frozen=True)
class Said:
    """The number that a run of words states: of which metric and which group, and what of it; `against` where it is a change.

    `by` and `code` name the group (`major_code`, `01`), both empty for the whole.
    """

    metric: str
    value: float
    what: What = "value"
    by: str = ""
    code: str = ""
    against: str = ""


@dataclass(frozen=True)
class Run:
    """Words of a paragraph in one hand; `said` where they are a number."""

    text: str
    is_strong: bool = False
    said: Said | None = None


@dataclass(frozen=True)
class Section:
    """A heading; `level` 1 is a chapter (一、), 2 a part of it (（一）)."""

    level: int
    heading: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `key` names it for good, so that an edit finds its place again. `footnotes` say what was left out, and why.

    One that `is_for_people` holds no more than a request: people write it.
    """

    key: str
    runs: tuple[Run, ...]
    footnotes: tuple[str, ...] = ()
    is_for_people: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Column:
    """A column of a table. `metric` is what its numbers are of; `what` is a value of it, a share or a change.

    `adds_up`: its rows sum to the total row. `share_of` names the title of the column whose part its percentages are.
    """

    title: str
    kind: Kind = "text"
    unit: str = ""
    metric: str = ""
    what: What = "value"
    against: str = ""
    adds_up: bool = False
    share_of: str = ""

    @property
    def align(self) -> Align:
        return "left" if self.kind == "text" else "right"


@dataclass(frozen=True)
class Table:
    """Rows under columns; `total` is the row that sums them up. `by` is what the rows are groups of, `codes` which.

    `note` says what a reader would else take for an error: things that several carry, rows that are left out.
    `is_partial`: it lists some of what there is, so its rows need not sum to anything.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: str = ""
    by: str = ""
    codes: tuple[str, ...] = ()
    is_partial: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart by its name and what it is asked; `alt` says in words what it shows."""

    chart: str
    wish: Filters
    caption: str
    alt: str


@dataclass(frozen=True)
class Note:
    """A remark in small print."""

    text: str


Block = Section | Paragraph | Table | Figure | Note


@dataclass(frozen=True)
class Period:
    """The days a report speaks of, both included, and how they are called; `is_running` where the data do not reach their end."""

    kind: str
    since: date
    until: date
    name: str
    is_running: bool = False


@dataclass(frozen=True)
class Report:
    """One report. `number` is its issue number as printed; `as_of` how far the data reach, `snapshot` the one every number is of."""

    kind: str
    title: str
    number: str
    office: str
    issuer: str
    made_on: date
    mark: str
    period: Period
    scope: str
    as_of: datetime | None
    snapshot: str
    language: str
    blocks: tuple[Block, ...]
    # A code of SUBJECTS: what it is about.
    about: str = "whole"

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Figure))
