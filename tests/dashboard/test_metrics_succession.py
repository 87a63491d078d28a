"""Comparisons over a change of categories, by hand on the ten tickets of the tiny city."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import Engine

from dashboard.filters import ScopedFilters
from dashboard.key_figures import WHY, change
from dashboard.metrics import METRICS
from dashboard.queries import compare, compare_by, measure
from dashboard.settings import Settings, read_city
from dashboard.theme import theme
from dashboard.view import View
from dashboard.warehouse import current_snapshot, snapshot_path, warehouse
from etl.city_files import check_folder, read_folder
from etl.reference import ReferenceFault, warnings_of
from tests.dashboard.oracle import custom

# Counted, by category: in September 0101 ×1, 0102 ×2, 0201 ×1; in October 0101 ×1, 0102 ×1, 0201 ×2 and one without (see ten.csv).
OCTOBER, SEPTEMBER = custom(date(2026, 10, 1), date(2026, 10, 31)), custom(date(2026, 9, 1), date(2026, 9, 30))
Successors = Callable[..., Engine]


@pytest.fixture
def city(tiny: Settings, tmp_path: Path) -> Iterator[Successors]:
    """The tiny city's snapshot with successors of categories written into it."""
    opened: list[Engine] = []

    def made(*rows: tuple[str, str, str]) -> Engine:
        name = current_snapshot(tiny.city_warehouse)
        folder = tmp_path / f"{len(opened)}"
        copy = snapshot_path(folder, name)
        copy.parent.mkdir(parents=True)
        shutil.copy(snapshot_path(tiny.city_warehouse, name), copy)
        with duckdb.connect(copy) as connection:
            connection.executemany("insert into category_successors values (?, ?, ?::date)", rows)
        opened.append(warehouse(folder, name))
        return opened[-1]

    yield made
    for engine in opened:
        engine.dispose()


def by_hand(engine: Engine, filters: ScopedFilters, by: str = "category_code") -> dict[str, int]:
    frame = measure(engine, "reported_count", filters, (by,)).dropna()
    return dict(zip(frame[by], frame["value"], strict=True))


def compared(engine: Engine, by: str = "category_code", code: str = "reported_count") -> dict[str, tuple[float, float, str]]:
    frame = compare_by(engine, code, OCTOBER, by, "previous").dropna(subset=[by])
    return {row[by]: (row["value"], row["before"], row["reason"]) for row in frame.to_dict("records")}


def test_what_is_counted_without_any_change(tiny_view: View) -> None:
    now, before = by_hand(tiny_view.engine, OCTOBER), by_hand(tiny_view.engine, OCTOBER.previous())
    frame = compare_by(tiny_view.engine, "reported_count", OCTOBER, "category_code", "previous")
    assert list(frame.columns) == ["category_code", "value", "numerator", "denominator", "before", "change", "reason"]
    for row in frame.dropna(subset=["category_code"]).itertuples():
        assert (row.value, row.before) == (now.get(str(row.category_code), 0), before.get(str(row.category_code), 0))
        if row.before:
            assert row.change == pytest.approx(100 * (row.value - row.before) / row.before)
    assert frame["value"].sum() == 5
    assert frame["category_code"].isna().sum() == 1, "what has no category is compared too"


def test_a_renamed_category_goes_on_under_its_new_name(city: Successors) -> None:
    engine = city(("0102", "0101", "2026-10-01"))
    now, before = by_hand(engine, OCTOBER), by_hand(engine, OCTOBER.previous())
    found = compared(engine)
    assert "0102" not in found
    assert found["0101"] == (now.get("0101", 0) + now.get("0102", 0), before.get("0101", 0) + before.get("0102", 0), "")
    chosen = compare(engine, "reported_count", OCTOBER.only(categories=("0101",)), "previous")
    assert chosen.before == found["0101"][1]
    assert chosen.value == now["0101"], "the number itself is what was asked for"


def test_a_category_that_moved_to_another_major(city: Successors) -> None:
    """0102 of the major 01 became 0201 of the major 02: sums of both majors follow."""
    engine = city(("0102", "0201", "2026-10-01"))
    before = by_hand(engine, OCTOBER.previous())
    found = compared(engine, "major_code")
    assert found["02"][1] == before.get("0201", 0) + before.get("0102", 0)
    assert found["01"][1] == before.get("0101", 0)
    whole = compare(engine, "reported_count", OCTOBER, "previous")
    assert whole.before == sum(before.values()), "the whole is the same by whatever names"
    assert compare(engine, "reported_count", OCTOBER.only(majors=("02",)), "previous").before == found["02"][1]


