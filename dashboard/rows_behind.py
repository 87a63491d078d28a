"""The rows behind a number: which they are, in which order, and how their cells are told; of any table a metric counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Double, Engine, and_, case, cast, false, func, literal, null, select
from sqlalchemy.sql import Select

from dashboard.asking import fetch
from dashboard.charts.base import UNKNOWN
from dashboard.charts.risk_levels import LEVELS
from dashboard.column_words import CODES, COLUMNS, Kind, is_listed, title_of
from dashboard.filters import ScopedFilters, where
from dashboard.metrics import Amount, Duration, Mean, Metric, Rate, metric_of
from dashboard.metrics.disputes import WORDS
from dashboard.metrics.parts import DENOMINATOR, NUMERATOR, OUT, adding, columns_of, entering, reason_number, why_out
from dashboard.reference import labels
from dashboard.rows import place_name
from dashboard.survival import WAITS, watched
from dashboard.table_files import Cell
from dashboard.texts import Text
from dashboard.theme import Theme
from dashboard.warehouse import BASES, R, load_batches

WHICH = (NUMERATOR, DENOMINATOR, OUT)
# What may be seen of a ticket under secrecy: its number, to look it up by, category, town, times and status.
OPEN_OF_SECRET = ("ticket_number", "category_code", "division_code", "status_code", "is_overdue")
PLACES = ("division_code", "district_code", "town_code", "community_code")
# What tells rows apart where no column does alone.
APART = ("unit_code", "division_code", "period_on")
LAST = 10**7
YES, NO = Text("是", "yes"), Text("否", "no")
ROLE, WHY, HOURS = Text("归属", "Part"), Text("不参与原因", "Why not"), Text("观察时长（小时）", "Watched (h)")
ADDS = {NUMERATOR: Text("计入分子", "Adds above"), DENOMINATOR: Text("计入分母", "Adds below")}
ADDS_VALUE = Text("计入数值", "Adds")


@dataclass(frozen=True)
class Listed:
    """A column of the listing: heading, how it is printed, and the expression it is sorted by."""

    name: str
    title: Text
    kind: Kind
    value: ColumnElement[Any]


@dataclass(frozen=True)
class Behind:
    """A metric's rows over a selection: the columns they are listed by, and why some take no part."""

    metric: Metric
    filters: ScopedFilters
    columns: tuple[Listed, ...]
    reasons: tuple[Text, ...]
    role: ColumnElement[str]
    why: ColumnElement[Any]
    range: ColumnElement[bool] = field(repr=False)

    def where(self, which: str) -> ColumnElement[bool]:
        """The rows of one part; those of the numerator are in the denominator too."""
        return and_(self.range, self.role.in_((NUMERATOR, DENOMINATOR) if which == DENOMINATOR else (which,)))


