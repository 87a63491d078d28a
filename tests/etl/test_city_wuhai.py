"""The demo city's subject matter (乌海演示城市的业务数据) holds together: counts, keys, limits and quotations."""

import csv
import re
from collections import Counter
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

CITY = Path(__file__).parents[2] / "data" / "cities" / "wuhai"
LIMITS = ("accept_limit", "dispatch_limit", "sign_limit", "close_limit")
# Rough working length of one unit, good enough to compare stages: an office day has 6.5 hours.
HOURS = {"hour": 1.0, "work_hour": 1.0, "work_day": 6.5, "day": 24.0}
NUMERALS = {1: "一", 1.5: "一年半", 2: "两", 3: "三", 5: "五", 7: "七", 10: "十", 100: "百"}
NUMERALS |= {10_000: "万", 1_000_000: "百万"}

Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """Rows of one CSV of the city, every value as text."""
    with (CITY / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def repeated(values: list[str]) -> list[str]:
    """Values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def limit_of(text: str) -> tuple[float, str]:
    """A limit such as `4 work_hour` as amount and unit."""
    amount, unit = text.split(" ")
    return float(amount), unit


def names_of(rows: list[Row]) -> list[str]:
    """Every spelling under which the rows may be met: labels and aliases."""
    return list(chain.from_iterable([row["label"], *row["aliases"].split("|")] for row in rows))


def is_printed(value: str, quote: str) -> bool:
    """Whether a quote prints the number: in digits, in units of 万, or in Chinese numerals."""
    number = float(value)
    ten_thousands = rf"{number / 10_000:g}余?万".replace(".", r"\.")
    # No digit may touch it, so that the 8 of 78 % is not taken for an 8.
    if re.search(rf"(?<![\d.])({re.escape(value)}(?![\d.])|{ten_thousands})", quote):
        return True
    return number in NUMERALS and NUMERALS[number] in quote


CODES = [
    ("categories.csv", "category_code"),
    ("dispute_types.csv", "dispute_type_code"),
    ("pilots/targets.csv", "target_code"),
    ("published_figures.csv", "figure_code"),
]


@pytest.mark.parametrize(("name", "code"), CODES)
def test_codes_are_unique_and_both_languages_are_given(name: str, code: str) -> None:
    rows = rows_of(name)
    assert repeated([row[code] for row in rows]) == []
    assert all(row["label"].strip() and row["label_en"].strip() for row in rows)
    assert all(row["label_en"].isascii() for row in rows)


def test_12_major_and_177_minor_categories() -> None:
    rows = rows_of("categories.csv")
    majors = {(row["major_code"], row["major_label"], row["major_label_en"]) for row in rows}
    assert sorted(code for code, _, _ in majors) == [f"{number:02d}" for number in range(1, 13)]
    assert len({label for _, label, _ in majors}) == len({label for _, _, label in majors}) == 12
    assert all(len(label) <= 6 for _, label, _ in majors)
    assert len(rows) == 177
    assert all(len(row["category_code"]) == 4 for row in rows)
    assert all(row["category_code"].startswith(row["major_code"]) for row in rows)


@pytest.mark.parametrize("name", ["categories.csv", "dispute_types.csv"])
def test_no_spelling_means_two_things(name: str) -> None:
    rows = rows_of(name)
    assert repeated(names_of(rows)) == []
    assert repeated([row["label_en"] for row in rows]) == []


def test_limits_parse_and_grow_from_stage_to_stage() -> None:
    mixed = 0
    for row in rows_of("categories.csv"):
        limits = [limit_of(row[name]) for name in LIMITS]
        for amount, unit in limits:
            assert amount > 0, row
            # Limits in days end with the day, so half a day has no meaning.
            assert unit in ("hour", "work_hour") or amount == int(amount), row
        _, dispatch, sign, close = (amount * HOURS[unit] for amount, unit in limits)
        assert dispatch + sign <= close, row
        mixed += len({unit for _, unit in limits}) >= 2
    assert mixed >= 60


def test_units_exist_and_at_least_40_share_the_categories() -> None:
    units = {row["unit_code"] for row in rows_of("units.csv")}
    responsible = {row["unit_code"] for row in rows_of("categories.csv")}
    assert responsible <= units
    assert len(responsible) >= 40


def test_15_dispute_types() -> None:
    assert len(rows_of("dispute_types.csv")) == 15


def test_disputes_that_appeals_may_grow_into_are_known() -> None:
    rows = rows_of("category_disputes.csv")
    assert repeated([f"{row['category_code']} {row['dispute_type_code']}" for row in rows]) == []
    assert {row["category_code"] for row in rows} <= {row["category_code"] for row in rows_of("categories.csv")}
    assert {row["dispute_type_code"] for row in rows} <= {row["dispute_type_code"] for row in rows_of("dispute_types.csv")}


def test_pilot_targets() -> None:
    rows = rows_of("pilots/targets.csv")
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["target"] + kinds["task"] == 30
    assert kinds["negative"] == 3
    assert {row["block"] for row in rows} == {"政治", "综治", "法治", "德治", "自治", "智治"}
    assert sum(int(row["weight"]) for row in rows) == 100
    for row in rows:
        baseline, target = float(row["baseline_value"]), float(row["target_value"])
        assert date.fromisoformat(row["start_on"]) < date.fromisoformat(row["due_on"]), row
        if row["kind"] == "negative":
            assert (row["better"], baseline, target, row["weight"]) == ("down", 0, 0, "0")
        else:
            assert (row["better"] == "up") == (baseline < target), row


def test_every_target_is_carried_by_one_to_four_units() -> None:
    rows = rows_of("pilots/assignments.csv")
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert {row["target_code"] for row in rows} == {row["target_code"] for row in rows_of("pilots/targets.csv")}
    assert {row["unit_code"] for row in rows} <= {row["unit_code"] for row in rows_of("units.csv")}
    assert {row["division_code"] for row in rows} == {"150300", "150302", "150303", "150304"}
    carriers = Counter(target for target, _ in {(row["target_code"], row["unit_code"]) for row in rows})
    assert max(carriers.values()) <= 4


def test_published_figures_stand_in_their_quotes() -> None:
    for row in rows_of("published_figures.csv"):
        assert all(row.values()), row
        assert len(row["quote"]) <= 60, row
        assert is_printed(row["value"], row["quote"]), row


def test_published_figures_of_wuhai_agree_with_the_folder() -> None:
    values = {row["figure_code"]: row["value"] for row in rows_of("published_figures.csv")}
    assert values["wuhai_minor_categories"] == str(len(rows_of("categories.csv")))
    assert values["wuhai_units"] == str(len(rows_of("units.csv")))
    assert values["wuhai_platforms"] == str(len(rows_of("platforms.csv")))
    levels = Counter(row["level"] for row in rows_of("divisions.csv"))
    for figure, level in (("wuhai_districts", "district"), ("wuhai_towns", "town"), ("wuhai_communities", "community")):
        assert values[figure] == str(levels[level])