def test_a_split_category_is_compared_with_nothing(city: Successors) -> None:
    engine = city(("0102", "0101", "2026-10-01"), ("0102", "0201", "2026-10-01"))
    found = compared(engine)
    assert {key: reason for key, (*_, reason) in found.items()} == dict.fromkeys(found, "category_changed")
    assert all(math.isnan(before) for _, before, _ in found.values())
    torn = compare(engine, "reported_count", OCTOBER.only(categories=("0201",)), "previous")
    assert (math.isnan(torn.change), torn.reason) == (True, "category_changed")
    printed = change(METRICS["reported_count"], torn, "同比", theme("office", "zh"))
    assert printed is not None
    assert (printed.text, printed.why) == ("—", WHY["category_changed"].zh) == ("—", "口径变更")
    # All it was split into together are still what it was.
    both = compare(engine, "reported_count", OCTOBER.only(categories=("0101", "0201")), "previous")
    assert both.before == sum(by_hand(engine, OCTOBER.previous()).values())
    assert not compare(engine, "reported_count", OCTOBER, "previous").reason


def test_within_one_major_a_split_does_not_matter(city: Successors) -> None:
    engine = city(("0201", "0101", "2026-10-01"), ("0201", "0102", "2026-10-01"))
    found, before = compared(engine, "major_code"), by_hand(engine, OCTOBER.previous())
    assert found["01"][1:] == (sum(before.values()), "")
    assert "02" not in found


def test_a_category_that_gave_a_part_away(city: Successors) -> None:
    engine = city(("0101", "0101", "2026-10-01"), ("0101", "0102", "2026-10-01"))
    found = compared(engine)
    assert {key for key, (*_, reason) in found.items() if reason == "category_changed"} >= {"0101"}
    assert found["0201"][2] != "category_changed"


def test_names_that_changed_twice_and_in_a_circle(city: Successors) -> None:
    engine = city(("0102", "0201", "2026-10-01"), ("0201", "0101", "2026-10-02"))
    found = compared(engine)
    assert set(found) == {"0101"}
    assert found["0101"][1] == sum(by_hand(engine, OCTOBER.previous()).values())
    circle = city(("0102", "0201", "2026-10-01"), ("0201", "0102", "2026-10-01"))
    assert sum(value for value, *_ in compared(circle).values()) == sum(by_hand(circle, OCTOBER).values())


def test_a_change_outside_the_two_periods_changes_nothing(city: Successors, tiny_view: View) -> None:
    plain = compare_by(tiny_view.engine, "reported_count", OCTOBER, "category_code", "previous")
    for day in ("2026-01-01", "2027-01-01"):
        engine = city(("0102", "0101", day))
        pd.testing.assert_frame_equal(compare_by(engine, "reported_count", OCTOBER, "category_code", "previous"), plain)


@pytest.mark.parametrize("code", ["median_hours", "on_time_closure", "per_10k", "limit_used", "open_count"])
def test_every_kind_of_number_follows(code: str, city: Successors) -> None:
    """A median of a merged category is that of all its tickets, not a mean of medians."""
    engine = city(("0102", "0101", "2026-10-01"))
    frame = compare_by(engine, code, OCTOBER, "major_code", "previous").set_index("major_code")
    merged = compare_by(engine, code, OCTOBER, "category_code", "previous").set_index("category_code")
    assert merged["before"]["0101"] == pytest.approx(frame["before"]["01"], nan_ok=True)
    if code in ("limit_used", "open_count"):
        assert (frame["reason"] == "now").all()


def test_the_file_of_successors(tiny: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny.city_folder, folder)
    file = folder / "category_successors.csv"
    file.write_text("old_code,new_code,valid_from\n0102,0101,2026-10-01\n9999,0101,2026-10-01\n", encoding="utf-8")
    city = read_city(folder)
    assert any("there is no '9999'" in warning for warning in check_folder(read_folder(folder), city))
    assert warnings_of(folder, city)
    file.write_text("old_code,new_code,valid_from\n0102,7777,2026-10-01\n", encoding="utf-8")
    with pytest.raises(ReferenceFault, match=r"category_successors\.csv:2:new_code: there is no '7777'"):
        warnings_of(folder, city)
    file.write_text("old_code,new_code,valid_from\n0102,0101,\n", encoding="utf-8")
    with pytest.raises(ReferenceFault, match="valid_from: is empty"):
        warnings_of(folder, city)
