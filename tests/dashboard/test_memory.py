"""What is kept of answers: asked once at a time, within so many bytes, by all that makes answers differ, faults never."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest

from dashboard import asking
from dashboard.filters import Filters, Scope, scoped
from dashboard.memory import OVERHEAD, Memory, size_of
from dashboard.queries import measure
from dashboard.view import View


class Thing:
    """Something that answers are about."""


def first(_about: object) -> None: ...
def second(_about: object) -> None: ...


def test_it_is_asked_once_and_the_answer_is_the_same() -> None:
    memory, thing, asked = Memory(), Thing(), []

    def answer() -> list[int]:
        asked.append(1)
        return [1]

    assert memory.ask(first, thing, ("a",), answer, 8) is memory.ask(first, thing, ("a",), answer, 8)
    assert len(asked) == 1
    assert memory.ask(first, thing, ("b",), answer, 8) == memory.ask(second, thing, ("a",), answer, 8) == [1]
    assert memory.ask(first, Thing(), ("a",), answer, 8) == [1]
    assert len(asked) == 4, "another key, another function and another thing are other questions"


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    memory, thing, begun, go, asked = Memory(), Thing(), threading.Event(), threading.Event(), []

    def answer() -> str:
        asked.append(1)
        begun.set()
        assert go.wait(20)
        return "said"

    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(memory.ask, first, thing, (), answer, 8)
        assert begun.wait(20)
        others = [pool.submit(memory.ask, first, thing, (), answer, 8) for _ in range(7)]
        # Another question does not wait for this one.
        assert memory.ask(second, thing, (), lambda: "other", 8) == "other"
        go.set()
        assert {leader.result(20), *(other.result(20) for other in others)} == {"said"}
    assert len(asked) == 1


def test_a_fault_is_told_to_all_who_wait_and_not_kept() -> None:
    memory, thing, begun, go = Memory(), Thing(), threading.Event(), threading.Event()

    def fails() -> str:
        begun.set()
        assert go.wait(20)
        raise ValueError("the disk is gone")

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(memory.ask, first, thing, (), fails, 8)]
        assert begun.wait(20)
        both.append(pool.submit(memory.ask, first, thing, (), fails, 8))
        go.set()
        for one in both:
            with pytest.raises(ValueError, match="the disk is gone"):
                one.result(20)
    assert memory.ask(first, thing, (), lambda: "now", 8) == "now"


def test_only_so_many_bytes_are_kept_and_the_oldest_go_first() -> None:
    memory, thing = Memory(most_bytes=100_000), Thing()
    for number in range(40):
        memory.ask(first, thing, (number,), lambda: bytes(9_000), 1_000)
        memory.ask(first, thing, (0,), lambda: bytes(9_000), 1_000)
        assert memory.size <= 100_000
    assert 8 <= len(memory) <= 10
    asked: list[int] = []
    memory.ask(first, thing, (0,), lambda: asked.append(0), 1_000)
    assert not asked, "what is used again and again stays"
    memory.ask(first, thing, (1,), lambda: asked.append(1), 1_000)
    assert asked == [1]


def test_one_function_pushes_others_out_when_theirs_is_older_and_a_giant_is_never_kept() -> None:
    memory, thing = Memory(most_bytes=100_000), Thing()
    memory.ask(second, thing, (), lambda: bytes(20_000), 8)
    for number in range(10):
        memory.ask(first, thing, (number,), lambda: bytes(20_000), 8)
    assert memory.size <= 100_000
    held = len(memory)
    assert memory.ask(first, thing, ("giant",), lambda: bytes(30_000), 8) == bytes(30_000)
    assert len(memory) == held


def test_only_so_many_answers_of_a_function_are_kept() -> None:
    memory, thing = Memory(), Thing()
    for number in range(20):
        memory.ask(first, thing, (number,), lambda: 1, 5)
    assert len(memory) == 5


def test_answers_go_with_the_thing_they_are_about() -> None:
    memory, thing = Memory(), Thing()
    memory.ask(first, thing, (), lambda: bytes(10_000), 8)
    assert memory.size > 10_000
    del thing
    gc.collect()
    assert (memory.size, len(memory)) == (0, 0)


def test_sizes_are_near_the_truth() -> None:
    frame = pd.DataFrame({"name": [f"n{i:06d}" for i in range(1_000)], "value": range(1_000)})
    assert 12_000 < size_of(frame) < 100_000
    assert size_of(pd.Series(["x" * 1_000] * 10, dtype=object).map(lambda text: text + "y")) > 10_000
    long = Filters(units=tuple(f"unit-{i:05d}" for i in range(1_000)))
    assert size_of(scoped(long, date(2026, 11, 20))) > 50_000 > size_of(scoped(Filters(), date(2026, 11, 20)))
    assert OVERHEAD > 0


def test_an_answer_is_known_by_all_that_makes_it(tiny_view: View) -> None:
    """Metric, days, filters, what may be seen, readings and grouping: each makes another answer, and the same ones the same."""
    day = date(2026, 10, 14)
    base = Filters(period="custom", since=date(2026, 9, 1), until=day)
    wishes = [
        scoped(base, day), scoped(base.model_copy(update={"units": ("CG",)}), day), scoped(base, day, Scope(units=("CG",))),
        scoped(base.model_copy(update={"since": date(2026, 10, 1)}), day), scoped(base, day, variants=(("satisfaction_rate", "wide"),)),
    ]  # fmt: skip
    asking.forget()
    for code in ("reported_count", "satisfaction_rate"):
        for wish in wishes:
            for by in ((), ("unit_code",)):
                measure(tiny_view.engine, code, wish, by)
    held = len(asking.MEMORY)
    assert held >= 2 * len(wishes) * 2
    again = [measure(tiny_view.engine, code, wish, ()) for code in ("reported_count", "satisfaction_rate") for wish in wishes]
    assert len(asking.MEMORY) == held
    assert [int(frame["value"].iloc[0]) for frame in again[:4]] == [9, 4, 4, 5]


def test_what_cannot_be_asked_is_asked_again(tiny_view: View) -> None:
    wish = scoped(Filters(), date(2026, 10, 14))
    for _ in range(2):
        with pytest.raises(KeyError):
            measure(tiny_view.engine, "reported_count", wish, ("no_column",))
