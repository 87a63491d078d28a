"""What the files of pilot targets must agree on: milestones with their targets, and what of a target cannot be measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from etl.reference_files import ReferenceFault, Rows

DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
Row = dict[str, str]


def check_pilots(found: dict[str, Rows]) -> list[str]:
    """Warnings about targets. Raises ReferenceFault for milestones that cannot be those of their targets."""
    targets = found.get("pilot_targets")
    if targets is None:
        return []
    if "pilot_milestones" in found:
        _check_milestones(found["pilot_milestones"], targets)
    return [*_undated(targets), *_unweighted(targets)]


def day_of(text: str) -> tuple[int, ...] | None:
    """A day as it is written in these files, to be compared; None where it is none, which is told where it is read."""
    told = DAY.fullmatch(text)
    return tuple(map(int, told.groups())) if told else None


def number_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _check_milestones(milestones: Rows, targets: Rows) -> None:
    """Every milestone is due within its target's time, and brings it further than the one before."""
    versions: dict[str, list[Row]] = {}
    for _, row in targets.rows:
        versions.setdefault(row["target_code"], []).append(row)
    of_target: dict[str, list[tuple[int, Row]]] = {}
    for number, row in milestones.rows:
        of_target.setdefault(row["target_code"], []).append((number, row))
        pct = number_of(row["progress_pct"])
        if pct is not None and not 0 < pct <= 100:
            raise _fault(milestones, number, "progress_pct", f"{row['progress_pct']!r}; expected a percentage above 0 and up to 100")
        _check_due(milestones, number, row, versions.get(row["target_code"], []))
    for rows in of_target.values():
        _check_rising(milestones, rows)


def _check_due(milestones: Rows, number: int, row: Row, versions: list[Row]) -> None:
    """A milestone is due after one of the versions of its target begins, and no later than the last of them is due."""
    day, code = day_of(row["due_on"]), row["target_code"]
    ends = [day_of(version.get("due_on", "")) for version in versions]
    begins = [day_of(version.get("start_on", "")) for version in versions]
    if day is None:
        return
    if ends and None not in ends and day > max(end for end in ends if end):
        last = max(version["due_on"] for version in versions)
        raise _fault(milestones, number, "due_on", f"{row['due_on']} is after {code} itself is due; expected {last} or before")
    if begins and None not in begins and day < min(begin for begin in begins if begin):
        first = min(version["start_on"] for version in versions)
        raise _fault(milestones, number, "due_on", f"{row['due_on']} is before {code} begins; expected {first} or after")


def _check_rising(milestones: Rows, rows: list[tuple[int, Row]]) -> None:
    """In the order in which they are due, each milestone brings more progress than the one before."""
    told = []
    for number, row in rows:
        day, pct = day_of(row["due_on"]), number_of(row["progress_pct"])
        if day is not None and pct is not None:
            told.append((day, pct, number, row))
    for (_, before, earlier, _), (_, pct, number, row) in pairwise(sorted(told, key=lambda one: one[:2])):
        if pct <= before:
            hope = f"more than the {before:g} of row {earlier}, which is due before it"
            raise _fault(milestones, number, "progress_pct", f"{row['progress_pct']!r} of {row['target_code']}; expected {hope}")


def _fault(rows: Rows, number: int, column: str, said: str) -> ReferenceFault:
    return ReferenceFault(f"{rows.file.name}:{number}:{column}: {said}")


def _undated(targets: Rows) -> Iterator[str]:
    """Targets without time to run: they are counted, and have no lamp."""
    for number, row in targets.rows:
        if row.get("kind") == "negative":
            continue
        place, code = f"{targets.file.name}:{number}:due_on", row["target_code"]
        due, start = day_of(row.get("due_on", "")), day_of(row.get("start_on", ""))
        if not row.get("due_on"):
            yield f"{place}: is empty; {code} has no time to run, so it owes no reports and gets no lamp; expected a day such as 2026-12-31"
        elif due is not None and start is not None and due <= start:
            yield f"{place}: {row['due_on']} is not after start_on; {code} has no time to run, so it gets no lamp; expected a later day"


def _unweighted(targets: Rows) -> Iterator[str]:
    """Targets without a weight among others that have one: a weighted mean leaves them out."""
    has_weights = any(True for _ in targets.column("weight"))
    for number, row in targets.rows:
        is_gate, weight = row.get("kind") == "negative", number_of(row.get("weight", ""))
        if has_weights and not is_gate and not row.get("weight"):
            yield f"{targets.file.name}:{number}:weight: is empty; {row['target_code']} is left out of weighted means; expected a number"
        elif is_gate and weight:
            yield f"{targets.file.name}:{number}:weight: {row['weight']!r} of a negative-list item is not counted; expected 0"