def behind(code: str, filters: ScopedFilters) -> Behind:
    """The rows behind a metric, in the reading the city counts by. Raises KeyError for an unknown one."""
    metric = metric_of(code, filters.variants)
    base = R if isinstance(metric, Duration) else metric.base
    if isinstance(metric, Duration):
        elapsed, ended = watched(metric.table, metric.clock, WAITS[metric.until])
        among: ColumnElement[bool] = elapsed.is_not(None)
        enters = and_(among, func.coalesce(ended, false()))
    else:
        enters, among = entering(metric)
    role = case((enters, literal(NUMERATOR)), (among, literal(DENOMINATOR)), else_=literal(OUT))
    reasons = why_out(metric)
    why = case((role == OUT, reason_number(reasons)))
    return Behind(
        metric, filters, tuple(_columns(metric, base, role, why)), tuple(text for _, text in reasons), role, why,
        where(metric.table, base, filters),
    )  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What a number is made of: rows of the base by part, how many take no part for each reason, and what the rows add.

    `things` is there where things are counted, not rows: those counted, and those the rows of the denominator belong to.
    """

    rows: dict[str, int]
    reasons: tuple[int, ...]
    adds: dict[str, float]
    things: dict[str, int] = field(default_factory=dict)


def made_of(engine: Engine, found: Behind) -> Made:
    """How many rows of the base are in each part (the numerator's are in the denominator too), and why the rest is in none."""
    inner = select(found.role.label("role"), found.why.label("why"), *(value.label(name) for name, value in adding(found.metric)))
    held = inner.select_from(found.metric.table).where(found.range).subquery().c
    sums = [cast(func.coalesce(func.sum(held[name]), 0), Double).label(name) for name, _ in adding(found.metric)]
    frame = fetch(engine, select(held.role, held.why, func.count().label("n"), *sums).group_by(held.role, held.why))
    by_role = {role: int(frame.loc[frame["role"] == role, "n"].sum()) for role in WHICH}
    rows = {**by_role, DENOMINATOR: by_role[NUMERATOR] + by_role[DENOMINATOR]}
    reasons = tuple(int(frame.loc[frame["why"] == place, "n"].sum()) for place in range(len(found.reasons)))
    return Made(rows, reasons, {name: float(frame[name].sum()) for name, _ in adding(found.metric)}, _things(engine, found))


def _things(engine: Engine, found: Behind) -> dict[str, int]:
    """What the rows belong to: a share asks that all rows of a thing are in the numerator, a count that any is."""
    each = getattr(found.metric, "each", None)
    if each is None:
        return {}
    of_each = select(func.bool_and(found.role == NUMERATOR).label("every"), func.bool_or(found.role == NUMERATOR).label("some"))
    held = of_each.select_from(found.metric.table).where(found.where(DENOMINATOR)).group_by(each).subquery().c
    counted = held.every if isinstance(found.metric, Rate) else held.some
    row = fetch(engine, select(func.count().filter(counted).label(NUMERATOR), func.count().label(DENOMINATOR))).iloc[0]
    return {part: int(row[part]) for part in (NUMERATOR, DENOMINATOR)}


def rows_behind(
    engine: Engine, found: Behind, which: str, first: int = 0, count: int = 100, order: tuple[str, bool] | None = None
) -> pd.DataFrame:
    """`count` rows of a part from `first` on; `order` is a listed column and whether it descends, else the newest come first."""
    table, b = found.metric.table, load_batches.c
    key = next(iter(table.c))
    wanted = {column.name: column.value for column in found.columns}
    query: Select[Any] = (
        select(*(value.label(name) for name, value in wanted.items()), *_hidden(found.metric), key.label("key"))
        .select_from(table.join(load_batches, b.batch_id == table.c.batch_id, isouter=True))
        .where(found.where(which))
    )
    by = wanted.get(order[0]) if order else None
    if by is not None and order is not None:
        query = query.order_by((by.desc() if order[1] else by.asc()).nulls_last())
    newest = next((wanted[column.name] for column in found.columns if column.kind in ("time", "date")), key)
    apart = () if key.name.endswith("_key") else (table.c[name] for name in APART if name in table.c)
    query = query.order_by(newest.desc().nulls_last(), key, *apart)
    return fetch(engine, query.offset(min(max(first, 0), LAST)).limit(max(count, 0)))


def _columns(metric: Metric, base: str, role: ColumnElement[Any], why: ColumnElement[Any]) -> list[Listed]:
    table = metric.table
    parts = [getattr(metric, name, None) for name in ("of", "among", "weight", "each")]
    entered = BASES[table.name][base]
    asked = frozenset({found.name for found in columns_of(*parts)} | ({entered} if entered else set()))
    listed = [Listed("role", ROLE, "text", role), Listed("why", WHY, "text", why)]
    if isinstance(metric, Duration):
        elapsed, _ = watched(table, metric.clock, WAITS[metric.until])
        listed.append(Listed("hours", HOURS, "hours", cast(elapsed, Double) / 3600))
    for part, value in adding(metric):
        adds = ADDS[part] if len(adding(metric)) > 1 else ADDS_VALUE
        listed.append(Listed(f"adds_{part}", adds, "number" if isinstance(metric, Mean | Amount) else "count", value))
    for name, word in COLUMNS.items():
        title = title_of(table.name, name)
        if title is None or not is_listed(table.name, name, asked) or (name == "is_open" and "status_code" in table.c):
            continue
        if name == "file_name":
            listed.append(Listed(name, title, word.kind, _seen(metric, name, load_batches.c.file_name)))
        elif name in table.c:
            listed.append(Listed(name, title, word.kind, _seen(metric, name, table.c[name], word.kind)))
    return listed


def _seen(metric: Metric, name: str, column: ColumnElement[Any], kind: str = "text") -> ColumnElement[Any]:
    """A column as far as it may be seen: of a ticket under secrecy hardly any, whatever the snapshot holds."""
    secret = metric.table.c.get("is_secret")
    if secret is None or kind in ("time", "date") or name in OPEN_OF_SECRET:
        return column
    return case((func.coalesce(secret, false()), null()), else_=column)


def _hidden(metric: Metric) -> list[ColumnElement[Any]]:
    """What printing a row needs besides its columns."""
    own = metric.table.c
    places = [own[name].label(f"at:{name}") for name in (*PLACES, "label_en") if name in own]
    secret = own.get("is_secret")
    return [*places, (func.coalesce(secret, false()) if secret is not None else false()).label("is_hidden")]


def told(frame: pd.DataFrame, found: Behind, engine: Engine, look: Theme, parts: dict[str, Text]) -> list[list[Cell]]:
    """Each row's cells in the order of the columns: names instead of codes, numbers and times as such. `parts` names the roles."""
    tellers = [_teller(column, found, engine, look, parts) for column in found.columns]
    return [[tell(row) for tell in tellers] for row in frame.to_dict("records")]


Teller = Callable[[dict[Any, Any]], Cell]


def _teller(column: Listed, found: Behind, engine: Engine, look: Theme, parts: dict[str, Text]) -> Teller:
    name = column.name
    own: dict[str, Teller] = {
        "role": lambda row: look.say(parts[row[name]]),
        "why": lambda row: "" if _is_missing(row[name]) else look.say(found.reasons[int(row[name])]),
    }
    if look.language == "en":
        own["label"] = lambda row: next((str(row[key]) for key in ("at:label_en", name) if not _is_missing(row.get(key))), "")
    if name in own:
        return own[name]
    if column.kind == "place":
        divisions = _names(engine, "division_code", found, look)
        return lambda row: place_name({key: row.get(f"at:{key}") for key in PLACES}, divisions, look.say(UNKNOWN["division_code"]))
    if column.kind == "code":
        names, unknown = _names(engine, name, found, look), look.say(UNKNOWN[name]) if name in UNKNOWN else ""
        return lambda row: names.get(row[name], str(row[name])) if not _is_missing(row[name]) else "" if row["is_hidden"] else unknown
    if column.kind == "flag":
        return lambda row: "" if _is_missing(row[name]) else look.say(YES if row[name] else NO)
    return {"count": _whole(name), "number": _number(name), "hours": _number(name), "time": _time(name), "date": _date(name)}.get(
        column.kind, _text(name)
    )


def _names(engine: Engine, dimension: str, found: Behind, look: Theme) -> dict[Any, str]:
    """What the codes of a column are called; nothing where nobody says."""
    table = found.metric.table.name
    words = CODES.get(dimension) or (WORDS.get(dimension) if table == "disputes" else None)
    if words is not None:
        return {code: look.say(text) for code, text in words.items()}
    if table == "risks" and dimension == "level_code":
        return {code: look.say(level.word) for code, level in LEVELS.items()}
    try:
        return {code: str(label) for code, label in labels(engine, dimension)[look.label_column].items()}
    except KeyError:
        return {}


def _is_missing(value: Any) -> bool:
    # Asked of every cell of a file: pandas' own question takes several times as long.
    return value is None or value is pd.NA or bool(value != value)  # noqa: PLR0124


def _text(name: str) -> Teller:
    return lambda row: "" if _is_missing(row[name]) else str(row[name])


def _whole(name: str) -> Teller:
    return lambda row: None if _is_missing(row[name]) else int(row[name])


def _number(name: str) -> Teller:
    return lambda row: None if _is_missing(row[name]) else round(float(row[name]), 4)


def _time(name: str) -> Teller:
    def tell(row: dict[Any, Any]) -> datetime | None:
        return None if _is_missing(row[name]) else row[name].to_pydatetime()

    return tell


def _date(name: str) -> Teller:
    def tell(row: dict[Any, Any]) -> date | None:
        return None if _is_missing(row[name]) else row[name].date()

    return tell
