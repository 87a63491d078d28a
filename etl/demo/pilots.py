"""The pilot ledger: each target's value reported month by month, most on time, some behind, three badly, one part never."""

from __future__ import annotations

import calendar
import zlib
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from etl.demo.folder import City, read_table
from etl.demo.pilot_words import confidence, confirmed_by, drawn, narrative, review

RED, YELLOW = 3, 6
# From so many places on, some lag behind in what is on schedule elsewhere.
MANY_PLACES = 10
# A task without a number goes from milestone to milestone.
MILESTONES = 4
# What is measured and not counted has decimals: rates and shares, time, money, and thousands of thousands.
MEASURED, GREAT = ("%", "/", "天", "小时", "元"), ("万", "亿")
# As much as each colour bears and stays what it is.
WAVES = {"green": 0.03, "yellow": 0.014, "red": 0.04}
# The one hit of a negative item is in the first month: its first quarter tells of it.
HIT_QUARTER = 3
COLUMNS = (
    "target_code", "observed_on", "unit_code", "division_code", "value", "progress_pct", "evidence", "narrative", "confidence",
    "submitted_by", "submitted_at", "confirmed_by", "reviewed_by", "reviewed_at", "updated_at",
)  # fmt: skip
Observation = tuple[
    str, date, str, str, float, float, str, str | None, str | None, str, datetime, str, str | None, datetime | None, datetime
]  # fmt: skip
PEOPLE = ("王敏", "李建国", "张娜", "赵志强", "乌云", "陈静", "刘洋", "周海燕")


def last_versions(city: City) -> pd.DataFrame:
    """The targets as they were last changed: that is what everybody works towards, from the first day."""
    targets = read_table(city.folder / "pilots" / "targets.csv")
    return targets.iloc[targets["valid_from"].argsort(kind="stable")].drop_duplicates("target_code", keep="last").sort_index()


