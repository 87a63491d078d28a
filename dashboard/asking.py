"""What every question shares: the column it groups by, and how its rows become a frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
from sqlalchemy import ColumnElement, Engine, Select, Table, func

from dashboard.filters import ScopedFilters, spelled
from dashboard.memory import Memory
from dashboard.warehouse import base_time

GRAINS = ("day", "week", "month", "quarter", "year")
By = tuple[str, ...]
Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")
MEMORY = Memory()


def remembered(
    most: int,
) -> Callable[[Callable[Concatenate[Engine, Rest], Answer]], Callable[Concatenate[Engine, Rest], Answer]]:
    """Keep the `most` latest answers of a function of an engine: its snapshot cannot change.

    They go when the engine goes: a wall sees a new snapshot every minute for months.
    """

    def keep(ask: Callable[Concatenate[Engine, Rest], Answer]) -> Callable[Concatenate[Engine, Rest], Answer]:
        @wraps(ask)
        def asked(engine: Engine, /, *rest: Rest.args, **named: Rest.kwargs) -> Answer:
            key = (rest, tuple(sorted(named.items()))) if named else rest
            answer: Answer = MEMORY.ask(ask, engine, key, lambda: ask(engine, *rest, **named), most)
            return answer

        return asked

    return keep


def tell(ask: Callable[..., Any], most: int, engine: Engine, /, *rest: Any, said: Any) -> None:
    """Remember what a remembered function would answer, where that was found together with other answers."""
    MEMORY.ask(vars(ask)["__wrapped__"], engine, rest, lambda: said, most)


def forget() -> None:
    """Empty the memory of answers; only a measurement of speed needs it."""
    MEMORY.forget()


def group_key(table: Table, base: str, name: str, filters: ScopedFilters) -> ColumnElement[Any]:
    """Column `name` of the table, or a grain (`day`, `week`, `month`, `year`) of the base's time.

    Raises ValueError for a grain of a base without a time, KeyError for a column the table does not have.
    """
    if name not in GRAINS:
        return spelled(table, name, filters).label(name)
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
