"""Reconciliation of any document: every published error is found, and nothing in documents that agree."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.reports.checking.document import Document, Grid, with_surroundings
from dashboard.reports.checking.finding import BLOCKING, RULES, SEVERITIES, Finding
from dashboard.reports.checking.numerals import is_nothing, read_cell
from dashboard.reports.checking.text_files import parts_of
from dashboard.reports.reconcile import check_document, is_blocked
from dashboard.texts import Text


def findings(text: str) -> list[Finding]:
    return check_document(Document("x", with_surroundings(parts_of(text))))


DOCUMENTS = Path(__file__).parent / "documents"


def documents(name: str) -> dict[str, str]:
    """The texts of a file by their headings."""
    parts = re.split(r"^## (.+)\n", (DOCUMENTS / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {heading: text.removesuffix("\n").removesuffix("\n") for heading, text in zip(parts[::2], parts[1::2], strict=True)}


# What was published, figure for figure, and others of the same kind: name | rule | what the finding must name.
PUBLISHED = documents("published.txt")
CLEAN = documents("clean.txt")


def published(name: str) -> str:
    return next(text for heading, text in PUBLISHED.items() if heading.startswith(f"{name} |"))


@pytest.mark.parametrize("heading", PUBLISHED)
def test_what_was_published_is_found(heading: str) -> None:
    _, rule, named = heading.split(" | ")
    found = findings(PUBLISHED[heading])
    assert rule in {one.rule for one in found}, found
    assert any(named in one.found.zh + one.expected.zh for one in found), found
    for one in found:
        assert one.rule in RULES
        assert one.severity in SEVERITIES
        assert all(one.where) and all(one.expected) and all(one.found)  # noqa: PT018


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_found_in_what_agrees(name: str) -> None:
    assert findings(CLEAN[name]) == []


def test_a_count_in_points_is_no_reason_to_stop() -> None:
    assert not is_blocked(findings(published("a count in points")))
    assert is_blocked(findings(published("a rate in %")))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("１，２３４", "1234", ""),
        ("−3.20%", "-3.20", "%"),
        ("↓1.2%", "-1.2", "%"),
        (" 12 件 ", "12", "件"),
        ("1 234.5", "1234.5", ""),
        ("3.2个百分点", "3.2", "个百分点"),
        ("+5", "5", ""),
    ],
)
def test_a_number_is_read_as_written(text: str, value: str, unit: str) -> None:
    found = read_cell(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["约30", "10余", "3/5", "2026年", "第2", "1.2.3", "一二", "12:30", "2026-10-14", "甲"])
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    assert read_cell(text) is None


@pytest.mark.parametrize("text", ["", " ", "—", "——", "-", "/", "无", "…"])
def test_nothing_is_nothing(text: str) -> None:
    assert is_nothing(text)


COUNTS = st.integers(1_000, 9_999_999)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=2, max_size=12))


def grid_of(rows: list[list[int]], totals: list[int]) -> Document:
    width = len(totals)
    head = ("类别", *(f"第{place}项" for place in "甲乙丙丁"[:width]))
    body = [(f"类{place}", *(f"{cell:,}" for cell in row)) for place, row in enumerate(rows)]
    grid = Grid(Text("表1", "Table 1"), (head, *body, ("合计", *(f"{cell:,}" for cell in totals))))
    return Document("x", (grid,))


@given(rows=TABLES)
@settings(max_examples=60, deadline=None)
def test_a_table_whose_total_is_right_has_no_finding(rows: list[list[int]]) -> None:
    assert check_document(grid_of(rows, [sum(column) for column in zip(*rows, strict=True)])) == []


@given(rows=TABLES, data=st.data())
@settings(max_examples=60, deadline=None)
def test_one_changed_cell_is_one_finding(rows: list[list[int]], data: st.DataObject) -> None:
    totals = [sum(column) for column in zip(*rows, strict=True)]
    row, column = data.draw(st.integers(0, len(rows))), data.draw(st.integers(0, len(totals) - 1))
    by = data.draw(st.integers(1, 999))
    if row == len(rows):
        totals[column] += by
    else:
        rows = [list(line) for line in rows]
        rows[row][column] += by
    found = check_document(grid_of(rows, totals))
    assert [one.rule for one in found] == ["total"]
    assert f"第{'甲乙丙丁'[column]}项" in found[0].where.zh
    assert found[0].severity == BLOCKING


@given(counts=st.lists(st.integers(50, 100_000), min_size=2, max_size=12), places=st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_rounded_shares_are_no_finding(counts: list[int], places: int) -> None:
    whole = sum(counts)
    rows = [(f"类{place}", f"{count:,}", f"{100 * Decimal(count) / whole:.{places}f}%") for place, count in enumerate(counts)]
    grid = Grid(Text("表1", "Table 1"), (("类别", "件数", "占比"), *rows, ("合计", f"{whole:,}", "100%")))
    assert check_document(Document("x", (grid,))) == []