def lamps(city: City, seed: int) -> dict[str, str]:
    """The colour each target is meant to show: red, yellow, green; negative items have `gate`."""
    targets = last_versions(city)
    # Only what runs long enough to fall behind can be told to.
    open_ = targets.loc[(targets["kind"] != "negative") & (targets["due_on"] >= "2026-12-01"), "target_code"].tolist()
    drawn = np.random.default_rng([seed, 51]).permutation(open_).tolist()
    colours = dict.fromkeys(targets["target_code"], "green")
    red, yellow = max(RED, len(drawn) // 12), max(YELLOW, len(drawn) // 5)
    colours |= dict.fromkeys(drawn[:red], "red") | dict.fromkeys(drawn[red : red + yellow], "yellow")
    return colours | dict.fromkeys(targets.loc[targets["kind"] == "negative", "target_code"], "gate")


def colour_at(colour: str, target: str, division: str, seed: int, places: int) -> str:
    """The colour of a target at one place: its own, but for the few of many places that lag behind."""
    if colour != "green" or places < MANY_PLACES:
        return colour
    chance = np.random.default_rng([seed, 53, zlib.crc32(f"{target}/{division}".encode())]).random()
    return "red" if chance < 0.02 else "yellow" if chance < 0.09 else colour


def progress(colour: str, elapsed: float) -> float:
    """Share of the way from baseline to target after a share of the time, both 0…1."""
    if colour == "red":
        return elapsed - 0.27 * min(1.0, elapsed / 0.5)
    if colour == "yellow":
        return elapsed - 0.02 * min(1.0, elapsed / 0.3)
    return min(1.0, elapsed + 0.08 * min(1.0, elapsed / 0.2))


def wave(colour: str, target: str, number: int, seed: int) -> float:
    """How far all parts of a target are off their course together in a month, as a share of the way: work comes in waves."""
    rng = np.random.default_rng([seed, 54, zlib.crc32(target.encode())])
    phase, period = rng.uniform(0, 2 * np.pi), rng.uniform(4, 11)
    return float(WAVES.get(colour, 0.0) * np.sin(2 * np.pi * number / period + phase))


def silent_part(assignments: list[tuple[str, str, str]], colours: dict[str, str]) -> tuple[str, str, str] | None:
    """An assisting unit that never reports, as there is one in every ledger: the last beside others of a target in time."""
    heard: set[str] = set()
    found = None
    for assignment in assignments:
        if assignment[0] in heard and colours[assignment[0]] == "green":
            found = assignment
        heard.add(assignment[0])
    return found


def months(start: date, until: date) -> Iterator[date]:
    """The last days of the months from start's to until's."""
    year, month = start.year, start.month
    while (year, month) <= (until.year, until.month):
        yield date(year, month, calendar.monthrange(year, month)[1])
        year, month = year + month // 12, month % 12 + 1


def observation_rows(city: City, seed: int, since: datetime, until: datetime) -> pd.DataFrame:
    """What was submitted after `since` up to `until`, under our column names."""
    rows = [row for row in observations(city, until, seed) if row[-1] > since]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    times = dict.fromkeys(("observed_on", "submitted_at", "reviewed_at", "updated_at"), "datetime64[s]")
    return frame.astype(times | {"value": "float64", "progress_pct": "float64"}).assign(dirt="")


def observations(city: City, until: datetime, seed: int) -> Iterator[Observation]:
    """The ledger's rows as of `until`, in the order of COLUMNS."""
    targets = last_versions(city)
    facts = {row["target_code"]: row for row in targets.to_dict("records")}
    assignments = list(read_table(city.folder / "pilots" / "assignments.csv").itertuples(index=False, name=None))
    colours = lamps(city, seed)
    hit = next((code for code, colour in colours.items() if colour == "gate"), "")
    hit_row = next((assignment for assignment in assignments if assignment[0] == hit), None)
    silent = silent_part(assignments, colours)
    places = Counter(target for target, _, _ in assignments)
    for assignment in assignments:
        if assignment == silent:
            continue
        target, unit, division = assignment
        row = facts[target]
        start, due = date.fromisoformat(row["start_on"]), date.fromisoformat(row["due_on"])
        series = zlib.crc32(f"{target}/{unit}/{division}".encode())
        is_hit_row = assignment == hit_row
        colour = colour_at(colours[target], target, division, seed, places[target])
        for number, month in enumerate(months(start, min(until.date(), due))):
            rng = np.random.default_rng([seed, 52, series, month.toordinal()])
            submitted = datetime(month.year, month.month, month.day, 9) + timedelta(
                days=int(rng.integers(1, 7)), minutes=int(rng.integers(480))
            )
            noise = float(rng.uniform(-0.004, 0.004)) + wave(colour, target, number, seed)
            if submitted > until:
                continue
            if colour == "gate":
                value, share = float(is_hit_row and number == 0), 0.0
            else:
                elapsed = (month - start).days / max(1, (due - start).days)
                made = progress(colour, min(1.0, elapsed))
                # What is done stays done: only what is under way wavers.
                share = made if made >= 1.0 else min(1.0, max(0.0, made + noise))
                if row["target_value"]:
                    value = stated(row, share)
                else:
                    # A green one is at the milestone it should have reached by then.
                    value, share = float("nan"), (np.ceil if colour == "green" else np.floor)(share * MILESTONES) / MILESTONES
            evidence = f"佐证-{target}-{month:%Y%m}.pdf" if rng.random() < 0.9 else ""
            who, number_of_words = PEOPLE[series % len(PEOPLE)], drawn(seed, series, month)
            sure = drawn(seed, series, month.year, (month.month - 1) // 3)
            said = narrative(colour, month, number_of_words, reached(row, value, share), is_hit=is_hit_row and number < HIT_QUARTER)
            reviewer, reviewed = review(month, submitted, number_of_words) or (None, None)
            if reviewed and reviewed > until:
                reviewer, reviewed = None, None
            pct = 100.0 if share >= 1.0 else min(round(share * 100, 1), 99.9)
            yield (
                target, month, unit, division, value, pct, evidence, said, confidence(colour, sure), who,
                submitted, confirmed_by(drawn(seed, unit)), reviewer, reviewed, reviewed or submitted,
            )  # fmt: skip


def stated(row: Mapping[Hashable, Any], share: float) -> float:
    """The value on a share of the way from baseline to target, as its unit of measure is written: what is counted is whole.

    Rounding reaches no target that is not reached.
    """
    low, high = float(row["baseline_value"]), float(row["target_value"])
    decimals = 2 if is_measured(row["measure_unit"]) else 0
    value = round(low + share * (high - low), decimals)
    if share >= 1.0 or value != high:
        return value
    return round(high - float(np.copysign(10.0**-decimals, high - low)), decimals)


def is_measured(unit: str) -> bool:
    """Whether values in this unit of measure may have decimals."""
    return any(mark in unit for mark in MEASURED) or unit.startswith(GREAT)


def reached(row: Mapping[Hashable, Any], value: float, share: float) -> str:
    """How far a part is, in words."""
    if row["target_value"]:
        return f"完成值{value:g}{row['measure_unit']}，走完目标的{share:.0%}"
    return f"已完成{round(share * MILESTONES)}个节点，共{MILESTONES}个"
