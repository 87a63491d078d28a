"""What every question shares: the column it groups by, and how its rows become a frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary, ref

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, Table, func

from dashboard.warehouse import base_time

GRAINS = ("day", "week", "month", "quarter", "year")
By = tuple[str, ...]
Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")
_kept: list[WeakKeyDictionary[Engine, Any]] = []


def remembered(
    most: int,
) -> Callable[[Callable[Concatenate[Engine, Rest], Answer]], Callable[Concatenate[Engine, Rest], Answer]]:
    """Keep the `most` latest answers of a function of an engine: its snapshot cannot change.

    They go when the engine goes: a wall sees a new snapshot every minute for months.
    """

    def keep(ask: Callable[Concatenate[Engine, Rest], Answer]) -> Callable[Concatenate[Engine, Rest], Answer]:
        answers: WeakKeyDictionary[Engine, Any] = WeakKeyDictionary()
        _kept.append(answers)

        @wraps(ask)
        def asked(engine: Engine, /, *rest: Rest.args, **named: Rest.kwargs) -> Answer:
            held: Any = answers.get(engine)
            if held is None:
                # What is kept must not keep the engine.
                held = answers[engine] = lru_cache(maxsize=most)(partial(_ask_of, ask, ref(engine)))
            answer: Answer = held(*rest, **named)
            return answer

        return cast("Callable[Concatenate[Engine, Rest], Answer]", asked)

    return keep


def _ask_of(ask: Callable[..., Answer], held: ref[Engine], *rest: Any, **named: Any) -> Answer:
    return ask(held(), *rest, **named)


def forget() -> None:
    """Empty every cache of answers; only a measurement of speed needs it."""
    for answers in _kept:
        answers.clear()


def group_key(table: Table, base: str, name: str) -> ColumnElement[Any]:
    """Column `name` of the table, or a grain (`day`, `week`, `month`, `year`) of the base's time.

    Raises ValueError for a grain of a base without a time, KeyError for a column the table does not have.
    """
    if name not in GRAINS:
        return table.c[name].label(name)
    column = base_time(table, base)
    if column is None:
        raise ValueError(f"{table.name} in base {base} has no time to group by {name}")
    return func.date_trunc(name, column).label(name)


def fetch(engine: Engine, query: Select[*tuple[Any, ...]]) -> pd.DataFrame:
    """Run a query and give its rows as a frame, on DuckDB's own way into pandas.

    Types do not depend on the rows: integers are int64 (float64 where a value is missing), text is `str`, times are
    datetime64, truth values bool (`boolean` where one is missing); a frame without rows has the same types.
    """
    with engine.connect() as connection:
        result = connection.execute(query)
        names = list(result.keys())
        cursor: Any = result.cursor
        kinds = [str(column[1]) for column in cursor.description]
        frame: pd.DataFrame = cursor.fetch_df()
    frame.columns = pd.Index(names)
    wanted: dict[str, str] = {}
    for name, kind in zip(names, kinds, strict=True):
        held = frame[name].dtype
        if kind == "VARCHAR":
            wanted[name] = "str"
        elif pd.api.types.is_integer_dtype(held):
            wanted[name] = "int64" if frame[name].notna().all() else "float64"
    changed = {name: kind for name, kind in wanted.items() if frame[name].dtype != kind}
    return frame.astype(changed) if changed else frame
