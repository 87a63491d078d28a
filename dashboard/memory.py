"""Answers that cannot change, kept while there is room: asked once at a time, bounded by number and by bytes, faults never."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, is_dataclass
from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from pydantic import BaseModel

# What an entry costs beside its key and its answer.
OVERHEAD = 500
MOST_BYTES = 256 * 2**20


@dataclass
class Shelf:
    """The answers of one function about one thing, the latest used last, with their bytes and when they were used."""

    answers: OrderedDict[Hashable, tuple[Any, int, int]] = field(default_factory=OrderedDict)
    size: int = 0

    def drop_oldest(self) -> None:
        self.size -= self.answers.popitem(last=False)[1][1]

    @property
    def oldest(self) -> int:
        return next(iter(self.answers.values()))[2]


class Memory:
    """Keeps what functions said of a thing for as long as the thing lives, and holds `most_bytes` at most.

    While one asks, others who want the same wait for its answer. An answer larger than a quarter of the room is given and not kept.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._shelves: WeakKeyDictionary[Any, dict[Callable[..., Any], Shelf]] = WeakKeyDictionary()
        self._under_way: dict[Hashable, Future[Any]] = {}
        self._lock, self._now = Lock(), count()

    def ask(self, ask: Callable[..., Any], about: Any, key: Hashable, answer: Callable[[], Any], most: int) -> Any:
        """What is kept of function `ask` about a thing under `key`, else what `answer` says; at most `most` of a function are kept."""
        whose = (id(about), ask, key)
        with self._lock:
            shelf = self._shelf(about, ask)
            kept = shelf.answers.get(key)
            if kept is not None:
                shelf.answers[key] = (kept[0], kept[1], next(self._now))
                shelf.answers.move_to_end(key)
                return kept[0]
            flight = self._under_way.get(whose)
            if flight is None:
                mine: Future[Any] = Future()
                self._under_way[whose] = mine
        if flight is not None:
            return flight.result()
        try:
            said = answer()
        except BaseException as fault:
            with self._lock:
                del self._under_way[whose]
            mine.set_exception(fault)
            raise
        self._keep(about, ask, key, said, most)
        with self._lock:
            del self._under_way[whose]
        mine.set_result(said)
        return said

    def _shelf(self, about: Any, ask: Callable[..., Any]) -> Shelf:
        shelves = self._shelves.get(about)
        if shelves is None:
            shelves = self._shelves[about] = {}
        return shelves.setdefault(ask, Shelf())

    def _keep(self, about: Any, ask: Callable[..., Any], key: Hashable, said: Any, most: int) -> None:
        size = OVERHEAD + size_of(key) + size_of(said)
        if size > self.most_bytes / 4:
            return
        with self._lock:
            shelf = self._shelf(about, ask)
            shelf.answers[key] = (said, size, next(self._now))
            shelf.size += size
            while len(shelf.answers) > most:
                shelf.drop_oldest()
            while self.size > self.most_bytes:
                min((s for s in self._all() if s.answers), key=lambda s: s.oldest).drop_oldest()

    def _all(self) -> list[Shelf]:
        return [shelf for shelves in list(self._shelves.values()) for shelf in shelves.values()]

    @property
    def size(self) -> int:
        """The bytes of all that is kept."""
        return sum(shelf.size for shelf in self._all())

    def __len__(self) -> int:
        return sum(len(shelf.answers) for shelf in self._all())

    def forget(self) -> None:
        with self._lock:
            self._shelves.clear()


def size_of(thing: Any) -> int:
    """About how many bytes an answer or a key holds."""
    if isinstance(thing, pd.DataFrame):
        return sys.getsizeof(thing.attrs) + sum(_bytes_of(column) for _, column in thing.items())
    if isinstance(thing, pd.Series):
        return _bytes_of(thing)
    if isinstance(thing, np.ndarray):
        return int(thing.nbytes)
    if isinstance(thing, Mapping):
        return sys.getsizeof(thing) + sum(size_of(name) + size_of(part) for name, part in thing.items())
    if isinstance(thing, list | tuple | set | frozenset):
        return sys.getsizeof(thing) + sum(map(size_of, thing))
    # What is only named, such as a table of the contract, belongs to all.
    is_record = isinstance(thing, BaseModel) or (is_dataclass(thing) and not isinstance(thing, type))
    return sys.getsizeof(thing) + (sum(map(size_of, vars(thing).values())) if is_record else 0)


def _bytes_of(column: pd.Series) -> int:
    # Only objects lie elsewhere; to ask every column deeply costs more than a small question.
    return int(column.memory_usage(deep=True) if column.dtype == object else column.array.nbytes)
